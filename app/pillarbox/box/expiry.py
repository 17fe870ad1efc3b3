"""Inboxes whose time is up: removed at that moment, by one timer for all of them.

Rules of this module:

* The timer is set for the next one that is known. Those that another node makes are found every `LOOK_EVERY` seconds;
  that node itself has set its own timer.
* When the database is in trouble, the next look does it.
"""

from __future__ import annotations

import asyncio
import logging

from pillarbox.box.store import Store
from pillarbox.errors import StoreUnavailable

LOOK_EVERY = 15.0

LEAST = 0.001
"""Seconds between two looks: the timer may be a little early."""

log = logging.getLogger(__name__)


class Expiry:
    """`run` belongs to the event loop; `look` is called from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._loop: asyncio.AbstractEventLoop | None = None
        self._due = asyncio.Event()

    def look(self) -> None:
        """There is an inbox that may expire before the next one that is known."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._due.set)

    async def run(self) -> None:
        """Until cancelled."""
        self._loop = asyncio.get_running_loop()
        while True:
            self._due.clear()
            left: float | None = None
            try:
                left = await asyncio.to_thread(self._store.expire)
            except StoreUnavailable as error:
                log.warning("Inboxes whose time is up could not be removed: %s", error)
            patience = LOOK_EVERY if left is None else min(LOOK_EVERY, max(LEAST, left))
            try:
                await asyncio.wait_for(self._due.wait(), patience)
            except TimeoutError:
                continue
