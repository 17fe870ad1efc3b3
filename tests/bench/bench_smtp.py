"""How many messages a second: smtp-source as the client, against smtp-sink, stock aiosmtpd and Pillarbox.

`python -m tests.bench.bench_smtp [--messages N] [--rounds N]`. The servers take turns, so that what else this machine
does falls on all of them; the median of the rounds counts. smtp-sink and aiosmtpd keep nothing; Pillarbox keeps it all,
each message committed to a new SQLite file before its 250.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import running

SESSIONS = 20
"""Connections that smtp-source keeps open at a time."""


@dataclass(frozen=True)
class Load:
    """`share` is the part of the wanted number of messages that is sent, because large ones take longer."""

    name: str
    octets: int
    kept: bool
    share: float


LOADS = (
    Load("2 KB, one a connection", 2048, False, 1.0),
    Load("2 KB, kept connections", 2048, True, 1.0),
    Load("100 KB, kept connections", 102_400, True, 0.2),
    Load("5 MB, kept connections", 5_000_000, True, 0.01),
)


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure SMTP throughput.")
    parser.add_argument("--messages", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if shutil.which("smtp-source") is None or shutil.which("smtp-sink") is None:
        print("smtp-source and smtp-sink are not installed; they come with Debian's package postfix.")
        return 1
    print(f"Messages a second, {SESSIONS} connections at a time, median of {options.rounds} rounds")
    print(f"{'':28}" + "".join(f"{name:>14}" for name in SERVERS) + f"{'to aiosmtpd':>14}")
    for load in LOADS:
        count = max(SESSIONS, int(options.messages * load.share))
        rates: dict[str, list[float]] = {name: [] for name in SERVERS}
        for _ in range(options.rounds):
            for name, server in SERVERS.items():
                with server() as port:
                    rates[name].append(count / _send(port, count, load))
        medians = {name: statistics.median(found) for name, found in rates.items()}
        ratio = medians["Pillarbox"] / medians["aiosmtpd"]
        print(
            f"{load.name:28}" + "".join(f"{rate:14,.0f}" for rate in medians.values()) + f"{ratio:13.1f}x", flush=True
        )
    return 0


def _send(port: int, count: int, load: Load) -> float:
    """The seconds that smtp-source takes; it fails when one message is not taken."""
    command = ["smtp-source", "-s", str(SESSIONS), "-m", str(count), "-l", str(load.octets)]
    command += ["-d"] if load.kept else []
    start = time.perf_counter()
    subprocess.run([*command, "-f", "a@example.test", "-t", "b@example.test", f"127.0.0.1:{port}"], check=True)
    return time.perf_counter() - start


@contextmanager
def _sink() -> Iterator[int]:
    port = _free_port()
    with _process(["smtp-sink", "-u", "nobody", f"127.0.0.1:{port}", "1000"], port):
        yield port


@contextmanager
def _aiosmtpd() -> Iterator[int]:
    port = _free_port()
    command = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink"]
    with _process(command, port):
        yield port


@contextmanager
def _pillarbox() -> Iterator[int]:
    with tempfile.TemporaryDirectory() as folder:
        server = running.start(Path(folder))
        try:
            yield server.smtp_port
        finally:
            server.stop()


SERVERS: dict[str, Callable[[], AbstractContextManager[int]]] = {
    "smtp-sink": _sink,
    "aiosmtpd": _aiosmtpd,
    "Pillarbox": _pillarbox,
}


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def _process(command: list[str], port: int) -> Iterator[None]:
    """Run a server that cannot tell when it is ready: the port is tried until it answers."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + running.START_LIMIT
        while not _greets(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[0]} did not start")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


def _greets(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
            return sock.recv(4).startswith(b"220")
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
