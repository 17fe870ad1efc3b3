"""What clients are told, and sessions say, while the database refuses one message or all of them."""

from __future__ import annotations

import random
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from pillarbox.errors import StoreUnavailable
from pillarbox.storage.database import Done
from pillarbox.storage.store import SqlStore
from tests.storage.inside import SqliteInside, counters, totals
from tests.wire.catching import PATIENCE, Catcher
from tests.wire.dialling import Dial

NOT_STORED = "451 4.3.0 Error: the message could not be stored, try again later"


def store_of(catcher: Catcher) -> SqlStore:
    store = catcher.box.store
    assert isinstance(store, SqlStore)
    return store


def inside(catcher: Catcher) -> SqliteInside:
    return SqliteInside(Path(store_of(catcher).url.removeprefix("sqlite:///")))


@contextmanager
def busy(catcher: Catcher, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Semaphore]:
    """The writer is held; the semaphore counts the deliveries that wait for it."""
    store = store_of(catcher)
    handed_in, held, go_on = threading.Semaphore(0), threading.Event(), threading.Event()
    real = store.deliver

    def deliver(delivery: object) -> object:
        answer = real(delivery)  # type: ignore[arg-type]
        handed_in.release()
        return answer

    def hold(connection: object) -> Done:
        held.set()
        assert go_on.wait(PATIENCE)
        return Done(0)

    monkeypatch.setattr(store, "deliver", deliver)
    holding = threading.Thread(target=store._writer.order, args=(hold,))
    holding.start()
    try:
        assert held.wait(PATIENCE)
        yield handed_in
    finally:
        go_on.set()
        holding.join(PATIENCE)


def test_a_message_that_the_database_refuses_fails_alone_in_its_batch_and_its_session_says_why(
    start_catcher: Callable[..., Catcher], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    catcher = start_catcher()
    inside(catcher).refuse("message", "subject", "poison")
    clients = [Dial(catcher) for _ in range(3)]
    with busy(catcher, monkeypatch) as handed_in:
        for client, subject in zip(clients, (b"one", b"poison", b"two"), strict=True):
            client.say("EHLO x")
            client.envelope()
            client.send(b"Subject: " + subject + b"\r\n\r\n.\r\n")
            assert handed_in.acquire(timeout=PATIENCE)
    replies = [client.reply() for client in clients]
    assert replies == ["250 2.0.0 Ok: queued as 1", NOT_STORED, "250 2.0.0 Ok: queued as 2"]
    reasons = []
    for client in clients:
        client.say("QUIT")
        client.close()
        session = catcher.ended()
        reasons.append(session.facts.reason)
    assert reasons == [None, f"{NOT_STORED} (in answer to DATA): The database refused this.", None]
    assert [summary.subject for summary in catcher.messages()] == ["one", "two"]
    # Said of the batch and of the message; nothing else may be in the log, which the fixture sees to.
    errors = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert [error.split(":")[0] for error in errors] == ["The database refused a write"] * 2
    caplog.clear()
    assert counters(inside(catcher)) == totals(inside(catcher))


def test_a_large_message_that_finds_no_room_fails_alone_in_its_batch(
    start_catcher: Callable[..., Catcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    catcher = start_catcher()
    with store_of(catcher)._database.write() as connection:
        pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 60}")
    clients = [Dial(catcher) for _ in range(3)]
    with busy(catcher, monkeypatch) as handed_in:
        for client, size in zip(clients, (10, 1_000_000, 20), strict=True):
            client.say("EHLO x")
            client.envelope()
            client.send(b"Subject: x\r\n\r\n" + random.randbytes(size // 2).hex().encode() + b"\r\n.\r\n")
            assert handed_in.acquire(timeout=PATIENCE)
    codes = [client.reply()[:9] for client in clients]
    assert codes == ["250 2.0.0", "452 4.3.1", "250 2.0.0"]
    for client in clients:
        client.close()
    assert [summary.size for summary in catcher.messages()] == [26, 36]


def test_a_file_that_another_program_holds_is_told_and_used_again_by_itself(
    start_catcher: Callable[..., Catcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pillarbox.storage.sqlite.BUSY_TIMEOUT", 50)
    catcher = start_catcher()
    with Dial(catcher) as client, closing(sqlite3.connect(inside(catcher).path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert client.transaction(b"lost\r\n.\r\n") == NOT_STORED
        with pytest.raises(StoreUnavailable, match="The database is held by another program"):
            catcher.box.ping()
        other.execute("ROLLBACK")
        client.envelope()
        client.send(b"kept\r\n.\r\n")
        assert client.reply().startswith("250")
        catcher.box.ping()
        client.say("QUIT")
    reason = f"{NOT_STORED} (in answer to DATA): The database is held by another program."
    assert catcher.ended().facts.reason == reason
    assert catcher.message() == b"kept\r\n"
