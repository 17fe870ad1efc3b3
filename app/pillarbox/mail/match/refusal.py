"""Why an SMTP session did not bring its mail, in one line: `550 5.1.1 at RCPT: No such user here`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pillarbox.mail import controls
from pillarbox.mail.inbox import DOMAIN, folded
from pillarbox.mail.match.conditions import Conditions
from pillarbox.mail.session import Facts, Outcome
from pillarbox.mail.transcript import Entry

FAILED: frozenset[Outcome] = frozenset({"refused", "timeout", "error"})

Bearing = Literal["meant", "unknown", "other"]
"""A session that was turned away before it named a recipient may have been meant; one that named others was not."""

LONGEST = 300
"""Characters of a reason."""

_CHANGES_NOTHING = frozenset({"NOOP", "RSET"})
_ABOUT_MAIL = frozenset({"MAIL", "RCPT", "DATA", "BDAT", "AUTH", "STARTTLS"})


@dataclass(frozen=True, slots=True)
class RefusedSession:
    id: int
    reason: str


def went_wrong(facts: Facts) -> bool:
    """Whether the session was refused or failed, or a reply in it was of class 4 or 5."""
    return facts.errors > 0 or facts.outcome in FAILED or facts.reason is not None


def only_hung_up(facts: Facts, entries: Iterable[Entry]) -> bool:
    """Whether all that the client began was taken, and only its QUIT is missing, as many programs leave it out."""
    if facts.outcome != "dropped" or facts.errors:
        return False
    taken = content = False
    for entry in entries:
        if entry.side == "client" and entry.verb not in _CHANGES_NOTHING:
            content, taken = entry.kind == "data" and entry.message_id is not None, False
        elif entry.side == "server" and content:
            taken = entry.code is not None and entry.code < 300
    return taken


def reason(facts: Facts, entries: Iterable[Entry]) -> str:
    """The last reply of class 4 or 5 that mail depends on, else the last one, else what the session's row says."""
    last = last_about_mail = None
    verb: str | None = None
    for entry in entries:
        if entry.side == "client" and entry.kind in ("command", "auth", "data"):
            verb = {"auth": "AUTH", "data": "DATA"}.get(entry.kind, entry.verb)
        elif entry.side == "server" and entry.code is not None and entry.code >= 400:
            last = (verb, entry)
            if verb in _ABOUT_MAIL:
                last_about_mail = last
    found = last_about_mail or last
    if found is None:
        return (facts.reason or f"It ended as {facts.outcome}.")[:LONGEST]
    verb, entry = found
    text = entry.text[4:]
    codes = str(entry.code)
    if entry.enhanced is not None:
        codes, text = f"{codes} {entry.enhanced}", text[len(entry.enhanced) :]
    place = f"at {controls.in_line(verb)}" if verb else "at the connect"
    return f"{codes} {place}: {controls.in_line(text.strip())}"[:LONGEST]


def named(entries: Iterable[Entry]) -> str:
    """What the client said of senders and recipients, folded, to look for an address in."""
    said = (entry.text for entry in entries if entry.side == "client" and entry.verb in ("MAIL", "RCPT"))
    return " ".join(said).casefold()


def bearing(wanted: Conditions, named: str, username: str | None) -> Bearing:
    """What a session has to do with the mail that is waited for: by what it `named`, and whom it authenticated as."""
    marks = [wanted.to.casefold().removeprefix("*")] if wanted.to is not None else []
    if wanted.inbox is not None:
        marks += [f"@{wanted.inbox}.{DOMAIN}", f"+{wanted.inbox}@"]
        if username is not None and folded(username) == wanted.inbox:
            return "meant"
    if any(mark in named for mark in marks):
        return "meant"
    return "other" if marks and "rcpt" in named else "unknown"
