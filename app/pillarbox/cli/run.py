"""`pillarbox run -- COMMAND`: a catcher for as long as a command runs, and the command's own exit code.

Rules of this module:

* Settings come from the flags before `--` and from nothing else, so that a run is the same on every machine. What they
  leave open is free ports and a temporary database.
* STARTTLS is not offered unless a flag is about TLS: many clients begin it unasked and then refuse a certificate that
  nobody has signed.
* The command has this process's terminal, standard input and output, and every descriptor. It is in the same process
  group, so what the terminal sends (Ctrl-C) reaches it without us; what another process sends to us is passed on.
* It ends with us where the system can do that (Linux), so that a run that is killed leaves nothing behind.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pillarbox import settings
from pillarbox.cli.companion import Companion, DidNotStart
from pillarbox.cli.report import Report
from pillarbox.cli.sentences import say
from pillarbox.cli.variables import variables
from pillarbox.errors import Refused, Unreachable, UsageError
from pillarbox.settings import TcpAddress

NOT_EXECUTABLE = 126
NOT_FOUND = 127
"""As shells say it (POSIX, Shell Command Language, section 2.8.2)."""

_PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
_WATCHED = {signal.SIGCHLD, *_PASSED_ON}
_PR_SET_PDEATHSIG = 1
_ABOUT_TLS = ("require-tls", "tls-cert", "tls-key", "config")
_OPEN: Mapping[str, Any] = {"smtp": [":0"], "http": ":0", "database": "sqlite://"}


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """The command's exit code, 128 + n when signal n ended it; 1 when the catcher failed. Raises UsageError."""
    chosen = settings.read(_flags(vars(options)), {})
    if not any(isinstance(address, TcpAddress) for address in chosen.smtp):
        raise UsageError(
            "The command is told a host and a port to mail to, so one --smtp must have a port, such as :0."
        )
    try:
        catcher = Companion(chosen)
    except DidNotStart as error:
        return error.code or 1
    try:
        made = variables(environ, catcher.ready, chosen.web_auth)
        report = _report(made) if options.report else None
        code = _wait(_start(options.words, made), catcher)
        if report is not None and code != 0 and not catcher.ended():
            report.tell(code)
    except _NotStarted as error:
        say(str(error))
        code = error.code
    except BaseException:
        catcher.stop()
        raise
    if catcher.stop() == 0:
        return code
    say(f"The catcher has failed (exit code {catcher.code}), so nobody knows what mail would have come.")
    return code or 1


def _flags(given: Mapping[str, Any]) -> dict[str, Any]:
    """The flags as given, with those of `_OPEN` where they are not."""
    flags = {**given, **{name: value for name, value in _OPEN.items() if given[name] is None}}
    if all(given[name] is None for name in ("hide-extension", *_ABOUT_TLS)):
        flags["hide-extension"] = ["STARTTLS"]
    return flags


def _report(environ: Mapping[str, str]) -> Report | None:
    """None when the catcher cannot be asked, which is said."""
    try:
        return Report(environ)
    except (Refused, Unreachable) as error:
        say(f"There will be no report: {error}")
        return None


class _NotStarted(Exception):
    """The command cannot be run; the text says why, `code` is what a shell would say."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def _start(words: Sequence[str], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """The command, running. From now on signals wait here until `_next` asks for them. Raises _NotStarted."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    try:
        return subprocess.Popen(words, env=environ, close_fds=False, preexec_fn=_prepared(before))
    except FileNotFoundError:
        said = f"There is no command {words[0]!r}; name one that is in PATH, or the path of one."
        raise _NotStarted(said, NOT_FOUND) from None
    except OSError as error:
        raise _NotStarted(f"The command {words[0]!r} cannot be run ({error.strerror}).", NOT_EXECUTABLE) from None


def _wait(command: subprocess.Popen[bytes], catcher: Companion) -> int:
    """Pass signals on until the command has ended; its exit code."""
    told = False
    while (code := command.poll()) is None:
        number, is_for_group = _next()
        if number != signal.SIGCHLD:
            if not is_for_group:
                command.send_signal(number)
        elif not told and catcher.ended():
            told = True
            say("The catcher has ended; the command goes on without it.")
    return code if code >= 0 else 128 - code


def _prepared(mask: set[signal.Signals | int]) -> Callable[[], None]:
    """What the command's process does before it becomes the command: no signal is blocked there but what was before."""
    parent = os.getpid()
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def prepare() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if libc is not None:
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:
                os.kill(os.getpid(), signal.SIGTERM)

    return prepare


def _next() -> tuple[int, bool]:
    """The next signal, and whether the terminal sent it, which sends to the whole group."""
    if not hasattr(signal, "sigwaitinfo"):  # macOS cannot tell who sent it
        number = signal.sigwait(_WATCHED)
        return number, number in (signal.SIGINT, signal.SIGQUIT) and sys.stdin.isatty()
    info = signal.sigwaitinfo(_WATCHED)
    return info.si_signo, info.si_code > 0
