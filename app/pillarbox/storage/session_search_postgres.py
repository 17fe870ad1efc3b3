"""The search rows of sessions on PostgreSQL."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from pillarbox.mail.spoken import ANYTHING, Said, Wanted


class PostgresSessionSearch:
    """A tsvector of bare words; a mark has a colon before it, which no word has."""

    ddl = (
        "CREATE TABLE session_search (session_id BIGINT NOT NULL PRIMARY KEY REFERENCES session (id) "
        "ON DELETE CASCADE, words TSVECTOR NOT NULL)",
        "CREATE INDEX session_search_words ON session_search USING gin (words)",
    )
    table = sa.table("session_search", sa.column("session_id", sa.BigInteger), sa.column("words", TSVECTOR))
    key: ColumnElement[int] = table.c.session_id
    columns = ("session_id", "words")

    def row(self, session_id: int, said: Said) -> tuple[Any, ...]:
        return (session_id, " ".join([*map(_quoted, sorted(said.words)), *map(_marked, sorted(said.marks))]))

    def matches(self, wanted: Wanted) -> ColumnElement[bool]:
        there = [*map(_quoted, wanted.words), *map(_marked, wanted.marks)] or [_marked(ANYTHING)]
        absent = [*map(_quoted, wanted.no_words), *map(_marked, wanted.no_marks)]
        query = " & ".join([*there, *(f"!{one}" for one in absent)])
        return self.table.c.words.op("@@", is_comparison=True)(sa.cast(sa.literal(query), TSQUERY))


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def _marked(mark: str) -> str:
    return f"':{mark}'"
