"""How much memory an idle SMTP connection takes, and what a crowd of them costs those that work.

`python -m tests.bench.bench_idle [--connections N]`. A catcher as people run it; its resident memory is read before and
after N clients have connected and said EHLO, and before and after the crowd the same mail is sent and timed.
"""

from __future__ import annotations

import argparse
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests import running

AIM = 40
"""KiB that an idle connection may take."""

WORKING = 20
MESSAGES = 1_000


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure idle SMTP connections.")
    parser.add_argument("--connections", type=int, default=2_000)
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as folder:
        server = running.start(Path(folder), "--max-connections", "0", command=running.PROGRAM)
        try:
            return _measure(server, options.connections)
        finally:
            server.stop()


def _measure(server: running.Running, number: int) -> int:
    alone = _rate(server)
    before = server.memory()
    with ExitStack() as crowd:
        for _ in range(number):
            _greet(crowd.enter_context(socket.create_connection((server.smtp_host, server.smtp_port), timeout=30)))
        each = (server.memory() - before) / number / 1024
        beside = _rate(server)
    print(f"{number:,} idle connections: {each:.1f} KiB each (aim: under {AIM})")
    print(f"{WORKING} working ones: {alone:,.0f} messages a second alone, {beside:,.0f} beside them")
    return 0 if each < AIM else 1


def _rate(server: running.Running) -> float:
    """Messages a second, the median of three runs after one that does not count: the first mail fills what every later
    one uses, and the crowd's own sessions are still being written when it has come."""
    return MESSAGES / statistics.median([_send(server) for _ in range(4)][1:])


def _greet(client: socket.socket) -> None:
    """Up to where an idle client waits: greeted, EHLO answered."""
    client.recv(4096)
    client.sendall(b"EHLO client.test\r\n")
    heard = b""
    while not heard.splitlines()[-1:] or heard.splitlines()[-1][3:4] == b"-" or not heard.endswith(b"\n"):
        heard += client.recv(4096)


def _send(server: running.Running) -> float:
    """The seconds that smtp-source takes; it fails when one message is not taken."""
    command = ["smtp-source", "-s", str(WORKING), "-m", str(MESSAGES), "-l", "1024", "-f", "a@example.test"]
    start = time.perf_counter()
    subprocess.run([*command, "-t", "b@example.test", f"{server.smtp_host}:{server.smtp_port}"], check=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
