"""What stands behind the colon of an operator, read: one table, a reader each.

Rules of this module:

* A reader takes the value, never empty, and whether it was quoted; it returns a leaf, or raises Unreadable with one
  sentence that says how to write it, and with the value that was meant where `mend` knows it.
* Times are UTC; ages count back from `now`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import get_args

from pillarbox.mail import spoken
from pillarbox.mail.query import mend
from pillarbox.mail.query.tree import (
    Code,
    Field,
    Flag,
    Header,
    InInbox,
    InSession,
    Leaf,
    Received,
    Size,
    State,
    Tag,
    Text,
    Unreadable,
)
from pillarbox.mail.words import words

FIELDS: tuple[Field, ...] = get_args(Field)
"""Operators that name a field of text; their value may be a group."""

LARGEST = 2**63 - 1
"""Numbers are 64 bits with a sign in both databases."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_AGE = re.compile(r"(\d{1,9})([smhd])", re.ASCII | re.IGNORECASE)
_SIZE = re.compile(r"(\d{1,19})([kmg]?)", re.ASCII | re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,19}", re.ASCII)
_INBOX = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}", re.ASCII)
_HEADER = re.compile(r"([!-9;<>-~]+)(?:=(.*))?", re.ASCII | re.DOTALL)

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_OCTETS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}

FLAGS = {"attachment": Flag("attachment"), "html": Flag("html"), "lint": Flag("lint")}
STATES = {"unread": State("unread"), "read": State("read"), "pinned": State("pinned")}

Reader = Callable[[str, bool, datetime], Leaf]


def text(value: str, quoted: bool, field: Field | None) -> Text | None:
    """Bare text. None when there is no word in it."""
    found = tuple(words(value))
    return Text(found, field, quoted) if found else None


def shown(value: str) -> str:
    """A value within a sentence."""
    return "“" + (value if len(value) <= 24 else value[:23] + "…") + "”"


def _worded(value: str, quoted: bool, operator: str) -> tuple[str, ...]:
    found = tuple(words(value))
    if not found:
        raise Unreadable(f"there is no letter and no number in {shown(value)}, so {operator} has nothing to look for.")
    return found


def _in_field(field: Field) -> Reader:
    return lambda value, quoted, now: Text(_worded(value, quoted, f"{field}:"), field, quoted)


def _header(value: str, quoted: bool, now: datetime) -> Leaf:
    found = _HEADER.fullmatch(value)
    if found is None:
        raise Unreadable(
            f"{shown(value)} names no header; write header:Name=value, or header:Name for any value.",
            mend.header(value),
        )
    name = found[1].lower()
    if found[2] is None:
        return Header(name)
    return Header(name, _worded(found[2], quoted, f"header:{found[1]}="), quoted)


def _message_id(value: str, quoted: bool, now: datetime) -> Leaf:
    return Header("message-id", _worded(value, quoted, "message-id:"), quoted)


def _inbox(value: str, quoted: bool, now: datetime) -> Leaf:
    if _INBOX.fullmatch(value.lower()) is None:
        raise Unreadable(f"{shown(value)} cannot be an inbox; names have letters, digits, dots, - and _ only.")
    return InInbox(value.lower())


def _tag(value: str, quoted: bool, now: datetime) -> Leaf:
    return Tag(value)


def _flag(value: str, quoted: bool, now: datetime) -> Leaf:
    if value.lower() not in FLAGS:
        raise Unreadable(
            f"has: does not know {shown(value)}; write has:attachment, has:html or has:lint.",
            mend.nearest(value, FLAGS),
        )
    return FLAGS[value.lower()]


def _state(value: str, quoted: bool, now: datetime) -> Leaf:
    if value.lower() not in STATES:
        raise Unreadable(
            f"is: does not know {shown(value)}; write is:unread, is:read or is:pinned.", mend.nearest(value, STATES)
        )
    return STATES[value.lower()]


def _moment(value: str, operator: str, now: datetime) -> datetime:
    try:
        if _DAY.fullmatch(value):
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        if _MOMENT.fullmatch(value):
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unreadable(f"there is no such time as {shown(value)}.") from None
    raise Unreadable(
        f"{shown(value)} is no time; write {operator}2026-11-23 or {operator}2026-11-23T22:14Z, "
        f"or how long ago with newer: and older:.",
        mend.moment(value, now),
    )


def _since(value: str, quoted: bool, now: datetime) -> Leaf:
    return Received(since=_moment(value, "since:", now))


def _until(value: str, quoted: bool, now: datetime) -> Leaf:
    return Received(until=_moment(value, "until:", now))


def _ago(value: str, operator: str, now: datetime) -> datetime:
    found = _AGE.fullmatch(value)
    if found is None:
        raise Unreadable(
            f"{shown(value)} is no age; write {operator}90s, {operator}15m, {operator}36h or {operator}14d.",
            mend.age(value),
        )
    try:
        return now - timedelta(seconds=int(found[1]) * _SECONDS[found[2].lower()])
    except OverflowError:
        raise Unreadable(f"{shown(value)} is longer ago than there are dates.") from None


def _newer(value: str, quoted: bool, now: datetime) -> Leaf:
    return Received(since=_ago(value, "newer:", now))


def _older(value: str, quoted: bool, now: datetime) -> Leaf:
    return Received(until=_ago(value, "older:", now))


def _octets(value: str, operator: str) -> int:
    found = _SIZE.fullmatch(value)
    octets = int(found[1]) * _OCTETS[found[2].lower()] if found else LARGEST + 1
    if octets > LARGEST:
        raise Unreadable(
            f"{shown(value)} is no size; write octets or K, M and G: {operator}500, {operator}10K, {operator}2M.",
            mend.size(value),
        )
    return octets


def _larger(value: str, quoted: bool, now: datetime) -> Leaf:
    return Size(larger=_octets(value, "larger:"))


def _smaller(value: str, quoted: bool, now: datetime) -> Leaf:
    return Size(smaller=_octets(value, "smaller:"))


def _session(value: str, quoted: bool, now: datetime) -> Leaf:
    if _NUMBER.fullmatch(value) is None or int(value) > LARGEST:
        raise Unreadable(f"{shown(value)} is no session; write its number: session:7.", mend.number(value))
    return InSession(int(value))


def _code(value: str, quoted: bool, now: datetime) -> Leaf:
    try:
        return Code(spoken.read_code(value))
    except ValueError as error:
        raise Unreadable(str(error), mend.code(value)) from None


READERS: dict[str, Reader] = {
    **{field: _in_field(field) for field in FIELDS},
    "header": _header,
    "message-id": _message_id,
    "inbox": _inbox,
    "tag": _tag,
    "has": _flag,
    "is": _state,
    "since": _since,
    "until": _until,
    "newer": _newer,
    "older": _older,
    "larger": _larger,
    "smaller": _smaller,
    "session": _session,
    "code": _code,
}
