"""How long after a node's 250 another node tells of the message, and whether it lists and finds it at once.

`python -m tests.bench.bench_nodes [--messages N] [--connections N]`. Two nodes as processes on a PostgreSQL of their
own. Messages go to the first, one at a time; a client of the second's event stream notes when each arrives, and the
second's list and search are asked right after the 250. First with nothing else to do, then while smtp-source sends to
both as fast as they take it. PostgreSQL's `fsync` is off: what is measured comes after the commit.
"""

from __future__ import annotations

import argparse
import shutil
import smtplib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import httpx

from tests import running
from tests.nodes.following import Follower, Told
from tests.running import Running
from tests.storage.cluster import Missing, running_cluster


class Clocked(Follower):
    """Also notes when each message was told, by its id."""

    def __init__(self, api: str) -> None:
        super().__init__(api)
        self.at: dict[int, float] = {}

    def heard(self, told: Told) -> None:
        if told.kind == "message.added":
            self.at[told.data["id"]] = time.perf_counter()


def sent(client: smtplib.SMTP, number: int) -> int:
    """The id of a message that has just been acknowledged."""
    client.mail("bench@example.org")
    client.rcpt("box@example.com")
    _, said = client.data(f"Subject: bench{number:06}\r\n\r\nHello\r\n".encode())
    return int(said.rsplit(b" ", 1)[1])


def measure(here: Running, there: Running, messages: int) -> tuple[list[float], int, int]:
    """Milliseconds from each 250 to the event, and how many messages the list and the search did not have at once."""
    acknowledged: dict[int, float] = {}
    unlisted = unfound = 0
    with smtplib.SMTP(here.smtp_host, here.smtp_port, timeout=60) as client:
        client.ehlo("bench.test")
        with Clocked(there.api) as stream:
            for number in range(messages):
                kept = sent(client, number)
                acknowledged[kept] = time.perf_counter()
                stream.until(lambda told, kept=kept: kept in stream.at)  # type: ignore[misc]
        with httpx.Client(base_url=there.api, timeout=60) as api:
            for number in range(messages, 2 * messages):
                kept = sent(client, number)
                for query in ({"after": kept - 1, "before": kept + 1}, {"q": f"bench{number:06}"}):
                    answer = api.get("/messages", params=query).raise_for_status().json()["messages"]
                    missed = kept not in [message["id"] for message in answer]
                    unlisted += missed and "q" not in query
                    unfound += missed and "q" in query
    return [1000 * (stream.at[kept] - now) for kept, now in acknowledged.items()], unlisted, unfound


def count(node: Running) -> int:
    """The messages that have been taken: as many as the newest has for its id."""
    return int(httpx.get(f"{node.api}/messages", params={"limit": 1}, timeout=60).raise_for_status().json()["cursor"])


def told(name: str, latencies: Sequence[float], unlisted: int, unfound: int) -> None:
    ordered = sorted(latencies)
    p99 = ordered[min(len(ordered) - 1, round(0.99 * len(ordered)))]
    print(
        f"| {name} | {statistics.median(ordered):.1f} | {p99:.1f} | {ordered[-1]:.1f} | {unlisted} | {unfound} |",
        flush=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure how soon one node tells what another has taken.")
    parser.add_argument("--messages", type=int, default=300)
    parser.add_argument("--connections", type=int, default=4, help="of smtp-source to each node")
    wanted = parser.parse_args()
    if shutil.which("smtp-source") is None:
        print("smtp-source is not installed; it comes with Debian's package postfix.")
        return 1
    try:
        with running_cluster() as cluster, tempfile.TemporaryDirectory() as folder, ExitStack() as ends:
            url = cluster.url(cluster.create())
            nodes = []
            for number in range(2):
                place = Path(folder) / str(number)
                place.mkdir()
                nodes.append(running.start(place, "--database", url, command=running.PROGRAM))
                ends.callback(nodes[-1].kill)
            print("| load | event p50 ms | p99 | most | not listed | not found |")
            print("|---|--:|--:|--:|--:|--:|")
            told("none", *measure(nodes[0], nodes[1], wanted.messages))
            command = ["smtp-source", "-d", "-s", str(wanted.connections), "-m", "10000000", "-l", "1024"]
            for node in nodes:
                crowd = subprocess.Popen([*command, "-t", "b@example.test", f"127.0.0.1:{node.smtp_port}"])
                ends.callback(crowd.wait)
                ends.callback(crowd.kill)
            before, begin = count(nodes[0]), time.perf_counter()
            result = measure(nodes[0], nodes[1], wanted.messages)
            rate = (count(nodes[0]) - before) / (time.perf_counter() - begin)
            told(f"{rate:.0f} messages a second", *result)
    except Missing as reason:
        print(reason)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
