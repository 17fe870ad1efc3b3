"""Server-Sent Events: what happens in the box, as it happens (HTML standard, section 9.2).

Rules of this module:

* A stream begins at an event's number: the client's Last-Event-ID, `after`, or the newest one. What came since then
  is read from the store, what comes from then on from the bus, and the bus is listened to first: between the two
  nothing is missed, and what both have is told once, because numbers ascend.
* The number goes out before any event does, so that a client that loses the line at once still asks for the rest.
* When events are gone that the client has not seen, it is told `reset`: it must load everything anew, and the stream
  goes on from now.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass

from pillarbox.box import Box, Replay
from pillarbox.errors import StoreUnavailable
from pillarbox.events import RESET, Event
from pillarbox.web.schemas import event as shapes

BEAT = 15.0
"""Seconds of silence after which a comment shows proxies that the stream is alive."""

RETRY = 2000
"""Milliseconds a browser waits before it connects again."""

HEADERS = {
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    # nginx would hold events back until its buffer is full.
    "x-accel-buffering": "no",
}

_PAGE = 1000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which events: of one inbox, of one session (then with its lines), after the number `since` (None: from now)."""

    inbox: str | None = None
    session_id: int | None = None
    since: int | None = None


async def stream(box: Box, wanted: Wanted, newest: int, beat: float = BEAT) -> AsyncGenerator[str, None]:
    """The stream's text, event by event; `newest` is `box.last_event_id()`. Ends when the bus closes."""
    seen = newest if wanted.since is None else wanted.since
    async with AsyncExitStack() as listening:
        subscription = listening.enter_context(box.bus.subscribe(inbox=wanted.inbox, session_id=wanted.session_id))
        try:
            if wanted.session_id is not None:
                await listening.enter_async_context(box.following(wanted.session_id))
            # Asked before the first word goes out: who has heard that gets what happens from then on in its order.
            first = await asyncio.to_thread(box.events_since, min(seen, newest), _PAGE)
            if box.bus.closed:
                return  # without a word, which the client would take for that of a server that is back
            yield f"retry: {RETRY}\nid: {min(seen, newest)}\n\n"
            if seen > newest:
                # The number comes from another life of the database.
                seen = newest
                yield _frame(RESET, seen)
            async for event in _replayed(box, first):
                seen = event.id if event.id is not None else await asyncio.to_thread(box.last_event_id)
                if event.kind == "reset" or subscription.wants(event):
                    yield _frame(event, seen)
            while True:
                try:
                    live = await subscription.next(beat)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if live is None:
                    return
                if live.kind == "reset":
                    seen = await asyncio.to_thread(box.last_event_id)
                    yield _frame(live, seen)
                elif live.id is None:
                    yield _frame(live, None)
                elif live.id > seen:
                    seen = live.id
                    yield _frame(live, seen)
        except StoreUnavailable as error:
            # The client comes back by itself, and is then told 503 in so many words.
            log.warning("A stream of events ended: %s", error)


async def _replayed(box: Box, replay: Replay) -> AsyncGenerator[Event, None]:
    """The events of the first page and of all that follow; a single `reset` in their place when some are gone."""
    while not replay.reset:
        for event in replay.events:
            yield event
        if len(replay.events) < _PAGE:
            return
        replay = await asyncio.to_thread(box.events_since, replay.events[-1].id or 0, _PAGE)
    yield RESET


def _frame(event: Event, number: int | None) -> str:
    """One event as it crosses the wire. JSON has no raw line end, so one `data:` line holds it."""
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {event.kind}\ndata: {shapes.data(event)}\n\n"
