"""The newest messages and what the newest sessions were refused: read once for all waits that end at the same time.

Rules of this module:

* Used from the event loop's thread only; the store is asked in a worker thread.
* What was read holds until something happens, and `LIFETIME` at most: that an open session is refused something is no
  event.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pillarbox import clock
from pillarbox.box.store import MessageQuery, SessionQuery
from pillarbox.errors import NotFound
from pillarbox.mail.match import refusal
from pillarbox.mail.match.refusal import RefusedSession
from pillarbox.mail.message import Summary

if TYPE_CHECKING:
    from pillarbox.box.box import Box

ROWS = 200
SESSIONS = 100

LINES = 2_000
"""Entries of a session that are read for its reason; one that speaks longer is explained by its beginning."""

LIFETIME = 0.1


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """A session in which something was refused. `named` is what it said of senders and recipients, case folded;
    `username` is whom it authenticated as.
    """

    session: RefusedSession
    ended_at: datetime | None
    named: str
    username: str | None


@dataclass(frozen=True, slots=True)
class Latest:
    """Both newest first."""

    rows: tuple[Summary, ...]
    turned_away: tuple[TurnedAway, ...]


class Recent:
    """`changes` gives another number after each thing that has happened."""

    def __init__(self, box: Box, changes: Callable[[], int]) -> None:
        self._box = box
        self._changes = changes
        self._reading: asyncio.Task[Latest] | None = None
        self._read_at = (-1, 0.0)

    async def read(self) -> Latest:
        """Raises StoreUnavailable."""
        changes, at = self._read_at
        reading = self._reading
        if reading is None or changes != self._changes() or at < clock.monotonic() - LIFETIME:
            self._read_at = self._changes(), clock.monotonic()
            reading = self._reading = asyncio.create_task(self._take())
            reading.add_done_callback(lambda done: None if done.cancelled() else done.exception())
        # Whoever goes away leaves the reading to the others.
        return await asyncio.shield(reading)

    async def _take(self) -> Latest:
        await self._box.settle_sessions()
        return await asyncio.to_thread(self._look)

    def _look(self) -> Latest:
        rows = self._box.messages(MessageQuery(limit=ROWS, counted=False)).items
        wrong = [one for one in self._box.sessions(SessionQuery(limit=SESSIONS)).items if refusal.went_wrong(one.facts)]
        found = []
        for one in wrong:
            try:
                entries = self._box.lines(one.id, 0, LINES).entries
            except NotFound:
                continue  # retention was quicker
            if refusal.only_hung_up(one.facts, entries):
                continue
            told = RefusedSession(one.id, refusal.reason(one.facts, entries))
            username = one.facts.auth.username if one.facts.auth else None
            found.append(TurnedAway(told, one.facts.ended_at, refusal.named(entries), username))
        return Latest(rows, tuple(found))
