"""How long lists, searches and single messages take over HTTP in small and large boxes, one request after the other."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import httpx

from tests import running
from tests.bench.fill import BOTH, COMMON, QUIET, RARE, fill
from tests.bench.row import Row, Tell, p99

ASKED_MS = 25.0
ASKED_TIMES = 2.0

Address = Callable[[int], str]


def measure(tell: Tell, folder: Path, sizes: Sequence[int], requests: int) -> None:
    """Fill a box of each size, ask all of them in turn, then start the largest anew and weigh it."""
    with ExitStack() as places:
        boxes = {size: Path(places.enter_context(TemporaryDirectory(dir=folder))) for size in sorted(sizes)}
        for size, place in boxes.items():
            begin = time.perf_counter()
            fill(place / "pillarbox.db", size)
            tell(Row(f"fill with {size:,} messages", f"{size / (time.perf_counter() - begin):,.0f} a second"))
            tell(Row(f"on disk, {size:,} messages", f"{_on_disk(place) / size:,.0f} octets each"))
        _read(tell, boxes, requests)
        _start(tell, boxes[max(boxes)], max(boxes))


def _on_disk(place: Path) -> int:
    return sum(file.stat().st_size for file in place.iterdir())


def _kinds(size: int) -> dict[str, Address]:
    """What is asked, by name: the address of the nth request, in a box of that size."""
    return {
        "list": lambda n: "/api/v1/messages",
        "list, from the middle": lambda n: f"/api/v1/messages?before={size // 2}",
        "list of an inbox": lambda n: f"/api/v1/messages?inbox=team-{n % 10}",
        "search, a rare word": lambda n: _search(RARE),
        "search, a common word": lambda n: _search(COMMON),
        "search, two fields": lambda n: _search(f"subject:{BOTH} from:shop{n % 300}"),
        "search, part of a word of the subject": lambda n: _search("efun"),
        "search, the number in a subject": lambda n: _search(str(size - 1 - n)),
        "search, the beginning of a word of the body": lambda n: _search(COMMON[:-1]),
        "search, a word that its inbox never has": lambda n: f"{_search(COMMON)}&inbox={QUIET}",
        "search, a word that is nowhere": lambda n: _search("nowhereatall"),
        "search, unread": lambda n: _search("is:unread"),
        "inboxes with unread counts": lambda n: "/api/v1/inboxes",
        "open a message": lambda n: f"/api/v1/messages/{size - n * 37 % size}",
        "page of the list": lambda n: "/",
        "page of a message": lambda n: f"/messages/{size - n * 41 % size}",
    }


def _read(tell: Tell, boxes: dict[int, Path], requests: int) -> None:
    with ExitStack() as running_ones:
        clients: dict[int, httpx.Client] = {}
        for size, place in boxes.items():
            server = running.start(place, "--keep-bytes", "0", command=running.PROGRAM)
            running_ones.callback(server.stop)
            clients[size] = running_ones.enter_context(httpx.Client(base_url=server.url, timeout=60))
        kinds = {size: _kinds(size) for size in boxes}
        for name in kinds[min(boxes)]:
            took: dict[int, list[float]] = {size: [] for size in boxes}
            for n in range(-5, requests):  # the first ones do not count
                for size, client in clients.items():
                    address = kinds[size][name](abs(n))
                    begin = time.perf_counter()
                    client.get(address).raise_for_status()
                    if n >= 0:
                        took[size].append((time.perf_counter() - begin) * 1000)
            for row in _rows(name, took):
                tell(row)


def _rows(name: str, took: dict[int, list[float]]) -> Iterator[Row]:
    least = min(took)
    small = statistics.median(took[least])
    for size, times in took.items():
        median, slow = statistics.median(times), p99(times)
        figure = f"{median:.1f} ms, p99 {slow:.1f}"
        if size == least:
            yield Row(f"{name}, {size:,} messages", figure)
            continue
        yield Row(
            f"{name}, {size:,} messages",
            figure,
            f"with {least:,}: {small:.1f} ms",
            f"{median / small:.2f}",
            f"p99 < {ASKED_MS:.0f} ms, < {ASKED_TIMES:.0f}",
            slow < ASKED_MS and median / small < ASKED_TIMES,
        )


def _search(query: str) -> str:
    return f"/api/v1/messages?q={quote(query)}"


def _start(tell: Tell, place: Path, size: int) -> None:
    """From the start of the process until a connection is accepted, and the memory at rest."""
    took, resident = [], []
    for _ in range(5):
        begin = time.perf_counter()
        server = running.start(place, "--keep-bytes", "0", command=running.PROGRAM)
        took.append(time.perf_counter() - begin)
        resident.append(server.memory())
        server.stop()
    seconds, octets = statistics.median(took), statistics.median(resident)
    tell(Row(f"start to first connection, {size:,} messages", f"{seconds:.2f} s", "", "", "< 1 s", seconds < 1))
    tell(Row(f"memory at rest, {size:,} messages", f"{octets / 1e6:.0f} MB", "", "", "< 90 MB", octets < 90e6))
