"""The writer's thread: deliveries that cannot be made ready, and listeners and loops that die."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence

import pytest
import sqlalchemy

from pillarbox.box import MessageQuery, SessionQuery
from pillarbox.errors import StoreUnavailable
from pillarbox.events import Event
from pillarbox.mail.message import Digest
from pillarbox.service.logs import JsonLines, TextLines
from pillarbox.storage import arrival, batch, writer
from pillarbox.storage.store import SqlStore, open_store
from tests.storage.inside import Inside, count
from tests.storage.mails import Talk, deliver, delivery, mail, settled, try_to_deliver, whose


def test_a_message_that_the_parser_cannot_read_is_kept(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(raw: bytes) -> Digest:
        raise RecursionError("too deep")

    monkeypatch.setattr(arrival, "digest_of", fail)
    (summary,) = deliver(store, delivery())
    assert (summary.subject, store.raw(summary.id)) == ("", mail())
    assert "kept without subject and words" in caplog.text


def test_a_message_that_cannot_be_made_ready_is_refused_alone(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    real = arrival.ready

    def fail(*arguments: object) -> arrival.Arrival:
        if b"poison" in arguments[0].raw:  # type: ignore[attr-defined]
            raise MemoryError
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(writer, "ready", fail)
    answers = try_to_deliver(store, [delivery(), delivery(mail("poison")), delivery()])
    assert [isinstance(answer, StoreUnavailable) for answer in answers] == [False, True, False]


def test_an_answer_to_a_loop_that_has_closed_is_dropped_and_the_message_kept(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    real = arrival.ready

    def wait(*arguments: object) -> arrival.Arrival:
        gate.wait(30)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(writer, "ready", wait)

    async def walk_away() -> None:
        store.deliver(delivery(mail("orphan")))

    asyncio.run(walk_away())
    gate.set()
    settled(store)
    assert [one.subject for one in store.messages(MessageQuery()).items] == ["orphan"]


def test_a_delivery_that_was_cancelled_does_not_disturb_the_others(store: SqlStore) -> None:
    async def cancel_one() -> list[int]:
        futures = [store.deliver(delivery()) for _ in range(3)]
        futures[1].cancel()
        return [(await futures[0]).id, (await futures[2]).id]

    assert asyncio.run(cancel_one()) == [1, 3]


def test_keys_and_answers_come_before_events(url: str) -> None:
    seen: list[tuple[str, object]] = []
    talk = Talk()

    def publish(events: Sequence[Event]) -> None:
        seen.extend((event.kind, talk.key.id) for event in events)

    store = open_store(url, publish)
    deliver(store, talk.delivery())
    store.close()
    assert ("session.opened", 1) in seen
    assert ("message.added", 1) in seen


def test_a_failure_of_the_writer_itself_is_answered_and_survived(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(self: object, work: object) -> None:
        raise ZeroDivisionError

    talk = Talk()
    with monkeypatch.context() as broken:
        broken.setattr(writer.Writer, "_write", fail)
        talk.open(store)
        answers = try_to_deliver(store, [delivery(), delivery()])
        assert all(isinstance(answer, StoreUnavailable) for answer in answers)
        with pytest.raises(StoreUnavailable):
            store.restore([1])
    assert "The writer failed" in caplog.text
    deliver(store, delivery(), talk.delivery())
    transcript = store.transcript(talk.key.id or 0)
    assert transcript is not None
    assert [entry.seq for entry in transcript.entries] == [0, 1, 2, 3]


def test_the_end_of_a_session_is_written_when_the_store_has_settled(store: SqlStore) -> None:
    """It would rest for company else."""
    talk = Talk()
    talk.open(store)
    talk.close(store)
    store.settle()
    assert [one.facts.outcome for one in store.sessions(SessionQuery()).items] == ["quit"]


def test_a_store_whose_database_refuses_settles_all_the_same(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise sqlalchemy.exc.DatabaseError("INSERT", {}, Exception("no"))

    talk = Talk()
    with monkeypatch.context() as broken:
        broken.setattr(batch.Batch, "write", fail)
        talk.open(store)
        store.settle()
        assert store.sessions(SessionQuery()).items == ()
    talk.close(store)
    store.settle()
    assert [one.facts.outcome for one in store.sessions(SessionQuery()).items] == ["quit"]


def test_an_order_after_the_end_is_refused_and_a_late_session_is_logged(
    url: str, open_at: Callable[[str], SqlStore], caplog: pytest.LogCaptureFixture
) -> None:
    store = open_at(url)
    store.close()
    store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        store.restore([1])
    Talk().open(store)
    assert "came after the store had closed" in caplog.text


def test_a_session_that_the_database_refuses_is_given_up_and_hurts_no_other(
    store: SqlStore, inside: Inside, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(writer, "RETRY", 0.0)
    inside.refuse("session", "helo", "poison")
    poison, good = Talk(helo="poison"), Talk()
    poison.open(store)
    good.open(store)
    for _ in range(writer.MAX_REFUSALS):
        settled(store)
    assert (poison.key.id, count(inside, "session")) == (None, 1)
    assert good.key.id is not None
    assert "was refused 3 times; it is lost" in caplog.text
    # A batch of both is refused first, and is nobody's.
    assert {whose(record) for record in caplog.records} - {(None, None)} == {(None, poison.facts.peer)}
    assert whose(caplog.records[-1]) == (None, poison.facts.peer)
    caplog.clear()
    settled(store)
    assert caplog.text == ""
    store.ping()


def test_what_a_sender_wrote_does_not_reach_the_log(
    store: SqlStore, inside: Inside, caplog: pytest.LogCaptureFixture
) -> None:
    inside.refuse("message", "subject", "poison")
    (answer,) = try_to_deliver(store, [delivery(mail("poison", "very private"))])
    assert str(answer) == "The database refused this."
    (told,) = caplog.records
    assert told.getMessage().startswith("The database refused a write: ")
    assert "storage/writer.py" in getattr(told, "trace", "")
    assert "private" not in TextLines().format(told)
    assert "private" not in JsonLines().format(told)
