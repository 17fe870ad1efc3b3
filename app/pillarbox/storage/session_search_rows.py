"""The search rows of sessions, and how they are on SQLite: the words and the marks of what was said.

The order and number of words tell nothing here, so neither is kept.
"""

from __future__ import annotations

from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import ColumnElement, TableClause

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
