"""What messages say, read once for all that wait for it at the same time.

Rules of this module:

* Used from the event loop's thread only. The store is asked in a worker thread, and there a message is parsed as well.
* Who asks for a message that is being read shares that reading; the latest ones are remembered, up to `MOST` octets.
* Only what never changes is kept: marks and tags belong to the row, which its reader has newer.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from functools import partial

from pillarbox.box.kept import Kept
from pillarbox.errors import NotFound
from pillarbox.mail import parse
from pillarbox.mail.match import Seen
from pillarbox.mail.message import Summary

MOST = 16 * 1024 * 1024
"""Octets of messages that are remembered."""


class Content:
    """One message read."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        self._seen: Seen | None = None

    def seen(self, row: Summary) -> Seen:
        """All that conditions can ask of it, but for what was said in its session; `row` is how it is marked now."""
        if self._seen is None or self._seen.summary is not row:
            digest = self._seen.digest if self._seen is not None else parse.digest(self.kept.raw)
            self._seen = Seen(row, self.kept.mail.headers, digest)
        return self._seen


class Contents:
    """`read` gives a message whole; it blocks, and raises NotFound."""

    def __init__(self, read: Callable[[int], Kept]) -> None:
        self._read = read
        self._reading: dict[int, asyncio.Future[Content | None]] = {}
        self._known: OrderedDict[int, Content] = OrderedDict()
        self._octets = 0

    async def of(self, message_id: int) -> Content | None:
        """None when there is no such message any more. Raises StoreUnavailable."""
        known = self._known.get(message_id)
        if known is not None:
            self._known.move_to_end(message_id)
            return known
        reading = self._reading.get(message_id)
        if reading is None:
            reading = self._reading[message_id] = asyncio.ensure_future(self._take(message_id))
            reading.add_done_callback(partial(self._done, message_id))
        # Whoever goes away leaves the reading to the others.
        return await asyncio.shield(reading)

    def forget(self) -> None:
        """Nobody waits any more."""
        self._known.clear()
        self._octets = 0

    def _done(self, message_id: int, reading: asyncio.Future[Content | None]) -> None:
        del self._reading[message_id]
        if not reading.cancelled():
            reading.exception()  # looked at, for nobody may be left who is told

    async def _take(self, message_id: int) -> Content | None:
        try:
            content = Content(await asyncio.to_thread(self._read, message_id))
        except NotFound:
            return None
        self._known[message_id] = content
        self._octets += len(content.kept.raw)
        while self._octets > MOST and len(self._known) > 1:
            _, oldest = self._known.popitem(last=False)
            self._octets -= len(oldest.kept.raw)
        return content
