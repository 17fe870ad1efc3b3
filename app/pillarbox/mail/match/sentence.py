"""What a person reads in the log of a test whose mail did not come: what was wanted, what came closest, what was
refused, and where to look when nothing has come at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pillarbox.mail import controls
from pillarbox.mail.match.conditions import Conditions
from pillarbox.mail.match.explanation import Explanation
from pillarbox.mail.match.refusal import RefusedSession
from pillarbox.mail.match.verdict import Failed, Near
from pillarbox.mail.query.spelling import spelled

LONGEST = 80
"""Characters of a value within a sentence."""


def sentence(
    wanted: Conditions,
    why: Explanation,
    *,
    after: int | None,
    count: int,
    found: int,
    timeout: float,
    began: datetime,
    smtp: str | None,
) -> str:
    """`smtp` is an address that takes mail, None where there is none; `timeout` is in seconds, `began` when the wait
    began. What was refused comes first where it is the likely reason.
    """
    newest, refused = why.newest, why.refused
    said = [_first(described(wanted, after), count, found, timeout)]
    quiet = newest is None or (
        not found and newest.received_at < began and (after is None or newest.id <= after) and bool(timeout)
    )
    early = bool(refused) and (why.bearing == "meant" or (quiet and why.bearing == "unknown"))
    if early:
        said.append(_refused(refused))
    if newest is None and early:
        said.append("The box is empty.")
    elif newest is None:
        said.append(
            f"The box is empty: does the program send its mail{f' to {smtp}' if smtp else ''}, and did it get there?"
        )
    elif after is not None and after > newest.id:
        said.append(f"The newest message is {newest.id}: is the cursor {after} from another catcher?")
    elif quiet:
        said.append("Nothing else came meanwhile either.")
    if why.nearest:
        said.append(_nearest(why.nearest[0]))
    if refused and not early:
        said.append(_refused(refused))
    return " ".join(said)


def _refused(refused: Sequence[RefusedSession]) -> str:
    more = "" if len(refused) == 1 else f", and so {_were(len(refused) - 1)}"
    return f"Session {refused[0].id} was turned away{more}: {refused[0].reason.rstrip('.')}."


def _were(others: int) -> str:
    return "was another one" if others == 1 else f"were {others} others"


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
        parts.append((f"with {quoted(one.substring)} in its" if one.substring else "with a") + f" header {one.name}")
    if wanted.q is not None:
        parts.append(f"like {quoted(spelled(wanted.q))}")
    if wanted.inbox is not None:
        parts.append(f"in the inbox {wanted.inbox}")
    if after:
        parts.append(f"after message {after}")
    return " ".join(parts)


def explained(one: Failed) -> str:
    """`its subject is “Hello”, without “Welcome”`."""
    actual = None if one.actual is None else controls.short(one.actual, LONGEST)
    match one.condition:
        case "to" | "from":
            where = f"it is {one.condition} {actual}, not " if actual else "it is not "
            return f"{where}{one.condition} {one.wanted}"
        case "subject":
            return f"its subject is {quoted(actual)}, without {quoted(one.wanted)}" if actual else "it has no subject"
        case "header":
            name, _, substring = one.wanted.partition(":")
            return (
                f"its {name} is {quoted(actual)}, without {quoted(substring)}" if actual else f"it has no header {name}"
            )
        case "inbox":
            return f"it is in the inbox {actual}, not in {one.wanted}"
        case "q":
            return f"{quoted(one.wanted)} does not find it" + (f" (it has {quoted(actual)} there)" if actual else "")
        case "after":
            return "it was there before"


def quoted(value: str) -> str:
    return f"“{controls.short(value, LONGEST)}”"


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
    name = f"message {near.row.id}"
    if near.row.subject and all(one.condition != "subject" for one in near.failed):
        name += f", {quoted(near.row.subject)}"
    return f"The nearest is {name}: {', '.join(first)}{', and ' if first else ''}{last}."
