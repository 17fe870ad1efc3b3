"""The first schema: sessions, messages, search rows, counters and events.

A migration is a picture of its time: it writes its tables out and imports nothing of the program.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
compatible_from = "0001"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "schema_info",
        sa.Column("revision", sa.String(32), primary_key=True),
        sa.Column("compatible_from", sa.String(32), nullable=False),
    )
    op.create_table(
        "node",
        sa.Column("id", ID, primary_key=True),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("heartbeat_at", sa.BigInteger, nullable=False),
        sa.Column("probe", sa.LargeBinary),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "session",
        sa.Column("id", ID, primary_key=True),
        sa.Column("node_id", ID, sa.ForeignKey("node.id"), nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("listener", sa.Text, nullable=False),
        sa.Column("peer", sa.Text, nullable=False),
        sa.Column("greeting", sa.String(4)),
        sa.Column("helo", sa.Text),
        sa.Column("tls_version", sa.Text),
        sa.Column("tls_cipher", sa.Text),
        sa.Column("tls_sni", sa.Text),
        sa.Column("auth_mechanism", sa.Text),
        sa.Column("auth_username", sa.Text),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("commands", sa.Integer, nullable=False),
        sa.Column("errors", sa.Integer, nullable=False),
        sa.Column("worst_reply", sa.Integer),
        sa.Column("reason", sa.Text),
        sa.Column("delivered", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "segment",
        sa.Column("session_id", ID, sa.ForeignKey("session.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("first_entry", sa.Integer, nullable=False),
        sa.Column("encoding", sa.String(16), nullable=False),
        sa.Column("entries", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "inbox",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", sa.String(63), nullable=False, unique=True),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "message",
        sa.Column("id", ID, primary_key=True),
        sa.Column("inbox_id", ID, sa.ForeignKey("inbox.id"), nullable=False),
        sa.Column("session_id", ID, sa.ForeignKey("session.id")),
        sa.Column("segment", sa.Integer),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("mail_from", sa.Text, nullable=False),
        sa.Column("mail_from_params", sa.JSON, nullable=False),
        sa.Column("from_addrs", sa.JSON, nullable=False),
        sa.Column("to_addrs", sa.JSON, nullable=False),
        sa.Column("cc_addrs", sa.JSON, nullable=False),
        sa.Column("reply_to_addrs", sa.JSON, nullable=False),
        sa.Column("subject", sa.String(1000), nullable=False),
        sa.Column("date", sa.BigInteger),
        sa.Column("message_id", sa.String(1000)),
        sa.Column("snippet", sa.String(200), nullable=False),
        sa.Column("attachment_count", sa.Integer, nullable=False),
        sa.Column("lint_count", sa.Integer, nullable=False),
        sa.Column("read", sa.Boolean, nullable=False),
        sa.Column("pinned", sa.Boolean, nullable=False),
        sa.Column("hidden_at", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "recipient",
        sa.Column("message_id", ID, sa.ForeignKey("message.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("params", sa.JSON, nullable=False),
        sa.Column("role", sa.String(3), nullable=False),
    )
    op.create_table(
        "raw",
        sa.Column(
            "message_id", ID, sa.ForeignKey("message.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        ),
        sa.Column("encoding", sa.String(16), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "tag",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", sa.String(1000), nullable=False, unique=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "message_tag",
        sa.Column("message_id", ID, sa.ForeignKey("message.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("tag_id", ID, sa.ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True),
    )
    op.create_table(
        "counter",
        sa.Column("inbox_id", ID, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "event",
        sa.Column("id", ID, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("inbox", sa.String(63)),
        sa.Column("ref", sa.BigInteger),
        sa.Column("data", sa.JSON),
        sqlite_autoincrement=True,
    )
    op.create_index("session_started_at", "session", ["started_at"])
    op.create_index("message_inbox", "message", ["inbox_id", "id"])
    op.create_index("message_session", "message", ["session_id"])
    op.create_index("message_tag_tag", "message_tag", ["tag_id"])
    op.create_index("event_at", "event", ["at"])
    _create_partial_index("session_outcome", "session", ["outcome", "id"], "outcome != 'quit'")
    _create_partial_index("session_username", "session", ["auth_username", "id"], "auth_username IS NOT NULL")
    _create_partial_index("message_hidden_at", "message", ["hidden_at"], "hidden_at IS NOT NULL")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search USING fts5(subject, sender, recipients, filenames, body, flags, columnsize=0, "
            "tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* Co Cn'\")"
        )
        op.execute("INSERT INTO search (search, rank) VALUES ('automerge', 8)")
    else:
        op.execute(
            "CREATE TABLE search (message_id BIGINT NOT NULL PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE, "
            "words TSVECTOR NOT NULL)"
        )
        op.execute("CREATE INDEX search_words ON search USING gin (words)")
    for name in ("messages", "unread", "bytes", "sessions", "events_trimmed"):
        op.execute(f"INSERT INTO counter (inbox_id, name, value) VALUES (0, '{name}', 0)")


def _create_partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
