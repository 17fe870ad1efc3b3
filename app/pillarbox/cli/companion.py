"""A catcher in a process of its own that ends with this one, whatever ends it.

Rules of this module:

* It is forked from this process before there are threads, and loads the service there, so that this one stays small.
* Two pipes tie them. The catcher writes its addresses into the one and holds it open as long as it lives; this process
  holds the other one open, and when that ends, by `stop` or because this process is gone, the catcher ends in order.
* It is in a session of its own, so that Ctrl-C in the terminal ends the command first and lets it still send mail. Its
  standard input and output are nobody's; what goes wrong it says on standard error.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import select
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any, NoReturn

from pillarbox.cli.sentences import no
from pillarbox.errors import UsageError
from pillarbox.settings import Settings

if TYPE_CHECKING:
    from pillarbox.service import Endpoints

STOP_LIMIT = 15.0
"""Seconds after which a catcher that does not end is killed."""

_IN_ORDER = 0.5
"""Seconds that connections which stay open may keep it."""

_BLOCK = 65536

log = logging.getLogger("pillarbox")


class DidNotStart(Exception):
    """The catcher has ended before it was ready, and has said why on standard error; `code` is its exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"exit code {code}")
        self.code = code


class Companion:
    """Ready once built: `ready` is what its ready file would say. Raises DidNotStart."""

    def __init__(self, settings: Settings) -> None:
        self._alive, telling = os.pipe()
        tied, self._tie = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._alive)
            os.close(self._tie)
            _live(settings, telling, tied)
        os.close(telling)
        os.close(tied)
        self.code: int | None = None
        self.ready: dict[str, Any] = self._heard()

    def _heard(self) -> dict[str, Any]:
        said = b""
        while not said.endswith(b"\n"):
            block = os.read(self._alive, _BLOCK)
            if not block:
                raise DidNotStart(self._reap())
            said += block
        found: dict[str, Any] = json.loads(said)
        return found

    def ended(self, timeout: float = 0.0) -> bool:
        """Whether it has ended, now or within so many seconds; `code` is then its exit code."""
        if self.code is None and select.select([self._alive], [], [], timeout)[0]:
            self._reap()
        return self.code is not None

    def stop(self) -> int:
        """End it; its exit code. Nobody waits for what is in flight: whoever sends mail here has ended."""
        os.close(self._tie)
        if not self.ended(_IN_ORDER):
            os.kill(self.pid, signal.SIGTERM)  # the second one, after which the service hurries
        if not self.ended(STOP_LIMIT):
            os.kill(self.pid, signal.SIGKILL)
        return self._reap()

    def _reap(self) -> int:
        if self.code is None:
            _, status = os.waitpid(self.pid, 0)
            self.code = os.waitstatus_to_exitcode(status)
        return self.code


def _live(settings: Settings, telling: int, tied: int) -> NoReturn:
    """What the forked process does; it never returns into its caller's code."""
    code = 1
    try:
        os.setsid()
        nobody = os.open(os.devnull, os.O_RDWR)
        os.dup2(nobody, 0)
        os.dup2(nobody, 1)
        threading.Thread(target=_end_with, args=(tied,), name="tie", daemon=True).start()
        code = _serve(settings, telling)
    except UsageError as error:
        code = no(str(error), 2)
    except Exception:
        log.critical("The catcher has failed.", exc_info=True)
    finally:
        sys.stderr.flush()
        os._exit(code)


def _end_with(tied: int) -> None:
    os.read(tied, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _serve(settings: Settings, telling: int) -> int:
    # As in `serve`: next to nothing of what is loaded is garbage. The service turns it on again.
    gc.disable()
    from pillarbox.service import run

    def announce(endpoints: Endpoints) -> None:
        # What goes well is nothing to say between the lines of the command.
        log.setLevel(logging.WARNING)
        os.write(telling, json.dumps(endpoints.as_json()).encode() + b"\n")

    return run(settings, announce, [])
