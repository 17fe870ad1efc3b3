"""What of a message can be searched, the same for both databases: its parts, its words, its headers, its flags.

Rules of this module:

* A word is what `pillarbox.mail.words` says. A field of parts (`PARTS`) is kept as grams: every three characters that
  stand together in its words, joined and surrounded by one space; a phrase of grams is a part of the field exactly,
  and one that begins and ends with a space is whole words. Between two values stand two spaces, which no query has.
* `GAP` is the space within a gram, and the mark of what is no word of a text: no text has it after `words`.
* Headers are words that carry the name of their header; each header begins with a word that is the name alone.
* The body is given as it is where SQLite's tokenizer provably makes the same words of it (ASCII): that spares half of
  what a small message costs.
* Limits: `MAX_PARTS`, `MAX_BODY` and `MAX_HEADERS` octets, first ones first: PostgreSQL refuses a tsvector of 1 MiB.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from sqlalchemy import ColumnElement, Connection, TableClause

from pillarbox.mail.envelope import Envelope
from pillarbox.mail.message import Addr, Digest
from pillarbox.mail.query import Node
from pillarbox.mail.words import MAX_WORD, search_text, words

PARTS = ("subject", "sender", "recipients", "cc", "bcc", "filenames")
"""Fields in which every part of a word is found. `recipients` are those of To; with `cc` and `bcc`, which are in no
header, they are all that `to:` means."""

GAP = "\ue000"

MAX_PARTS = 64 * 1024
"""A gram costs a tsvector up to 16 octets, where it stands once and is of the longest characters."""

MAX_BODY = 256 * 1024
"""A word costs a tsvector its octets and up to 5 more; words of 4 octets, the worst case, take 600 KiB."""

MAX_HEADERS = 32 * 1024

MAX_NAME = 100
"""Characters of a header's name; headers of longer names are not searched."""

_NAME = {code: 0xE100 + code for code in range(128) if not chr(code).isalnum()}
"""What is no letter and no number would end a word, so in names of headers it is a character that does not."""

_USUAL = """
    received from to cc bcc subject date message-id reply-to sender return-path in-reply-to references mime-version
    content-type content-transfer-encoding content-disposition content-language x-mailer user-agent x-priority priority
    importance list-id list-unsubscribe list-unsubscribe-post precedence auto-submitted dkim-signature
    authentication-results delivered-to feedback-id x-sender x-originating-ip organization thread-index thread-topic
"""
_MARKS = {name: chr(0xE200 + number) for number, name in enumerate(_USUAL.split())}
"""Names that stand in nearly every message are one character in the index. Their order is part of what is stored: new
ones go to the end, with a migration that writes the rows anew."""


class Searchable(NamedTuple):
    """Of one message: the joined words of `PARTS` in that order, the body's text, its headers' words, its flags."""

    parts: tuple[str, ...]
    body: str
    headers: tuple[str, ...]
    flags: tuple[str, ...]

    def body_words(self) -> list[str]:
        """The words of the body, within the limit."""
        found = words(self.body)
        # A character is at most 4 octets: nearly every message is settled without encoding anything.
        if sum(map(len, found)) * 4 <= MAX_BODY:
            return found
        left = MAX_BODY
        for index, word in enumerate(found):
            left -= len(word.encode())
            if left < 0:
                return found[:index]
        return found

    def plain_body(self) -> str | None:
        """The body, if splitting it at all but ASCII letters and digits makes `body_words` of it, words longer than
        `MAX_WORD` left whole; else None.
        """
        return self.body if len(self.body) <= MAX_BODY and self.body.isascii() else None


class Search(Protocol):
    """The search rows of one kind of database."""

    @property
    def ddl(self) -> tuple[str, ...]:
        """The statements that make the table and what belongs to it."""

    @property
    def table(self) -> TableClause: ...

    @property
    def key(self) -> ColumnElement[int]:
        """The message's id in a search row, to order and page by."""

    @property
    def columns(self) -> tuple[str, ...]: ...

    @property
    def piece(self) -> int:
        """Ids that are counted in one statement, where a smaller range takes less time."""

    def content(self, searchable: Searchable) -> tuple[str, ...]:
        """Of a row what takes time to make, before the writers' lock is taken."""

    def row(self, message_id: int, inbox_id: int, content: tuple[str, ...]) -> tuple[Any, ...]: ...

    @property
    def tuning(self) -> tuple[str, ...]:
        """The statements that set what a process that died in the middle of a compaction has not set again."""

    @property
    def forgets(self) -> bool:
        """Whether the index keeps nothing but itself: who removes a row has to say what was in it."""

    def remove(self, connection: Connection, ids: Sequence[int], written: Mapping[int, tuple[Any, ...]]) -> None:
        """`written` are the rows as they were written, for an index that forgets; what is not among them stays."""

    def clear(self, connection: Connection) -> None:
        """Remove all rows at once."""

    def matches(self, connection: Connection, wanted: Node, flag: str | None) -> ColumnElement[bool]:
        """The condition that a row is such, and has that flag. The leaves of `wanted` are Text, Header and Flag."""


def searchable(envelope: Envelope, digest: Digest, *, lint: bool) -> Searchable:
    """`lint`: whether anything was found wrong with the message."""
    named = {address.casefold() for _, address in digest.to + digest.cc}
    parts: tuple[str, ...] = (
        search_text(digest.subject),
        _sender(envelope.mail_from.address, digest.from_ + digest.reply_to),
        _mailboxes(digest.to),
        _mailboxes(digest.cc) if digest.cc else "",
        _values([one.address for one in envelope.rcpt_to if one.address.casefold() not in named]),
        _values(digest.filenames) if digest.filenames else "",
    )
    if sum(map(len, parts)) * 4 > MAX_PARTS:
        parts = tuple(_fitted(parts))
    flags = ["all"]
    if digest.attachment_count:
        flags.append("hasattachment")
    if digest.has_html:
        flags.append("hashtml")
    if lint:
        flags.append("haslint")
    return Searchable(parts, digest.body, _headers(digest.fields), tuple(flags))


def grams(joined: str, *, whole: bool = True) -> list[str]:
    """Every three characters of joined words; `whole` with the spaces around them.

    >>> grams("ab c")
    ['\ue000ab', 'ab\ue000', 'b\ue000c', '\ue000c\ue000']
    """
    if not joined:
        return []
    text = joined.replace(" ", GAP)
    if whole:
        text = GAP + text + GAP
    return [text[at : at + 3] for at in range(len(text) - 2)]


def header_mark(name: str) -> str:
    """The word that every header of that name begins with; its words are this and the word."""
    name = name.lower()
    return _MARKS.get(name) or f"{GAP}{name.translate(_NAME)}{GAP}"


def inbox_flag(inbox_id: int) -> str:
    """By id: a name would be several words, and may be renamed."""
    return f"inbox{inbox_id}"


def _sender(mail_from: str, addresses: tuple[Addr, ...]) -> str:
    return _few_senders(mail_from, addresses) if len(addresses) <= 2 else _senders(mail_from, addresses)


def _senders(mail_from: str, addresses: tuple[Addr, ...]) -> str:
    values = [search_text(f"{name} {address}") for name, address in addresses]
    envelope = search_text(mail_from)
    # What is a part of another value is found there already.
    if not any(f" {envelope} " in f" {value} " for value in values):
        values.insert(0, envelope)
    return "  ".join(dict.fromkeys(filter(None, values)))


_few_senders = lru_cache(maxsize=512)(_senders)
"""Remembered: mail after mail is from the same sender, and often to the same recipient."""


def _mailboxes(addresses: tuple[Addr, ...]) -> str:
    return _few_mailboxes(addresses) if len(addresses) <= 2 else _all_mailboxes(addresses)


def _all_mailboxes(addresses: tuple[Addr, ...]) -> str:
    return _values([f"{name} {address}" for name, address in addresses])


_few_mailboxes = lru_cache(maxsize=512)(_all_mailboxes)


def _values(texts: Iterable[str]) -> str:
    return "  ".join(dict.fromkeys(filter(None, map(search_text, texts))))


def _fitted(parts: Sequence[str]) -> list[str]:
    left = MAX_PARTS
    fitted = []
    for part in parts:
        octets = part.encode()
        fitted.append(octets[:left].decode(errors="ignore").strip() if len(octets) > left else part)
        left = max(0, left - len(octets))
    return fitted


def _headers(fields: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    found: list[str] = []
    left = MAX_HEADERS
    for name, value in fields:
        if len(name) > MAX_NAME:
            continue
        octets, some = _short_header(name, value) if len(value) <= MAX_WORD else _header(name, value)
        if octets > left:
            some = some[:1]  # that there is such a header is found all the same
            octets = len(some[0].encode())
        if octets <= left:
            left -= octets
            found += some
    return tuple(found)


def _header(name: str, value: str) -> tuple[int, list[str]]:
    """The words of a header, and their octets, or a few more."""
    mark = header_mark(name)
    found = [mark, *[mark + word for word in words(value)]]
    if value.isascii():
        return len(mark.encode()) * len(found) + len(value), found
    return sum([len(word.encode()) for word in found]), found


_short_header = lru_cache(maxsize=512)(_header)
"""Remembered: most headers of a program's mail are the same every time. The lists are never changed."""
