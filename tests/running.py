"""A catcher as people run it: a process of its own on free ports, for the tests that look at it from outside."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests import forking
from tests.forking import Forked

PROGRAM = (sys.executable, "-m", "pillarbox", "serve")

START_LIMIT = 60.0
"""Seconds after which a start that has said nothing has failed; a machine under load takes its time."""

STOP_LIMIT = 30.0


class DidNotStart(AssertionError):
    """The process ended before it was ready; `code` and `errors` say how."""

    def __init__(self, code: int, errors: str) -> None:
        super().__init__(f"exit code {code}: {errors}")
        self.code = code
        self.errors = errors


class Running:
    """A started catcher. `ready` is its ready file's content, `greeting` what it printed."""

    def __init__(
        self, process: subprocess.Popen[bytes] | Forked, ready: dict[str, Any], greeting: str, errors: Path
    ) -> None:
        self.process = process
        self.ready = ready
        self.greeting = greeting
        self._errors = errors

    @property
    def url(self) -> str:
        return str(self.ready["url"])

    @property
    def api(self) -> str:
        return f"{self.url}/api/v1"

    @property
    def smtp_host(self) -> str:
        return str(self.ready["smtp"][0]["host"])

    @property
    def smtp_port(self) -> int:
        return int(self.ready["smtp"][0]["port"])

    @property
    def host(self) -> str:
        """With `port`: where tests on the wire dial."""
        return self.smtp_host

    @property
    def port(self) -> int:
        return self.smtp_port

    @property
    def errors(self) -> str:
        """What it has written to standard error so far."""
        return self._errors.read_text("utf-8", "replace")

    def memory(self, *, peak: bool = False) -> int:
        """Octets that the process has in memory now, or had at most so far (proc(5), VmRSS and VmHWM)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        return int(status.split("VmHWM:" if peak else "VmRSS:")[1].split()[0]) * 1024

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the catcher did not stop:\n{self.errors}") from None

    def kill(self) -> None:
        """End it without notice, as a crash does."""
        self.process.kill()
        self.process.wait()


def environment(**variables: str) -> dict[str, str]:
    """This process's variables without any that the catcher would read, and these."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PILLARBOX_")}
    # No project of the tests uses Hypothesis; to import it for its plugin takes each pytest half a second.
    return clean | {"PYTHONUNBUFFERED": "1", "PYTEST_ADDOPTS": "-p no:hypothesispytest"} | variables


def python(folder: Path, *arguments: str, limit: float = 120.0, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run this Python in a folder to its end, which comes within `limit` seconds."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=limit,
        check=False,
    )


def start(
    folder: Path,
    *flags: str,
    variables: Mapping[str, str] | None = None,
    command: Sequence[str] = (),
) -> Running:
    """Start a catcher whose files are in `folder`; ports are free ones and the database is there, unless flags say
    otherwise. It is a copy of a process that has imported everything (see `forking`), or what a command such as
    PROGRAM starts from nothing.
    Returns when every listener accepts. Raises DidNotStart."""
    ready_file = folder / "ready.json"
    errors = folder / "stderr.txt"
    chosen = list(flags)
    for flag, value in (
        ("--smtp", "127.0.0.1:0"),
        ("--http", "127.0.0.1:0"),
        ("--database", f"sqlite:///{folder / 'pillarbox.db'}"),
    ):
        variable = "PILLARBOX_" + flag.removeprefix("--").upper()
        if flag not in flags and variable not in (variables or {}) and "--config" not in flags:
            chosen += [flag, value]
    flags = ("--ready-file", str(ready_file), *chosen)
    process: subprocess.Popen[bytes] | Forked
    with errors.open("ab") as log:
        if command:
            process = subprocess.Popen(
                [*command, *flags],
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment(**(variables or {})),
                cwd=folder,
            )
        else:
            process = forking.fork(("serve", *flags), folder, environment(**(variables or {})), log.fileno())
    greeting = _greeting(process, errors)
    return Running(process, json.loads(ready_file.read_text("utf-8")), greeting, errors)


def _greeting(process: subprocess.Popen[bytes] | Forked, errors: Path) -> str:
    """The first lines on standard output, which come when the ready file has been written."""
    assert process.stdout is not None
    deadline = time.monotonic() + START_LIMIT
    said = b""
    while b"send" not in said:
        readable, _, _ = select.select([process.stdout], [], [], max(0.0, deadline - time.monotonic()))
        block = os.read(process.stdout.fileno(), 65536) if readable else b""
        if not block:
            if readable:
                code = process.wait()
            else:
                process.kill()
                code = process.wait()
            raise DidNotStart(code, errors.read_text("utf-8", "replace"))
        said += block
    return said.decode()
