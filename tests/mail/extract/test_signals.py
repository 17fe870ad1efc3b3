from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.mail.extract import vocabulary
from pillarbox.mail.extract.signals import Kind, signals

KINDS: dict[Kind, str] = {
    "sure": vocabulary.SURE,
    "code": vocabulary.CODE,
    "act": vocabulary.ACT,
    "no": vocabulary.NO,
}


def phrases(written: str) -> list[str]:
    """Every phrase, its choices written out."""
    found = []
    for line in written.strip().splitlines():
        for phrase in line.split(": ", 1)[-1].split(","):
            choices = [word.strip("[]").split("/") for word in phrase.split()]
            found += [" ".join(words).replace("*", "") for words in itertools.product(*choices)]
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_each_phrase_of_the_vocabulary_is_found_whole_and_is_of_its_kind(kind: Kind) -> None:
    for phrase in phrases(KINDS[kind]):
        words = phrase.removesuffix(" #")
        text = phrase.replace("#", "4711")
        assert [(one.kind, one.start, one.end) for one in signals(text)] == [(kind, 0, len(words))], phrase


def test_no_phrase_is_listed_as_two_kinds() -> None:
    listed = {kind: set(phrases(written)) for kind, written in KINDS.items()}
    for one, other in itertools.combinations(KINDS, 2):
        assert listed[one] & listed[other] == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("VERIFICATION CODE", ["sure"]),
        ("One-time\npassword", ["sure"]),
        ("Gerätekopplungscode", ["code"]),
        ("Barcode, Rabattcode", ["no", "no"]),
        ("code d’accès", ["sure"]),
        ("kodeks, encoder, coding", ["no"]),
        ("voucher code", ["no"]),
        ("code commande", ["no", "no"]),
        ("account 4711", ["no"]),
        ("account: 4711, accounts 4711", []),
        ("DOĞRULAMA KODU", ["sure"]),
        ("您的验证码是", ["sure"]),
        ("ordinary borders", []),
    ],
)
def test_words_are_compared_in_any_case_and_as_whole_words(text: str, found: list[Kind]) -> None:
    assert [one.kind for one in signals(text)] == found


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(max_size=60))
def test_signals_stand_in_order_and_do_not_overlap(text: str) -> None:
    at = 0
    for one in signals(text):
        assert at <= one.start < one.end <= len(text)
        at = one.end
