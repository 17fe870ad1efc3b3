"""Retention: by number, age and room, oldest first, on both databases; the counters follow, and nothing else goes."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from pillarbox.box import Change, Delivery, Keep, MessageQuery, Selection, SessionQuery
from pillarbox.events import Event
from pillarbox.mail import transcript
from pillarbox.mail.spoken import Wanted
from pillarbox.storage import removal, retention
from pillarbox.storage.pace import Pace
from pillarbox.storage.store import SqlStore
from tests.storage.inside import Inside, PostgresInside, count, counters, indexed, totals
from tests.storage.mails import Talk, deliver, delivery, mail, orders, settled
from tests.storage.queries import wanted

OF_A_MESSAGE = ("message", "raw", "recipient", "message_tag", "lint")


@pytest.fixture(autouse=True)
def counters_hold(store: SqlStore, inside: Inside) -> Iterator[None]:
    yield
    assert counters(inside) == totals(inside)


def past(hours: float) -> datetime:
    return datetime.now(UTC) - timedelta(hours=hours)


def old(one: Delivery, hours: float) -> Delivery:
    return replace(one, received_at=past(hours))


def refused(store: SqlStore, hours: float, content: bytes = b"") -> Talk:
    """A session that delivered nothing, and ended."""
    talk = Talk()
    talk.facts = replace(talk.facts, started_at=past(hours))
    talk.open(store)
    facts = replace(talk.facts, outcome="dropped", ended_at=past(hours))
    lost = transcript.lost_content(900, content or b"x", len(content) or 1)
    store.save_session(talk.key, facts, [talk.segment(lost)])
    return talk


def delivered(store: SqlStore, hours: float, messages: int = 1, *, ended: bool = True) -> Talk:
    talk = Talk()
    talk.facts = replace(talk.facts, started_at=past(hours))
    talk.open(store)
    for _ in range(messages):
        deliver(store, old(talk.delivery(), hours))
    if ended:
        talk.facts = replace(talk.facts, outcome="quit", ended_at=past(hours))
        store.save_session(talk.key, talk.facts, [])
    settled(store)
    return talk


def listed(store: SqlStore) -> list[int]:
    return [one.id for one in store.messages(MessageQuery(limit=500)).items]


def spoken(store: SqlStore) -> list[int]:
    return [one.id for one in store.sessions(SessionQuery(limit=500)).items]


def used(store: SqlStore) -> int:
    with store._database.read() as connection:
        return store._database.used(connection)


def test_without_limits_everything_stays(store: SqlStore) -> None:
    deliver(store, old(delivery(), 10_000))
    refused(store, 10_000)
    settled(store)
    assert store.retain(Keep()) == 0
    assert (listed(store), spoken(store)) == ([1], [1])
    assert not store.crowded


def test_the_newest_messages_are_kept_and_nothing_is_left_of_the_others(
    store: SqlStore, inside: Inside, events: list[Event]
) -> None:
    deliver(store, *(delivery(mail(f"number{n}", headers="Bad\r\n")) for n in range(5)))
    store.change(Selection(all=True), Change(tags=("t",)))
    settled(store)
    events.clear()
    assert store.retain(Keep(messages=2)) == 3
    assert listed(store) == [5, 4]
    assert store.counts().messages == 2
    assert store.raw(1) is None
    assert store.messages(MessageQuery(q=wanted("number0"))).items == ()
    assert store.messages(MessageQuery(q=wanted("number4"))).total == 1
    assert [(event.kind, event.ids) for event in events] == [("message.deleted", (1, 2, 3))]
    assert [event.ids for event in store.events_since(0, 100).events if event.ids] == [(1, 2, 3)]
    for table in OF_A_MESSAGE:
        assert count(inside, table) == 2, table
    assert indexed(inside) == [4, 5]
    assert store.restore([1, 2, 3]) == 0
    assert store.retain(Keep(messages=2)) == 0


def test_pinned_messages_stay_and_do_not_count(store: SqlStore) -> None:
    deliver(store, *(delivery() for _ in range(6)))
    store.change(Selection(ids=(1, 3)), Change(pinned=True))
    assert store.retain(Keep(messages=2)) == 2
    assert listed(store) == [6, 5, 3, 1]
    store.retain(Keep(age=1.0))
    assert listed(store) == [3, 1]
    store.retain(Keep(octets=1))
    assert listed(store) == [3, 1]
    assert not store.crowded, "looking again is of no use"


def test_a_message_that_was_pinned_or_deleted_after_it_was_chosen_stays(store: SqlStore) -> None:
    deliver(store, delivery(), delivery(), delivery())
    with store._database.read() as connection:
        gone = retention.due(connection, store._database, Keep(age=1.0)).gone
    store.change(Selection(ids=(1,)), Change(pinned=True))
    store.delete(Selection(ids=(2,)))
    ids = [one.id for one in gone]
    written = store._upkeep._written(ids)
    step = partial(removal.retire, database=store._database, ids=ids, written=written, sessions=[])
    assert store._writer.order(step).count == 1
    assert store.restore([2]) == 1
    assert listed(store) == [2, 1]


def test_what_is_older_goes_with_its_session_and_sessions_that_held_nothing(store: SqlStore, inside: Inside) -> None:
    delivered(store, 5)
    refused(store, 4)
    delivered(store, 2)
    refused(store, 1)
    store.hear_sessions()
    assert store.retain(Keep(age=3 * 3600.0)) == 1
    assert (listed(store), spoken(store)) == ([2], [4, 3])
    for table, left in (("session", 2), ("segment", 4), ("session_search", 2), ("message", 1)):
        assert count(inside, table) == left, table
    assert store.transcript(1) is None
    assert [one.id for one in store.sessions(SessionQuery(said=Wanted(words=("ehlo",)))).items] == [4, 3]


def test_a_session_stays_while_it_is_open_or_holds_a_message(store: SqlStore) -> None:
    delivered(store, 9, ended=False)
    delivered(store, 8, messages=2)
    delivered(store, 7)
    store.change(Selection(ids=(2,)), Change(pinned=True))
    store.delete(Selection(ids=(4,)))
    assert store.retain(Keep(age=3600.0)) == 2
    assert (listed(store), spoken(store)) == ([2], [3, 2, 1])
    store.purge(datetime.now(UTC) + timedelta(seconds=5))
    store.retain(Keep(age=3600.0))
    assert spoken(store) == [2, 1], "deleted mail has been purged, and its session is old"


def test_sessions_that_hold_nothing_are_kept_up_to_twice_the_number_of_messages(store: SqlStore) -> None:
    for hours in range(9, 1, -1):
        refused(store, hours)
    delivered(store, 1)
    store.retain(Keep(messages=2))
    assert (listed(store), spoken(store)) == ([1], [9, 8, 7, 6])


def test_room_is_made_by_the_oldest(store: SqlStore) -> None:
    deliver(store, *(old(delivery(os.urandom(40_000)), 100 - n) for n in range(50)))
    limit = used(store) - 20 * 40_000
    removed = store.retain(Keep(octets=limit))
    assert used(store) <= limit
    assert listed(store) == list(range(50, removed, -1))
    assert 15 <= removed <= 35
    assert store.retain(Keep(octets=limit)) == 0


def test_room_is_made_by_sessions_when_they_are_what_takes_it(store: SqlStore) -> None:
    for hours in range(30, 0, -1):
        refused(store, hours, os.urandom(100_000))
    delivered(store, 0.5)
    limit = used(store) - 10 * 100_000
    assert store.retain(Keep(octets=limit)) == 0
    assert used(store) <= limit
    left = spoken(store)
    assert left == list(range(31, 31 - len(left), -1))
    assert 16 <= len(left) <= 21
    assert listed(store) == [1]


def test_messages_and_sessions_stand_in_one_line(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "CHOSEN", 3)
    for hours in range(20, 10, -1):
        refused(store, hours, os.urandom(50_000))
    deliver(store, *(old(delivery(os.urandom(50_000)), hours) for hours in range(10, 0, -1)))
    settled(store)
    limit = used(store) - 6 * 50_000
    assert store.retain(Keep(octets=limit)) == 0
    assert len(listed(store)) == 10
    assert spoken(store) == list(range(10, 10 - len(spoken(store)), -1))
    limit = used(store) - 10 * 50_000
    assert store.retain(Keep(octets=limit)) > 0
    assert spoken(store) == []
    assert listed(store) == list(range(10, 10 - len(listed(store)), -1))


def test_deleted_mail_that_can_be_restored_takes_no_room_from_what_is_there(store: SqlStore) -> None:
    deliver(store, *(old(delivery(os.urandom(40_000)), 2) for _ in range(20)))
    limit = used(store)
    deliver(store, *(old(delivery(os.urandom(40_000)), 1) for _ in range(20)))
    store.delete(Selection(ids=tuple(range(21, 41))))
    assert store.retain(Keep(octets=limit + 20_000)) == 0
    assert len(listed(store)) == 20
    assert store.restore(range(21, 41)) == 20


def test_what_has_just_come_is_left_alone_for_a_moment(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(store, old(delivery(), 1))
    deliver(store, *(old(delivery(), 0) for _ in range(5)))
    assert store.retain(Keep(messages=1)) == 1
    assert len(listed(store)) == 5
    assert store.crowded, "there will be more to remove in a moment"
    monkeypatch.setattr(retention, "FRESH_US", 0)
    assert store.retain(Keep(messages=1)) == 4
    assert not store.crowded


def test_a_message_with_a_date_to_come_does_not_stay_until_then(store: SqlStore) -> None:
    deliver(store, old(delivery(), -1000), old(delivery(), 1))
    assert store.retain(Keep(messages=1)) == 1
    assert listed(store) == [2]


@pytest.mark.parametrize("keep", [Keep(messages=10), Keep(octets=200_000_000)])
def test_a_flood_is_noticed_by_what_the_writer_counts(store: SqlStore, keep: Keep) -> None:
    deliver(store, *(delivery() for _ in range(5)))
    store.retain(keep)
    assert not store.crowded
    if keep.messages:
        deliver(store, *(delivery() for _ in range(5)))
        assert not store.crowded
        deliver(store, delivery())
    else:
        store._writer.room.give(None, 500_000)
        deliver(store, delivery(os.urandom(400_000)))
        assert not store.crowded
        refused(store, 1, os.urandom(100_000))
        settled(store)
    assert store.crowded
    store.retain(keep)
    assert not store.crowded


def test_pieces_learn_how_much_fits(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store._upkeep, "_removing", Pace(1, 1, 1))
    deliver(store, *(delivery() for _ in range(7)))
    pieces = orders(store, monkeypatch)
    assert store.retain(Keep(messages=1)) == 6
    assert pieces.count("retire") == 6


def test_a_session_that_is_removed_while_it_is_being_made_findable_leaves_no_row(
    store: SqlStore, inside: Inside
) -> None:
    refused(store, 2)
    refused(store, 0.1)
    settled(store)
    piece = store._next_piece()
    assert piece is not None
    store.retain(Keep(age=3600.0))
    from pillarbox.storage import session_search

    store._writer.order(partial(session_search.write, database=store._database, piece=piece))
    assert count(inside, "session_search") == 1


def test_two_nodes_at_once_remove_no_more_than_one_would(
    store: SqlStore, inside: Inside, open_at: Callable[[str], SqlStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not isinstance(inside, PostgresInside):
        pytest.skip("a SQLite file has one process")
    monkeypatch.setattr(retention, "CHOSEN", 10)
    deliver(store, *(delivery() for _ in range(100)))
    stores = [store, open_at(inside.url)]

    async def both() -> list[int]:
        return await asyncio.gather(*(asyncio.to_thread(one.retain, Keep(messages=20)) for one in stores))

    assert sum(asyncio.run(both())) == 80
    assert listed(store) == list(range(100, 80, -1))
