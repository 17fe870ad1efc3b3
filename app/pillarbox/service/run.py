"""One catcher in the foreground: its event loop, its signals, and an end that always comes.

Rules of this module:

* The first SIGINT or SIGTERM stops in order, the second cuts every grace short, the third ends the process.
* A watchdog thread ends the process when stopping takes longer than it may, whatever hangs.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import threading
from collections.abc import Callable

from pillarbox.errors import UsageError
from pillarbox.service import logs
from pillarbox.service.endpoints import Endpoints
from pillarbox.service.loop import new_event_loop
from pillarbox.service.service import GRACE, Service
from pillarbox.settings import Settings

_LONGEST_STOP = 3 * GRACE + 5
"""Seconds after which a stop that still hangs is ended."""

log = logging.getLogger("pillarbox.service")


def run(settings: Settings, announce: Callable[[Endpoints], None], doubts: list[str]) -> int:
    """Run until a signal comes; the exit code. `announce` is told where it listens.

    Raises UsageError, unless the log is JSON: then it is told there.
    """
    logs.configure(settings.log_format)
    for doubt in doubts:
        log.warning("%s", doubt)
    try:
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            return runner.run(_run(settings, announce))
    except UsageError as error:
        if settings.log_format != "json":
            raise
        log.critical("%s", error)
        return 2
    except Exception:
        log.critical("The catcher has failed.", exc_info=True)
        return 1


async def _run(settings: Settings, announce: Callable[[Endpoints], None]) -> int:
    service = Service(settings)
    stopping = asyncio.Event()
    signals = 0

    def on_signal(name: str) -> None:
        nonlocal signals
        signals += 1
        if signals == 1:
            log.info("Stopping after %s; what is in flight gets up to %g s.", name, GRACE)
            stopping.set()
            _watch_the_end(settings)
        elif signals == 2:
            service.hurry()
        else:
            _end_at_once(settings, 130)

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, on_signal, number.name)
    endpoints = await service.start()
    _set_aside()
    _warn(settings, endpoints)
    if settings.log_format == "json":
        log.info("Every listener accepts.", extra={"data": endpoints.as_json()})
    announce(endpoints)
    failed = await service.until(stopping)
    if failed:
        _watch_the_end(settings)
    await service.stop()
    log.info("Stopped.")
    return 1 if failed else 0


def _set_aside() -> None:
    """Keep what was loaded out of the collector's way: it stays until the end, and to go through all of it stops every
    session for about 80 ms, again and again; without it, for 3. What of it is garbage is too little to look for.
    """
    gc.freeze()
    gc.enable()


def _warn(settings: Settings, endpoints: Endpoints) -> None:
    open_to_others = [str(bound) for bound in endpoints.http if not bound.is_loopback]
    if open_to_others and settings.web_auth is None:
        log.warning(
            "Everybody who can reach %s can read and delete all mail kept here, because no password is asked for; "
            "set --web-auth USER:PASSWORD, or bind 127.0.0.1.",
            " and ".join(open_to_others),
        )


def _watch_the_end(settings: Settings) -> None:
    timer = threading.Timer(_LONGEST_STOP, _end_at_once, (settings, 1))
    timer.daemon = True
    timer.start()


def _end_at_once(settings: Settings, code: int) -> None:
    """What got 250 has been committed, so nothing is lost by it."""
    if settings.ready_file is not None:
        settings.ready_file.unlink(missing_ok=True)
    os._exit(code)
