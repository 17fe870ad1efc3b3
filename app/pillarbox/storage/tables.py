"""The tables, one declaration for SQLite and PostgreSQL.

Rules of this module:

* Times are whole microseconds since 1970-01-01 UTC; sizes are octets.
* Ids ascend and are never used twice, so that an id is a place in a list and a cursor.
* What lists show stands in the message's row; the bytes stand in `raw`, so that a list never reads them.
* A message with `hidden_at` is deleted: it counts for nothing and is only still there to be restored.
* The tables of search rows are made by `search_sqlite`, `search_postgres` and `session_search_rows`: they differ in
  kind.
* A change here is a migration, a new `schema.REVISION`, and the same tables from both ways (there is a test).
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    and_,
    exists,
    false,
    func,
    text,
    true,
)

metadata = MetaData()

Id = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite makes an ascending id only of a column declared INTEGER."""

schema_info = Table(
    "schema_info",
    metadata,
    Column("revision", String(32), primary_key=True),
    Column("compatible_from", String(32), nullable=False),
)

node = Table(
    "node",
    metadata,
    Column("id", Id, primary_key=True),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("heartbeat_at", BigInteger, nullable=False),
    # Written and emptied again to see whether a full disk has room once more; otherwise null.
    Column("probe", LargeBinary),
    sqlite_autoincrement=True,
)

session = Table(
    "session",
    metadata,
    Column("id", Id, primary_key=True),
    Column("node_id", Id, ForeignKey("node.id"), nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("listener", Text, nullable=False),
    Column("peer", Text, nullable=False),
    Column("greeting", String(4)),
    Column("helo", Text),
    Column("tls_version", Text),
    Column("tls_cipher", Text),
    Column("tls_sni", Text),
    Column("auth_mechanism", Text),
    Column("auth_username", Text),
    Column("outcome", String(16), nullable=False),
    Column("commands", Integer, nullable=False),
    Column("errors", Integer, nullable=False),
    Column("worst_reply", Integer),
    Column("reason", Text),
    # Above 0 once it has delivered a message, be that deleted: "delivered nothing" must not become true by a deletion.
    # No count: a delivery leaves a row alone that says so already.
    Column("delivered", Integer, nullable=False),
    # The different reply codes, ascending, as "220 250 354": so few combinations that they are counted by it. Null
    # where an older program wrote the row.
    Column("codes", Text),
    Index("session_started_at", "started_at"),
    sqlite_autoincrement=True,
)

# Nearly every session ends with QUIT: the index holds the others, which are the ones that people look for. SQLite uses
# it only where the query says the same.
WITHOUT_QUIT = session.c.outcome != text("'quit'")
Index(
    "session_outcome",
    session.c.outcome,
    session.c.id,
    sqlite_where=WITHOUT_QUIT,
)
Index(
    "session_username",
    session.c.auth_username,
    session.c.id,
    sqlite_where=session.c.auth_username.is_not(None),
)

segment = Table(
    "segment",
    metadata,
    Column("session_id", Id, ForeignKey("session.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("first_entry", Integer, nullable=False),
    Column("encoding", String(16), nullable=False),
    Column("entries", LargeBinary, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(63), nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    # As it is, because CRAM-MD5 and SCRAM cannot do with a hash. An older program leaves it empty.
    Column("password", String(32), nullable=False, server_default=""),
    # Of an inbox that is gone: what it was called. Its name is one that none can have, so that a new inbox can take the
    # old one at once; the row stays until its last message has been removed.
    Column("was", String(63)),
    sqlite_autoincrement=True,
)
EXPIRING = inbox.c.expires_at.is_not(None)
Index("inbox_expires_at", inbox.c.expires_at, sqlite_where=EXPIRING, postgresql_where=EXPIRING)
GONE = inbox.c.was.is_not(None)
INBOX_NAME = func.coalesce(inbox.c.was, inbox.c.name)
"""By which people know it, gone or not."""

Index("inbox_was", inbox.c.was, sqlite_where=GONE, postgresql_where=GONE)

message = Table(
    "message",
    metadata,
    Column("id", Id, primary_key=True),
    Column("inbox_id", Id, ForeignKey("inbox.id"), nullable=False),
    Column("session_id", Id, ForeignKey("session.id")),
    Column("segment", Integer),
    Column("received_at", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", LargeBinary(32), nullable=False),
    Column("mail_from", Text, nullable=False),
    Column("mail_from_params", JSON, nullable=False),
    Column("from_addrs", JSON, nullable=False),
    Column("to_addrs", JSON, nullable=False),
    Column("cc_addrs", JSON, nullable=False),
    Column("reply_to_addrs", JSON, nullable=False),
    Column("subject", String(1000), nullable=False),
    Column("date", BigInteger),
    Column("message_id", String(1000)),
    Column("snippet", String(200), nullable=False),
    Column("attachment_count", Integer, nullable=False),
    Column("lint_count", Integer, nullable=False),
    Column("read", Boolean, nullable=False),
    Column("pinned", Boolean, nullable=False),
    Column("hidden_at", BigInteger),
    Index("message_inbox", "inbox_id", "id"),
    Index("message_session", "session_id"),
    sqlite_autoincrement=True,
)
# SQLite uses an index of some rows only where the query says the same as the index.
HIDDEN = message.c.hidden_at.is_not(None)
Index("message_hidden_at", message.c.hidden_at, sqlite_where=HIDDEN)

VISIBLE = message.c.hidden_at.is_(None)

UNREAD = message.c.read.is_(false())
Index(
    "message_unread",
    message.c.id,
    sqlite_where=and_(UNREAD, VISIBLE),
)

# Few are: so the index costs nothing, and counts them at once.
PINNED = message.c.pinned.is_(true())
Index("message_pinned", message.c.id, sqlite_where=PINNED, postgresql_where=PINNED)

WITHOUT_MESSAGES = ~exists().where(message.c.session_id == session.c.id)
"""Of a session: that none refers to it, not even a deleted one."""

recipient = Table(
    "recipient",
    metadata,
    Column("message_id", Id, ForeignKey("message.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("address", Text, nullable=False),
    Column("params", JSON, nullable=False),
    Column("role", String(3), nullable=False),
)

raw = Table(
    "raw",
    metadata,
    Column("message_id", Id, ForeignKey("message.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("encoding", String(16), nullable=False),
    Column("body", LargeBinary, nullable=False),
)

# Only of messages with findings. The rules may change; what was said when a message came, and was counted, stays.
lint = Table(
    "lint",
    metadata,
    Column("message_id", Id, ForeignKey("message.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("findings", JSON, nullable=False),
)

tag = Table(
    "tag",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(1000), nullable=False, unique=True),
    sqlite_autoincrement=True,
)

message_tag = Table(
    "message_tag",
    metadata,
    Column("message_id", Id, ForeignKey("message.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", Id, ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True),
    Index("message_tag_tag", "tag_id", "message_id"),
)

counter = Table(
    "counter",
    metadata,
    # 0 is the whole store; every inbox has rows of its own.
    Column("inbox_id", Id, primary_key=True, autoincrement=False),
    Column("name", String(16), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("inbox", String(63)),
    # The id of the message or the session; null for message.deleted, whose ids stand in `data`.
    Column("ref", BigInteger),
    Column("data", JSON),
    Index("event_at", "at"),
    sqlite_autoincrement=True,
)
