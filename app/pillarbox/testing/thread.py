"""The service in a thread of this process, with an event loop of its own. Importing it imports the service.

Rules of this module:

* What goes wrong at the start is raised in whoever starts it, and then nothing is left running.
* The loop goes by the kernel's clock, or a test that freezes time would stop every timeout of the catcher. And that of
  uvloop takes connections where Python's own `socket` has been forbidden meanwhile.
* The process is somebody else's: no signal, no limit and no logger of it is changed, but that the catcher's own log
  lines below ERROR are not told while it runs.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from pillarbox.service import Service, descriptors
from pillarbox.service.loop import new_event_loop
from pillarbox.settings import Settings
from pillarbox.testing.place import Place

HURRY_AFTER = 1.0
"""Seconds that connections in use get when it stops."""

_QUIET = ("pillarbox", "mail.log")


class ServiceThread:
    """`start` once, then `stop` once, from any thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._started: Future[Place] = Future()
        self._stopping: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="pillarbox", daemon=True)

    def start(self) -> Place:
        """Returns when every listener accepts. Raises UsageError."""
        self._thread.start()
        try:
            return self._started.result()
        except BaseException:
            self._thread.join()
            raise

    def stop(self) -> None:
        """Returns when everything has ended."""
        if self._loop is not None and self._stopping is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def _run(self) -> None:
        # Not `asyncio.run`: its policy, and with it the class of the loop, belongs to the process.
        try:
            with asyncio.Runner(loop_factory=new_event_loop) as runner:
                runner.run(self._serve())
        except BaseException as error:
            if self._started.done():
                raise
            self._started.set_exception(error)

    async def _serve(self) -> None:
        service = Service(self._settings, descriptors.limit)
        with _quiet():
            endpoints = await service.start()
            self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
            self._started.set_result(Place.of(endpoints))
            await service.until(self._stopping)
            self._loop.call_later(HURRY_AFTER, service.hurry)
            await service.stop()


@contextmanager
def _quiet() -> Iterator[None]:
    """Our own lines that are no errors stay out of the log that a test looks at, unless it has set a level for them."""
    changed = [logger for logger in map(logging.getLogger, _QUIET) if logger.level == logging.NOTSET]
    for logger in changed:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for logger in changed:
            if logger.level == logging.ERROR:
                logger.setLevel(logging.NOTSET)
