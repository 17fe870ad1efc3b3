"""Inboxes have a password, and one that is gone gives its name up while its mail is being removed.

An older program goes on beside them: inboxes that it makes get their password when a newer one starts, and those whose
time is up are let go of by a newer one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
compatible_from = "0004"


def upgrade() -> None:
    op.add_column("inbox", sa.Column("password", sa.String(32), server_default="", nullable=False))
    op.add_column("inbox", sa.Column("was", sa.String(63)))
    for column in ("expires_at", "was"):
        there = sa.column(column).is_not(None)
        op.create_index(f"inbox_{column}", "inbox", [column], sqlite_where=there, postgresql_where=there)
