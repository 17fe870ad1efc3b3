"""Search rows on SQLite: an FTS5 table of its own, the rowid is the message's id.

The tokenizer takes every letter, mark and number, what is for private use, and what a later Unicode may make a letter,
for a part of a word, and takes no diacritics off: of our words and grams it makes those same words, of ASCII text what
`mail.words` makes (a NUL would end a text; there is none in what the parser gives). No column sizes: they serve
ranking, and results are ordered by id.

The table keeps the index alone and none of the texts, which would be a second copy of all mail: who removes a row says
what was in it (FTS5, "The 'delete' Command"; a plain DELETE wants SQLite 3.43).

`search_words` lists the words of the table, each place where one stands; it keeps nothing of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from pillarbox.mail.query import Node
from pillarbox.storage.match_sqlite import Expression
from pillarbox.storage.search import PARTS, Searchable, grams, inbox_flag

DDL = (
    "CREATE VIRTUAL TABLE search USING fts5(subject, sender, recipients, cc, bcc, filenames, body, headers, flags, "
    "content='', columnsize=0, tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* Co Cn'\")",
    "CREATE VIRTUAL TABLE search_words USING fts5vocab(search, instance)",
)

# While mail comes, half the default merging: a fifth less work a message. In quiet moments as much as there can be
# (`Upkeep.gather`): among 1,000,000 messages a search of 18 segments takes up to three times as long as one of few.
AUTOMERGE = 8
TUNING = (
    f"INSERT INTO search (search, rank) VALUES ('automerge', {AUTOMERGE})",
    "INSERT INTO search (search, rank) VALUES ('usermerge', 2)",
)


_COLUMNS = ("rowid", *PARTS, "body", "headers", "flags")
_REMOVE = f"INSERT INTO search (search, {', '.join(_COLUMNS)}) VALUES ('delete', {', '.join('?' * len(_COLUMNS))})"


class SqliteSearch:
    ddl = (*DDL, *TUNING)
    tuning = TUNING
    table = sa.table("search", sa.column("rowid", sa.Integer))
    key: ColumnElement[int] = table.c.rowid
    columns = _COLUMNS
    piece = 10_000
    forgets = True

    def content(self, searchable: Searchable) -> tuple[str, ...]:
        parts = [_few_grams(part) if len(part) <= 100 else _grams(part) for part in searchable.parts]
        body = searchable.plain_body()
        if body is None:
            body = " ".join(searchable.body_words())
        return (*parts, body, " ".join(searchable.headers), " ".join(searchable.flags))

    def row(self, message_id: int, inbox_id: int, content: tuple[str, ...]) -> tuple[Any, ...]:
        return (message_id, *content[:-1], f"{content[-1]} {inbox_flag(inbox_id)}")

    def remove(self, connection: Connection, ids: Sequence[int], written: Mapping[int, tuple[Any, ...]]) -> None:
        driver: Any = connection.connection.driver_connection
        driver.executemany(_REMOVE, [written[one] for one in ids if one in written])

    def clear(self, connection: Connection) -> None:
        connection.exec_driver_sql("INSERT INTO search (search) VALUES ('delete-all')")

    def matches(self, connection: Connection, wanted: Node, flag: str | None) -> ColumnElement[bool]:
        expression = Expression(connection).of(wanted, flag)
        return sa.literal_column("search").op("MATCH", is_comparison=True)(sa.literal(expression))


def _grams(joined: str) -> str:
    return " ".join(grams(joined))


_few_grams = lru_cache(maxsize=1024)(_grams)
"""Remembered: the same addresses come again and again, and so do most subjects."""
