"""The floodgate: of lines that come from one place in the code, so many a minute are written.

Rules of this module:

* A line is known by the place that wrote it, not by its words: a client can choose words, and so make as many kinds of
  lines as it likes.
* The last line before the gate closes says so, and the first after it says how many were left out.
* `critical` lines always pass; they come once.

A client that is refused writes a line of about 400 octets, and can be refused a thousand times a second: 30 GB a day.
With the gate it is 60 MB.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from pillarbox import clock

MOST = 100
SPAN = 60.0
"""Lines from one place in so many seconds."""


@dataclass(slots=True)
class _Gate:
    opened_at: float
    passed: int = 0
    left_out: int = 0


class Floodgate(logging.Filter):
    """Sets `note` on the records that have something to say about others."""

    def __init__(self, most: int = MOST, span: float = SPAN, clock: Callable[[], float] = clock.monotonic) -> None:
        super().__init__()
        self._most, self._span, self._clock = most, span, clock
        self._gates: dict[tuple[str, int], _Gate] = {}
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno >= logging.CRITICAL:
            return True
        with self._lock:
            return self._passes(record)

    def _passes(self, record: logging.LogRecord) -> bool:
        place, now = (record.pathname, record.lineno), self._clock()
        gate = self._gates.get(place)
        if gate is None or now >= gate.opened_at + self._span:
            if gate is not None and gate.left_out:
                record.note = f"{gate.left_out} more like this were left out before it"
            gate = self._gates[place] = _Gate(now)
        if gate.passed >= self._most:
            gate.left_out += 1
            return False
        gate.passed += 1
        if gate.passed == self._most:
            seconds = max(1, round(gate.opened_at + self._span - now))
            record.note = f"what else is like this is left out for {seconds} s"
        return True
