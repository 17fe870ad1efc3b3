"""Events: told in commit order, replayed from their refs, trimmed, and honest about what is no longer kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pillarbox.box import Change, Selection
from pillarbox.events import Event
from pillarbox.storage import journal
from pillarbox.storage.store import SqlStore
from tests.storage.inside import Inside, count
from tests.storage.mails import Talk, deliver, delivery, settled


def shape(events: list[Event] | tuple[Event, ...]) -> list[tuple[object, ...]]:
    return [
        (e.kind, e.inbox, e.session_id, e.summary.id if e.summary else None, e.ids, e.session.id if e.session else None)
        for e in events
    ]


def test_what_is_told_is_what_is_replayed(store: SqlStore, events: list[Event]) -> None:
    talk = Talk()
    talk.open(store)
    settled(store)
    (summary,) = deliver(store, replace(talk.delivery(), inbox="orders"))
    talk.close(store)
    store.change(Selection(ids=(summary.id,)), Change(read=True))
    replay = store.events_since(0, 1000)
    assert not replay.reset
    assert shape(replay.events) == shape(events)
    assert [(e.id, e.at) for e in replay.events] == [(e.id, e.at) for e in events]
    assert [e.kind for e in events] == [
        "session.opened",
        "inbox.changed",
        "message.added",
        "session.closed",
        "message.changed",
    ]
    assert events[3].session == store.session(1) == replay.events[3].session
    assert replay.events[4].summary == events[4].summary
    assert store.last_event_id() == events[-1].id


def test_ids_of_events_ascend_in_the_order_they_are_told(store: SqlStore, events: list[Event]) -> None:
    deliver(store, *(Talk().delivery() for _ in range(50)))
    settled(store)
    ids = [event.id or 0 for event in events]
    assert ids == sorted(set(ids))
    assert [e.summary.id for e in events if e.summary] == list(range(1, 51))


def test_a_replay_goes_on_from_where_one_is(store: SqlStore, events: list[Event]) -> None:
    deliver(store, *(delivery() for _ in range(5)))
    settled(store)
    first = store.events_since(0, 2)
    assert len(first.events) == 2
    rest = store.events_since(first.events[-1].id or 0, 1000)
    assert [*first.events, *rest.events] == events
    assert store.events_since(store.last_event_id(), 10).events == ()


def test_a_message_deleted_since_is_skipped_until_its_deletion(store: SqlStore) -> None:
    deliver(store, *(delivery() for _ in range(4)))
    store.delete(Selection(ids=(1, 2, 3)))
    replay = store.events_since(1, 1)
    assert [(e.kind, e.summary.id) for e in replay.events if e.summary] == [("message.added", 4)]
    (deletion,) = store.events_since(replay.events[0].id or 0, 10).events
    assert (deletion.kind, deletion.ids) == ("message.deleted", (1, 2, 3))


def test_an_id_from_the_future_means_start_over(store: SqlStore) -> None:
    deliver(store, delivery())
    assert store.events_since(store.last_event_id() + 1, 10).reset
    assert store.events_since(2**70, 10).reset


def test_too_many_events_are_trimmed_and_who_missed_them_is_told(
    store: SqlStore, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "KEPT_ROWS", 5)
    monkeypatch.setattr(journal, "TRIM_ROWS", 3)
    deliver(store, *(delivery() for _ in range(20)))
    last = store.last_event_id()
    assert last == 20
    store.purge(datetime.now(UTC))
    assert count(inside, "event") == 5
    assert not store.events_since(15, 10).reset
    assert len(store.events_since(15, 10).events) == 5
    assert store.events_since(14, 10).reset
    assert store.events_since(0, 10).reset


def test_old_events_are_trimmed_but_the_last_id_is_known(
    store: SqlStore, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(store, delivery(), delivery())
    last = store.last_event_id()
    inside.run("UPDATE event SET at = at - 3601000000")
    store.purge(datetime.now(UTC))
    assert store.last_event_id() == last
    assert count(inside, "event") == 1
    assert not store.events_since(last, 10).reset
    assert store.events_since(0, 10).reset


def test_a_listener_that_fails_does_not_stop_the_writer(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(told: object) -> None:
        raise RuntimeError("the loop is closed")

    monkeypatch.setattr(store._writer, "_publish", fail)
    deliver(store, delivery())
    deliver(store, delivery())
    assert len(store.events_since(0, 10).events) == 2
