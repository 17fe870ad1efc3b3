"""Search rows on PostgreSQL: a tsvector of our own words and grams, with a GIN index.

PostgreSQL's parser is never asked: a row is written as a tsvector's own text form. A word has the places where it
stands, so that phrases can be asked for; a mark before it says what it is of, and no word begins with one, so that what
begins like a word is words only. Places begin anew for each mark. A weight says which field a gram is of.

A tsvector holds places up to 16,383, and 255 of each word. What has no more of them is there without its place, and the
row is flagged: in such a row a phrase is its words in any order (`tsquery` asks so).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from pillarbox.mail.query import Node
from pillarbox.storage import tsquery
from pillarbox.storage.search import Searchable, grams, inbox_flag
from pillarbox.storage.tsquery import FLAG, LONG, PLACES, quoted

MAX_PLACE = 16_383
MAX_PLACES = 250

DDL = (
    "CREATE TABLE search (message_id BIGINT NOT NULL PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE, "
    "words TSVECTOR NOT NULL)",
    "CREATE INDEX search_words ON search USING gin (words)",
)


class PostgresSearch:
    ddl = DDL
    table = sa.table("search", sa.column("message_id", sa.BigInteger), sa.column("words", TSVECTOR))
    key: ColumnElement[int] = table.c.message_id
    columns = ("message_id", "words")
    piece = 2**62  # a GIN index is asked for all of it anyway
    forgets = False
    tuning = ()

    def content(self, searchable: Searchable) -> tuple[str, ...]:
        vector = _Vector()
        at = {mark: 1 for mark, _ in PLACES}
        for part, (mark, weight) in zip(searchable.parts, PLACES, strict=True):
            found = [mark + gram for gram in grams(part)]
            vector.add(found, at[mark], weight)
            at[mark] += len(found) + 1  # a phrase does not run from one field into the next
        vector.add(searchable.body_words(), 1, "")
        vector.add(searchable.headers, 1, "")
        flags = [*searchable.flags, LONG] if vector.long else searchable.flags
        return (" ".join([*vector.lexemes(), *(quoted(FLAG + flag) for flag in flags)]),)

    def row(self, message_id: int, inbox_id: int, content: tuple[str, ...]) -> tuple[Any, ...]:
        return (message_id, f"{content[0]} {quoted(FLAG + inbox_flag(inbox_id))}")

    def remove(self, connection: Connection, ids: Sequence[int], written: Mapping[int, tuple[Any, ...]]) -> None:
        connection.execute(sa.delete(self.table).where(self.key.in_(ids)))

    def clear(self, connection: Connection) -> None:
        connection.execute(sa.delete(self.table))

    def matches(self, connection: Connection, wanted: Node, flag: str | None) -> ColumnElement[bool]:
        query = sa.cast(sa.literal(tsquery.of(wanted, flag)), TSQUERY)
        return self.table.c.words.op("@@", is_comparison=True)(query)


class _Vector:
    """Lexemes with their places. `long`: some have no place because there was none left."""

    def __init__(self) -> None:
        self._places: dict[str, list[str]] = {}
        self.long = False

    def add(self, lexemes: Sequence[str], at: int, weight: str) -> None:
        for place, lexeme in enumerate(lexemes, at):
            seen = self._places.setdefault(lexeme, [])
            if len(seen) < MAX_PLACES and place <= MAX_PLACE:
                seen.append(f"{place}{weight}")
            else:
                self.long = True

    def lexemes(self) -> list[str]:
        return [f"{quoted(one)}:{','.join(seen)}" if seen else quoted(one) for one, seen in self._places.items()]
