"""The pieces of HTML that a source view colours."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.mail.highlight import pieces, sheet
from pillarbox.mail.markup import tokens

COLOURED = [
    ("a &amp; b&#8364;c & d", "a |entity &amp;| b|entity &#8364;|c & d"),
    ("<P Class='x'>", "mark <|name P|mark  |attribute Class|mark =|value 'x'|mark >"),
    (
        '<a href = "?a=1&amp;b" b>',
        'mark <|name a|mark  |attribute href|mark  = |value "?a=1|entity &amp;|value b"|mark  |attribute b|mark >',
    ),
    ("<br/></p >", "mark <|name br|mark /|mark >|mark </|name p|mark  |mark >"),
    ("<!doctype html><!-- a > b --><?x?>", "doctype <!doctype html>|comment <!-- a > b -->|comment <?x?>"),
    ("<script>a<b</script>", "mark <|name script|mark >|raw a<b|mark </|name script|mark >"),
    ("<title>a<b&lt;</title>", "mark <|name title|mark >|a<b|entity &lt;|mark </|name title|mark >"),
    ("1 < 2 <p", "1 < 2 |comment <p"),
    ("<p a=>", "mark <|name p|mark  |attribute a|mark =|mark >"),
]


def told(html: str) -> str:
    return "|".join(text if kind == "text" else f"{kind} {text}" for kind, text in pieces(html))


@pytest.mark.parametrize(("html", "coloured"), COLOURED)
def test_each_piece_has_its_kind(html: str, coloured: str) -> None:
    assert told(html) == coloured


def test_a_style_sheet_has_kinds_of_its_own() -> None:
    css = "/* a:b */ @media (x: 1) { p:hover { color: red; background: url('a;b') } } i"
    kinds = [(kind, text) for kind, text in sheet(css) if text.strip()]
    assert ("comment", "/* a:b */") in kinds
    assert ("at", "@media") in kinds
    assert ("property", "color") in kinds
    assert ("value", "red") in kinds
    assert ("value", "'a;b'") in kinds
    assert kinds[-1] == ("text", "i")


_TAGS = """
    <p> </p> <a+href="x&amp;y"> <A+b='c'+d=e> <br/> <!-- --> <!doctype+html> <style> </style> <script>
    </script> <title> </title> <textarea> { } ; : /* */ @media p{a:b} " ' = > < </ <! <? & &lt; &#x41; a b 1 -
"""
PIECES = [*(one.replace("+", " ") for one in _TAGS.split()), " ", "\n", "\r", "\x00", "é"]


@given(st.lists(st.sampled_from(PIECES), max_size=50).map("".join))
@settings(max_examples=500, deadline=None, derandomize=True)
def test_nothing_is_lost_and_tags_are_those_that_are_read(html: str) -> None:
    found = list(pieces(html))
    assert "".join(text for _, text in found) == html
    assert all(text for _, text in found)
    names = [text.lower() for kind, text in found if kind == "name"]
    assert names == [name for _, kind, name, _ in tokens(html) if kind in ("start", "end")]
    assert "".join(text for _, text in sheet(html)) == html
