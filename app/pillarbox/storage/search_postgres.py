"""Search rows on PostgreSQL: a tsvector built of our own words, with a GIN index.

PostgreSQL's parser is never asked: a row is written as a tsvector's own text form. A field is a weight (A subject,
B sender, C recipients, D the rest), a word has the places where it stands, so that fields and phrases can be asked
for; file names stand a second time with a mark, as flags do. A mark has a colon, which no word has.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from pillarbox.storage.search import Searchable, inbox_flag

WEIGHTS = ("A", "B", "C", "D", "D")
"""By the order of `search.FIELDS`."""

MAX_PLACE = 16_383
MAX_PLACES = 250
"""What a tsvector holds of one word: places up to 2^14 - 1, and at most 255 of them."""

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

    def content(self, searchable: Searchable) -> tuple[str, ...]:
        fields = searchable.words()
        places: dict[str, list[str]] = {}
        at = 0
        for words, weight in zip(fields, WEIGHTS, strict=True):
            for word in words:
                at += 1
                seen = places.setdefault(word, [])
                if len(seen) < MAX_PLACES and at <= MAX_PLACE:
                    seen.append(f"{at}{weight}")
            at += 1  # a phrase does not run from one field into the next
        parts = [f"{_quoted(word)}:{','.join(seen)}" if seen else _quoted(word) for word, seen in places.items()]
        parts += [_quoted(f"file:{word}") for word in dict.fromkeys(fields[3])]
        parts += [_quoted(f"flag:{flag}") for flag in searchable.flags]
        return (" ".join(parts),)

    def row(self, message_id: int, inbox_id: int, content: tuple[str, ...]) -> tuple[Any, ...]:
        return (message_id, f"{content[0]} 'flag:{inbox_flag(inbox_id)}'")

    def matches(self, wanted: Sequence[str], flags: Sequence[str]) -> ColumnElement[bool]:
        lexemes = [*map(_quoted, wanted), *(_quoted(f"flag:{flag}") for flag in flags)]
        query = sa.cast(sa.literal(" & ".join(lexemes)), TSQUERY)
        return self.table.c.words.op("@@", is_comparison=True)(query)


def _quoted(word: str) -> str:
    if word.isalnum():
        return f"'{word}'"
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
