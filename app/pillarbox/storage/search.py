"""What of a message can be searched: its words, by field, the same for both databases.

Rules of this module:

* A word is what `pillarbox.mail.words` says; nothing here or in a database cuts text a second way.
* Fields are searched together unless one is named; flags (the inbox, `has…`) are never found by a plain word.
* At most `MAX_OCTETS` of words a message, first fields first: PostgreSQL refuses a tsvector of 1 MiB.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, TableClause

from pillarbox.mail.envelope import Envelope
from pillarbox.mail.message import Addr, Digest
from pillarbox.mail.words import words

MAX_OCTETS = 384 * 1024
"""A word costs its UTF-8 and up to 5 octets in a tsvector; words of 4 octets, the worst case, stay below 1 MiB."""

FIELDS = ("subject", "sender", "recipients", "filenames", "body")


@dataclass(frozen=True, slots=True)
class Searchable:
    """The words of one message in the order of `FIELDS`, and its flags but for the inbox."""

    fields: tuple[Sequence[str], ...]
    flags: tuple[str, ...]


class Search(Protocol):
    """The search rows of one kind of database."""

    @property
    def ddl(self) -> tuple[str, ...]:
        """The statements that make the table."""

    @property
    def table(self) -> TableClause: ...

    @property
    def key(self) -> ColumnElement[int]:
        """The message's id in a search row, to order and page by."""

    @property
    def columns(self) -> tuple[str, ...]: ...

    def row(self, message_id: int, inbox_id: int, searchable: Searchable) -> tuple[Any, ...]: ...

    def matches(self, wanted: Sequence[str], flags: Sequence[str]) -> ColumnElement[bool]:
        """The condition that all these words and flags are in the row. There is at least one word."""


def searchable(envelope: Envelope, digest: Digest) -> Searchable:
    senders = _mailboxes((*digest.from_, *digest.reply_to))
    recipients = _mailboxes((*digest.to, *digest.cc))
    texts = (
        digest.subject,
        f"{envelope.mail_from.address} {senders}",
        f"{recipients} {' '.join(recipient.address for recipient in envelope.rcpt_to)}",
        " ".join(digest.filenames),
        digest.body,
    )
    flags = ("hasattachment",) if digest.attachment_count else ()
    return Searchable(_within_limit([words(text) for text in texts]), flags)


def wanted(query: str) -> list[str]:
    """The words that a row must have, each once."""
    return list(dict.fromkeys(words(query)))


def inbox_flag(inbox_id: int) -> str:
    """By id: a name would be several words, and may be renamed."""
    return f"inbox{inbox_id}"


def _mailboxes(addresses: Iterable[Addr]) -> str:
    return " ".join(f"{address.name} {address.address}" for address in addresses)


def _within_limit(fields: list[list[str]]) -> tuple[Sequence[str], ...]:
    # A character is at most 4 octets: nearly every message is settled without encoding anything.
    if sum(len(word) for field in fields for word in field) * 4 <= MAX_OCTETS:
        return tuple(fields)
    left = MAX_OCTETS
    kept: list[list[str]] = []
    for field in fields:
        taken: list[str] = []
        for word in field:
            left -= len(word.encode())
            if left < 0:
                break
            taken.append(word)
        kept.append(taken)
    return tuple(kept)
