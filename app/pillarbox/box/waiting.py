"""Who waits for mail: every wait of this process, and what it is told when something is committed.

Rules of this module:

* Used from the event loop's thread only.
* A watch is registered before it looks into the store: between the two nothing is missed, and what both have is one
  message, because ids are.
* A message is held only against watches that it can be for: each is kept by one thing it asks for, such as the address.
* All of them share one subscription to the bus, which lasts as long as anybody waits.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from pillarbox.box.contents import Contents
from pillarbox.box.kept import Kept
from pillarbox.box.store import MessagePage, MessageQuery
from pillarbox.box.watch import FEW, Watch
from pillarbox.events import Bus, Event, Subscription
from pillarbox.mail.match import Conditions
from pillarbox.mail.match.verdict import keys
from pillarbox.mail.message import Summary

log = logging.getLogger(__name__)

LOOKS = 4
"""Looks into the store at the same time, lest a thousand waits that begin together leave no thread for anybody else."""


class Waiting:
    """`find` lists messages and `read` gives one whole, raising NotFound; both block and are called in threads.

    `changes` is another number after each thing that has happened while anybody waits.
    """

    def __init__(self, find: Callable[[MessageQuery], MessagePage], read: Callable[[int], Kept], bus: Bus) -> None:
        self._find = find
        self._bus = bus
        self._watches: set[Watch] = set()
        self._by_key: defaultdict[tuple[str, str] | None, set[Watch]] = defaultdict(set)
        self._newest = 0
        self._over = False
        self.changes = 0
        self._looking = asyncio.Semaphore(LOOKS)
        self._listening = ExitStack()
        self.contents = Contents(read)

    def __len__(self) -> int:
        return len(self._watches)

    @contextmanager
    def watch(self, wanted: Conditions, after: int | None = None) -> Iterator[Watch]:
        """See every message that is like this, those there are and those that come; only ids above `after`."""
        few = wanted.inbox is not None or self._newest - (after or 0) <= FEW
        watch = Watch(wanted, after, self._page, self.contents, few=few)
        if not self._watches:
            self._listen()
        self._watches.add(watch)
        self._by_key[wanted.key].add(watch)
        if self._over:
            watch.stop()
        try:
            yield watch
        finally:
            self._watches.remove(watch)
            self._by_key[wanted.key].remove(watch)
            if not self._by_key[wanted.key]:
                del self._by_key[wanted.key]
            if not self._watches:
                self._listening.close()
                self.contents.forget()

    async def _page(self, query: MessageQuery) -> MessagePage:
        async with self._looking:
            page = await asyncio.to_thread(self._find, query)
        self._newest = max(self._newest, page.cursor)
        return page

    def _listen(self) -> None:
        self._over = False
        self.changes += 1
        subscription = self._listening.enter_context(self._bus.subscribe())
        task = asyncio.get_running_loop().create_task(self._hear(subscription), name="waiting")
        self._listening.callback(task.cancel)

    async def _hear(self, subscription: Subscription) -> None:
        try:
            async for event in subscription:
                self._tell(event)
        except Exception:
            log.exception("What has happened could not be told to those who wait; their waits end")
        self._over = True
        for watch in self._watches:
            watch.stop()

    def _tell(self, event: Event) -> None:
        self.changes += 1
        if event.summary is not None:
            self._newest = max(self._newest, event.summary.id)
            for watch in self._concerned(event.summary):
                watch.offer(event.summary)
        elif event.kind == "message.deleted":
            gone = frozenset(event.ids)
            for watch in self._watches:
                watch.drop(gone)
        elif event.session is not None:
            for watch in self._watches if event.session.messages else ():
                if watch.wanted.asks_codes:
                    watch.look_again()
        elif event.kind == "reset":
            for watch in self._watches:
                watch.look_again()

    def _concerned(self, row: Summary) -> list[Watch]:
        return [watch for key in set(keys(row)) for watch in self._by_key.get(key, ())]
