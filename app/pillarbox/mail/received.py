"""Received headers: each hop that a message says it has taken (RFC 5321 section 4.4), in the many forms there are.

Rules of this module:

* nothing raises and all is linear; what cannot be read is "" or None, and the header itself is shown beside it;
* `from by via with id for` begin a clause where they first stand as a word outside of comments; all up to the next one
  is its value, since `with Microsoft SMTP Server` is written so;
* what stands in a comment belongs to the clause before it: a name and address behind `from`, a program behind `by`;
* the date is what follows the last `;` outside of comments, else what the value ends with if it is one;
* every clock may be wrong: a hop may seem to be earlier than the one before it, and that is told, not mended.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pillarbox.mail import comments, dates

CLAUSES = ("from", "by", "via", "with", "id", "for")

LONGEST = 8000
"""Characters of a value that are read; a Received header has a few hundred."""

_TLS = re.compile(r"\b(TLS|SSL)[v_ ]{0,2}(\d)(?:[._](\d))?", re.IGNORECASE)
_CIPHER = re.compile(r"\bcipher[= ]{1,2}([A-Za-z0-9_-]{3,60})", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?<![\w.:])(?:IPv6:)?((?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w.:])"
)
_LOGIN = re.compile(r"\bauthenticated|\bauth=", re.IGNORECASE)
_DATE = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{1,2}:\d\d[\d:]{0,3} \S{1,6}\s*\Z"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One hop. Clauses are as written, "" where there are none; `notes` are the comments, each with its clause.

    `ip` is the client's address, `tls` such as "TLS 1.3", `cipher` its suite; `login`: a comment says that the client
    logged in. `date` is as written, `at` in UTC, None when it cannot be read.
    """

    from_: str = ""
    by: str = ""
    via: str = ""
    with_: str = ""
    id: str = ""
    for_: str = ""
    notes: tuple[tuple[str, str], ...] = ()
    ip: str = ""
    tls: str = ""
    cipher: str = ""
    login: bool = False
    date: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """A hop with the time since the hop before it, None when either has none; `delay` may be negative."""

    hop: Hop
    delay: timedelta | None


def hop(value: str) -> Hop:
    """One Received header, unfolded.

    >>> found = hop("from a.test (a.test [192.0.2.1]) by b.test with ESMTPS id 7; Mon, 23 Nov 2026 10:00:00 +0200")
    >>> found.from_, found.ip, found.by, found.with_, found.at.isoformat()
    ('a.test', '192.0.2.1', 'b.test', 'ESMTPS', '2026-11-23T08:00:00+00:00')
    """
    value = " ".join(value[:LONGEST].split())
    runs = comments.runs(value)
    runs, date = _dated(runs)
    clauses: dict[str, list[str]] = {}
    notes: list[tuple[str, str]] = []
    current = ""
    for run in runs:
        if run.comment:
            notes.append((current, run.text.strip()))
            continue
        for word in run.text.split():
            lower = word.lower()
            if lower in CLAUSES and lower not in clauses:
                current = lower
                clauses[lower] = []
            elif current:
                clauses[current].append(word)
    text = {name: " ".join(words).strip(" ;") for name, words in clauses.items()}
    said = " ".join(note for _, note in notes)
    tls = _TLS.search(said)
    cipher = _CIPHER.search(said)
    return Hop(
        from_=text.get("from", ""),
        by=text.get("by", ""),
        via=text.get("via", ""),
        with_=text.get("with", ""),
        id=text.get("id", ""),
        for_=text.get("for", ""),
        notes=tuple(notes),
        ip=_client(text.get("from", ""), notes),
        tls=f"{tls[1].upper()} {tls[2]}.{tls[3] or '0'}" if tls else "",
        cipher=cipher[1] if cipher else "",
        login=bool(_LOGIN.search(said)),
        date=date,
        at=dates.moment(date) if date else None,
    )


def legs(hops: Sequence[Hop]) -> tuple[Leg, ...]:
    """The way from the first hop on; `hops` are as they stand in the headers, the newest first."""
    found: list[Leg] = []
    before: datetime | None = None
    for one in reversed(hops):
        found.append(Leg(one, one.at - before if one.at and before else None))
        before = one.at or before
    return tuple(found)


def _dated(runs: list[comments.Run]) -> tuple[list[comments.Run], str]:
    """The runs before the date, and the date: a comment behind it, the name of its zone, goes with it."""
    for index in range(len(runs) - 1, -1, -1):
        run = runs[index]
        if not run.comment and (at := run.text.rfind(";")) >= 0:
            date = "".join(f"({one.text})" if one.comment else one.text for one in runs[index + 1 :])
            return [*runs[:index], comments.Run(run.text[:at], False)], f"{run.text[at + 1 :]}{date}".strip()
    last = runs[-1] if runs else comments.Run("", True)
    if not last.comment and (found := _DATE.search(last.text)):
        return [*runs[:-1], comments.Run(last.text[: found.start()], False)], found[0].strip()
    return runs, ""


def _client(name: str, notes: Sequence[tuple[str, str]]) -> str:
    """The address of the client: in a comment behind `from`, where servers write what they saw, else in its name."""
    for text in [note for clause, note in notes if clause == "from"] + [name]:
        if found := _ADDRESS.search(text):
            return found[1]
    return ""
