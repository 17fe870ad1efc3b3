"""How long it takes to list, to search, to show and to parse, with some thousand messages in the box.

`python -m tests.bench.bench_http [--messages N] [--requests N]`. One client, one request after the other.
"""

from __future__ import annotations

import argparse
import functools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from pillarbox.mail.parse import digest, parse
from tests import running
from tests.roundtrip import generated
from tests.roundtrip.test_roundtrip import deliver


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure pages, API and parser.")
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--requests", type=int, default=200)
    options = parser.parse_args()
    print(f"\n{'milliseconds':44}{'median':>10}{'p99':>10}")
    with tempfile.TemporaryDirectory() as folder:
        server = running.start(Path(folder))
        try:
            numbers = [number for number in range(options.messages) if number % 750 not in (350, 749)]
            deliver(server, numbers)
            last = len(numbers)
            with httpx.Client(base_url=server.url, timeout=60) as client:
                for name, path in (
                    ("list of 50 messages", "/api/v1/messages"),
                    ("list of 50 messages, from the middle", f"/api/v1/messages?before={last // 2}"),
                    ("search for a common word", "/api/v1/messages?q=protocol"),
                    ("search for two words", "/api/v1/messages?q=relay+%D0%BF%D0%BE%D1%87%D1%82%D0%B0"),
                    ("search for a word that is nowhere", "/api/v1/messages?q=nowhere"),
                    ("one message, parsed anew", f"/api/v1/messages/{last}"),
                    ("the bytes of one message", f"/api/v1/messages/{last}/raw"),
                    ("page with the list", "/"),
                    ("page with one message", f"/messages/{last}"),
                ):
                    _report(name, options.requests, functools.partial(_get, client, path))
        finally:
            server.stop()
    small, large = generated.message(11), generated.message(2999)
    _report(f"parse, {len(small):,} octets", options.requests, lambda: parse(small))
    _report(f"digest, {len(small):,} octets", options.requests, lambda: digest(small))
    _report(f"parse, {len(large):,} octets", 5, lambda: parse(large))
    return 0


def _get(client: httpx.Client, path: str) -> None:
    client.get(path).raise_for_status()


def _report(name: str, times: int, act: Callable[[], object]) -> None:
    act()
    took = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        took.append((time.perf_counter() - start) * 1000)
    slow = statistics.quantiles(took, n=100)[98] if len(took) > 1 else took[0]
    print(f"{name:44}{statistics.median(took):10.2f}{slow:10.2f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
