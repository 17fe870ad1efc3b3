"""SQLite files: how they are made and opened, who may, and what happens when the disk does not want."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pillarbox.box import Change, MessageQuery, Selection
from pillarbox.errors import DatabaseError, StoreUnavailable
from pillarbox.storage import nodes
from pillarbox.storage.engine import open_database
from pillarbox.storage.sqlite import SqliteDatabase
from pillarbox.storage.store import SqlStore
from tests.storage.inside import SqliteInside, counters, totals
from tests.storage.mails import Talk, deliver, delivery, mail, settled, try_to_deliver
from tests.storage.queries import wanted

Open = Callable[[str], SqlStore]


def pragma(database: SqliteDatabase, name: str, *, reading: bool = False) -> object:
    with database.read() if reading else database.write() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def opened(url: str) -> SqliteDatabase:
    database = open_database(url)
    assert isinstance(database, SqliteDatabase)
    return database


def test_a_file_is_set_up_for_keeping(at: str) -> None:
    database = opened(at)
    assert pragma(database, "auto_vacuum") == 2
    assert pragma(database, "journal_mode") == "wal"
    for reading in (False, True):
        assert pragma(database, "synchronous", reading=reading) == 2
        assert pragma(database, "foreign_keys", reading=reading) == 1
        assert pragma(database, "busy_timeout", reading=reading) == 5000
    assert pragma(database, "query_only", reading=True) == 1
    database.close()


def test_a_temporary_store_is_private_fast_and_leaves_nothing(open_at: Open) -> None:
    database = opened("sqlite://")
    assert pragma(database, "synchronous") == 0
    assert pragma(database, "journal_mode") == "wal"
    folder = Path(database.url.removeprefix("sqlite:///")).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    database.close()
    assert not folder.exists()
    store = open_at("sqlite://")
    deliver(store, delivery())
    store.close()
    assert not Path(store.url.removeprefix("sqlite:///")).parent.exists()


def test_a_new_file_is_for_its_owner_only(path: Path, open_at: Open, at: str) -> None:
    deliver(open_at(at), delivery())
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_the_folder_of_the_default_path_is_made(tmp_path: Path, open_at: Open) -> None:
    deliver(open_at(f"sqlite:///{tmp_path}/share/pillarbox/pillarbox.db"), delivery())
    assert stat.S_IMODE((tmp_path / "share" / "pillarbox").stat().st_mode) == 0o700


def test_nothing_but_the_file_and_its_lock_is_left(path: Path, at: str, open_at: Open) -> None:
    store = open_at(at)
    deliver(store, delivery())
    store.close()
    assert sorted(file.name for file in path.parent.iterdir()) == ["pillarbox.db", "pillarbox.db.lock"]


def test_a_second_process_is_told_who_has_the_file(path: Path, at: str) -> None:
    program = (
        f"import sys; from pillarbox.storage.store import open_store; store = open_store({at!r}, print); "
        "print('open', flush=True); sys.stdin.read(); store.close()"
    )
    first = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert first.stdin is not None
    assert first.stdout is not None
    assert first.stdout.readline() == b"open\n"
    with pytest.raises(DatabaseError, match=rf"in use by another Pillarbox \(process {first.pid}\): stop that one"):
        opened(at)
    first.kill()
    first.communicate()
    opened(at).close()


def test_a_second_store_in_the_same_process_is_refused_too(at: str, open_at: Open) -> None:
    open_at(at)
    with pytest.raises(DatabaseError, match=rf"process {os.getpid()}"):
        open_at(at)


def test_a_symbolic_link_is_the_file_that_it_leads_to(path: Path, at: str, tmp_path: Path, open_at: Open) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "mail.db"
    link.symlink_to(path)
    store = open_at(f"sqlite:///{link}")
    assert store.url == at
    with pytest.raises(DatabaseError, match=rf"process {os.getpid()}"):
        open_at(at)


def test_a_folder_reached_by_a_symbolic_link_is_the_same_folder(path: Path, at: str, open_at: Open) -> None:
    link = path.parent / "link"
    link.symlink_to(path.parent, target_is_directory=True)
    open_at(at)
    with pytest.raises(DatabaseError, match=rf"process {os.getpid()}"):
        open_at(f"sqlite:///{link / path.name}")


def test_a_file_with_a_second_name_is_refused_by_either(path: Path, at: str, tmp_path: Path, open_at: Open) -> None:
    open_at(at).close()
    other = tmp_path / "other.db"
    other.hardlink_to(path)
    for name in (path, other):
        with pytest.raises(DatabaseError, match=rf"{name} is also known by another name .* remove the other name"):
            open_at(f"sqlite:///{name}")
    other.unlink()
    open_at(at)


def test_a_damaged_file_is_told_with_a_mend_that_helps(path: Path, at: str, open_at: Open) -> None:
    open_at(at).close()
    whole = path.read_bytes()
    for damaged in (
        whole[:100] + b"\xff" * (len(whole) - 100),
        whole[:4096] + b"\xff" * (len(whole) - 4096),
    ):
        path.write_bytes(damaged)
        with pytest.raises(DatabaseError, match=r"damaged.*: put a copy in its place, move it away") as error:
            open_at(at)
        assert "create tables" not in str(error.value)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda path: path.write_bytes(b"This is a letter, not a database.\n" * 100),
            "is not a database: move it away",
        ),
        (lambda path: path.mkdir(), "is a folder: --database wants the path of a file"),
    ],
)
def test_a_path_that_is_something_else_is_named(path: Path, at: str, make: Callable[[Path], object], said: str) -> None:
    make(path)
    with pytest.raises(DatabaseError, match=said):
        opened(at)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match=r"There is no folder .*/missing for the database: make it"):
        opened(f"sqlite:///{tmp_path}/missing/a.db")


def test_a_folder_where_nothing_can_be_made_is_named() -> None:
    with pytest.raises(DatabaseError, match="cannot be"):
        opened("sqlite:////proc/pillarbox/a.db")


def test_a_file_that_may_not_be_written_is_named() -> None:
    """By a process of an ordinary user: root may write everything."""
    program = """
import os, sys
from pillarbox.errors import DatabaseError
from pillarbox.storage.store import open_store
if os.getuid() == 0:
    os.setgid(65534); os.setuid(65534)
try:
    open_store("sqlite:///" + sys.argv[1], print)
except DatabaseError as error:
    print(error)
"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mail.db"
        path.touch(0o444)
        path.chmod(0o444)
        Path(folder).chmod(0o777)
        done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=False)
        expected = f"{path} cannot be written: mend its permissions, or use another --database.\n"
        assert done.stdout == expected, done.stderr


def test_open_sessions_of_a_process_that_died_are_lost(at: str, path: Path, open_at: Open) -> None:
    program = f"""
import os
from pillarbox.storage.store import open_store
from tests.storage.mails import Talk, deliver, settled
store = open_store({at!r}, lambda events: None)
talk = Talk(); talk.open(store); deliver(store, talk.delivery())
done = Talk(); done.open(store); done.close(store); settled(store)
os.kill(os.getpid(), 9)
"""
    root = str(Path(__file__).parents[2])
    subprocess.run([sys.executable, "-c", program], cwd=root, check=False, env=os.environ | {"PYTHONPATH": root})
    store = open_at(at)
    lost, done = store.session(1), store.session(2)
    assert lost is not None
    assert done is not None
    assert (lost.facts.outcome, lost.facts.reason, lost.messages) == ("lost", nodes.LOST, (1,))
    assert done.facts.outcome == "quit"
    transcript = store.transcript(1)
    assert transcript is not None
    assert not transcript.complete
    assert transcript.entries[-1].kind == "data"
    closed = [event for event in store.events_since(0, 100).events if event.kind == "session.closed"]
    assert [event.session_id for event in closed] == [2, 1]


class _Disk:
    """A file that takes no more pages until told otherwise: SQLITE_FULL, as a full disk gives it."""

    def __init__(self, store: SqlStore) -> None:
        self._database = store._database

    def set_limit(self, spare: int | None) -> None:
        with self._database.write() as connection:
            pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
            limit = 4_000_000_000 if spare is None else pages + spare
            connection.exec_driver_sql(f"PRAGMA max_page_count = {limit}")


def test_a_full_disk_refuses_what_does_not_fit_and_only_that(at: str, open_at: Open) -> None:
    store = open_at(at)
    deliver(store, delivery())
    disk = _Disk(store)
    disk.set_limit(60)
    large = os.urandom(1_000_000)
    answers = try_to_deliver(store, [delivery(mail("a")), delivery(large), delivery(mail("b"))])
    assert [isinstance(answer, StoreUnavailable) for answer in answers] == [False, True, False]
    assert str(answers[1]) == "The disk of the database is full."
    inside = SqliteInside(Path(at.removeprefix("sqlite:///")))
    assert counters(inside) == totals(inside)


def test_a_full_disk_is_told_and_mail_comes_in_again_when_it_has_room(
    at: str, open_at: Open, caplog: pytest.LogCaptureFixture
) -> None:
    store = open_at(at)
    disk = _Disk(store)
    talk = Talk()
    disk.set_limit(0)
    talk.open(store)
    answers = try_to_deliver(store, [delivery(os.urandom(500_000)) for _ in range(3)])
    assert all(isinstance(answer, StoreUnavailable) for answer in answers)
    with pytest.raises(StoreUnavailable, match="The disk of the database is full"):
        store.ping()
    assert store.messages(MessageQuery()).items == ()
    disk.set_limit(None)
    deliver(store, delivery(), talk.delivery())
    store.ping()
    settled(store)
    assert len([record for record in caplog.records if "is full" in record.message]) == 1
    session = store.session(talk.key.id or 0)
    assert session is not None
    transcript = store.transcript(session.id)
    assert transcript is not None
    assert [entry.seq for entry in transcript.entries] == [0, 1, 2, 3]


@pytest.fixture
def held(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], sqlite3.Connection]]:
    """Takes the write lock of the file, as a shell or a backup does."""
    monkeypatch.setattr("pillarbox.storage.sqlite.BUSY_TIMEOUT", 50)
    connections: list[sqlite3.Connection] = []

    def hold() -> sqlite3.Connection:
        connections.append(sqlite3.connect(path, isolation_level=None, check_same_thread=False))
        connections[0].execute("BEGIN IMMEDIATE")
        return connections[0]

    yield hold
    for connection in connections:
        connection.close()


def test_another_program_that_holds_the_file_delays_mail_and_loses_nothing(
    at: str, open_at: Open, held: Callable[[], sqlite3.Connection], caplog: pytest.LogCaptureFixture
) -> None:
    store = open_at(at)
    deliver(store, delivery())
    other = held()
    talk = Talk()
    talk.open(store)
    answers = try_to_deliver(store, [talk.delivery(), delivery()])
    assert [str(answer) for answer in answers] == ["The database is held by another program."] * 2
    assert store.messages(MessageQuery()).total == 1, "reading does not wait"
    with pytest.raises(StoreUnavailable, match="held by another program"):
        store.change(Selection(all=True), Change(read=True))
    with pytest.raises(StoreUnavailable, match="held by another program"):
        store.ping()
    other.execute("ROLLBACK")
    talk.close(store)
    settled(store)
    store.ping()
    session = store.session(talk.key.id or 0)
    assert session is not None
    assert session.facts.outcome == "quit"
    transcript = store.transcript(session.id)
    assert transcript is not None
    assert [entry.seq for entry in transcript.entries] == [0, 1, 4]
    assert len([record for record in caplog.records if "Mail is refused" in record.message]) == 1


def test_a_database_that_became_read_only_says_so(at: str, open_at: Open) -> None:
    store = open_at(at)
    with store._database.write() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    answers = try_to_deliver(store, [delivery(), delivery()])
    assert [str(answer) for answer in answers] == ["The database is read-only."] * 2
    assert store.messages(MessageQuery()).total == 0


def test_purging_gives_space_back(path: Path, at: str, open_at: Open) -> None:
    store = open_at(at)
    deliver(store, *(delivery(os.urandom(1_000_000)) for _ in range(20)))
    store.delete(Selection(all=True))
    store.purge(datetime.now(UTC) + timedelta(seconds=5))
    assert path.stat().st_size < 8_000_000, "while it goes on running"
    store.close()
    assert path.stat().st_size < 8_000_000


def test_a_backup_by_vacuum_into_is_a_whole_store(path: Path, at: str, tmp_path: Path, open_at: Open) -> None:
    store = open_at(at)
    (summary,) = deliver(store, delivery(mail("kept twice")))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM INTO ?", (str(tmp_path / "backup.db"),))
    copy = open_at(f"sqlite:///{tmp_path}/backup.db")
    assert copy.messages(MessageQuery(q=wanted("kept twice"))).items == (summary,)
    assert copy.raw(summary.id) == store.raw(summary.id)
    (later,) = deliver(copy, delivery())
    assert later.id == summary.id + 1


def test_a_lock_file_that_cannot_be_opened_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "box.db.lock").mkdir()
    with pytest.raises(DatabaseError, match=r"box\.db\.lock cannot be opened .*: mend its permissions"):
        open_database(f"sqlite:///{tmp_path / 'box.db'}")


def test_the_home_of_a_user_there_is_not_is_a_sentence() -> None:
    with pytest.raises(DatabaseError, match="a user there is not: write the path out"):
        open_database("sqlite:///~no-such-user/box.db")
