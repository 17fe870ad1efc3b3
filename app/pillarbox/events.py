"""What has happened, told to whoever listens in this process.

Rules of this module:

* An event is published after its commit, in commit order, from the event loop's thread; ids ascend. Those of other
  nodes on the same database are published too, in the same order.
* A subscriber that falls behind loses nothing silently: its queue is emptied and it is told `reset`.
* Entries of live sessions are events without an id: they are not in the event table and cannot be replayed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Literal, NamedTuple

from pillarbox.mail.message import Summary
from pillarbox.mail.session import Session
from pillarbox.mail.transcript import Entry

Kind = Literal[
    "message.added",
    "message.changed",
    "message.deleted",
    "session.opened",
    "session.closed",
    "session.entry",
    "inbox.changed",
    "reset",
]

QUEUE_LENGTH = 2_000
"""Events a subscriber may be behind before it is told to start over."""


class Event(NamedTuple):
    """One thing that happened. `id` is None for what cannot be replayed.

    Exactly one of `summary` (message.added, message.changed), `ids` (message.deleted), `session` (session.opened,
    session.closed) and `entry` (session.entry with `session_id`) says what it is about; inbox.changed has only `inbox`.
    """

    kind: Kind
    id: int | None = None
    at: datetime | None = None
    inbox: str | None = None
    session_id: int | None = None
    summary: Summary | None = None
    ids: tuple[int, ...] = ()
    session: Session | None = None
    entry: Entry | None = None


RESET = Event(kind="reset")


class Subscription:
    """The events one listener asked for, in order; iterate it. Ends when the bus closes."""

    def __init__(self, inbox: str | None, session_id: int | None) -> None:
        self._inbox = inbox
        self._session_id = session_id
        self._queue: asyncio.Queue[Event | None] = asyncio.Queue()

    def wants(self, event: Event) -> bool:
        if event.kind == "reset":
            return True
        if event.kind == "session.entry":
            return event.session_id == self._session_id
        if self._session_id is not None and event.session_id != self._session_id:
            return False
        return self._inbox is None or event.inbox is None or event.inbox == self._inbox

    def offer(self, event: Event) -> None:
        if self._queue.qsize() >= QUEUE_LENGTH:
            while not self._queue.empty():
                self._queue.get_nowait()
            event = RESET
        self._queue.put_nowait(event)

    def end(self) -> None:
        self._queue.put_nowait(None)

    async def next(self, timeout: float | None = None) -> Event | None:
        """The next event; None when the bus has closed. Raises TimeoutError after `timeout` seconds without one."""
        return await asyncio.wait_for(self._queue.get(), timeout)

    async def __aiter__(self) -> AsyncIterator[Event]:
        while (event := await self._queue.get()) is not None:
            yield event


class Bus:
    """Where events are published and listened to; one a process, used from the event loop's thread only."""

    def __init__(self) -> None:
        self._subscriptions: set[Subscription] = set()
        self._watched: dict[int, int] = {}
        self.closed = False

    @contextmanager
    def subscribe(self, *, inbox: str | None = None, session_id: int | None = None) -> Iterator[Subscription]:
        """Listen from now on: everything, or one inbox, or one session (only then with its entries)."""
        subscription = Subscription(inbox, session_id)
        self._subscriptions.add(subscription)
        if session_id is not None:
            self._watched[session_id] = self._watched.get(session_id, 0) + 1
        if self.closed:
            subscription.end()
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)
            if session_id is not None:
                self._watched[session_id] -= 1
                if not self._watched[session_id]:
                    del self._watched[session_id]

    def watched(self, session_id: int | None) -> bool:
        """Whether anybody follows this session line by line, so that nobody pays for entries that no one reads."""
        return session_id in self._watched

    def publish(self, events: Iterable[Event]) -> None:
        """Tell everybody who wants it; nobody once the bus is closed, so that the end stays the last thing heard."""
        if self.closed:
            return
        for event in events:
            for subscription in self._subscriptions:
                if subscription.wants(event):
                    subscription.offer(event)

    def close(self) -> None:
        """End every subscription, and each later one at once."""
        self.closed = True
        for subscription in self._subscriptions:
            subscription.end()

    def __len__(self) -> int:
        return len(self._subscriptions)
