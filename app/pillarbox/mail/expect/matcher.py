"""What a value must be: the text itself, a part of it, a pattern in it, there at all; and why it is not.

A field of several values holds if one of them does. A field of none is absent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pillarbox.mail.expect import difference
from pillarbox.mail.expect.pattern import Allowance, Pattern, TooSlow, insensitive, shown

SHOWN = 5
"""Values of a field that a reason shows."""

HINTED = 0.05
"""Seconds for finding out what would have helped."""

COMPARED = 50
"""Values of a field among which the nearest is looked for."""


@dataclass(frozen=True, slots=True)
class Equals:
    text: str


@dataclass(frozen=True, slots=True)
class Contains:
    text: str


@dataclass(frozen=True, slots=True)
class Finds:
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Absent:
    """There must be no value; there must be one, whichever, when `absent` is false."""

    absent: bool


Matcher = Equals | Contains | Finds | Absent

Standing = Literal["false", "unknown", "pending"]
"""It does not hold; nobody can tell; it does not yet."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What does not hold. `where` is the field as the assertion names it: `subject`, `headers.X-Mailer`, `html.0`.

    `reason` is one or more lines for people and begins with the field; `wanted` and `actual` are cut, and `actual` is
    None when there is nothing.
    """

    where: str
    reason: str
    wanted: str
    actual: str | None
    standing: Standing = "false"


def holds(matcher: Matcher, values: Sequence[str], allowance: Allowance) -> bool:
    """Whether it holds for one of the values. Raises TooSlow."""
    match matcher:
        case Equals(text):
            return text in values
        case Contains(text):
            return any(text in value for value in values)
        case Finds(pattern):
            return any(allowance.found(pattern, value) for value in values)
        case Absent(absent):
            return absent is not bool(values)


def described(matcher: Matcher) -> str:
    """What is wanted, in a few words: the text that is to be equal is itself."""
    match matcher:
        case Equals(text):
            return difference.cut(text)
        case Contains(text):
            return f"contains {difference.quoted(text)}"
        case Finds(pattern):
            return f"matches {shown(pattern.text)}"
        case Absent(absent):
            return "nothing" if absent else "anything"


def failure(where: str, matcher: Matcher, values: Sequence[str], *, none: str = "") -> Failure:
    """Why it does not hold for any of the values. `none` is a sentence that says why there is none."""
    if not values:
        actual = None
        reason = none or "is not there."
        if isinstance(matcher, Equals | Contains | Finds):
            reason = reason.removesuffix(".") + f"; wanted {_wanted(matcher)}."
    elif isinstance(matcher, Absent):
        actual = _listed(values)
        reason = f"must not be there, and is:\n{_rows(values)}"
    else:
        nearest = _nearest(matcher, values)
        actual = _around(matcher, nearest) if len(values) == 1 else _listed(values)
        reason = _sentence(matcher, nearest)
        if len(values) > 1 and isinstance(matcher, Finds):
            reason = f"has {len(values)} values, and none matches {shown(matcher.pattern.text)}:\n{_rows(values)}"
        elif len(values) > 1:
            others = [one for one in values if one is not nearest]
            reason = f"has {len(values)} values, none as wanted; the nearest {reason}\nThe others:\n{_rows(others)}"
        if isinstance(matcher, Equals):
            at = difference.first(matcher.text, nearest)
            return Failure(where, f"{where} {reason}", difference.cut(matcher.text, at), actual)
    return Failure(where, f"{where} {reason}", described(matcher), actual)


def _wanted(matcher: Matcher) -> str:
    match matcher:
        case Equals(text):
            return difference.quoted(text)
        case Contains(text):
            return f"one that contains {difference.quoted(text)}"
        case _:
            return f"one that {described(matcher)}"


def _sentence(matcher: Matcher, value: str) -> str:
    match matcher:
        case Equals(text):
            return difference.equal(text, value)
        case Contains(text):
            return difference.part(text, value)
        case Finds(pattern):
            hint = "; it would if capital and small letters did not count: begin the pattern with (?i)"
            hint = hint if _would(pattern, value) else ""
            return f"does not match {shown(pattern.text)}{hint}.\n  actual: {difference.beginning(value)}"
    raise AssertionError("what is absent or not has no sentence")


def _would(pattern: Pattern, value: str) -> bool:
    """Whether the pattern would be found if case did not count; not, when that takes long to find out."""
    try:
        return Allowance(HINTED).found(insensitive(pattern), value)
    except TooSlow:
        return False


def _nearest(matcher: Matcher, values: Sequence[str]) -> str:
    """The value that a person would have meant."""
    if len(values) == 1 or not isinstance(matcher, Equals | Contains):
        return values[0]
    return max(values[:COMPARED], key=lambda value: difference.likeness(matcher.text, value))


def _around(matcher: Matcher, value: str) -> str:
    at = difference.first(matcher.text, value) if isinstance(matcher, Equals) else 0
    return difference.cut(value, at)


def _listed(values: Sequence[str]) -> str:
    return difference.cut(", ".join(values[:SHOWN]) + (", …" if len(values) > SHOWN else ""))


def _rows(values: Sequence[str]) -> str:
    rows = [f"  {difference.beginning(value)}" for value in values[:SHOWN]]
    if len(values) > SHOWN:
        rows.append(f"  and {len(values) - SHOWN} more")
    return "\n".join(rows)
