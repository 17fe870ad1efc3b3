"""Long work goes piece by piece, and mail is taken between the pieces."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from pillarbox.box import Change, Keep, MessageQuery, Selection
from pillarbox.mail.message import Summary
from pillarbox.storage import upkeep
from pillarbox.storage.database import Done
from pillarbox.storage.pace import TARGET, Pace
from pillarbox.storage.store import SqlStore
from pillarbox.storage.writer import Order
from tests.storage.inside import Inside, PostgresInside, counters, indexed, totals
from tests.storage.mails import deliver, delivery, mail, orders
from tests.storage.queries import wanted


class Between:
    """Hands in one delivery while a piece is being done, and keeps the order in which all of it was done."""

    def __init__(self, store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[str] = []
        self.kept: list[Summary] = []
        self._store = store
        self._answers: list[asyncio.Future[None]] = []
        self._obey = store._writer._obey
        monkeypatch.setattr(store._writer, "_obey", self._piece)

    def _piece(self, order: Order) -> None:
        """In the writer's thread: the delivery is in its queue before the piece is done, so before the next one."""
        waiting = asyncio.run_coroutine_threadsafe(self._hand_in(), self._loop)
        waiting.result(30)
        self.done.append("piece")
        self._obey(order)

    async def _hand_in(self) -> None:
        answer = self._store.deliver(replace(delivery(mail("between")), received_at=datetime.now(UTC)))
        self._answers.append(asyncio.ensure_future(self._answered(answer)))

    async def _answered(self, answer: asyncio.Future[Summary]) -> None:
        self.kept.append(await answer)
        self.done.append("delivery")

    def during(self, work: Callable[[], int]) -> int:
        async def play() -> int:
            self._loop = asyncio.get_running_loop()
            count = await asyncio.to_thread(work)
            await asyncio.gather(*self._answers)
            self._answers.clear()
            return count

        return asyncio.run(play())


@pytest.mark.parametrize(("how", "many"), [("delete and purge", 10_000), ("retain", 2_500)])
def test_thousands_of_deletions_let_every_delivery_through_between_two_pieces(
    store: SqlStore, inside: Inside, monkeypatch: pytest.MonkeyPatch, how: str, many: int
) -> None:
    for _ in range(many // 500):
        deliver(store, *(delivery() for _ in range(500)))
    between = Between(store, monkeypatch)
    if how == "retain":
        monkeypatch.setattr(upkeep, "RETAIN_FOR", 3600)  # however slow the machine is
        assert between.during(lambda: store.retain(Keep(messages=1))) >= many - 1
    else:
        assert between.during(lambda: store.delete(Selection(q=wanted("hello"))).count) == many
        soon = datetime.now(UTC) + timedelta(seconds=60)
        assert between.during(lambda: store.purge(soon)) == many
    pieces = between.done.count("piece")
    assert pieces >= 4
    assert len(between.kept) == pieces, "every delivery was kept"
    left = {one.id for one in store.messages(MessageQuery(limit=500)).items}
    if how == "retain":
        assert left <= {one.id for one in between.kept}
    else:
        assert left == {one.id for one in between.kept}
    # Answers reach the loop a moment later than the writer's thread goes on: never is more than one piece ahead.
    ahead = [sum(1 if one == "piece" else -1 for one in between.done[:at]) for at in range(len(between.done) + 1)]
    assert max(ahead) <= 2
    assert counters(inside) == totals(inside)


def test_a_selection_is_read_outside_the_writer(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(store, delivery(mail("apple")), delivery(mail("pear")))
    given: list[object] = []
    real = store._writer.order

    def order(run: Callable[[Connection], Done]) -> Done:
        given.append(run.keywords["ids"])  # type: ignore[attr-defined]
        return real(run)

    monkeypatch.setattr(store._writer, "order", order)
    assert store.change(Selection(q=wanted("apple")), Change(read=True)) == 1
    assert given == [[1]]


def test_a_slow_piece_makes_the_next_one_small_at_once_and_fast_ones_let_it_grow() -> None:
    pace = Pace(1000, 10, 5000)
    pace.took(1000, TARGET * 10)
    assert pace.size == 100
    pace.took(100, TARGET / 100)
    assert pace.size == 151
    for _ in range(20):
        pace.took(pace.size, TARGET / 100)
    assert pace.size == 5000
    pace.took(5000, 1e9)
    assert pace.size == 10
    pace.took(4, TARGET * 100)
    assert pace.size == 10
    pace.took(10, 0.0)
    assert pace.size == 16


def automerge(inside: Inside) -> int:
    return int(inside.rows("SELECT v FROM search_config WHERE k = 'automerge'")[0][0])


def test_the_index_is_begun_anew_when_next_to_nothing_is_left(
    store: SqlStore, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(store, *(delivery(mail(f"number{n}")) for n in range(30)))
    store.delete(Selection(ids=(3,)))
    store.change(Selection(ids=(1, 2, 29)), Change(pinned=True))
    steps = orders(store, monkeypatch)
    assert store.retain(Keep(messages=1)) == 25
    assert ("renew" in steps) == (not isinstance(inside, PostgresInside))
    assert indexed(inside) == [1, 2, 3, 29, 30]
    store.restore([3])
    assert [one.id for one in store.messages(MessageQuery(q=wanted("number"))).items] == [30, 29, 3, 2, 1]
    assert store.messages(MessageQuery(q=wanted("subject:number7"))).items == ()


def test_deleted_words_are_merged_away_when_more_has_gone_than_has_stayed(
    store: SqlStore, inside: Inside, open_at: Callable[[str], SqlStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    if isinstance(inside, PostgresInside):
        pytest.skip("autovacuum does it")
    monkeypatch.setattr(upkeep, "FEW", 3)
    monkeypatch.setattr(upkeep, "COMPACT_FOR", 60.0)
    for n in range(30):
        deliver(store, delivery(mail(f"number{n}", body=" ".join(f"word{n}x{i}" for i in range(2_000)))))
    before = inside.rows("SELECT sum(length(block)) FROM search_data")[0][0]
    store.retain(Keep(messages=6))
    assert inside.rows("SELECT sum(length(block)) FROM search_data")[0][0] < before / 3
    assert automerge(inside) == 8
    assert store.messages(MessageQuery(q=wanted("word29x7"))).total == 1


def test_a_process_that_died_while_words_were_merged_away_merges_by_itself_after_the_next_start(
    store: SqlStore, inside: Inside, open_at: Callable[[str], SqlStore]
) -> None:
    if isinstance(inside, PostgresInside):
        pytest.skip("autovacuum does it")
    deliver(store, delivery(), delivery())
    store.close()
    inside.run("INSERT INTO search (search, rank) VALUES ('automerge', 0)")
    open_at(inside.url)
    assert automerge(inside) == 8


def test_a_quiet_moment_leaves_few_segments_to_search_and_every_message_findable(
    store: SqlStore, inside: Inside
) -> None:
    for n in range(40):
        deliver(store, delivery(mail(f"number{n}", body=f"word{n} common")))
    while store.gather():
        pass
    assert not store.gather(), "nothing is left to do"
    if not isinstance(inside, PostgresInside):
        assert len(inside.rows("SELECT DISTINCT segid FROM search_idx")) <= 4
    assert store.messages(MessageQuery(q=wanted("common"))).total == 40
    assert [one.id for one in store.messages(MessageQuery(q=wanted("word7"))).items] == [8]


@pytest.mark.parametrize("damage", ["UPDATE raw SET encoding = 'zstd'", "DELETE FROM raw"])
def test_a_message_that_is_damaged_keeps_no_other_from_being_removed_and_goes_itself(
    store: SqlStore, inside: Inside, damage: str
) -> None:
    deliver(store, *(delivery(mail(f"number{n}")) for n in range(1, 11)))
    inside.run(f"{damage} WHERE message_id IN (2, 3, 9)")
    store.delete(Selection(ids=(1, 2)))
    assert store.purge(datetime.now(UTC) + timedelta(minutes=1)) == 2
    assert store.retain(Keep(messages=4)) == 4
    assert [row[0] for row in inside.rows("SELECT id FROM message ORDER BY id")] == [7, 8, 9, 10]
    assert store.messages(MessageQuery(q=wanted("number2 OR number3"))).items == ()
    found = store.messages(MessageQuery(q=wanted("number7 OR number8 OR number10"))).items
    assert [one.id for one in found] == [10, 8, 7]
