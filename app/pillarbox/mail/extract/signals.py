"""The words around numbers that tell whether one is a one-time code.

Rules of this module:

* a signal is `sure` ("verification code", "OTP"), `code` (the plain word), `act` (what one-time codes are sent for) or
  `no` (what other numbers are called: orders, telephones, amounts, vouchers); `vocabulary` has the phrases;
* at one place the longest phrase counts: "discount code" is `no`, "verification code" is `sure`;
* a plain word beside the name of another number is a part of it ("voucher code", "código de producto");
* a word that ends like a plain one is a compound of it ("Gerätecode"), unless the vocabulary has it as something else;
* a word with a number right behind it may be `no` ("account 4711") that is nothing alone ("for your account: 4711");
* phrases are looked up by how they begin, so a text costs one look at each of its words, whatever they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

from pillarbox.mail.extract import vocabulary

Kind = Literal["no", "sure", "code", "act"]


class Signal(NamedTuple):
    """A phrase of the vocabulary, at text[start:end]."""

    kind: Kind
    start: int
    end: int


class _Choice(NamedTuple):
    """Phrases that begin alike, the longest first, as one pattern with a group for each; and their kinds."""

    pattern: re.Pattern[str]
    kinds: tuple[Kind, ...]


class _Phrases(NamedTuple):
    """The patterns of phrases by how they begin: of words by two letters, found within words by one character."""

    words: dict[str, dict[str, Kind]]
    within: dict[str, dict[str, Kind]]


_KINDS: tuple[tuple[Kind, str], ...] = (
    ("no", vocabulary.NO),
    ("sure", vocabulary.SURE),
    ("code", vocabulary.CODE),
    ("act", vocabulary.ACT),
)
_NUMBER_FOLLOWS = r"(?=[ \xa0]\(?\d)"
_GAP = r"[\s\xa0'’-]{1,3}"
_BEGINNING = 2
_SEPARATOR = re.compile(r"\s*(?:,|\n)\s*(?:[a-z]+:\s)?|^\s*[a-z]+:\s|\s*$")
_NO_WORDS = "\u0590-\u08ff\u0900-\u0eff\u2e80-\u9fff\uac00-\ud7af©№"
_WITHIN = re.compile(rf"[{_NO_WORDS}]")
_PLACE = re.compile(rf"[^\W\d_{_NO_WORDS}]+|[{_NO_WORDS}]")
_BESIDE = re.compile(r"[\s-]?|\s(?:de|di|du|del|do|da|of)\s")
_COMPOUND = re.compile(r"\w{3,30}(?:codes?|kod(?:en|e|er|ek|u)?|koodi\w?)")


def signals(text: str) -> list[Signal]:
    """The signals of `text` in order; none overlaps another. Linear in `text`."""
    lower = text.lower()
    if len(lower) != len(text):  # "İ" becomes two characters
        lower = "".join(map(_lower, text))
    found = list(_signals(lower))
    for index in range(1, len(found)):
        first, second = found[index - 1], found[index]
        if {first.kind, second.kind} == {"no", "code"} and _BESIDE.fullmatch(lower, first.end, second.start):
            found[index - 1], found[index] = first._replace(kind="no"), second._replace(kind="no")
    return found


def _lower(letter: str) -> str:
    return letter.lower()[0]


def _signals(lower: str) -> Iterator[Signal]:
    words, within = _phrases()
    at = 0
    for place in _PLACE.finditer(lower):
        start = place.start()
        if start < at:
            continue
        word = place[0]
        beginning = word[:_BEGINNING]
        choice = _choice(beginning) if beginning in words or word in within else None
        found = choice.pattern.match(lower, start) if choice else None
        if choice and found:
            at = found.end()
            yield Signal(choice.kinds[(found.lastindex or 1) - 1], start, at)
        elif len(word) > 6 and _COMPOUND.fullmatch(word):
            yield Signal("code", start, place.end())


@cache
def _phrases() -> _Phrases:
    """Made when the first text with a number in it comes; each pattern when a word begins so for the first time."""
    words: dict[str, dict[str, Kind]] = {}
    within: dict[str, dict[str, Kind]] = {}
    for kind, written in _KINDS:
        for phrase in filter(None, _SEPARATOR.split(written)):
            first, *rest = phrase.split()
            if _WITHIN.match(phrase):
                pattern = _GAP.join(map(re.escape, (first, *rest)))
                within.setdefault(phrase[0], {}).setdefault(pattern, kind)
                continue
            tail = "".join(map(_following, rest))
            for word in first.split("/"):
                pattern = _written(word) + tail
                words.setdefault(word.rstrip("*")[:_BEGINNING], {}).setdefault(pattern, kind)
    return _Phrases(words, within)


@cache
def _choice(beginning: str) -> _Choice:
    """The phrases with a beginning that there are phrases with."""
    words, within = _phrases()
    found = words.get(beginning) or within[beginning]
    ordered = sorted(found, key=lambda pattern: (-pattern.count(_GAP), -len(pattern)))
    return _Choice(re.compile("|".join(f"({pattern})" for pattern in ordered)), tuple(found[one] for one in ordered))


def _written(word: str) -> str:
    return re.escape(word[:-1]) + r"\w*" if word.endswith("*") else re.escape(word) + r"(?!\w)"


def _following(word: str) -> str:
    """The pattern of a word that is not the first of its phrase, with what stands before it."""
    if word == "#":
        return _NUMBER_FOLLOWS
    choices = "|".join(map(_written, word.strip("[]").split("/")))
    return f"(?:{_GAP}(?:{choices}))" + ("?" if word.startswith("[") else "")
