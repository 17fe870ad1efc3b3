"""Alembic's entry: runs the migrations on the connection, and in the transaction, that Pillarbox hands over.

Pillarbox upgrades its database when it starts; there is no `alembic.ini`, and no command of Alembic's to run by hand.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection


def run() -> None:
    connection = context.config.attributes.get("connection")
    if not isinstance(connection, Connection):
        raise RuntimeError("Migrations run when Pillarbox starts: use `pillarbox serve --database URL`.")
    context.configure(connection=connection, transactional_ddl=False)
    context.run_migrations()


run()
