"""Search rows of sessions. An older program goes on beside them: it neither makes nor needs any."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
compatible_from = "0001"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE session_search USING fts5(words, marks, columnsize=0, detail=column, "
            "tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* Co Cn'\")"
        )
    else:
        op.execute(
            "CREATE TABLE session_search (session_id BIGINT NOT NULL PRIMARY KEY REFERENCES session (id) "
            "ON DELETE CASCADE, words TSVECTOR NOT NULL)"
        )
        op.execute("CREATE INDEX session_search_words ON session_search USING gin (words)")
    op.execute("INSERT INTO counter (inbox_id, name, value) VALUES (0, 'sessions_heard', 0)")
