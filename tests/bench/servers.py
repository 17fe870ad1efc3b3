"""The SMTP servers that the benchmarks load, started one at a time: smtp-sink, stock aiosmtpd, Pillarbox, and any other
that somebody has running on a port.
"""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
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
SCRATCH = ROOT / ".build"

STORED = (
    "SELECT count(*) FROM message JOIN raw ON raw.message_id = message.id "
    "JOIN search ON search.rowid = message.id AND search MATCH 'flags : all' "
    "JOIN segment ON segment.session_id = message.session_id AND segment.seq = message.segment"
)


@dataclass
class Server:
    """One that listens and how many messages it has been sent; `pid` is None where we did not start it."""

    host: str
    port: int
    pid: int | None
    sent: int = 0


Start = Callable[[], AbstractContextManager[Server]]


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
    asked: float

    def send(self, server: Server, messages: int) -> None:
        """Raises CalledProcessError when one message is not taken."""
        command = ["smtp-source", "-s", str(self.connections), "-m", str(messages), "-l", str(self.octets)]
        command += ["-d"] if self.kept else []
        command += ["-f", "a@example.test", "-t", "b@example.test", f"{server.host}:{server.port}"]
        subprocess.run(command, check=True)


@dataclass(frozen=True)
class Turn:
    """Messages a second, and milliseconds of CPU a message (0 where the server is not ours)."""

    rate: float
    cpu: float


def tools_missing() -> bool:
    """Says so when there is no smtp-source or smtp-sink."""
    if shutil.which("smtp-source") and shutil.which("smtp-sink"):
        return False
    print("smtp-source and smtp-sink are not installed; they come with Debian's package postfix.")
    return True


def all_servers(folder: Path, others: dict[str, tuple[str, int]] | None = None) -> dict[str, Start]:
    """By name, in the order of the table; `folder` is where Pillarbox keeps its database."""
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, Start] = {"smtp-sink": _sink, "aiosmtpd": _aiosmtpd, "Pillarbox": partial(_pillarbox, folder)}
    return found | {name: partial(_other, *place) for name, place in (others or {}).items()}


def turn(start: Start, load: Load, runs: int) -> Turn:
    """Start the server, send one message a connection that does not count, then measure `runs` runs."""
    with start() as server:
        load.send(server, load.connections)
        server.sent = load.connections + runs * load.messages
        used = cpu_seconds(server.pid)
        begin = time.perf_counter()
        for _ in range(runs):
            load.send(server, load.messages)
        seconds = time.perf_counter() - begin
        used = cpu_seconds(server.pid) - used
    return Turn(runs * load.messages / seconds, used * 1000 / (runs * load.messages))


def cpu_seconds(pid: int | None) -> float:
    if pid is None:
        return 0.0
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
        yield Server("127.0.0.1", port, process.pid)
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
        yield Server("127.0.0.1", port, process.pid)


@contextmanager
def _pillarbox(folder: Path) -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="bench-", dir=folder) as name:
        process = running.start(Path(name), command=running.PROGRAM)
        server = Server(process.smtp_host, process.smtp_port, process.process.pid)
        try:
            yield server
        finally:
            process.stop()
        with closing(sqlite3.connect(Path(name) / "pillarbox.db")) as connection:
            (stored,) = connection.execute(STORED).fetchone()
        if stored != server.sent:
            raise AssertionError(f"smtp-source sent {server.sent} messages, {stored} are stored")


@contextmanager
def _other(host: str, port: int) -> Iterator[Server]:
    yield Server(host, port, None)
