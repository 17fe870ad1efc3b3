"""A rolling upgrade: nodes of two versions on one database, the newer with a migration of the test's own."""

from __future__ import annotations

import smtplib
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from pillarbox import resources
from pillarbox.storage import schema
from tests.running import DidNotStart, Running
from tests.storage.inside import PostgresInside

StartNode = Callable[..., Running]

MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "9000"
down_revision = "{head}"
compatible_from = "{compatible_from}"


def upgrade() -> None:
    op.add_column("message", sa.Column("colour", sa.Text, nullable=False, server_default="red"))
    op.create_table("palette", sa.Column("colour", sa.Text, primary_key=True))
    op.execute("SELECT pg_sleep(1)")
"""

# The next version is this one with another migration.
PROGRAM = """
import pathlib, sys
from pillarbox.cli.main import main
from pillarbox.storage import schema
schema.REVISION = "9000"
schema.folder = lambda name: pathlib.Path({folder!r})
sys.argv[0] = "pillarbox"
sys.exit(main())
"""


@pytest.fixture
def newer(tmp_path: Path) -> Callable[[str], tuple[str, ...]]:
    """The command of the next version, which says that programs from a revision on can live with its schema."""

    def command(compatible_from: str) -> tuple[str, ...]:
        folder = tmp_path / "migrations"
        (folder / "versions").mkdir(parents=True)
        ours = resources.folder("migrations")
        for file in (ours / "env.py", *(ours / "versions").glob("*.py")):
            (folder / file.relative_to(ours)).write_bytes(file.read_bytes())
        text = MIGRATION.format(head=schema.REVISION, compatible_from=compatible_from)
        (folder / "versions" / "9000_colour.py").write_text(text, "utf-8")
        return (sys.executable, "-c", PROGRAM.format(folder=str(folder)), "serve")

    return command


def send(node: Running, subject: str) -> None:
    with smtplib.SMTP(node.smtp_host, node.smtp_port, timeout=60) as client:
        client.sendmail("a@example.org", ["b@example.com"], f"Subject: {subject}\r\n\r\nx\r\n".encode())


def subjects(node: Running) -> list[str]:
    messages = httpx.get(f"{node.api}/messages", timeout=60).raise_for_status().json()["messages"]
    return [message["subject"] for message in reversed(messages)]


def test_an_older_node_keeps_working_and_restarts_beside_a_newer_one(
    start_node: StartNode, newer: Callable[[str], tuple[str, ...]], shared: PostgresInside
) -> None:
    old = [start_node(), start_node()]
    send(old[0], "before")
    new = start_node(command=newer(schema.REVISION))
    assert shared.rows("SELECT revision, compatible_from FROM schema_info") == [("9000", schema.REVISION)]
    for node in (*old, new):
        send(node, "beside")
    assert old[0].stop() == 0
    again = start_node()
    assert "of a newer version (schema 9000) that this one can use" in again.errors
    send(again, "after")
    wanted = ["before", "beside", "beside", "beside", "after"]
    assert [subjects(node) for node in (old[1], new, again)] == [wanted] * 3
    assert shared.rows("SELECT DISTINCT colour FROM message") == [("red",)]


def test_a_node_too_old_for_the_schema_is_refused_in_one_sentence(
    start_node: StartNode, newer: Callable[[str], tuple[str, ...]]
) -> None:
    assert start_node().stop() == 0
    start_node(command=newer("9000"))
    with pytest.raises(DidNotStart) as refused:
        start_node()
    assert refused.value.code == 2
    (line,) = refused.value.errors.splitlines()
    assert "was written by a newer Pillarbox (schema 9000" in line
    assert "install that version" in line


def test_two_nodes_that_upgrade_at_once_both_serve_and_one_has_migrated(
    start_node: StartNode, newer: Callable[[str], tuple[str, ...]], shared: PostgresInside
) -> None:
    old = start_node()
    send(old, "before")
    command = newer(schema.REVISION)
    with ThreadPoolExecutor(2) as both:
        new = list(both.map(lambda _: start_node(command=command), range(2)))
    migrated = [f"Upgrading the database from schema {schema.REVISION} to 9000" in node.errors for node in new]
    assert sorted(migrated) == [False, True]
    for node in (old, *new):
        send(node, "after")
    assert [subjects(node) for node in new] == [["before", *["after"] * 3]] * 2
    assert shared.rows("SELECT revision FROM schema_info") == [("9000",)]


def test_two_nodes_that_start_at_once_on_an_empty_database_both_serve(start_node: StartNode) -> None:
    with ThreadPoolExecutor(2) as both:
        nodes = list(both.map(lambda _: start_node(), range(2)))
    for node in nodes:
        send(node, "hello")
    assert [subjects(node) for node in nodes] == [["hello", "hello"]] * 2
