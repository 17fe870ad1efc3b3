"""Search rows with parts of words, headers and flags, written anew from the messages; unread and pinned mail indexed.

An older program would write rows of the old form.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0004"
down_revision = "0003"
compatible_from = "0004"


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        op.execute("DROP TABLE search")
        op.execute(
            "CREATE VIRTUAL TABLE search USING fts5(subject, sender, recipients, cc, bcc, filenames, body, headers, "
            "flags, content='', columnsize=0, tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* Co Cn'\")"
        )
        op.execute("CREATE VIRTUAL TABLE search_words USING fts5vocab(search, instance)")
        op.execute("INSERT INTO search (search, rank) VALUES ('automerge', 8)")
    else:
        op.execute("DELETE FROM search")
    unread = sa.and_(sa.column("read", sa.Boolean).is_(sa.false()), sa.column("hidden_at").is_(None))
    op.create_index("message_unread", "message", ["id"], sqlite_where=unread, postgresql_where=unread)
    pinned = sa.column("pinned", sa.Boolean).is_(sa.true())
    op.create_index("message_pinned", "message", ["id"], sqlite_where=pinned, postgresql_where=pinned)
    context.config.attributes["write_search_rows"]()
