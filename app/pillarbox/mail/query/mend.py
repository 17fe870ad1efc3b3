"""What somebody most likely meant who wrote something that is no query, or none that finds what they look for.

Each function takes a value that an operator cannot have and returns one that it can, or None when nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from difflib import get_close_matches

_AGE = re.compile(r"(\d{1,9})\s*(s|m|h|d|w)[a-z]*", re.ASCII | re.IGNORECASE)
_MONTHS = re.compile(r"\d+\s*mo", re.ASCII | re.IGNORECASE)
_SIZE = re.compile(r"(\d{1,9})(?:\.(\d{1,3}))?\s*([kmg]?)(?:i?b|bytes|octets)?", re.ASCII | re.IGNORECASE)
_SMALLER_UNIT = {"k": "", "m": "K", "g": "M"}
_HEADER = re.compile(r"([!-9;<>-~]+):\s*(.+)", re.ASCII | re.DOTALL)
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_WITHOUT_ZONE = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?", re.ASCII)
_DAYS_AGO = {"today": 0, "yesterday": 1}
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
_CLASS = re.compile(r"[2-5](?=[0-9x*]{0,2}$)", re.ASCII | re.IGNORECASE)

_ELSEWHERE = {
    "after": "since",
    "attachment": "filename",
    "before": "until",
    "file": "filename",
    "in": "inbox",
    "label": "tag",
    "recipient": "to",
    "rcpt": "to",
    "sender": "from",
    "text": "body",
    "title": "subject",
}
"""What other mail programs call what operators are called here."""

_NAMED = re.compile(r'"[^"]*"?|(?<![^\s(-])([A-Za-z][A-Za-z-]*):(?=[^\s/])')
_CLOSE = 0.72
"""How alike two names of operators must be (difflib's ratio): `form` and `from` are, `note` and `to` are not."""


def nearest(value: str, known: Iterable[str]) -> str | None:
    found = get_close_matches(value.lower(), list(known), 1, 0.6)
    return found[0] if found else None


def age(value: str) -> str | None:
    """`2 hours` is 2h, `1week` 7d; months are as long as they like."""
    found = _AGE.fullmatch(value)
    if found is None or _MONTHS.match(value):
        return None
    count, unit = int(found[1]), found[2].lower()
    return f"{count * 7}d" if unit == "w" else f"{count}{unit}"


def size(value: str) -> str | None:
    """`2MB` is 2M, `1.5M` 1536K."""
    found = _SIZE.fullmatch(value)
    if found is None:
        return None
    whole, part, unit = found[1], found[2], found[3].lower()
    if part is None or not unit:
        return whole + unit.upper()
    return f"{int(float(f'{whole}.{part}') * 1024)}{_SMALLER_UNIT[unit]}"


def header(value: str) -> str | None:
    """`X-Mailer:shop` is X-Mailer=shop."""
    found = _HEADER.fullmatch(value)
    return f"{found[1]}={found[2]}" if found else None


def moment(value: str, now: datetime) -> str | None:
    """`2026/11/3` and `3.11.2026` are 2026-11-03; a time without a zone is in UTC; `yesterday` is a day too."""
    if value.lower() in _DAYS_AGO:
        return (now - timedelta(days=_DAYS_AGO[value.lower()])).date().isoformat()
    found = _DAY.fullmatch(value)
    year, month, day = found.groups() if found else ("", "", "")
    if found := _DAY_FIRST.fullmatch(value):
        day, month, year = found.groups()
    try:
        if year:
            return datetime(int(year), int(month), int(day)).date().isoformat()
        if _WITHOUT_ZONE.fullmatch(value):
            return datetime.fromisoformat(value.upper()).isoformat() + "Z"
    except ValueError:
        return None
    return None


def number(value: str) -> str | None:
    """`#7` is 7."""
    found = _NUMBER.search(value)
    return found[0] if found else None


def code(value: str) -> str | None:
    """`5`, `5**` and `55` are 5xx."""
    found = _CLASS.match(value)
    return f"{found[0]}xx" if found else None


def operator(query: str, known: Iterable[str]) -> str | None:
    """The query with an operator where there is a word that nearly is one, or is what others call one; None when there
    is none. Such a query can be read: a word before a colon is text like any other.
    """
    names = list(known)

    def instead(found: re.Match[str]) -> str:
        name = (found[1] or "").lower()
        if not name or name in names:
            return found[0]
        close = [_ELSEWHERE[name]] if name in _ELSEWHERE else get_close_matches(name, names, 1, _CLOSE)
        return f"{close[0]}:" if close else found[0]

    mended = _NAMED.sub(instead, query)
    return mended if mended != query else None
