"""What a query means, as a plain filter over one message: docs/search.md in Python, without an index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pillarbox.mail.envelope import Envelope
from pillarbox.mail.message import Addr
from pillarbox.mail.parse import digest, parse
from pillarbox.mail.query import (
    And,
    Code,
    Flag,
    Header,
    InInbox,
    InSession,
    Node,
    Not,
    Or,
    Received,
    Size,
    State,
    Tag,
    Text,
)
from pillarbox.mail.words import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A message with all that a query can ask of it. `codes` are the marks of its session's replies."""

    raw: bytes
    envelope: Envelope
    received_at: datetime
    inbox: str = "default"
    tags: tuple[str, ...] = ()
    read: bool = False
    pinned: bool = False
    linted: bool = False
    session_id: int | None = None
    codes: frozenset[str] = frozenset()


def passes(kept: Kept, query: Node | None) -> bool:
    match query:
        case None:
            return True
        case And(parts):
            return all(passes(kept, part) for part in parts)
        case Or(parts):
            return any(passes(kept, part) for part in parts)
        case Not(part):
            return not passes(kept, part)
        case Text():
            return _has_text(kept, query)
        case Header():
            return _has_header(kept, query)
        case Flag("attachment"):
            return any(not part.inline for part in parse(kept.raw).attachments)
        case Flag("html"):
            return parse(kept.raw).html is not None
        case Flag("lint"):
            return kept.linted
        case State(kind):
            return {"unread": not kept.read, "read": kept.read, "pinned": kept.pinned}[kind]
        case InInbox(name):
            return kept.inbox == name
        case Tag(name):
            return name in kept.tags
        case Received(since, until):
            return kept.received_at >= since if since is not None else until is not None and kept.received_at < until
        case Size(larger, smaller):
            return len(kept.raw) > larger if larger is not None else smaller is not None and len(kept.raw) < smaller
        case InSession(session_id):
            return kept.session_id == session_id
        case Code(mark):
            return mark in kept.codes
    raise AssertionError(query)


def _has_text(kept: Kept, text: Text) -> bool:
    if text.field == "body":
        return _stands_in(words(digest(kept.raw).body), text.words, goes_on=text.goes_on)
    if text.field is not None:
        return any(_is_part(value, text) for value in _values(kept)[text.field])
    values = [value for values in _values(kept).values() for value in values]
    return any(_is_part(value, text) for value in values) or _has_text(kept, Text(text.words, "body", text.whole))


def _has_header(kept: Kept, header: Header) -> bool:
    values = [value for name, value in parse(kept.raw).headers if name.lower() == header.name]
    if not header.words:
        return bool(values)
    return any(_stands_in(words(value), header.words, goes_on=header.goes_on) for value in values)


def _values(kept: Kept) -> dict[str, list[str]]:
    mail = parse(kept.raw)
    recipients = [one.address for one in kept.envelope.rcpt_to]
    named = {address.casefold() for _, address in mail.to + mail.cc}
    return {
        "subject": [mail.subject],
        "from": [kept.envelope.mail_from.address, *_mailboxes(mail.from_ + mail.reply_to)],
        "to": [*recipients, *_mailboxes(mail.to + mail.cc)],
        "cc": [*_mailboxes(mail.cc)],
        "bcc": [address for address in recipients if address.casefold() not in named],
        "filename": [part.filename for part in mail.attachments if part.filename],
    }


def _mailboxes(addresses: Iterable[Addr]) -> list[str]:
    return [f"{name} {address}" for name, address in addresses]


def _is_part(value: str, text: Text) -> bool:
    joined = " ".join(words(value))
    return text.joined in joined if text.partial else f" {text.joined} " in f" {joined} "


def _stands_in(there: Sequence[str], wanted: Sequence[str], *, goes_on: bool) -> bool:
    *first, last = wanted
    for start in range(len(there) - len(first)):
        end = there[start + len(first)]
        if list(there[start : start + len(first)]) == first and (end.startswith(last) if goes_on else end == last):
            return True
    return False
