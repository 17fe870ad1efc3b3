"""How soon after its 250 a message answers the one who waits for it, while a thousand others wait too.

`python -m tests.bench.bench_waits [--waiters 1000] [--rounds 3]`. A catcher as people run it; each waiter has a
connection of its own and waits for one address, one inbox or one subject, so that each message answers one wait. The
messages go over one kept SMTP connection: each when the one before was answered, or as fast as they are taken. The ways
take turns; the median of the rounds counts.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests import running
from tests.bench.row import p99
from tests.running import Running
from tests.waiters import opened, wait

AIM = 50.0
"""Milliseconds from the 250 to the answer that 99 of 100 may take."""

Ask = Callable[[int], str]

ASKS: dict[str, Ask] = {
    "an address": lambda number: f"to={_address(number)}",
    "an inbox": lambda number: f"inbox=box{number:04}",
    "a subject": lambda number: f"subject=number%20{number:04}",
}
"""For a number the query of a wait. Waits for an address or an inbox are found by it; those for a subject are all
tested."""


def _address(number: int) -> str:
    """It makes the inbox that it names."""
    return f"user@box{number:04}.inbox.test"


@dataclass
class Round:
    acknowledged: dict[int, float] = field(default_factory=dict)
    answered: dict[int, float] = field(default_factory=dict)

    def latencies(self) -> list[float]:
        return [1000 * max(0.0, self.answered[number] - at) for number, at in self.acknowledged.items()]


async def _wait(server: Running, query: str, number: int, result: Round, told: asyncio.Event) -> None:
    answer = await wait(server, query)
    result.answered[number] = time.perf_counter()
    if answer.status != 200:
        raise AssertionError(answer.body)
    told.set()


class _Smtp:
    """The least that delivers: one command, one reply."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def say(self, line: str, code: str) -> None:
        self._writer.write(line.encode())
        while True:
            reply = (await self._reader.readline()).decode()
            if reply[3:4] == " ":
                break
        if not reply.startswith(code):
            raise AssertionError(f"{line!r} was answered {reply!r}")

    async def deliver(self, number: int) -> None:
        address = _address(number)
        await self.say("MAIL FROM:<shop@example.test>\r\n", "250")
        await self.say(f"RCPT TO:<{address}>\r\n", "250")
        await self.say("DATA\r\n", "354")
        text = f"From: Shop <shop@example.test>\r\nTo: {address}\r\nSubject: Welcome, number {number:04}\r\n"
        text += f"Date: {_DATE}\r\n"
        await self.say(f"{text}Message-ID: <1@example.test>\r\n\r\n{'Hello there. ' * 60}\r\n.\r\n", "250")


_DATE = "Mon, 23 Nov 2026 22:14:09 +0000"


async def _round(server: Running, ask: Ask, waiters: int, *, one_by_one: bool) -> list[float]:
    result = Round()
    told = [asyncio.Event() for _ in range(waiters)]
    async with asyncio.TaskGroup() as crowd, AsyncExitStack() as ends:
        for number in range(waiters):
            crowd.create_task(_wait(server, ask(number), number, result, told[number]))
        await opened(server, waiters)
        reader, writer = await asyncio.open_connection(server.smtp_host, server.smtp_port)
        ends.callback(writer.close)
        smtp = _Smtp(reader, writer)
        await smtp.say("", "220")
        await smtp.say("EHLO bench.test\r\n", "250")
        for number in range(waiters):
            await smtp.deliver(number)
            result.acknowledged[number] = time.perf_counter()
            if one_by_one:
                await told[number].wait()
    return result.latencies()


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure how soon those who wait are answered.")
    parser.add_argument("--waiters", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    ways = [(name, ask, one_by_one) for name, ask in ASKS.items() for one_by_one in (True, False)]
    found: dict[tuple[str, bool], list[list[float]]] = {(name, slow): [] for name, _, slow in ways}
    for _ in range(options.rounds):
        for name, ask, one_by_one in ways:
            with tempfile.TemporaryDirectory() as folder:
                server = running.start(Path(folder), command=running.PROGRAM)
                try:
                    latencies = asyncio.run(_round(server, ask, options.waiters, one_by_one=one_by_one))
                finally:
                    server.stop()
            found[name, one_by_one].append(latencies)
    print(f"{options.waiters:,} waits at once; milliseconds from the 250 to the answer, median of the rounds")
    print("| each waits for | messages come | p50 | p99 | most |")
    print("|---|---|--:|--:|--:|")
    worst = 0.0
    for (name, one_by_one), rounds in found.items():
        middle, late, most = (statistics.median(of(each) for each in rounds) for of in (statistics.median, p99, max))
        worst = max(worst, late)
        how = "one by one" if one_by_one else "as fast as they are taken"
        print(f"| {name} | {how} | {middle:.1f} | {late:.1f} | {most:.1f} |")
    return 0 if worst < AIM else 1


if __name__ == "__main__":
    sys.exit(main())
