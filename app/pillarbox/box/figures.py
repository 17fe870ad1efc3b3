"""What this process counts about itself, for whoever watches it from outside.

Rules of this module:

* Counting costs nearly nothing, for it is done for every reply: plain numbers, no locks where one thread counts. What
  is measured (a commit, a search) is measured a batch or a request at a time, and takes a lock.
* Each part counts its own; everything is read when somebody asks, and counts from the start of the process.
* A name to count by is one of ours, never one that a client sent: nobody outside can make the lists longer.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, Protocol, get_args

from pillarbox import clock
from pillarbox.mail.session import Outcome

Refusal = Literal["too_large", "no_room", "not_stored"]
"""Why a message was turned away: over --max-message-size, over --max-bytes-in-flight, or the database could not."""

WaitEnd = Literal["found", "timeout", "gone", "stopped", "failed"]
"""How a wait ended: answered with mail, or with why there was none; its client went away; this server stopped; the
database did not answer."""

Searched = Literal["messages", "sessions"]

Committed = Literal["mail", "sessions", "order"]
"""What a transaction held: at least one message; only what sessions said; a change that somebody asked for."""

SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

ENDINGS = tuple(outcome for outcome in get_args(Outcome) if outcome not in ("open", "lost"))
"""How a session can end here; `lost` is what other processes, or a later one, say of those of one that died."""


@dataclass(frozen=True, slots=True)
class Observed:
    """A histogram as it was read: `upto` are upper bounds, each with how many were not above it."""

    upto: tuple[tuple[float, int], ...]
    count: int
    sum: float


class Histogram:
    """How often something was how large: one counter for each of the `bounds` and one for what is above them all."""

    __slots__ = ("_bounds", "_counts", "_lock", "_sum")

    def __init__(self, bounds: tuple[float, ...] = SECONDS) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0
        self._lock = threading.Lock()

    def observe(self, value: float) -> None:
        with self._lock:
            self._counts[bisect_left(self._bounds, value)] += 1
            self._sum += value

    @contextmanager
    def timing(self) -> Iterator[None]:
        """Observe the seconds that this takes; nothing if it fails."""
        began = clock.monotonic()
        yield
        self.observe(clock.monotonic() - began)

    def read(self) -> Observed:
        with self._lock:
            counts, total = tuple(accumulate(self._counts)), self._sum
        return Observed(tuple(zip(self._bounds, counts, strict=False)), counts[-1], total)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFigures:
    """What a store has counted since it was opened; `queue` (jobs that wait to be written) and `troubled` are of now.

    `messages` and `octets` have been committed, `failed` transactions were rolled back, and `batches` says how many
    messages were committed together.
    """

    queue: int
    troubled: bool
    messages: int
    octets: int
    failed: int
    commits: Mapping[Committed, Observed]
    batches: Observed


class InFlight(Protocol):
    """Octets of messages that have come in and are not committed yet; a `limit` of 0 is none."""

    octets: int
    peak: int
    limit: int


class Figures:
    """What the box and the listeners count. `replies`, `endings`, `refusals` and `waits` belong to the event loop's
    thread.

    `in_flight` is the listeners' own ledger, None where there are none.
    """

    def __init__(self) -> None:
        self.replies: dict[int, int] = {}
        self.endings: dict[Outcome, int] = dict.fromkeys(ENDINGS, 0)
        self.refusals: dict[Refusal, int] = dict.fromkeys(get_args(Refusal), 0)
        self.searches: dict[Searched, Histogram] = {what: Histogram() for what in get_args(Searched)}
        self.waits: dict[WaitEnd, int] = dict.fromkeys(get_args(WaitEnd), 0)
        self.in_flight: InFlight | None = None
