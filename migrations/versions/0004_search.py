"""Search rows with parts of words, headers and flags, written anew from the messages; indexes of unread and pinned mail.

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
            "flags, columnsize=0, tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* Co Cn'\")"
        )
        op.execute("CREATE VIRTUAL TABLE search_words USING fts5vocab(search, instance)")
        op.execute("INSERT INTO search (search, rank) VALUES ('automerge', 8)")
    else:
        op.execute("DELETE FROM search")
    for name, condition in (("message_unread", "read = {no}"), ("message_pinned", "pinned = {yes}")):
        where = sa.text(
            condition.format(no="0" if sqlite else "false", yes="1" if sqlite else "true") + " AND hidden_at IS NULL"
        )
        op.create_index(name, "message", ["id"], sqlite_where=where, postgresql_where=where)
    context.config.attributes["write_search_rows"]()
