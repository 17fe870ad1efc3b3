"""Patterns that hang other programs: read or refused at once, tried for a limited time, and others run meanwhile."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pillarbox.mail.expect.pattern import Allowance, BadPattern, Pattern, TooSlow, insensitive, read

CATASTROPHIC = [
    (r"(.*,){11}P", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27," * 10),
    (r"^(([a-z])+.)+[A-Z]([a-z])+$", "a" * 100_000),
    (r"(x+x+)+y", "x" * 100_000),
    (r"(?i)(ſ+)+k", "s" * 5_000),
    (r"(a?){40}a{40}b(a|aa)+$", "a" * 5_000),
    (r"^(\w+\s?)*$", "word " * 200 + "!"),
    (r"(?=(a+))\1*b\1", "a" * 20_000),
]


@pytest.mark.parametrize(("pattern", "text"), CATASTROPHIC)
def test_a_catastrophic_pattern_is_given_up_and_others_run_meanwhile(pattern: str, text: str) -> None:
    """Whether it is given up or answered, nobody waits: other threads go on as if nothing were tried."""
    allowance = Allowance(0.2)
    turns: list[float] = []
    ended = threading.Event()

    def others() -> None:
        while not ended.wait(0.001):
            turns.append(time.monotonic())

    thread = threading.Thread(target=others)
    thread.start()
    began = time.monotonic()
    told = ""
    try:
        assert not allowance.found(read(pattern), text)
    except TooSlow as slow:
        told = str(slow)
    took = time.monotonic() - began
    ended.set()
    thread.join()
    assert took < 5
    assert told.startswith(f"The pattern /{pattern}/ took longer than 0.2 s") == (allowance.left <= 0) == bool(told)
    gaps = [later - earlier for earlier, later in zip([began, *turns], turns, strict=False)]
    assert max(gaps, default=took) < 1


def test_some_of_these_patterns_are_given_up_indeed() -> None:
    pattern, text = CATASTROPHIC[0]
    with pytest.raises(TooSlow):
        Allowance(0.1).found(read(pattern), text)


def test_time_that_is_used_up_is_used_up_for_every_pattern() -> None:
    allowance = Allowance(0.0)
    with pytest.raises(TooSlow, match="/a/ took longer than 0 s"):
        allowance.found(read("a"), "a")


REFUSED = [
    (r"(?:(?:a?){500}){500}", "The pattern repeats too much: written out it would have more than 10000 characters."),
    (r"(?:(?:(?:(?:a{9}){9}){9}){9}){9}", "The pattern repeats too much: written out it would have more than 10000"),
    (r"a{100000}", "The pattern repeats too much"),
    (r"a{99999999999999999999}", "The pattern repeats too much"),
    (r"(?R)?a", "A pattern that calls itself is not tried: write it without (?R…."),
    (r"(a(?1)?)", "A pattern that calls itself is not tried: write it without (?1…."),
    (r"(?P<x>a(?&x)?)", "A pattern that calls itself is not tried: write it without (?&…."),
    (r"(?P<x>a(?P>x)?)", "A pattern that calls itself is not tried: write it without (?P>…."),
    (r"(?x)a b", "The flags of a pattern are a, i, m, s and u; x is none of them."),
    (r"(?b:a)", "The flags of a pattern are a, i, m, s and u; b is none of them."),
    ("(" * 450 + ")" * 450, "The pattern has too many groups within one another."),
    ("a" * 1001, "A pattern may have at most 1000 characters."),
    ("(a", "This is no regular expression: missing ) at character 3."),
    ("*a", "This is no regular expression: nothing to repeat at character 1."),
    ("[a", "This is no regular expression: unterminated character set at character 3."),
    ("a{2,1}", "This is no regular expression: min repeat greater than max repeat at character 3."),
    (r"\p{Nosuch}", "This is no regular expression: unknown property at character 11."),
    ("(?au)a", "This is no regular expression."),
]


@pytest.mark.parametrize(("text", "sentence"), REFUSED, ids=[text[:30] for text, _ in REFUSED])
def test_what_cannot_be_read_or_costs_too_much_is_refused_at_once(text: str, sentence: str) -> None:
    began = time.process_time()
    with pytest.raises(BadPattern) as told:
        read(text)
    assert str(told.value).startswith(sentence)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"^\d{6}$", "482913"),
        (r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", "id 123e4567-e89b-12d3-a456-426614174000."),
        (r"(?i)welcome", "WELCOME"),
        (r"(?m)^two$", "one\ntwo\nthree"),
        (r"(?i:a)b(?-i:C)", "AbC"),
        (r"(?<=code is )\w+(?!\w)", "Your code is 4711."),
        (r"(?P<q>['\"]).*(?P=q)", "say 'hello'"),
        (r"[]a]{3}[^]]\(?R\)", "]a]x(R)"),
        (r"(?:a{10}){100}", "a" * 1000),
        (r"\p{Lu}\w+", "Ärger"),
        ("", ""),
    ],
)
def test_ordinary_patterns_find_what_they_should(text: str, found: str) -> None:
    assert Allowance().found(read(text), found)


def test_a_pattern_for_capital_and_small_letters_alike() -> None:
    pattern = read("welcome")
    assert not Allowance().found(pattern, "Welcome")
    assert Allowance().found(insensitive(pattern), "Welcome")


def test_a_pattern_that_was_given_up_leaves_no_time_whatever_the_librarys_clock_says() -> None:
    def give_up(*_: object, **__: object) -> None:
        raise TimeoutError

    allowance = Allowance(60.0)
    with pytest.raises(TooSlow):
        allowance.found(Pattern("x", SimpleNamespace(search=give_up)), "")  # type: ignore[arg-type]
    assert allowance.left <= 0


@given(st.text(alphabet="ab(?:){1,9}[]|*+\\d^$iRP<>=!&", max_size=30))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    answer: Pattern | BadPattern
    try:
        answer = read(text)
    except BadPattern as error:
        answer = error
    assert isinstance(answer, Pattern) or str(answer).endswith(".")
