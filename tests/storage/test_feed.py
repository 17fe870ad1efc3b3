"""What one node does is told by the others, in the order of the ids, each thing once, whatever becomes of a wake-up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from pillarbox.box import Change, Delivery, Selection
from pillarbox.events import RESET, Event
from pillarbox.mail import transcript
from pillarbox.storage import feed, journal, tables
from pillarbox.storage.bell import Bell
from pillarbox.storage.engine import open_database
from pillarbox.storage.postgres import PostgresDatabase
from pillarbox.storage.store import SqlStore
from tests.storage.heard import LIMIT, Heard
from tests.storage.inside import PostgresInside
from tests.storage.mails import Talk, deliver, delivery, mail, settled

Open = Callable[..., SqlStore]


def added(event: Event) -> int | None:
    return event.summary.id if event.kind == "message.added" and event.summary else None


def test_what_one_node_does_is_told_by_the_other(shared: PostgresInside, open_at: Open, heard: Heard) -> None:
    here = open_at(shared.url)
    open_at(shared.url, heard.publish)
    talk = Talk()
    talk.open(here)
    settled(here)
    (kept,) = deliver(here, talk.delivery(mail("over there")))
    here.change(Selection(ids=(kept.id,)), Change(read=True))
    talk.close(here)
    heard.wait_for("session.closed")
    here.delete(Selection(ids=(kept.id,)))
    heard.wait_for("message.deleted")
    kinds = [event.kind for event in heard.events if event.kind != "inbox.changed"]
    assert kinds == ["session.opened", "message.added", "message.changed", "session.closed", "message.deleted"]
    assert heard.ids == sorted(set(heard.ids))
    opened, *_, closed, deleted = [event for event in heard.events if event.kind != "inbox.changed"]
    assert opened.session_id == closed.session_id == talk.key.id
    assert closed.session is not None
    assert closed.session.facts.outcome == "quit"
    assert deleted.ids == (kept.id,)


def test_nodes_that_write_at_once_tell_everything_once_and_in_the_same_order(
    shared: PostgresInside, open_at: Open
) -> None:
    listeners = [Heard() for _ in range(3)]
    stores = [open_at(shared.url, one.publish) for one in listeners]

    async def crowd(store: SqlStore, number: int) -> None:
        for n in range(40):
            await store.deliver(delivery(mail(f"{number}.{n}")))

    async def all_of_them() -> None:
        await asyncio.gather(*(crowd(store, number) for number, store in enumerate(stores[:2])))

    asyncio.run(all_of_them())
    told = [[event.id for event in one.wait_for("message.added", 80)] for one in listeners]
    assert told[0] == told[1] == told[2] == sorted(told[0])  # type: ignore[type-var]
    assert len(set(told[0])) == 80
    for one in listeners:
        assert one.ids == sorted(set(one.ids))


def test_nothing_is_skipped_when_a_lower_id_is_committed_late(
    shared: PostgresInside, open_at: Open, heard: Heard
) -> None:
    """A writer stands between the allocation of its ids and its commit while another node wants to write."""
    store = open_at(shared.url, heard.publish)
    slow = open_database(shared.url)
    allocated, finish = threading.Event(), threading.Event()
    late: list[int] = []

    def write_slowly() -> None:
        with slow.write() as connection:
            (event,) = journal.write(connection, slow, [Event(kind="inbox.changed", inbox="slow")])
            late.append(event.id or 0)
            slow.allocate(connection, tables.message, 1)
            allocated.set()
            assert finish.wait(LIMIT)

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert allocated.wait(LIMIT)

    async def deliver_behind() -> int:
        quick = store.deliver(delivery(mail("quick")))
        await asyncio.to_thread(shared.wait_for_a_writer)
        finish.set()
        return (await quick).id

    message_id = asyncio.run(deliver_behind())
    writer.join()
    slow.close()
    heard.wait_for("message.added")
    told = [(event.id, added(event)) for event in heard.events if event.kind == "message.added" or event.id == late[0]]
    assert told == [(late[0], None), (late[0] + 1, message_id)]
    assert [event.id for event in store.events_since(0, 100).events] == heard.ids


def test_own_events_with_a_gap_before_them_are_told_too(shared: PostgresInside, open_at: Open, heard: Heard) -> None:
    """Ids that a rolled back transaction has taken are never given again."""
    store = open_at(shared.url, heard.publish)
    deliver(store, delivery())
    shared.rows("SELECT nextval('event_id_seq')")
    (kept,) = deliver(store, delivery())
    assert [added(event) for event in heard.wait_for("message.added", 2)][1:] == [kept.id]


def test_a_wake_up_that_is_lost_loses_nothing(
    shared: PostgresInside, open_at: Open, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "POLL", 0.05)
    monkeypatch.setattr(PostgresDatabase, "announce", lambda database, connection: None)
    here = open_at(shared.url)
    open_at(shared.url, heard.publish)
    kept = [one.id for one in deliver(here, *(delivery() for _ in range(5)))]
    assert [added(event) for event in heard.wait_for("message.added", 5)] == kept


def test_a_listening_connection_that_is_cut_is_made_anew(
    shared: PostgresInside,
    open_at: Open,
    heard: Heard,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(feed, "POLL", 1_000.0)
    here = open_at(shared.url)
    open_at(shared.url, heard.publish)
    deliver(here, delivery())
    heard.wait_for("message.added", 1)
    for number in (2, 3):
        cut = shared.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN %'")
        assert cut.count((True,)) == 2
        deliver(here, delivery())
        heard.wait_for("message.added", number)
    assert "is not heard but looked for" in caplog.text


def test_a_node_that_was_cut_off_for_too_long_says_so(shared: PostgresInside, open_at: Open, heard: Heard) -> None:
    here = open_at(shared.url)
    open_at(shared.url, heard.publish)
    shared.run("UPDATE counter SET value = 1000000 WHERE name = 'events_trimmed'")
    deliver(here, delivery())
    heard.until(lambda events: RESET in events)
    shared.run("UPDATE counter SET value = 0 WHERE name = 'events_trimmed'")
    (kept,) = deliver(here, delivery())
    heard.until(lambda events: kept.id in map(added, events))


def test_a_database_that_was_put_back_says_so(shared: PostgresInside, open_at: Open, heard: Heard) -> None:
    store = open_at(shared.url, heard.publish)
    deliver(store, delivery(), delivery())
    heard.wait_for("message.added", 2)
    shared.run("DELETE FROM event WHERE id > 1", "SELECT pg_notify('pillarbox', 'another')")
    heard.until(lambda events: RESET in events)


def test_nothing_is_read_while_nobody_listens_and_nothing_old_is_told_to_who_comes_then(
    shared: PostgresInside, open_at: Open, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = threading.Semaphore(0)
    listening = threading.Event()

    def listened() -> bool:
        looked.release()
        return listening.is_set()

    here = open_at(shared.url)
    open_at(shared.url, heard.publish, listened=listened)
    assert looked.acquire(timeout=LIMIT)
    deliver(here, delivery(mail("unheard")))
    assert looked.acquire(timeout=LIMIT)
    listening.set()
    (kept,) = deliver(here, delivery(mail("heard")))
    assert [added(event) for event in heard.wait_for("message.added")][-1] == kept.id
    assert [event.summary.subject for event in heard.events if event.summary] == ["heard"]


def test_a_session_of_another_node_is_followed_line_by_line_to_its_end(
    shared: PostgresInside, open_at: Open, heard: Heard
) -> None:
    here = open_at(shared.url)
    there = open_at(shared.url, heard.publish)
    talk = Talk()
    talk.open(here)
    settled(here)
    number = talk.key.id
    assert number is not None
    known = there.lines(number, 0, 0)
    assert known is not None
    there.follow(number, known.total)
    line = transcript.line(250, "client", "command", b"NOOP\r\n")
    here.save_session(talk.key, talk.facts, [talk.segment(line)])
    (first,) = heard.wait_for("session.entry")
    assert first.entry is not None
    assert (first.id, first.session_id, first.entry.seq, first.entry.text) == (None, number, 2, "NOOP")
    deliver(here, talk.delivery())
    talk.close(here)
    heard.wait_for("session.closed")
    entries = [event.entry for event in heard.events if event.entry is not None]
    assert [entry.seq for entry in entries] == [2, 3, 4, 5]
    assert entries == list(there.lines(number, 2, 100).entries)  # type: ignore[union-attr]
    assert heard.events[-1].kind == "session.closed"
    there.unfollow(number)


def test_a_session_that_nobody_follows_any_more_is_not_read(
    shared: PostgresInside, open_at: Open, heard: Heard
) -> None:
    here = open_at(shared.url)
    there = open_at(shared.url, heard.publish)
    talk = Talk()
    talk.open(here)
    settled(here)
    number = talk.key.id
    assert number is not None
    there.follow(number, 2)
    there.follow(number, 2)
    there.unfollow(number)
    here.save_session(talk.key, talk.facts, [talk.segment(transcript.line(250, "client", "command", b"NOOP\r\n"))])
    heard.wait_for("session.entry")
    there.unfollow(number)
    deliver(here, talk.delivery())
    heard.wait_for("message.added")
    assert len([event for event in heard.events if event.entry]) == 1


def test_a_damaged_transcript_silences_only_itself(
    shared: PostgresInside, open_at: Open, heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    here = open_at(shared.url)
    there = open_at(shared.url, heard.publish)
    talk = Talk()
    talk.open(here)
    settled(here)
    shared.run("UPDATE segment SET entries = 'not ours', encoding = 'identity'")
    number = talk.key.id
    assert number is not None
    there.follow(number, 0)
    deliver(here, delivery())
    heard.wait_for("message.added")
    assert f"The transcript of session {number} cannot be read" in caplog.text
    there.unfollow(number)


def test_a_bell_that_is_closed_may_be_rung() -> None:
    def never() -> object:
        raise AssertionError

    bell = Bell(never, "us")  # type: ignore[arg-type]
    bell.ring()
    bell.close()
    bell.ring()


def test_who_follows_delivery_after_delivery_hears_all_of_a_busy_node(
    shared: PostgresInside, open_at: Open, heard: Heard
) -> None:
    here = open_at(shared.url)
    open_at(shared.url, heard.publish)
    kept: list[int] = []

    def flood(deliveries: list[Delivery]) -> None:
        kept.extend(one.id for one in deliver(here, *deliveries))

    for _ in range(3):
        flood([delivery() for _ in range(feed.PAGE)])
    assert [added(event) for event in heard.wait_for("message.added", 3 * feed.PAGE)] == kept
