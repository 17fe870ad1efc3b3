"""What a query means, as a plain filter over one message: docs/search.md in Python, without an index.

Rules of this module:

* It lets through what the databases find, no more and no less: tests/storage/test_sieve.py holds them to each other.
* Most leaves ask the row alone; `asks_content` says when the message itself must have been read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from pillarbox.mail.message import Addr, Digest, Summary
from pillarbox.mail.query.tree import (
    And,
    Code,
    Flag,
    Header,
    InInbox,
    InSession,
    Leaf,
    Node,
    Not,
    Or,
    Received,
    Size,
    State,
    Tag,
    Text,
    leaves,
)
from pillarbox.mail.words import words


@dataclass(frozen=True)
class Candidate:
    """A message with all that a query can ask of it.

    `digest` may be missing where `asks_content` is false, and `codes`, the marks of the replies of its session
    (`pillarbox.mail.spoken`), where `asks_codes` is.
    """

    summary: Summary
    digest: Digest | None = None
    codes: frozenset[str] = frozenset()

    @cached_property
    def body_words(self) -> list[str]:
        """Made once for all queries that are held against it."""
        return words(_digest(self).body)


def asks_content(query: Node | None) -> bool:
    """Whether a row is not enough to tell."""
    return query is not None and any(map(_asks_content, leaves(query)))


def asks_codes(query: Node | None) -> bool:
    """Whether it asks for what was said in the message's session."""
    return query is not None and any(isinstance(leaf, Code) for leaf in leaves(query))


def passes(one: Candidate, query: Node | None) -> bool:
    match query:
        case None:
            return True
        case And(parts):
            return all(passes(one, part) for part in parts)
        case Or(parts):
            return any(passes(one, part) for part in parts)
        case Not(part):
            return not passes(one, part)
        case _:
            return _holds(one, query)


def failing(one: Candidate, query: Node | None) -> list[Node]:
    """The smallest parts of a query, all of which must hold, that do not; empty when the message passes."""
    if isinstance(query, And):
        return [part for whole in query.parts for part in failing(one, whole)]
    return [] if query is None or passes(one, query) else [query]


def values(one: Candidate, field: str) -> list[str]:
    """The values of a field of parts: each address with its name, each file name."""
    row = one.summary
    if field == "subject":
        return [row.subject]
    if field == "from":
        return [row.mail_from, *_mailboxes(row.from_ + row.reply_to)]
    if field == "to":
        return [*row.rcpt_to, *_mailboxes(row.to + row.cc)]
    if field == "cc":
        return _mailboxes(row.cc)
    return list(row.bcc) if field == "bcc" else [*_digest(one).filenames]


def _asks_content(leaf: Leaf) -> bool:
    if isinstance(leaf, Text):
        return leaf.field in (None, "body", "filename")
    return isinstance(leaf, Header) or leaf == Flag("html")


def _holds(one: Candidate, leaf: Leaf) -> bool:
    row = one.summary
    match leaf:
        case Text():
            return _has_text(one, leaf)
        case Header():
            return _has_header(one, leaf)
        case Flag(kind):
            return {"attachment": row.attachment_count, "lint": row.lint_count}.get(kind, 0) > 0 or (
                kind == "html" and _digest(one).has_html
            )
        case State(kind):
            return {"unread": not row.read, "read": row.read, "pinned": row.pinned}[kind]
        case InInbox(name):
            return row.inbox == name
        case Tag(name):
            return name in row.tags
        case Received(since, until):
            return row.received_at >= since if since is not None else until is not None and row.received_at < until
        case Size(larger, smaller):
            return row.size > larger if larger is not None else smaller is not None and row.size < smaller
        case InSession(session_id):
            return row.session_id == session_id
        case Code(mark):
            return mark in one.codes


def _has_text(one: Candidate, text: Text) -> bool:
    if text.field == "body":
        return _stands_in(one.body_words, text.words, goes_on=text.goes_on)
    if text.field is not None:
        return any(_is_part(value, text) for value in values(one, text.field))
    found = (value for field in ("subject", "from", "to", "filename") for value in values(one, field))
    return any(_is_part(value, text) for value in found) or _has_text(one, Text(text.words, "body", text.whole))


def _has_header(one: Candidate, header: Header) -> bool:
    found = [value for name, value in _digest(one).fields if name.lower() == header.name]
    if not header.words:
        return bool(found)
    return any(_stands_in(words(value), header.words, goes_on=header.goes_on) for value in found)


def _digest(one: Candidate) -> Digest:
    if one.digest is None:
        raise ValueError("this query asks for content, and the message has not been read")
    return one.digest


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
