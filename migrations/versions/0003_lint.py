"""Findings of lint, a row for each message that has any. An older program goes on beside them and counts none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
compatible_from = "0001"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "lint",
        sa.Column("message_id", ID, sa.ForeignKey("message.id", ondelete="CASCADE"), nullable=False),
        sa.Column("findings", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("message_id"),
    )
