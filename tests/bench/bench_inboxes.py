"""What many inboxes cost whoever delivers, makes one, looks at one, or looks at all of them.

`python -m tests.bench.bench_inboxes [--inboxes 10000] [--database URL]`. Everything is measured twice in the same run:
with three inboxes, and with so many, one message in each. Milliseconds: the median, and the CPU time of this process,
which other programs do not sway.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from pillarbox.box import Delivery, InboxQuery, MessageQuery, SessionQuery
from pillarbox.box.store import DEFAULT_INBOX
from pillarbox.mail.session import Auth
from pillarbox.storage.store import SqlStore, open_store
from pillarbox.web.reach import Place
from pillarbox.web.schemas.inbox import InboxList
from tests.storage.mails import Talk, envelope, mail

BATCH = 200
TIMES = 15


class Cost(NamedTuple):
    """In milliseconds."""

    wall: float
    cpu: float


async def deliver(store: SqlStore, deliveries: list[Delivery]) -> None:
    """Hand them in by the batch."""
    for start in range(0, len(deliveries), BATCH):
        await asyncio.gather(*(store.deliver(one) for one in deliveries[start : start + BATCH]))


def to(address: str) -> Delivery:
    return Delivery(raw=mail(), envelope=envelope(address), received_at=datetime.now(UTC))


def by(username: str) -> Delivery:
    talk = Talk()
    talk.facts = replace(talk.facts, auth=Auth("PLAIN", username), outcome="quit", ended_at=datetime.now(UTC))
    return talk.delivery()


def timed(work: Callable[[], object], times: int = TIMES, weight: int = 1) -> Cost:
    """Of one of the `weight` things that the work does at a time."""
    walls, cpus = [], []
    for _ in range(times):
        begun, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append((time.perf_counter() - begun) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    return Cost(statistics.median(walls) / weight, statistics.median(cpus) / weight)


def measure(store: SqlStore, names: list[str], fresh: Iterator[int]) -> dict[str, Cost]:
    turn = itertools.cycle(names)

    def batch(one: Callable[[], Delivery]) -> Cost:
        return timed(lambda: asyncio.run(deliver(store, [one() for _ in range(BATCH)])), 5, BATCH)

    def made_and_removed() -> None:
        name = f"fresh{next(fresh)}"
        store.make_inbox(name, None)
        asyncio.run(deliver(store, [to(f"ada@{name}.inbox.test")]))
        store.remove_inbox(name)

    def api() -> None:
        InboxList.of(store.inboxes(), Place("127.0.0.1", 1025)).model_dump_json()

    return {
        "deliver, to the default inbox": batch(lambda: to("ada@example.org")),
        "deliver, each to an inbox by its domain": batch(lambda: to(f"ada@{next(turn)}.inbox.test")),
        "deliver, by a user that is an inbox": batch(lambda: by(next(turn))),
        "deliver, by a user that is no inbox": batch(lambda: by("shop")),
        "make an inbox": timed(lambda: store.make_inbox(f"fresh{next(fresh)}", None)),
        "make one, deliver to it, remove it": timed(made_and_removed),
        "password of one, for AUTH": timed(lambda: store.password(next(turn))),
        "messages of one": timed(lambda: store.messages(MessageQuery(inbox=next(turn)))),
        "sessions of one": timed(lambda: store.sessions(SessionQuery(inbox=next(turn)))),
        "sessions of the default inbox": timed(lambda: store.sessions(SessionQuery(inbox=DEFAULT_INBOX))),
        "the column beside each page": timed(lambda: store.recent_inboxes(20, {DEFAULT_INBOX})),
        "a page of the list": timed(lambda: store.inbox_page(InboxQuery())),
        "all of them, as the API gives them": timed(api),
        "look whether one has expired": timed(store.expire),
    }


def run(url: str, inboxes: int) -> None:
    store = open_store(url, lambda events: None)
    fresh = itertools.count()
    try:
        few = [f"few{number}" for number in range(3)]
        asyncio.run(deliver(store, [to(f"ada@{name}.inbox.test") for name in few]))
        before = measure(store, few, fresh)
        many = [f"box{number}" for number in range(inboxes)]
        asyncio.run(deliver(store, [to(f"ada@{name}.inbox.test") for name in many]))
        after = measure(store, many, fresh)
        print(f"{'milliseconds':45}{'few':>10}{'CPU':>10}{f'{inboxes:,}':>10}{'CPU':>10}")
        for what, cost in before.items():
            print(f"{what:45}{cost.wall:10.2f}{cost.cpu:10.2f}{after[what].wall:10.2f}{after[what].cpu:10.2f}")
    finally:
        store.close()


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure what many inboxes cost.")
    parser.add_argument("--inboxes", type=int, default=10_000)
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run(options.database or f"sqlite:///{Path(folder) / 'mail.db'}", options.inboxes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
