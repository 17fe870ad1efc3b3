"""What a store counts: nothing but what has been committed, and all of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from pillarbox.box.figures import StoreFigures
from pillarbox.events import Event
from pillarbox.storage.store import SqlStore, open_store
from tests.storage.inside import Inside, SqliteInside
from tests.storage.mails import Talk, deliver, delivery, mail, settled, try_to_deliver


@contextmanager
def watched(url: str) -> Iterator[tuple[SqlStore, list[Sequence[Event]]]]:
    """A store, and what it publishes: one list of events a commit."""
    commits: list[Sequence[Event]] = []
    with closing(open_store(url, commits.append)) as store:
        yield store, commits


def with_mail(commits: Sequence[Sequence[Event]]) -> list[int]:
    """How many messages each commit has brought, of those that brought any."""
    counts = (sum(event.kind == "message.added" for event in events) for events in commits)
    return [count for count in counts if count]


def counted(figures: StoreFigures) -> dict[str, int]:
    return {of: observed.count for of, observed in figures.commits.items()}


def test_a_store_that_has_written_nothing_has_counted_nothing(store: SqlStore) -> None:
    figures = store.figures()
    assert counted(figures) == {"mail": 0, "sessions": 0, "order": 0}
    assert (figures.messages, figures.octets, figures.failed, figures.queue) == (0, 0, 0, 0)
    assert (figures.troubled, figures.batches.sum) == (False, 0)


def test_messages_and_commits_are_counted_exactly(url: str) -> None:
    with watched(url) as (store, commits):
        raws = [mail(body="x" * n) for n in range(40)]
        deliver(store, *map(delivery, raws))
        deliver(store, delivery(mail("last")))
        figures = store.figures()
        assert figures.messages == 41
        assert figures.octets == sum(map(len, raws)) + len(mail("last"))
    batches = with_mail(commits)
    assert sum(batches) == 41
    assert figures.batches.count == figures.commits["mail"].count == len(batches)
    assert figures.batches.sum == 41
    for bound, count in figures.batches.upto:
        assert count == sum(batch <= bound for batch in batches)
    assert figures.commits["mail"].sum > 0


def test_what_sessions_said_and_orders_are_counted_apart(store: SqlStore) -> None:
    talk = Talk()
    talk.open(store)
    settled(store)
    talk.close(store)
    settled(store)
    assert counted(store.figures()) == {"mail": 0, "sessions": 2, "order": 2}
    deliver(store, talk.delivery())
    assert counted(store.figures()) == {"mail": 1, "sessions": 2, "order": 2}
    assert store.figures().messages == 1


def test_what_is_refused_counts_as_failed_and_as_nothing_else(store: SqlStore, inside: Inside) -> None:
    inside.refuse("message", "subject", "poison")
    try_to_deliver(store, [delivery(mail("poison"))])
    figures = store.figures()
    assert (figures.failed, figures.messages, figures.octets) == (1, 0, 0)
    assert counted(figures) == {"mail": 0, "sessions": 0, "order": 0}
    assert not figures.troubled


def test_a_duration_is_in_exactly_the_buckets_that_it_is_not_above(store: SqlStore) -> None:
    deliver(store, delivery())
    took = store.figures().commits["mail"]
    assert [count for bound, count in took.upto] == [int(took.sum <= bound) for bound, _ in took.upto]
    assert math.isfinite(took.sum)


def test_the_size_of_the_database_is_what_it_takes_on_the_disk(store: SqlStore, inside: Inside) -> None:
    before = store.octets()
    deliver(store, *(delivery(mail(body=f"{n} " + "word " * 2000)) for n in range(20)))
    assert store.octets() > before
    if isinstance(inside, SqliteInside):
        parts = (inside.path, inside.path.with_name("pillarbox.db-wal"))
        assert store.octets() == sum(part.stat().st_size for part in parts)
    else:
        ((size,),) = inside.rows("SELECT pg_database_size(current_database())")
        assert store.octets() == size
