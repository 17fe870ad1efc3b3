"""The index of a tag has its messages by id, so that a list finds the newest of very many at once."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
compatible_from = "0004"


def upgrade() -> None:
    op.drop_index("message_tag_tag", "message_tag")
    op.create_index("message_tag_tag", "message_tag", ["tag_id", "message_id"])
