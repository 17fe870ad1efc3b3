"""What retention asks: how many octets of transcripts there are."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
compatible_from = "0004"


def upgrade() -> None:
    op.execute(
        "INSERT INTO counter (inbox_id, name, value) "
        "SELECT 0, 'transcripts', coalesce(sum(length(entries)), 0) FROM segment"
    )
