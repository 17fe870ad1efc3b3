"""The schema at start-up: made, upgraded, left alone or refused; both ways to it give the same tables."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from pillarbox import resources
from pillarbox.box import MessageQuery, Selection
from pillarbox.errors import DatabaseError
from pillarbox.storage import schema, search_rows
from pillarbox.storage.engine import open_database
from pillarbox.storage.store import SqlStore
from tests.storage.inside import Inside, SqliteInside, count, counters, totals
from tests.storage.mails import Talk, deliver, delivery, mail
from tests.storage.queries import wanted

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "9000"
down_revision = "{head}"
compatible_from = "0001"


def upgrade() -> None:
    op.add_column("message", sa.Column("colour", sa.Text))
"""


HEAD = schema.REVISION


def copy_migrations(folder: Path) -> None:
    for file in (
        "env.py",
        *(f"versions/{one.name}" for one in (resources.folder("migrations") / "versions").glob("*.py")),
    ):
        (folder / file).write_text((resources.folder("migrations") / file).read_text("utf-8"), "utf-8")


def described(inside: Inside) -> list[tuple[object, ...]]:
    """Every table, column, index and constraint, as the database itself describes them."""
    if isinstance(inside, SqliteInside):
        found = inside.rows("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name")
        return [(*row[:3], re.sub(r"\s+", " ", row[3]).replace('"', "") if row[3] else None) for row in found]
    return [
        *inside.rows(
            "SELECT table_name, column_name, data_type, is_nullable, column_default, character_maximum_length "
            "FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
        ),
        *inside.rows("SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 2"),
        *inside.rows(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"
        ),
    ]


def emptied(inside: Inside) -> None:
    if isinstance(inside, SqliteInside):
        inside.path.unlink()
    else:
        inside.run("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")


def test_migrations_and_metadata_make_the_same_schema(inside: Inside) -> None:
    database = open_database(inside.url)
    schema.settle(database)
    database.close()
    made = described(inside)
    seeds = [inside.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in ("schema_info", "counter")]
    emptied(inside)
    database = open_database(inside.url)
    with database.write() as connection:
        schema.upgrade(connection, database, None)
    database.close()
    assert len(made) > 20
    assert described(inside) == made
    assert [inside.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in ("schema_info", "counter")] == seeds


def test_the_program_knows_its_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(resources.folder("migrations")))
    script = ScriptDirectory.from_config(config)
    head = script.get_revision("head")
    assert head is not None
    assert (head.revision, head.module.compatible_from) == (schema.REVISION, schema.COMPATIBLE_FROM)
    for migration in script.walk_revisions():
        assert re.fullmatch(r"\d{4}", migration.revision)
        assert migration.module.compatible_from <= migration.revision


def test_a_database_that_is_up_to_date_does_not_need_alembic(tmp_path: Path) -> None:
    program = (
        "import sys; from pillarbox.storage.store import open_store; "
        f"open_store('sqlite:///{tmp_path}/a.db', print).close(); print('alembic' in sys.modules)"
    )
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "False"


def test_an_older_database_is_upgraded_with_its_mail(
    url: str, inside: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_at: Callable[[str], SqlStore]
) -> None:
    store = open_at(url)
    deliver(store, delivery())
    store.close()
    migrations = tmp_path / "100% migrations"
    (migrations / "versions").mkdir(parents=True)
    copy_migrations(migrations)
    (migrations / "versions" / "9000_colour.py").write_text(NEXT.format(head=HEAD), "utf-8")
    monkeypatch.setattr(schema, "REVISION", "9000")
    monkeypatch.setattr(schema, "folder", lambda name: migrations)
    upgraded = open_at(url)
    assert inside.rows("SELECT revision, compatible_from FROM schema_info") == [("9000", "0001")]
    assert inside.rows("SELECT id, colour FROM message") == [(1, None)]
    assert upgraded.raw(1) is not None
    assert not any("alembic_version" in str(row) for row in described(inside))


OLD_SEARCH = {
    "sqlite": (
        "DROP TABLE search_words",
        "DROP TABLE search",
        "CREATE VIRTUAL TABLE search USING fts5(subject, sender, recipients, filenames, body, flags, columnsize=0, "
        "tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* Co Cn'\")",
        "INSERT INTO search (rowid, subject, body, flags) SELECT id, 'hello', 'good morning', 'inbox1' FROM message",
    ),
    "postgresql": ("UPDATE search SET words = '''hello'':1A ''flag:inbox1'''",),
}

OLD_SESSIONS = ("ALTER TABLE session DROP COLUMN codes",)

OLD_INBOXES = (
    *OLD_SESSIONS,
    "DROP INDEX inbox_expires_at",
    "DROP INDEX inbox_was",
    "ALTER TABLE inbox DROP COLUMN password",
    "ALTER TABLE inbox DROP COLUMN was",
)


def test_messages_of_before_searching_for_parts_are_found_by_them(
    url: str, inside: Inside, open_at: Callable[[str], SqlStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_rows, "PIECE", 2)
    store = open_at(url)
    headers = 'X-Mailer: Shop 3\r\nMIME-Version: 1.0\r\nContent-Disposition: attachment; filename="a-b.pdf"\r\n'
    invoice = delivery(mail("Invoice 17", "Pay me", headers), "secret@bcc.example", inbox="other")
    deliver(store, *(delivery() for _ in range(3)), invoice, delivery())
    store.delete(Selection(ids=(5,)))
    queries = ("nvoi", "bcc:secret", "header:X-Mailer=shop", "filename:a-b", "has:lint", "-invoice", "morn")
    before = [store.messages(MessageQuery(q=wanted(query))).items for query in queries]
    assert [len(items) for items in before[:4]] == [1, 1, 1, 1]
    store.close()
    inside.run(
        *OLD_SEARCH["sqlite" if isinstance(inside, SqliteInside) else "postgresql"],
        "DROP INDEX message_unread",
        "DROP INDEX message_pinned",
        "DELETE FROM counter WHERE name = 'transcripts'",
        *OLD_INBOXES,
        "UPDATE schema_info SET revision = '0003', compatible_from = '0001'",
    )
    upgraded = open_at(url)
    assert [upgraded.messages(MessageQuery(q=wanted(query))).items for query in queries] == before
    upgraded.restore([5])
    assert [one.id for one in upgraded.messages(MessageQuery(q=wanted("morn"))).items] == [5, 3, 2, 1]
    assert inside.rows("SELECT revision, compatible_from FROM schema_info") == [(schema.REVISION, "0004")]


def test_a_migration_that_fails_leaves_everything_as_it_was(
    url: str, inside: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_at: Callable[[str], SqlStore]
) -> None:
    open_at(url).close()
    before = described(inside)
    (tmp_path / "versions").mkdir()
    copy_migrations(tmp_path)
    broken = NEXT.format(head=HEAD) + '    op.execute("INSERT INTO nowhere VALUES (1)")\n'
    (tmp_path / "versions" / "9000_broken.py").write_text(broken, "utf-8")
    monkeypatch.setattr(schema, "REVISION", "9000")
    monkeypatch.setattr(schema, "folder", lambda name: tmp_path)
    with pytest.raises(DatabaseError, match="could not be brought up to date"):
        open_at(url)
    assert described(inside) == before


def test_a_database_too_new_for_the_program_is_refused(
    url: str, inside: Inside, open_at: Callable[[str], SqlStore]
) -> None:
    open_at(url).close()
    inside.run("UPDATE schema_info SET revision = '0099', compatible_from = '0050'")
    with pytest.raises(
        DatabaseError, match=r"newer Pillarbox \(schema 0099; this one knows \d{4}\): install that version"
    ):
        open_at(url)
    assert inside.rows("SELECT revision FROM schema_info") == [("0099",)]


def test_a_newer_database_that_this_program_can_live_with_is_left_alone(
    url: str, inside: Inside, open_at: Callable[[str], SqlStore], caplog: pytest.LogCaptureFixture
) -> None:
    open_at(url).close()
    inside.run("UPDATE schema_info SET revision = '0099', compatible_from = '0004'")
    with caplog.at_level(logging.INFO, "pillarbox.storage.schema"):
        deliver(open_at(url), delivery())
    assert "newer version (schema 0099) that this one can use" in caplog.text
    assert inside.rows("SELECT revision FROM schema_info") == [("0099",)]


def test_the_tables_of_another_program_are_not_touched(
    url: str, inside: Inside, open_at: Callable[[str], SqlStore]
) -> None:
    inside.run("CREATE TABLE message (theirs INTEGER)")
    with pytest.raises(DatabaseError, match=r"holds the tables of another program \(message\): use another --database"):
        open_at(url)
    assert count(inside, "message") == 0


def test_our_own_tables_are_not_called_those_of_another_program(
    url: str, inside: Inside, open_at: Callable[[str], SqlStore]
) -> None:
    open_at(url).close()
    inside.run("DROP TABLE schema_info")
    with pytest.raises(DatabaseError, match=r"has lost the table schema_info, .*: put a copy in its place"):
        open_at(url)


def test_migrations_run_from_pillarbox_only() -> None:
    from alembic import command

    config = Config()
    config.set_main_option("script_location", str(resources.folder("migrations")))
    with pytest.raises(RuntimeError, match="Migrations run when Pillarbox starts"):
        command.upgrade(config, "head")


@pytest.mark.usefixtures("store")
def test_every_search_and_list_has_an_index(inside: Inside) -> None:
    """No list sorts: the plan of each is a walk along a key."""
    if not isinstance(inside, SqliteInside):
        pytest.skip("PostgreSQL chooses its plans by the size of the tables")
    plans = {
        "SELECT id FROM message WHERE hidden_at IS NULL ORDER BY id DESC LIMIT 50": "SCAN message",
        "SELECT id FROM message WHERE inbox_id = 1 AND id < 9 ORDER BY id DESC LIMIT 50": "message_inbox",
        "SELECT id FROM session WHERE outcome = 'lost' AND outcome != 'quit' ORDER BY id DESC": "session_outcome",
        "SELECT id FROM message WHERE session_id IN (1, 2)": "message_session",
        "SELECT id FROM message WHERE hidden_at IS NULL AND read IS 0 ORDER BY id DESC LIMIT 50": "message_unread",
        "SELECT id FROM message WHERE hidden_at IS NULL AND pinned IS 1 AND id < 9 ORDER BY id DESC": "message_pinned",
        "SELECT search.rowid FROM search JOIN message ON message.id = search.rowid WHERE search MATCH 'x' "
        "AND hidden_at IS NULL AND search.rowid < 9 ORDER BY search.rowid DESC LIMIT 50": "SCAN search VIRTUAL TABLE",
    }
    for query, expected in plans.items():
        plan = " | ".join(str(row[3]) for row in inside.rows(f"EXPLAIN QUERY PLAN {query}"))
        assert expected in plan
        assert "TEMP B-TREE" not in plan


def test_transcripts_of_before_are_counted(url: str, inside: Inside, open_at: Callable[[str], SqlStore]) -> None:
    store = open_at(url)
    talk = Talk()
    talk.open(store)
    deliver(store, talk.delivery())
    store.close()
    inside.run(
        "DELETE FROM counter WHERE name = 'transcripts'",
        *OLD_INBOXES,
        "UPDATE schema_info SET revision = '0004', compatible_from = '0004'",
    )
    open_at(url)
    assert counters(inside) == totals(inside)
    assert counters(inside)[0, "transcripts"] > 0


def test_inboxes_of_before_are_given_a_password_each(
    url: str, inside: Inside, open_at: Callable[[str], SqlStore]
) -> None:
    store = open_at(url)
    deliver(store, delivery(inbox="orders"))
    store.close()
    inside.run(*OLD_INBOXES, "UPDATE schema_info SET revision = '0005', compatible_from = '0004'")
    upgraded = open_at(url)
    passwords = {one.name: one.password for one in upgraded.inboxes()}
    assert set(passwords) == {"default", "orders"}
    assert len(set(passwords.values()) - {""}) == 2
    assert upgraded.password("orders") == passwords["orders"]
    upgraded.close()
    assert {one.name: one.password for one in open_at(url).inboxes()} == passwords


def test_sessions_of_before_stay_and_say_no_reply_codes(
    url: str, inside: Inside, open_at: Callable[[str], SqlStore]
) -> None:
    store = open_at(url)
    talk = Talk()
    talk.open(store)
    talk.close(store)
    store.close()
    inside.run(*OLD_SESSIONS, "UPDATE schema_info SET revision = '0006', compatible_from = '0004'")
    found = open_at(url).session(1)
    assert found is not None
    assert (found.facts.outcome, found.facts.codes) == ("quit", ())
    assert inside.rows("SELECT codes FROM session") == [(None,)]
