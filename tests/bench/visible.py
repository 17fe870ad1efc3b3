"""Whether what got 250 is there at once in list, search and event stream, and how soon a reader has it."""

from __future__ import annotations

import smtplib
import statistics
import tempfile
import time
from pathlib import Path

import httpx

from tests import running
from tests.bench.row import Row, Tell, p99
from tests.streams import told


def measure(tell: Tell, folder: Path, checks: int) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-", dir=folder) as name:
        server = running.start(Path(name), command=running.PROGRAM)
        try:
            _check(tell, server, checks)
        finally:
            server.stop()


def _check(tell: Tell, server: running.Running, checks: int) -> None:
    """One message after the other; after its 250 it is looked for in the list, by a word of its own and among the
    events that the stream gives."""
    missing = {"list": 0, "search": 0, "event stream": 0}
    took, heard = [], []
    with (
        httpx.Client(base_url=server.api, timeout=60) as client,
        httpx.Client(base_url=server.api, timeout=60) as listener,
        listener.stream("GET", "/events") as stream,
        smtplib.SMTP(server.smtp_host, server.smtp_port) as smtp,
    ):
        subjects = (str(data["subject"]) for name, data in told(stream) if name == "message.added")
        for number in range(checks):
            word = f"word{number}x"
            smtp.sendmail("a@example.test", ["b@example.test"], f"Subject: {word}\r\n\r\nBody.\r\n".encode())
            begin = time.perf_counter()
            listed = client.get("/messages", params={"limit": 1}).json()["messages"]
            took.append((time.perf_counter() - begin) * 1000)
            missing["list"] += not listed or listed[0]["subject"] != word
            missing["search"] += client.get("/messages", params={"q": word}).json()["total"] != 1
            begin = time.perf_counter()
            missing["event stream"] += next(subjects, "") != word
            heard.append((time.perf_counter() - begin) * 1000)
    for where, count in missing.items():
        tell(Row(f"missing in the {where} after 250", str(count), f"of {checks:,}", "", "0", count == 0))
    tell(Row("250 to the answer of the list", f"{statistics.median(took):.1f} ms, p99 {p99(took):.1f}"))
    tell(Row("250 and two requests to the event", f"{statistics.median(heard):.1f} ms, p99 {p99(heard):.1f}"))
