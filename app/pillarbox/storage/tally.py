"""What the writer counts of its transactions: how many, how long, how much at once.

Rules of this module:

* Counted by the writer's thread, after the commit and before anybody is told of it: who got 250 is in the figures.
* A transaction is timed from BEGIN to the end of COMMIT; making messages ready is not part of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from pillarbox import clock
from pillarbox.box.figures import Committed, Histogram, StoreFigures
from pillarbox.mail.message import Summary

BATCHES = (1, 2, 5, 10, 20, 50, 100, 200, 500)
"""Messages in one commit; the last is the writer's own bound."""


class Tally:
    def __init__(self) -> None:
        self._messages = self._octets = self._failed = 0
        self._commits: dict[Committed, Histogram] = {what: Histogram() for what in get_args(Committed)}
        self._batches = Histogram(BATCHES)
        self._began = 0.0

    def begin(self) -> None:
        """A transaction is about to begin."""
        self._began = clock.monotonic()

    def committed(self, summaries: Iterable[Summary]) -> None:
        """Deliveries and sessions have been committed, with these messages."""
        sizes = [summary.size for summary in summaries]
        self._commits["mail" if sizes else "sessions"].observe(clock.monotonic() - self._began)
        if sizes:
            self._batches.observe(len(sizes))
            self._messages += len(sizes)
            self._octets += sum(sizes)

    def obeyed(self) -> None:
        """An order has been committed."""
        self._commits["order"].observe(clock.monotonic() - self._began)

    def failed(self) -> None:
        """A transaction was rolled back."""
        self._failed += 1

    def read(self, *, queue: int, troubled: bool) -> StoreFigures:
        """From any thread."""
        return StoreFigures(
            queue=queue,
            troubled=troubled,
            messages=self._messages,
            octets=self._octets,
            failed=self._failed,
            commits={what: histogram.read() for what, histogram in self._commits.items()},
            batches=self._batches.read(),
        )
