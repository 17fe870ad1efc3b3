"""Search rows on SQLite: an FTS5 table of its own, the rowid is the message's id.

The tokenizer takes every letter, mark and number, and what a later Unicode may make one, for a part of a word, and
takes no diacritics off: of our words it makes those same words, of ASCII text what `mail.words` makes (a NUL would
end a text; there is none in what the parser gives). No column sizes: they serve ranking, and results are ordered by id.
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
    "tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* Co Cn'\")"
)

# Half the default merging: a fifth less work a message, and a search still looks into few segments.
TUNING = "INSERT INTO search (search, rank) VALUES ('automerge', 8)"


class SqliteSearch:
    ddl = (DDL, TUNING)
    table = sa.table("search", sa.column("rowid", sa.Integer))
    key: ColumnElement[int] = table.c.rowid
    columns = ("rowid", *FIELDS, "flags")

    def content(self, searchable: Searchable) -> tuple[str, ...]:
        texts = searchable.plain() or tuple(map(" ".join, searchable.words()))
        return (*texts, " ".join(searchable.flags))

    def row(self, message_id: int, inbox_id: int, content: tuple[str, ...]) -> tuple[Any, ...]:
        return (message_id, *content[:-1], f"{content[-1]} {inbox_flag(inbox_id)}")

    def matches(self, wanted: Sequence[str], flags: Sequence[str]) -> ColumnElement[bool]:
        expression = f"{{{' '.join(FIELDS)}}} : ({' AND '.join(map(_quoted, wanted))})"
        for flag in flags:
            expression += f" AND flags : {_quoted(flag)}"
        return sa.literal_column("search").op("MATCH", is_comparison=True)(sa.literal(expression))


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
