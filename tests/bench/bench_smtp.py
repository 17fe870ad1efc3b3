"""How many messages a second: smtp-source as the client, against smtp-sink, stock aiosmtpd and Pillarbox.

`python -m tests.bench.bench_smtp [--rounds N] [--only 1k] [--share 0.2] [--folder DIR]`. The servers take turns, so
that what else this machine does falls on all of them; the median of the rounds counts. The first two keep nothing;
Pillarbox, with its default settings, commits each message to a new SQLite file before its 250, with transcript and
search row, and after each turn it is checked that every message is there. CPU is what the server's process used.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests import running

ROOT = Path(__file__).resolve().parents[2]

STORED = (
    "SELECT count(*) FROM message JOIN raw ON raw.message_id = message.id "
    "JOIN search ON search.rowid = message.id AND search MATCH 'flags : all' "
    "JOIN segment ON segment.session_id = message.session_id AND segment.seq = message.segment"
)


@dataclass(frozen=True)
class Load:
    """`runs` times `messages` of `octets` each over `connections` at a time; `kept`: all messages over these."""

    key: str
    name: str
    octets: int
    connections: int
    kept: bool
    messages: int
    runs: int
    demanded: float

    def send(self, port: int, messages: int) -> None:
        """Raises CalledProcessError when one message is not taken."""
        command = ["smtp-source", "-s", str(self.connections), "-m", str(messages), "-l", str(self.octets)]
        command += ["-d"] if self.kept else []
        command += ["-f", "a@example.test", "-t", "b@example.test", f"127.0.0.1:{port}"]
        subprocess.run(command, check=True)


LOADS = (
    Load("1k", "1 KB, one a connection", 1024, 20, False, 1000, 4, 1.3),
    Load("1k-100", "1 KB, 100 a connection", 1024, 20, True, 2000, 4, 1.6),
    Load("100k", "100 KB", 102_400, 20, True, 400, 2, 4.0),
    Load("5m", "5 MB", 5_000_000, 4, True, 24, 1, 5.0),
)


@dataclass
class Server:
    """One that listens, the process that does it, and how many messages it has been sent."""

    port: int
    pid: int
    sent: int = 0


Start = Callable[[], AbstractContextManager[Server]]


@dataclass(frozen=True)
class Turn:
    """Messages a second, and milliseconds of CPU a message."""

    rate: float
    cpu: float


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure SMTP throughput.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", metavar="KEY", default="", help="loads whose key begins so: 1k, 1k-100, 100k, 5m")
    parser.add_argument("--share", type=float, default=1.0, help="the part of the usual number of runs")
    parser.add_argument("--folder", type=Path, default=ROOT / ".build", help="on a real disk: for the database")
    options = parser.parse_args()
    if shutil.which("smtp-source") is None or shutil.which("smtp-sink") is None:
        print("smtp-source and smtp-sink are not installed; they come with Debian's package postfix.")
        return 1
    options.folder.mkdir(parents=True, exist_ok=True)
    servers: dict[str, Start] = {
        "smtp-sink": _sink,
        "aiosmtpd": _aiosmtpd,
        "Pillarbox": partial(_pillarbox, options.folder),
    }
    print(f"Messages a second · CPU ms a message; median of {options.rounds} rounds, {os.cpu_count()} processors")
    print(f"{'':24}" + "".join(f"{name:>18}" for name in servers) + f"{'to aiosmtpd':>14}{'demanded':>10}", flush=True)
    for load in [load for load in LOADS if load.key.startswith(options.only)]:
        runs = max(1, round(load.runs * options.share))
        turns: dict[str, list[Turn]] = {name: [] for name in servers}
        for _ in range(options.rounds):
            for name, start in servers.items():
                turns[name].append(_turn(start, load, runs))
        print(_line(load, turns), flush=True)
    print("Every message that smtp-source sent to Pillarbox is stored: its row, bytes, transcript and search row.")
    return 0


def _line(load: Load, turns: dict[str, list[Turn]]) -> str:
    rates = {name: statistics.median([turn.rate for turn in found]) for name, found in turns.items()}
    cpu = {name: statistics.median([turn.cpu for turn in found]) for name, found in turns.items()}
    cells = "".join(f"{f'{rates[name]:,.0f} · {cpu[name]:.2f}':>18}" for name in turns)
    return f"{load.name:24}{cells}{rates['Pillarbox'] / rates['aiosmtpd']:13.2f}x{load.demanded:9.1f}x"


def _turn(start: Start, load: Load, runs: int) -> Turn:
    with start() as server:
        load.send(server.port, load.connections)
        server.sent = load.connections + runs * load.messages
        used = _cpu_seconds(server.pid)
        begin = time.perf_counter()
        for _ in range(runs):
            load.send(server.port, load.messages)
        seconds = time.perf_counter() - begin
        used = _cpu_seconds(server.pid) - used
    return Turn(runs * load.messages / seconds, used * 1000 / (runs * load.messages))


def _cpu_seconds(pid: int) -> float:
    # proc(5): fields 14 and 15, user and system time in ticks; the second field, the name, may hold spaces.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def _sink() -> Iterator[Server]:
    port = _free_port()
    process = subprocess.Popen(["smtp-sink", "-u", "nobody", f"127.0.0.1:{port}", "1000"])
    try:
        # It cannot tell when it is ready: the port is tried until it answers.
        deadline = time.monotonic() + running.START_LIMIT
        while not _greets(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("smtp-sink did not start")
            time.sleep(0.05)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait()


def _greets(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
            return sock.recv(4).startswith(b"220")
    except OSError:
        return False


@contextmanager
def _aiosmtpd() -> Iterator[Server]:
    port = _free_port()
    command = [sys.executable, "-m", "tests.bench.stock", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        if not process.stdout.readline():
            raise RuntimeError("aiosmtpd did not start")
        yield Server(port, process.pid)


@contextmanager
def _pillarbox(folder: Path) -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="bench-", dir=folder) as name:
        process = running.start(Path(name))
        server = Server(process.smtp_port, process.process.pid)
        try:
            yield server
        finally:
            process.stop()
        with closing(sqlite3.connect(Path(name) / "pillarbox.db")) as connection:
            (stored,) = connection.execute(STORED).fetchone()
        if stored != server.sent:
            raise AssertionError(f"smtp-source sent {server.sent} messages, {stored} are stored")


if __name__ == "__main__":
    sys.exit(main())
