"""What many inboxes cost whoever delivers, makes one, looks at one, or looks at all of them.

`python -m tests.bench.bench_inboxes [--inboxes 10000] [--database URL]`. Everything is measured twice in the same run:
with three inboxes, and with so many, one message in each. Milliseconds, the median.
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

from pillarbox.box import Delivery, InboxQuery, MessageQuery, SessionQuery
from pillarbox.box.store import DEFAULT_INBOX
from pillarbox.mail.session import Auth
from pillarbox.storage.store import SqlStore, open_store
from pillarbox.web.reach import Place
from pillarbox.web.schemas.inbox import InboxList
from tests.storage.mails import Talk, envelope, mail

BATCH = 200
TIMES = 30


async def deliver(store: SqlStore, deliveries: list[Delivery]) -> float:
    """Hand them in by the batch; milliseconds of CPU and waiting for each message."""
    begun = time.perf_counter()
    for start in range(0, len(deliveries), BATCH):
        await asyncio.gather(*(store.deliver(one) for one in deliveries[start : start + BATCH]))
    return (time.perf_counter() - begun) * 1000 / len(deliveries)


def to(address: str) -> Delivery:
    return Delivery(raw=mail(), envelope=envelope(address), received_at=datetime.now(UTC))


def by(username: str) -> Delivery:
    talk = Talk()
    talk.facts = replace(talk.facts, auth=Auth("PLAIN", username), outcome="quit", ended_at=datetime.now(UTC))
    return talk.delivery()


def timed(work: Callable[[], object]) -> float:
    times = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def measure(store: SqlStore, names: list[str], fresh: Iterator[int]) -> dict[str, float]:
    turn = itertools.cycle(names)
    rounds = 20 * BATCH

    def made_and_removed() -> None:
        name = f"fresh{next(fresh)}"
        store.make_inbox(name, None)
        asyncio.run(deliver(store, [to(f"ada@{name}.inbox.test")]))
        store.remove_inbox(name)

    def api() -> None:
        InboxList.of(store.inboxes(), Place("127.0.0.1", 1025)).model_dump_json()

    return {
        "deliver, to the default inbox": asyncio.run(deliver(store, [to("ada@example.org") for _ in range(rounds)])),
        "deliver, each to an inbox by its domain": asyncio.run(
            deliver(store, [to(f"ada@{next(turn)}.inbox.test") for _ in range(rounds)])
        ),
        "deliver, by a user that is no inbox": asyncio.run(deliver(store, [by("shop") for _ in range(rounds)])),
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
        print(f"{'milliseconds':45}{'few':>10}{f'{inboxes:,}':>10}")
        for what, figure in before.items():
            print(f"{what:45}{figure:10.3f}{after[what]:10.3f}")
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
