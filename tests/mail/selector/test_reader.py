"""Selectors that cannot be read are told with their place, and nothing else happens to them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pillarbox.mail.selector import SelectorError, reader
from pillarbox.mail.selector.parts import Attribute, Complex, Kind, Nth

WRONG = [
    ("", 1, "It ends too early; an element must stand here, such as a.button."),
    ("!", 1, "'!' was not expected; an element must stand here, such as a.button."),
    ("> a", 1, "'>' was not expected; an element must stand here, such as a.button."),
    ("a >", 4, "It ends too early; an element must stand here, such as a.button."),
    ("a > > b", 5, "'>' was not expected; an element must stand here, such as a.button."),
    ("a,", 3, "It ends too early; an element must stand here, such as a.button."),
    ("a,,b", 3, "',' was not expected; an element must stand here, such as a.button."),
    ("a )", 3, "')' was not expected; more of an element, > + ~ or a comma may stand here."),
    ("a{b}", 2, "'{' was not expected; more of an element, > + ~ or a comma may stand here."),
    ("a\x00", 2, "'\\x00' was not expected; more of an element, > + ~ or a comma may stand here."),
    ("#", 2, "It ends too early; an id must have a name."),
    ("#1a", 2, 'The name of an id cannot begin with a digit; write [id="…"].'),
    (".1a", 2, 'The name of a class cannot begin with a digit; write [class="…"].'),
    ("a[", 3, "It ends too early; an attribute must have a name."),
    ("a[b", 4, "It ends too early; an attribute ends with ]."),
    ("a[b=1]", 5, "'1' was not expected; a value that is no name stands in quotation marks."),
    ('a[b="1]', 5, "These quotation marks are not closed."),
    ("*|a", 2, "Namespaces are not known here."),
    ("a::before", 2, "A pseudo-element is nothing that a mail has."),
    ("a:not", 6, "It ends too early; :not is followed by parentheses."),
    ("a:not()", 7, "')' was not expected; an element must stand here, such as a.button."),
    ("a:not(b", 8, "It ends too early; a parenthesis is not closed."),
    ("a:nth-child(x)", 13, "In these parentheses must stand a number, odd, even, or the like of 2n+1."),
    ("a:has(b c)", 9, "Within :has() stand single elements, with >, + or ~ before them; no path of several."),
    (":is(" * 6 + "a" + ")" * 6, 21, "There are more than 5 parentheses within one another."),
    ("a" * 501, 501, "A selector may have at most 500 characters."),
]


@pytest.mark.parametrize(("text", "character", "sentence"), WRONG)
def test_what_cannot_be_read_is_told_with_its_place(text: str, character: int, sentence: str) -> None:
    with pytest.raises(SelectorError) as told:
        reader.read(text)
    assert str(told.value) == f"At character {character}: {sentence}"
    assert told.value.position == character - 1


def test_a_state_that_no_mail_has_is_told_with_what_there_is() -> None:
    with pytest.raises(SelectorError, match=r"At character 2: There is no :hover here; there are :first-child, .*:has"):
        reader.read("a:hover")


def test_escapes_are_read() -> None:
    assert reader.read(r"#a\:b .\31 0 [x='\22']") == (
        Complex(
            (Attribute("id", "=", "a:b"),),
            ((" ", (Attribute("class", "~=", "10"),)), (" ", (Attribute("x", "=", '"'),))),
        ),
    )


@pytest.mark.parametrize(
    ("text", "step", "offset"),
    [("3", 0, 3), ("n", 1, 0), ("+n", 1, 0), ("-n+3", -1, 3), (" 2n + 1 ", 2, 1), ("3N-2", 3, -2), ("odd", 2, 1)],
)
def test_a_number_among_siblings_is_read(text: str, step: int, offset: int) -> None:
    assert reader.read(f"p:nth-child({text})") == (Complex((Kind("p"), Nth(step, offset))),)


@given(st.text(alphabet="ab.#[]()=\"':*>+~, \\1n-|^$é\n", max_size=40))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    position = 0
    try:
        assert reader.read(text)
    except SelectorError as error:
        position = error.position
    assert 0 <= position <= len(text)
