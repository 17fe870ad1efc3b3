"""How much memory the process takes at rest, under load, and while a large message passes."""

from __future__ import annotations

import smtplib
import tempfile
from pathlib import Path

from tests import running
from tests.bench.row import Row, Tell
from tests.bench.servers import Load, Server

LARGE = 50_000_000


def measure(tell: Tell, folder: Path) -> None:
    _at_rest_and_under_load(tell, folder)
    _large(tell, folder)


def _at_rest_and_under_load(tell: Tell, folder: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-", dir=folder) as name:
        process = running.start(Path(name), command=running.PROGRAM)
        try:
            rest = process.memory()
            tell(Row("memory at rest", f"{rest / 1e6:.0f} MB", "", "", "< 90 MB", rest < 90e6))
            load = Load("1k", "", 1024, 100, True, 20_000, 1, 0)
            load.send(Server(process.smtp_host, process.smtp_port, process.process.pid), load.messages)
            peak = process.memory(peak=True)
            tell(Row("memory at most, 20,000 messages over 100 connections", f"{peak / 1e6:.0f} MB"))
        finally:
            process.stop()


def _large(tell: Tell, folder: Path) -> None:
    """Lines of text that do not compress to nothing; what it takes beyond the memory at rest is what counts."""
    line = bytes(33 + (n * 31) % 90 for n in range(76)) + b"\r\n"
    mail = b"Subject: large\r\n\r\n" + line * (LARGE // len(line))
    with tempfile.TemporaryDirectory(prefix="bench-", dir=folder) as name:
        process = running.start(Path(name), command=running.PROGRAM)
        try:
            rest = process.memory()
            with smtplib.SMTP(process.smtp_host, process.smtp_port, timeout=120) as smtp:
                smtp.sendmail("a@example.test", ["b@example.test"], mail)
            taken = process.memory(peak=True) - rest
        finally:
            process.stop()
    times = taken / len(mail)
    tell(
        Row(
            "memory for a message of 50 MB while it passes",
            f"{taken / 1e6:.0f} MB",
            f"the message {len(mail) / 1e6:.0f} MB",
            f"{times:.1f}",
            "< 4",
            times < 4,
        )
    )
