"""Search rows on SQLite: an FTS5 table of its own, the rowid is the message's id.

Every character of our words is a token character here, so that the space between words is the only separator and
FTS5 finds exactly the words that we gave it. No column sizes: they serve ranking, and results are ordered by id.
Deleting must work on SQLite 3.40, which rules out a contentless table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from pillarbox.storage.search import FIELDS, Searchable, inbox_flag

DDL = (
    "CREATE VIRTUAL TABLE search USING fts5(subject, sender, recipients, filenames, body, flags, columnsize=0, "
    "tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co Cn'\")"
)


class SqliteSearch:
    ddl = (DDL,)
    table = sa.table("search", sa.column("rowid", sa.Integer))
    key: ColumnElement[int] = table.c.rowid
    columns = ("rowid", *FIELDS, "flags")

    def row(self, message_id: int, inbox_id: int, searchable: Searchable) -> tuple[Any, ...]:
        flags = " ".join((inbox_flag(inbox_id), *searchable.flags))
        return (message_id, *map(" ".join, searchable.fields), flags)

    def matches(self, wanted: Sequence[str], flags: Sequence[str]) -> ColumnElement[bool]:
        expression = f"{{{' '.join(FIELDS)}}} : ({' AND '.join(map(_quoted, wanted))})"
        for flag in flags:
            expression += f" AND flags : {_quoted(flag)}"
        return sa.literal_column("search").op("MATCH", is_comparison=True)(sa.literal(expression))


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
