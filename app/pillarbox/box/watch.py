"""One wait: the messages that are like it, kept up to date while it lasts.

Rules of this module:

* `found` has what holds right now: a message that is deleted, or marked so that it does not hold any more, leaves it.
* The store is looked into once, and again only when events were lost or when the conditions ask for what
  was said in sessions, which no event tells. Every other message is tested in memory.
* The row is tested when the event comes; what asks for the message itself waits for `settle`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import replace

from pillarbox.box.contents import Content, Contents
from pillarbox.box.store import MessagePage, MessageQuery
from pillarbox.errors import Stopping
from pillarbox.mail.match import Conditions, Seen, holds
from pillarbox.mail.match.verdict import has_headers, row_holds
from pillarbox.mail.message import Summary

PAGE = 200
"""Rows that are read at a time."""

FEW = 20
"""Rows that cost less to read than the index costs to ask."""

ENOUGH = 1_000
"""Messages found there after which nobody wants to know of more: the newest ones, or those next after `after`."""

BIG = 64 * 1024
"""Octets from which on a message is held against a query in a thread: its words take a millisecond."""


class Watch:
    """`page` lists messages. `few`: there may be no more than `FEW` that are old enough. Made by `Waiting.watch`."""

    def __init__(
        self,
        wanted: Conditions,
        after: int | None,
        page: Callable[[MessageQuery], Awaitable[MessagePage]],
        contents: Contents,
        *,
        few: bool,
    ) -> None:
        self.wanted = wanted
        self.after = after
        self.found: dict[int, Summary] = {}
        self._page = page
        self._few = few and not (wanted.asks_content or wanted.asks_codes)
        self._contents = contents
        self._newest = after or 0
        self._untested: dict[int, Summary] = {}
        self._deleted: set[int] = set()
        self._look = True
        self._looking = False
        self._stopped = False
        self._changed = asyncio.Event()

    @property
    def cursor(self) -> int:
        """The newest message up to which every one has been tested."""
        return min(self._newest, min(self._untested, default=self._newest + 1) - 1)

    # What Waiting tells

    def offer(self, row: Summary) -> None:
        """A message has come, come back, or been changed."""
        if self.after is not None and row.id <= self.after:
            return
        self._deleted.discard(row.id)
        if self.wanted.asks_codes:
            self.look_again()
            return
        self._newest = max(self._newest, row.id)
        if not row_holds(self.wanted, row):
            self._forget(row.id)
        elif self.wanted.asks_content or self.wanted.q is not None:
            self._untested[row.id] = row
            self._changed.set()
        else:
            self.found[row.id] = row
            self._changed.set()

    def drop(self, ids: Collection[int]) -> None:
        """Messages were deleted."""
        if self._looking:
            self._deleted.update(ids)
        # What a watch has is little; what is deleted at once can be thousands.
        for message_id in [one for one in (*self.found, *self._untested) if one in ids]:
            self._forget(message_id)

    def look_again(self) -> None:
        self._look = True
        self._changed.set()

    def wake(self) -> None:
        """Something else has changed that whoever waits looks at."""
        self._changed.set()

    def stop(self) -> None:
        self._stopped = True
        self._changed.set()

    def _forget(self, message_id: int) -> None:
        self._untested.pop(message_id, None)
        if self.found.pop(message_id, None) is not None:
            self._changed.set()

    # What a wait does

    async def until(self, enough: Callable[[], bool], deadline: float) -> bool:
        """Whether it is enough before `deadline`, a time of the event loop's clock; looked at once in any case.

        Raises Stopping, and StoreUnavailable.
        """
        loop = asyncio.get_running_loop()
        while True:
            self._changed.clear()
            await self._settle()
            if enough():
                return True
            if self._stopped:
                raise Stopping("The server is stopping, so this wait has ended without an answer. Ask again later.")
            left = deadline - loop.time()
            if left <= 0:
                return False
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._changed.wait()

    async def _settle(self) -> None:
        """Look into the store if need be, and test what has come until now; what comes meanwhile waits for the next."""
        if self._look:
            await self._search()
        for message_id, row in list(self._untested.items()):
            content = await self._contents.of(message_id)
            hold = content is not None and await self._holds(content, row)
            if self._untested.get(message_id) is not row:
                continue  # it was changed or deleted meanwhile
            del self._untested[message_id]
            if hold:
                self.found[message_id] = row
            else:
                self._forget(message_id)

    async def _holds(self, content: Content, row: Summary) -> bool:
        if row.size < BIG:
            return holds(self.wanted, content.seen(row))
        return await asyncio.to_thread(lambda: holds(self.wanted, content.seen(row)))

    async def _search(self) -> None:
        """All that the store has; what came or went meanwhile is newer than its answer."""
        self._look, self._looking = False, True
        self.found.clear()
        listed: dict[int, Summary] = {}
        query = MessageQuery(
            inbox=self.wanted.inbox, after=self.after, limit=FEW, counted=False, oldest_first=self.after is not None
        )
        page = await self._page(query) if self._few else None
        if page is None or page.next is not None:
            query = replace(query, q=self.wanted.query, limit=PAGE)
            page = await self._page(query)
        while True:
            self._newest = max(self._newest, page.cursor)
            listed |= {row.id: row for row in page.items if await self._is_like(row, asked=query.q is not None)}
            if page.next is None or len(listed) >= ENOUGH:
                break
            query = replace(query, after=page.next) if query.oldest_first else replace(query, before=page.next)
            page = await self._page(query)
        for message_id, row in listed.items():
            if message_id not in self._deleted and message_id not in self._untested:
                self.found.setdefault(message_id, row)
        self._looking = False
        self._deleted.clear()

    async def _is_like(self, row: Summary, *, asked: bool) -> bool:
        """`asked`: the store has found it by the query, so only the other conditions are still to be tested."""
        if not asked and not self.wanted.asks_content:
            return holds(self.wanted, Seen(row))
        if not row_holds(self.wanted, row):
            return False
        if not self.wanted.headers:
            return True
        content = await self._contents.of(row.id)
        return content is not None and has_headers(self.wanted, content.seen(row))
