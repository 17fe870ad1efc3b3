"""Catchers that are copies of one process in which all of the program has been imported, but nothing has run yet.

A catcher's own start takes a tenth of a second of CPU; to import what it consists of takes 0.7, and the tests start
some hundred of them. The process to copy is `python -m tests.forking FD`: it reads requests from a socket, each a
packet with the file descriptors that the copy gets, answers with the number of the new process, and tells how it has
ended through a pipe of its own. It ends when the socket is closed. A copy does what `python -m pillarbox ARGUMENTS`
does; what only a start from nothing shows, tests show with `command` of `running.start`.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, Any

LARGEST_REQUEST = 1_000_000

_one_at_a_time = threading.Lock()


class Forked:
    """A process with those methods of `subprocess.Popen` that tests need."""

    def __init__(self, pid: int, stdout: IO[bytes], ending: int) -> None:
        self.pid = pid
        self.stdout = stdout
        self.returncode: int | None = None
        self._ending = ending

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self._ending], [], [], 0)[0]:
            return self.wait()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Raises subprocess.TimeoutExpired."""
        if self.returncode is None:
            if not select.select([self._ending], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("pillarbox", timeout or 0.0)
            self.returncode = int(os.read(self._ending, 100))
            os.close(self._ending)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it has ended just now
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def fork(arguments: Sequence[str], folder: Path, variables: Mapping[str, str], errors: int) -> Forked:
    """Start `python -m pillarbox ARGUMENTS` in a folder, with these variables and no others."""
    out, copys_out = os.pipe()
    ending, copys_ending = os.pipe()
    request = json.dumps({"arguments": list(arguments), "folder": str(folder), "variables": dict(variables)})
    with _one_at_a_time:
        original = _original()
        socket.send_fds(original, [request.encode()], [copys_out, errors, copys_ending])
        pid = int(original.recv(100))
    os.close(copys_out)
    os.close(copys_ending)
    return Forked(pid, os.fdopen(out, "rb", buffering=0), ending)


@cache
def _original() -> socket.socket:
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.forking", str(its.fileno())],
        cwd=Path(__file__).parents[1],
        pass_fds=[its.fileno()],
    )
    its.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def main() -> dict[str, Any]:
    """Serve until the socket is closed. Returns in a copy, with its request."""
    gc.disable()
    import pillarbox.cli.serve
    import pillarbox.service  # noqa: F401

    gc.freeze()
    requests = socket.socket(fileno=int(sys.argv[1]))
    endings: dict[int, int] = {}
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for pytest, which closes the socket
    while True:
        if told in select.select([requests.fileno(), told], [], [])[0]:
            os.read(told, 1000)
            _tell_endings(endings)
            continue
        data, descriptors, _, _ = socket.recv_fds(requests, LARGEST_REQUEST, 3)
        if not data:
            sys.exit()
        out, errors, ending = descriptors
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            os.dup2(out, 1)
            os.dup2(errors, 2)
            requests.detach()
            os.closerange(3, max(map(int, os.listdir("/proc/self/fd"))) + 1)
            gc.enable()
            request: dict[str, Any] = json.loads(data)
            return request
        endings[pid] = ending
        os.close(out)
        os.close(errors)
        requests.send(str(pid).encode())


def _tell_endings(endings: dict[int, int]) -> None:
    for pid in list(endings):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            with suppress(BrokenPipeError):  # nobody wants to know any more
                os.write(endings[pid], str(os.waitstatus_to_exitcode(status)).encode())
            os.close(endings.pop(pid))


def become(request: Mapping[str, Any]) -> None:
    """Be a process that was started like that."""
    import pillarbox

    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["variables"])
    time.tzset()
    sys.argv = [str(Path(pillarbox.__file__).with_name("__main__.py")), *request["arguments"]]
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, errors="backslashreplace", closefd=False)  # noqa: SIM115


if __name__ == "__main__":
    become(main())
    from pillarbox.cli import main as run

    sys.exit(run())
