"""Whoever holds the writers' lock for too long: mail is refused after a while, nobody waits without end."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial

import psycopg
import pytest
import sqlalchemy as sa

from pillarbox.errors import StoreUnavailable
from pillarbox.storage import postgres, writer
from pillarbox.storage.database import Done
from pillarbox.storage.engine import open_database
from pillarbox.storage.postgres import WRITER_LOCK, PostgresDatabase
from pillarbox.storage.store import SqlStore
from pillarbox.storage.trouble import explain
from tests.storage.heard import LIMIT
from tests.storage.inside import PostgresInside
from tests.storage.mails import Talk, deliver, delivery, settled, try_to_deliver

Open = Callable[..., SqlStore]

HELD = "The database is held by another program."


@contextmanager
def held(shared: PostgresInside) -> Iterator[None]:
    with shared.cluster.connect(shared.name) as connection:
        connection.execute(f"SELECT pg_advisory_lock({WRITER_LOCK})".encode())
        yield


def test_a_foreign_holder_of_the_lock_is_told_and_mail_is_taken_again_without_it(
    shared: PostgresInside, open_at: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "LOCK_TIMEOUT", 0.1)
    store = open_at(shared.url)
    talk = Talk()
    with held(shared):
        talk.open(store)
        assert [str(answer) for answer in try_to_deliver(store, [delivery(), delivery()])] == [HELD] * 2
        for call in (store.ping, lambda: store.restore([1])):
            with pytest.raises(StoreUnavailable, match="held by another program"):
                call()
    deliver(store, delivery())
    talk.close(store)
    settled(store)
    store.ping()
    session = store.session(talk.key.id or 0)
    assert session is not None
    assert session.facts.outcome == "quit"


def test_what_waits_is_refused_together_and_not_one_time_out_after_the_other(
    shared: PostgresInside, open_at: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "LOCK_TIMEOUT", 1.0)
    store = open_at(shared.url)
    attempts: list[None] = []
    real = PostgresDatabase.write

    def counted(database: PostgresDatabase, **how: bool) -> object:
        attempts.append(None)
        return real(database, **how)

    monkeypatch.setattr(PostgresDatabase, "write", counted)
    orders = [writer.Order(lambda connection: Done(0), Future()) for _ in range(50)]

    async def one_and_then_many() -> None:
        first = store.deliver(delivery())
        await asyncio.to_thread(shared.wait_for_a_writer)
        for order in orders:
            store._writer.submit(order)
        await asyncio.wait([first])

    with held(shared):
        asyncio.run(one_and_then_many())
        said = {str(order.future.exception(LIMIT)) for order in orders}
    assert said == {HELD}
    assert len(attempts) < 10


def test_a_foreign_holder_does_not_keep_the_store_from_closing(
    shared: PostgresInside, open_at: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(postgres, "LOCK_TIMEOUT", 0.2)
    store = open_at(shared.url)
    with held(shared):
        Talk().open(store)
        closing = threading.Thread(target=store.close)
        closing.start()
        closing.join(LIMIT)
        assert not closing.is_alive()
    assert "The ends of 1 sessions could not be written" in caplog.text


def test_a_node_that_stands_still_in_the_middle_of_a_write_is_not_waited_for(
    shared: PostgresInside, open_at: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_at(shared.url)
    monkeypatch.setattr(postgres, "STANDSTILL", 0.2)
    still = open_database(shared.url)

    def stand_still() -> None:
        with still.write() as connection:
            deliver(store, delivery())
            still.now(connection)

    with pytest.raises(sa.exc.SQLAlchemyError) as caught:
        stand_still()
    assert explain(caught.value).sentence == "The database does not answer."
    monkeypatch.undo()
    with still.write() as connection:
        still.now(connection)
    still.close()


def test_a_copy_that_finds_its_transaction_ended_is_known_as_trouble_of_the_whole(
    shared: PostgresInside, open_at: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """COPY goes past SQLAlchemy, and what ends it is no OperationalError."""
    store = open_at(shared.url)
    monkeypatch.setattr(postgres, "STANDSTILL", 0.2)
    still = open_database(shared.url)
    insert = partial(still.insert, table="tag", columns=("id", "name"), rows=[(1, "late")])

    def stand_still() -> None:
        with still.write() as connection:
            deliver(store, delivery())
            insert(connection)

    with pytest.raises(psycopg.Error) as caught:
        stand_still()
    assert explain(caught.value).wide
    with still.write() as connection:
        insert(connection)
    still.close()
    assert shared.rows("SELECT name FROM tag") == [("late",)]


def test_a_start_waits_as_long_as_it_takes_and_says_for_whom(
    shared: PostgresInside, open_at: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(postgres, "LOCK_TIMEOUT", 0.1)
    told = threading.Event()

    def note(record: logging.LogRecord) -> bool:
        if "waiting for it" in record.getMessage():
            told.set()
        return True

    caplog.handler.addFilter(note)
    opened: Future[SqlStore] = Future()
    with held(shared):
        ((holder,),) = shared.rows("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted")
        starting = threading.Thread(target=lambda: opened.set_result(open_at(shared.url)))
        starting.start()
        with caplog.at_level(logging.INFO):
            assert told.wait(LIMIT)
        assert not opened.done()
    deliver(opened.result(LIMIT), delivery())
    assert f"pg_terminate_backend({holder})" in caplog.text
