"""The search rows of sessions, on SQLite and on PostgreSQL: the words and the marks of what was said.

The order and number of words tell nothing here, so neither is kept.
"""

from __future__ import annotations

from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import ColumnElement, TableClause
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from pillarbox.mail.spoken import ANYTHING, Said, Wanted


class SessionSearch(Protocol):
    """The rows of one kind of database."""

    @property
    def ddl(self) -> tuple[str, ...]: ...

    @property
    def table(self) -> TableClause: ...

    @property
    def key(self) -> ColumnElement[int]:
        """The session's id, to order and page by."""

    @property
    def columns(self) -> tuple[str, ...]: ...

    def row(self, session_id: int, said: Said) -> tuple[Any, ...]: ...

    def matches(self, wanted: Wanted) -> ColumnElement[bool]:
        """`wanted` is not empty."""


class SqliteSessionSearch:
    """An FTS5 table of its own with the tokenizer of the messages' table, the rowid is the session's id."""

    ddl = (
        "CREATE VIRTUAL TABLE session_search USING fts5(words, marks, columnsize=0, detail=column, "
        "tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* Co Cn'\")",
    )
    table = sa.table("session_search", sa.column("rowid", sa.Integer))
    key: ColumnElement[int] = table.c.rowid
    columns = ("rowid", "words", "marks")

    def row(self, session_id: int, said: Said) -> tuple[Any, ...]:
        return (session_id, " ".join(sorted(said.words)), " ".join(sorted(said.marks)))

    def matches(self, wanted: Wanted) -> ColumnElement[bool]:
        there = [f'words : "{word}"' for word in wanted.words] + [f'marks : "{mark}"' for mark in wanted.marks]
        absent = [f'words : "{word}"' for word in wanted.no_words] + [f'marks : "{mark}"' for mark in wanted.no_marks]
        expression = f"({' AND '.join(there or [f'marks : {ANYTHING}'])})"
        if absent:
            # One NOT: nested ones overflow the stack of FTS5's parser.
            expression += f" NOT ({' OR '.join(absent)})"
        return sa.literal_column("session_search").op("MATCH", is_comparison=True)(sa.literal(expression))


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
