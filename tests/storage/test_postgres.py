"""Several nodes on one PostgreSQL: order, heartbeats, and a server that goes away and comes back."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from pillarbox.box import MessageQuery, Selection
from pillarbox.errors import StoreUnavailable
from pillarbox.mail.message import Summary
from pillarbox.storage import schema
from pillarbox.storage.store import SqlStore, open_store
from tests.storage.heard import Heard
from tests.storage.inside import PostgresInside, counters, totals
from tests.storage.mails import Talk, deliver, delivery, mail, settled, try_to_deliver

Open = Callable[..., SqlStore]


@pytest.fixture
def inside(shared: PostgresInside) -> PostgresInside:
    return shared


def test_two_nodes_share_one_box(inside: PostgresInside, open_at: Open) -> None:
    stores = [open_at(inside.url), open_at(inside.url)]

    async def crowd(store: SqlStore) -> list[Summary]:
        return [await store.deliver(Talk().delivery(mail(str(n), headers="X: y\r\n"))) for n in range(50)]

    async def both() -> list[list[Summary]]:
        return await asyncio.gather(*(crowd(store) for store in stores))

    kept = list(itertools.chain.from_iterable(asyncio.run(both())))
    assert len({summary.id for summary in kept}) == 100
    for store in stores:
        assert {one.id for one in store.messages(MessageQuery(limit=500)).items} == {one.id for one in kept}
    assert counters(inside) == totals(inside)
    assert stores[0].delete(Selection(inbox="default")).count == 100
    assert stores[1].messages(MessageQuery()).items == ()


def test_a_reader_that_follows_the_ids_misses_nothing_of_two_writers(inside: PostgresInside, open_at: Open) -> None:
    stores = [open_at(inside.url), open_at(inside.url)]
    seen: list[int] = []

    async def follow() -> None:
        cursor = 0
        while len(seen) < 80:
            page = await asyncio.to_thread(stores[0].messages, MessageQuery(after=cursor, limit=500))
            seen.extend(sorted(one.id for one in page.items))
            cursor = max([cursor, *seen])

    async def write(store: SqlStore) -> None:
        for _ in range(40):
            await store.deliver(delivery())

    async def all_of_it() -> None:
        await asyncio.wait_for(asyncio.gather(follow(), *(write(store) for store in stores)), 60)

    asyncio.run(all_of_it())
    assert len(set(seen)) == 80
    assert seen == sorted(seen)


def test_two_nodes_that_start_at_once_make_one_schema(inside: PostgresInside) -> None:
    async def start() -> list[SqlStore]:
        return await asyncio.gather(*(asyncio.to_thread(open_store, inside.url, lambda told: None) for _ in range(4)))

    for store in asyncio.run(start()):
        store.close()
    assert inside.rows("SELECT revision FROM schema_info") == [(schema.REVISION,)]
    assert inside.rows("SELECT count(*) FROM node") == [(4,)]


def test_sessions_of_a_silent_node_are_lost_and_those_of_a_living_one_are_not(
    inside: PostgresInside, open_at: Open
) -> None:
    dead, living = open_at(inside.url), open_at(inside.url)
    for store in (dead, living):
        Talk().open(store)
        settled(store)
    inside.run("UPDATE node SET heartbeat_at = heartbeat_at - 31000000 WHERE id = 1")
    third = open_at(inside.url)
    sessions = [third.session(number) for number in (1, 2)]
    assert [session.facts.outcome for session in sessions if session] == ["lost", "open"]
    lost = [event for event in third.events_since(0, 10).events if event.kind == "session.closed"]
    assert [event.session_id for event in lost] == [1]


def test_what_a_silent_node_had_open_is_lost_after_a_while(inside: PostgresInside, open_at: Open, heard: Heard) -> None:
    silent = open_at(inside.url)
    talk = Talk()
    talk.open(silent)
    settled(silent)
    open_at(inside.url, heard.publish, silence=0.3)
    (lost,) = heard.wait_for("session.closed")
    assert lost.session is not None
    assert (lost.session.id, lost.session.facts.outcome) == (talk.key.id, "lost")


def test_a_node_that_was_only_asleep_writes_the_truth(inside: PostgresInside, open_at: Open) -> None:
    asleep = open_at(inside.url)
    talk = Talk()
    talk.open(asleep)
    settled(asleep)
    inside.run("UPDATE node SET heartbeat_at = heartbeat_at - 31000000")
    open_at(inside.url)
    talk.close(asleep)
    settled(asleep)
    session = asleep.session(1)
    assert session is not None
    assert session.facts.outcome == "quit"


def test_the_writer_beats(inside: PostgresInside, open_at: Open) -> None:
    store = open_at(inside.url, silence=0.0)
    ((before,),) = inside.rows("SELECT heartbeat_at FROM node")
    settled(store)
    settled(store)
    ((after,),) = inside.rows("SELECT heartbeat_at FROM node")
    assert after > before


@contextmanager
def gone(inside: PostgresInside) -> Iterator[None]:
    """The database lets nobody in, and those who were in are thrown out: a server that is being restarted."""
    name = inside.name
    with inside.cluster.connect() as connection:
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        connection.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'".encode())
        yield
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())


def test_a_server_that_went_away_is_told_and_used_again_when_it_is_back(inside: PostgresInside, open_at: Open) -> None:
    store = open_at(inside.url)
    deliver(store, delivery(mail("before")))
    talk = Talk()
    with gone(inside):
        talk.open(store)
        answers = try_to_deliver(store, [delivery(), talk.delivery()])
        assert [str(answer) for answer in answers] == ["The database does not answer."] * 2
        for call in (store.ping, store.counts, lambda: store.messages(MessageQuery()), lambda: store.restore([1])):
            with pytest.raises(StoreUnavailable, match="does not answer"):
                call()
    deliver(store, delivery(mail("after")))
    talk.close(store)
    settled(store)
    store.ping()
    assert [one.subject for one in store.messages(MessageQuery()).items] == ["after", "before"]
    session = store.session(talk.key.id or 0)
    assert session is not None
    assert session.facts.outcome == "quit"
    transcript = store.transcript(session.id)
    assert transcript is not None
    assert [entry.seq for entry in transcript.entries] == [0, 1, 4]
    assert counters(inside) == totals(inside)


def test_a_connection_lost_in_the_middle_of_a_batch_loses_nobodys_answer(inside: PostgresInside, open_at: Open) -> None:
    store = open_at(inside.url)
    deliver(store, delivery())
    inside.run(
        "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.subject = 'cut' THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NEW; END $$",
        "CREATE TRIGGER cut BEFORE INSERT ON message FOR EACH ROW EXECUTE FUNCTION cut()",
    )
    answers = try_to_deliver(store, [delivery(mail("cut"))])
    assert [str(answer) for answer in answers] == ["The database does not answer."]
    inside.run("DROP TRIGGER cut ON message")
    deliver(store, delivery(mail("whole")))
    assert [one.subject for one in store.messages(MessageQuery()).items] == ["whole", "Hello"]
    assert counters(inside) == totals(inside)
