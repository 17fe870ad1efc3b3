"""What of a message can be searched: its words, by field, the same for both databases.

Rules of this module:

* A word is what `pillarbox.mail.words` says. A database is given words, or, where its tokenizer provably does the
  same (SQLite on ASCII), the text as it is: that spares half of what a small message costs.
* Fields are searched together unless one is named; flags (the inbox, `has…`) are never found by a plain word.
* At most `MAX_OCTETS` of words a message, first fields first: PostgreSQL refuses a tsvector of 1 MiB.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from sqlalchemy import ColumnElement, TableClause

from pillarbox.mail.envelope import Envelope
from pillarbox.mail.message import Addr, Digest
from pillarbox.mail.words import MAX_WORD, words

MAX_OCTETS = 384 * 1024
"""A word costs its UTF-8 and up to 5 octets in a tsvector; words of 4 octets, the worst case, stay below 1 MiB."""

FIELDS = ("subject", "sender", "recipients", "filenames", "body")


class Searchable(NamedTuple):
    """The texts of one message in the order of `FIELDS`, and its flags but for the inbox."""

    texts: tuple[str, ...]
    flags: tuple[str, ...]

    def words(self) -> list[list[str]]:
        """The words of each text, within the limit."""
        fields = [words(text) for text in self.texts]
        # A character is at most 4 octets: nearly every message is settled without encoding anything.
        if sum(sum(map(len, field)) for field in fields) * 4 <= MAX_OCTETS:
            return fields
        left = MAX_OCTETS
        for field in fields:
            for index, word in enumerate(field):
                left -= len(word.encode())
                if left < 0:
                    del field[index:]
                    break
        return fields

    def plain(self) -> tuple[str, ...] | None:
        """The texts, if splitting them at all but ASCII letters and digits makes `words` of them; else None."""
        for text in self.texts:
            if not text.isascii() or (len(text) > MAX_WORD and not _in_short_words(text)):
                return None
        return self.texts if sum(map(len, self.texts)) <= MAX_OCTETS else None


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

    def content(self, searchable: Searchable) -> tuple[str, ...]:
        """Of a row what takes time to make, before the writers' lock is taken."""

    def row(self, message_id: int, inbox_id: int, content: tuple[str, ...]) -> tuple[Any, ...]: ...

    def matches(self, wanted: Sequence[str], flags: Sequence[str]) -> ColumnElement[bool]:
        """The condition that all these words and flags are in the row. There is at least one word."""


def searchable(envelope: Envelope, digest: Digest) -> Searchable:
    to = envelope.rcpt_to
    texts = (
        digest.subject,
        f"{envelope.mail_from.address} {_mailboxes(digest.from_ + digest.reply_to)}",
        f"{_mailboxes(digest.to + digest.cc)} {' '.join([one.address for one in to])}",
        " ".join(digest.filenames),
        digest.body,
    )
    return Searchable(texts, ("hasattachment",) if digest.attachment_count else ())


def wanted(query: str) -> list[str]:
    """The words that a row must have, each once."""
    return list(dict.fromkeys(words(query)))


def inbox_flag(inbox_id: int) -> str:
    """By id: a name would be several words, and may be renamed."""
    return f"inbox{inbox_id}"


def _in_short_words(text: str) -> bool:
    if max(map(len, text.split("\n"))) <= MAX_WORD:
        return True
    return max(map(len, text.split()), default=0) <= MAX_WORD


def _mailboxes(addresses: Iterable[Addr]) -> str:
    return " ".join([f"{name} {address}" for name, address in addresses])
