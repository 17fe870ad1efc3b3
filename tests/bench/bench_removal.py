"""How long anybody waits while very many messages are deleted, purged or removed by retention.

`python -m tests.bench.bench_removal [--messages N] [--octets N] [--database URL]`. A store is filled; then mail comes
in and lists are read, one after the other, while the removal runs. What is printed is how long they took, how long the
writer was held by a piece of the removal, and the CPU time of these pieces, which other programs do not sway.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from pillarbox.box import Delivery, Keep, MessageQuery, Selection
from pillarbox.storage import retention
from pillarbox.storage.store import SqlStore, open_store
from tests.storage.mails import envelope
from tests.storage.queries import wanted

BATCH = 500


@dataclass
class Seen:
    """Milliseconds: of deliveries, of reads, and of what held the writer."""

    writes: list[float] = field(default_factory=list)
    reads: list[float] = field(default_factory=list)
    pieces: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


class Words:
    """Mail of made-up words, so that the index is as large as with real mail."""

    def __init__(self, octets: int) -> None:
        chance = random.Random(1)
        letters = "abcdefghijklmnopqrstuvwxyz"
        self._words = ["".join(chance.choices(letters, k=chance.randint(3, 10))) for _ in range(50_000)]
        self._octets = octets
        self._chance = chance

    def delivery(self) -> Delivery:
        body, length = [], 0
        while length < self._octets - 200:
            body.append(self._words[int(self._chance.paretovariate(0.6)) % len(self._words)])
            length += len(body[-1]) + 1
        lines = [" ".join(body[at : at + 10]) for at in range(0, len(body), 10)]
        head = "From: Anna <anna@example.org>\r\nTo: bob@example.com\r\nSubject: Report common\r\n\r\n"
        raw = (head + "\r\n".join([*lines, ""])).encode()
        return Delivery(raw=raw, envelope=envelope(), received_at=datetime.now(UTC))


async def fill(store: SqlStore, words: Words, count: int) -> None:
    for start in range(0, count, BATCH):
        await asyncio.gather(*(store.deliver(words.delivery()) for _ in range(min(BATCH, count - start))))


@contextlib.contextmanager
def watched(store: SqlStore, seen: Seen) -> Iterator[None]:
    """Time every transaction that is not a batch of mail."""
    database = store._database
    real = database.write
    batches = threading.local()

    @contextlib.contextmanager
    def write(*, patient: bool = False) -> Iterator[Connection]:
        begun, cpu = time.perf_counter(), time.thread_time()
        with real(patient=patient) as connection:
            yield connection
        if not getattr(batches, "now", False):
            seen.pieces.append((time.perf_counter() - begun) * 1000)
            seen.cpu.append((time.thread_time() - cpu) * 1000)

    commit = store._writer._commit

    def committing(*given: object, **named: object) -> object:
        batches.now = True
        try:
            return commit(*given, **named)  # type: ignore[arg-type]
        finally:
            batches.now = False

    database.write = write  # type: ignore[method-assign]
    store._writer._commit = committing  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        database.write = real  # type: ignore[method-assign]
        store._writer._commit = commit  # type: ignore[method-assign]


async def observe(store: SqlStore, words: Words, work: Callable[[], object]) -> tuple[Seen, float]:
    """Deliver and read until the work, which runs in a thread of its own, is done."""
    seen = Seen()
    over = asyncio.Event()

    async def deliver() -> None:
        while not over.is_set():
            delivery = words.delivery()
            begun = time.perf_counter()
            await store.deliver(delivery)
            seen.writes.append((time.perf_counter() - begun) * 1000)
            await asyncio.sleep(0.002)

    def read() -> None:
        while not over.is_set():
            begun = time.perf_counter()
            store.messages(MessageQuery())
            seen.reads.append((time.perf_counter() - begun) * 1000)
            time.sleep(0.002)

    with watched(store, seen):
        delivering = asyncio.create_task(deliver())
        reading = asyncio.create_task(asyncio.to_thread(read))
        begun = time.perf_counter()
        await asyncio.to_thread(work)
        took = time.perf_counter() - begun
        over.set()
        await delivering
        await reading
    return seen, took


def keep_one(store: SqlStore) -> None:
    """Until there is no more to remove: one call ends after a while, to let other upkeep have its turn."""
    while store.retain(Keep(messages=1)) >= BATCH:
        pass


def report(name: str, seen: Seen, took: float) -> None:
    def three(times: list[float]) -> str:
        if not times:
            return f"{'-':>9}{'-':>8}{'-':>8}"
        ordered = sorted(times)
        return f"{statistics.median(times):9.1f}{ordered[int(len(times) * 0.99)]:8.1f}{ordered[-1]:8.1f}"

    print(
        f"{name:26}{took:7.1f}{len(seen.writes):7}{three(seen.writes)}{three(seen.reads)}"
        f"{len(seen.pieces):7}{three(seen.pieces)}{three(seen.cpu)}",
        flush=True,
    )


async def measure(url: str, options: argparse.Namespace) -> None:
    words = Words(options.octets)
    store = open_store(url, lambda events: None)
    try:
        begun = time.perf_counter()
        await fill(store, words, options.messages)
        print(f"filled with {options.messages:,} messages of {options.octets:,} octets in ", end="")
        print(f"{time.perf_counter() - begun:.0f} s; milliseconds: median, p99, longest")
        print(
            f"{'':26}{'s':>7}{'mails':>7}{'write':>9}{'':16}{'read':>9}{'':16}{'pieces':>7}{'held':>9}{'':16}{'cpu':>9}"
        )
        report("nothing else", *await observe(store, words, lambda: time.sleep(5)))
        for name, work in (
            ("delete by query", lambda: store.delete(Selection(q=wanted("common")))),
            ("purge", lambda: store.purge(datetime.now(UTC) + timedelta(seconds=5))),
        ):
            report(name, *await observe(store, words, work))
        await fill(store, words, options.messages)
        await asyncio.sleep(retention.FRESH_US / 1e6)
        report("retention", *await observe(store, words, lambda: keep_one(store)))
    finally:
        store.close()


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure how long anybody waits behind a removal.")
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--octets", type=int, default=2_000)
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(options.database or f"sqlite:///{Path(folder) / 'mail.db'}", options))
    return 0


if __name__ == "__main__":
    sys.exit(main())
