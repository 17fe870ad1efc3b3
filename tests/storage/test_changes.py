"""Reading marks, tags, deletion, restoring and purging, on both databases; the counters follow each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from pillarbox.box import Change, Marks, MessageQuery, Selection
from pillarbox.events import Event
from pillarbox.storage import changes, marks, removal, rows
from pillarbox.storage.pace import Pace
from pillarbox.storage.store import SqlStore
from tests.storage.inside import Inside, count, counters, indexed, totals
from tests.storage.mails import deliver, delivery, mail, orders, settled
from tests.storage.queries import wanted


@pytest.fixture(autouse=True)
def counters_hold(store: SqlStore, inside: Inside) -> object:
    yield
    assert counters(inside) == totals(inside)


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=5)


def test_read_and_pinned_are_set_and_counted(store: SqlStore) -> None:
    deliver(store, delivery(), delivery())
    assert store.change(Selection(ids=(1,)), Change(read=True, pinned=True)) == 1
    stored = store.message(1)
    assert stored is not None
    assert (stored.summary.read, stored.summary.pinned) == (True, True)
    assert store.counts().unread == 1
    assert [inbox.unread for inbox in store.inboxes()] == [1]
    assert store.change(Selection(ids=(1,)), Change(read=False)) == 1
    assert store.counts().unread == 2


def test_only_what_becomes_different_is_changed_and_told(store: SqlStore, events: list[Event]) -> None:
    deliver(store, delivery(), delivery(), delivery())
    store.change(Selection(ids=(2,)), Change(read=True))
    events.clear()
    assert store.change(Selection(all=True), Change(read=True)) == 2
    assert store.change(Selection(all=True), Change(read=True)) == 0
    told = [(event.kind, event.summary.id, event.summary.read) for event in events if event.summary]
    assert told == [("message.changed", 1, True), ("message.changed", 3, True)]


def test_tags_are_replaced(store: SqlStore, inside: Inside) -> None:
    deliver(store, delivery(), delivery())
    assert store.change(Selection(ids=(1, 2)), Change(tags=("b", "a", "b"))) == 2
    assert store.change(Selection(ids=(1,)), Change(tags=("a", "b"))) == 0
    assert store.change(Selection(ids=(2,)), Change(tags=("ü", "a"))) == 1
    assert [one.tags for one in store.messages(MessageQuery()).items] == [("a", "ü"), ("a", "b")]
    assert store.change(Selection(ids=(1,)), Change(tags=())) == 1
    assert [one.tags for one in store.messages(MessageQuery()).items] == [("a", "ü"), ()]
    assert count(inside, "tag") == 3


@pytest.mark.parametrize(
    ("selection", "left"),
    [
        (Selection(ids=(1, 3, 99, 3)), [4, 2]),
        (Selection(ids=()), [4, 3, 2, 1]),
        (Selection(inbox="other"), [2, 1]),
        (Selection(inbox="nobody"), [4, 3, 2, 1]),
        (Selection(q=wanted("apple")), [4, 2]),
        (Selection(q=wanted("")), [4, 3, 2, 1]),
        (Selection(q=wanted("apple"), inbox="other"), [4, 2, 1]),
        (Selection(all=True), []),
        (Selection(), [4, 3, 2, 1]),
    ],
)
def test_a_selection_is_what_it_says(store: SqlStore, selection: Selection, left: list[int]) -> None:
    deliver(store, delivery(mail("apple")), delivery(mail("pear")))
    deliver(store, delivery(mail("apple"), inbox="other"), delivery(mail("pear"), inbox="other"))
    assert store.delete(selection).count == 4 - len(left)
    assert [one.id for one in store.messages(MessageQuery()).items] == left


def test_deleted_mail_is_gone_at_once_and_can_be_restored(store: SqlStore, events: list[Event]) -> None:
    deliver(store, delivery(), delivery(inbox="other"), delivery())
    settled(store)
    events.clear()
    assert store.delete(Selection(ids=(1, 2, 3))).count == 3
    assert store.delete(Selection(all=True)).count == 0
    assert store.message(1) is None
    assert store.raw(1) is None
    assert store.counts().messages == store.counts().bytes == 0
    assert [(e.kind, e.inbox, e.ids) for e in events] == [
        ("message.deleted", "default", (1, 3)),
        ("message.deleted", "other", (2,)),
    ]
    events.clear()
    assert store.restore([1, 2, 99]) == 2
    assert store.restore([1, 2]) == 0
    assert [one.id for one in store.messages(MessageQuery()).items] == [2, 1]
    assert store.raw(1) == mail()
    assert [(e.kind, e.summary.id) for e in events if e.summary] == [("message.added", 1), ("message.added", 2)]


def test_a_deletion_is_undone_and_no_other(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "CHOSEN", 2)
    monkeypatch.setattr(store._upkeep, "_marking", Pace(1, 1, 1))
    deliver(store, *(delivery(mail("apple" if n % 2 else "pear")) for n in range(10)))
    before = store.delete(Selection(ids=(1, 2)))
    apples = store.delete(Selection(q=wanted("apple")))
    after = store.delete(Selection(ids=(3,)))
    assert (apples.count, len({before.key, apples.key, after.key})) == (4, 3)
    assert apples.key is not None
    assert store.deleted(apples.key, 3) == [4, 6, 8]
    assert store.undo(apples.key) == 4
    assert [one.id for one in store.messages(MessageQuery()).items] == [10, 9, 8, 7, 6, 5, 4]
    assert (store.undo(apples.key), store.undo(apples.key + 1_000_000), store.undo(1 << 80)) == (0, 0, 0)
    assert store.delete(Selection(ids=(1, 99))).key is None
    assert store.counts().messages == 7


def test_tags_are_added_and_removed_beside_others(store: SqlStore) -> None:
    deliver(store, delivery(), delivery(), delivery())
    store.change(Selection(ids=(1,)), Change(tags=("a", "b")))
    store.change(Selection(ids=(2,)), Change(tags=("c",)))
    assert store.change(Selection(all=True), Change(add_tags=("c",))) == 2
    assert store.change(Selection(ids=(1, 2)), Change(remove_tags=("a", "c"))) == 2
    assert [one.tags for one in store.messages(MessageQuery()).items] == [("c",), (), ("b",)]


def test_pins_and_tags_are_counted_without_what_is_deleted(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(store, *(delivery() for _ in range(6)))
    assert store.marks(9) == Marks(pinned=0, pinned_exact=True, tags=())
    store.change(Selection(all=True), Change(tags=("old",)))
    store.change(Selection(ids=(1, 2, 3)), Change(add_tags=("Beta",), pinned=True))
    store.change(Selection(ids=(4,)), Change(add_tags=("alpha",)))
    assert [(one.name, one.total) for one in store.marks(9).tags] == [("alpha", 1), ("Beta", 3), ("old", 6)]
    assert [one.name for one in store.marks(2).tags] == ["alpha", "Beta"], "those that were made last"
    store.delete(Selection(ids=(3, 4)))
    monkeypatch.setattr(marks, "MOST", 3)
    assert store.marks(9).pinned == 2
    assert [(one.name, one.total, one.exact) for one in store.marks(9).tags] == [("Beta", 2, True), ("old", 3, False)]
    monkeypatch.setattr(marks, "MOST", 5)
    assert [(one.name, one.total, one.exact) for one in store.marks(9).tags] == [("Beta", 2, True), ("old", 4, True)]


def test_of_a_tag_whose_messages_are_mostly_deleted_only_the_newest_are_looked_at(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(store, *(delivery() for _ in range(9)))
    store.change(Selection(all=True), Change(tags=("all",)))
    store.change(Selection(ids=(1, 2)), Change(add_tags=("few",)))
    monkeypatch.setattr(marks, "MOST", 4)
    store.delete(Selection(ids=(4, 5, 6, 7, 8)))
    assert [(one.name, one.total, one.exact) for one in store.marks(9).tags] == [("all", 1, False), ("few", 2, True)]


def test_purged_mail_leaves_nothing_behind(store: SqlStore, inside: Inside) -> None:
    deliver(store, delivery(mail("first")), delivery(mail("second")))
    store.change(Selection(all=True), Change(tags=("t",)))
    store.delete(Selection(ids=(1,)))
    assert store.purge(datetime.now(UTC) - timedelta(seconds=60)) == 0
    assert count(inside, "raw") == 2
    assert store.purge(soon()) == 1
    for table in ("message", "raw", "recipient", "message_tag"):
        assert count(inside, table) == 1, table
    assert indexed(inside) == [2]
    assert store.restore([1]) == 0
    assert store.messages(MessageQuery(q=wanted("first"))).items == ()
    assert store.messages(MessageQuery(q=wanted("second"))).total == 1


def test_work_of_many_pieces_is_done_whole(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "CHOSEN", 4)
    monkeypatch.setattr(store._upkeep, "_marking", Pace(3, 3, 3))
    deliver(store, *(delivery(mail("many" if n % 2 else "few")) for n in range(21)))
    store.delete(Selection(ids=(20, 19)))
    assert store.change(Selection(all=True), Change(read=True)) == 19
    assert store.change(Selection(q=wanted("few")), Change(pinned=True)) == 10
    assert store.delete(Selection(ids=tuple(range(1, 11)))).count == 10
    assert store.delete(Selection(all=True)).count == 9
    assert store.restore(range(1, 22)) == 21
    assert store.delete(Selection(all=True)).count == 21
    assert store.purge(soon()) == 21


def test_a_piece_of_removal_is_bounded_in_octets(
    store: SqlStore, events: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store._upkeep, "_removing", Pace(1, 1, 1))
    deliver(store, delivery(), delivery(), delivery())
    store.delete(Selection(all=True))
    pieces = orders(store, monkeypatch)
    assert store.purge(soon()) == 3
    assert pieces[:3] == ["purge"] * 3


def test_what_was_restored_while_the_purge_had_chosen_it_stays(store: SqlStore) -> None:
    deliver(store, delivery(), delivery())
    store.delete(Selection(all=True))
    before = rows.micros(soon())
    hidden = store._upkeep._read_hidden(before)
    store.restore([1])
    ids = [one.id for one in hidden]
    step = partial(removal.purge, database=store._database, ids=ids, written=store._upkeep._written(ids), before=before)
    assert store._writer.order(step).count == 1
    assert [one.id for one in store.messages(MessageQuery()).items] == [1]
    assert store.raw(1) == mail()


def test_what_was_deleted_while_a_change_had_selected_it_is_passed_over(store: SqlStore, events: list[Event]) -> None:
    deliver(store, delivery(), delivery())
    ids = store._upkeep._read_selected(Selection(all=True), None)
    store.delete(Selection(ids=(1,)))
    events.clear()
    for step in (partial(changes.change, what=Change(read=True)), changes.hide):
        assert store._writer.order(partial(step, database=store._database, ids=ids)).count == 1
    assert [(event.kind, event.ids) for event in events if event.ids] == [("message.deleted", (2,))]
