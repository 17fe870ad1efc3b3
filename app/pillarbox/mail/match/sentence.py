"""What a person reads in the log of a test whose mail did not come: what was wanted, what came closest, what was
refused, and where to look when nothing has come at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pillarbox.mail import controls
from pillarbox.mail.match.conditions import Conditions
from pillarbox.mail.match.refusal import RefusedSession
from pillarbox.mail.match.verdict import Failed, Near
from pillarbox.mail.message import Summary
from pillarbox.mail.query.spelling import spelled

LONGEST = 80
"""Characters of a value within a sentence."""


def sentence(
    wanted: Conditions,
    *,
    after: int | None,
    count: int,
    found: int,
    timeout: float,
    began: datetime,
    nearest: Sequence[Near],
    refused: Sequence[RefusedSession],
    newest: Summary | None,
    smtp: str | None,
) -> str:
    """`smtp` is an address that takes mail, None where there is none; `timeout` is in seconds, `began` when the wait
    began.
    """
    said = [_first(described(wanted, after), count, found, timeout)]
    if newest is None:
        said.append(f"The box is empty: does the program send its mail{f' to {smtp}' if smtp else ''}, and did it run?")
    elif not found and newest.received_at < began and (after is None or newest.id <= after):
        said.append(f"No mail at all came meanwhile; the newest is {_named(newest)}.")
    if nearest:
        said.append(_nearest(nearest[0]))
    if refused:
        more = "" if len(refused) == 1 else f" ({len(refused) - 1} more like it)"
        said.append(f"Session {refused[0].id} was turned away: {refused[0].reason.rstrip('.')}{more}.")
    return " ".join(said)


def described(wanted: Conditions, after: int | None = None) -> str:
    """`to ada@example.org with “Welcome” in its subject`; "" when nothing is asked."""
    parts = []
    if wanted.to is not None:
        parts.append(f"to {wanted.to}")
    if wanted.from_ is not None:
        parts.append(f"from {wanted.from_}")
    if wanted.subject is not None:
        parts.append(f"with {quoted(wanted.subject)} in its subject")
    for one in wanted.headers:
        parts.append(f"with {quoted(one.substring)} in its {one.name}" if one.substring else f"with a {one.name}")
    if wanted.q is not None:
        parts.append(f"like {quoted(spelled(wanted.q))}")
    if wanted.inbox is not None:
        parts.append(f"in the inbox {wanted.inbox}")
    if after:
        parts.append(f"after message {after}")
    return " ".join(parts)


def explained(one: Failed) -> str:
    """`its subject is “Hello”, without “Welcome”`."""
    actual = None if one.actual is None else _cut(one.actual)
    match one.condition:
        case "to" | "from":
            where = f"it is {one.condition} {actual}, not " if actual else "it is not "
            return f"{where}{one.condition} {one.wanted}"
        case "subject":
            return f"its subject is {quoted(actual)}, without {quoted(one.wanted)}" if actual else "it has no subject"
        case "header":
            name, _, substring = one.wanted.partition(":")
            return f"its {name} is {quoted(actual)}, without {quoted(substring)}" if actual else f"it has no {name}"
        case "inbox":
            return f"it is in the inbox {actual}, not in {one.wanted}"
        case "q":
            return f"{quoted(one.wanted)} does not find it" + (f", it has {quoted(actual)} there" if actual else "")
        case "after":
            return f"it came before: it is not after {one.wanted}"


def quoted(value: str) -> str:
    return f"“{_cut(value)}”"


def _first(what: str, count: int, found: int, timeout: float) -> str:
    what = f" {what}" if what else ""
    within = f"within {timeout:g} s"
    if not timeout:
        return f"There is no message{what}." if not found and count == 1 else f"{_few(count, found)}{what} are there."
    return (
        f"No message{what} came {within}." if not found and count == 1 else f"{_few(count, found)}{what} came {within}."
    )


def _few(count: int, found: int) -> str:
    return f"Only {found} of {count} messages" if found else f"None of {count} messages"


def _nearest(near: Near) -> str:
    *first, last = map(explained, near.failed)
    return f"The nearest is {_named(near.row)}: {', '.join(first)}{', and ' if first else ''}{last}."


def _named(row: Summary) -> str:
    return f"message {row.id}" + (f", {quoted(row.subject)}" if row.subject else ", without a subject")


def _cut(value: str) -> str:
    line = controls.in_line(value)
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
