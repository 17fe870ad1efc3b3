"""Sessions say which reply codes were given in them.

Those that are there say nothing: what was said in them stands in their transcripts, and reading all of those would hold
up the start. An older program goes on beside them and writes none.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
compatible_from = "0004"


def upgrade() -> None:
    op.add_column("session", sa.Column("codes", sa.Text))
