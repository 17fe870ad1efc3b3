"""A wait from its beginning to its answer: the messages, or why there are none.

Rules of this module:

* The cursor of an answer is its last message: whoever goes on after it misses nothing and sees nothing twice, whatever
  he waits for next. That of a wait that ended without is the newest message that it has looked at.
* A message that is gone when it is read for the answer is not there, and the wait goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pillarbox import clock
from pillarbox.box.explanation import explain
from pillarbox.box.kept import Kept
from pillarbox.box.wait_end import counted
from pillarbox.box.watch import Watch
from pillarbox.mail.match import Conditions
from pillarbox.mail.match.explanation import Explanation

if TYPE_CHECKING:
    from pillarbox.box.box import Box

MOST = 50
"""Messages that an answer holds at most, unless more were asked for."""

MOST_OCTETS = 16 * 1024 * 1024
"""Octets of messages after which an answer that has as many as were asked for takes no more."""


@dataclass(frozen=True, slots=True)
class Waited:
    """`messages` are oldest first, at least as many as were asked for; `seconds` is how long it took."""

    messages: tuple[Kept, ...]
    cursor: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Unmet:
    """The time is over. `found` messages hold, fewer than were asked for."""

    found: int
    cursor: int
    explanation: Explanation


async def wait(
    box: Box, wanted: Conditions, *, count: int = 1, timeout: float, after: int | None = None
) -> Waited | Unmet:
    """Until `count` messages, those that are there counted in, are like this; `timeout` is in seconds.

    Raises Stopping when the bus closes, and StoreUnavailable.
    """
    began, zero = clock.now(), clock.monotonic()
    deadline = asyncio.get_running_loop().time() + timeout
    with counted(box.figures) as ending:
        with box.waiting.watch(wanted, after) as watch:
            while await watch.until(lambda: len(watch.found) >= count, deadline):
                messages = await _read(box, watch, count)
                if len(messages) >= count:
                    ending.how = "found"
                    return Waited(messages, messages[-1].summary.id, clock.monotonic() - zero)
            found, cursor = frozenset(watch.found), watch.cursor
            explanation = await explain(box, wanted, after=after, found=found, began=began)
        ending.how = "timeout"
        return Unmet(len(found), cursor, explanation)


async def _read(box: Box, watch: Watch, count: int) -> tuple[Kept, ...]:
    """Those that the answer is made of; what is gone is dropped from the watch."""
    messages: list[Kept] = []
    octets = 0
    for message_id in _chosen(watch.found, max(count, MOST), oldest=watch.after is not None):
        content = await box.waiting.contents.of(message_id)
        row = watch.found.get(message_id)
        if content is None:
            watch.drop([message_id])
        elif row is not None:
            octets += row.size
            if octets > MOST_OCTETS and len(messages) >= count:
                break
            messages.append(replace(content.kept, summary=row))
    return tuple(messages)


def _chosen(found: Collection[int], most: int, *, oldest: bool) -> list[int]:
    """Ascending; of more than there is room for the oldest ones, or else the newest."""
    ascending = sorted(found)
    return ascending[:most] if oldest else ascending[-most:]
