"""The time, as the kernel has it.

Rules of this module:

* Whoever wants to know the time asks here. Tests that freeze or shift time put something else into the places of
  `time.time`, `time.monotonic` and `datetime.now`, for the whole process; a catcher that runs in the process of such a
  test has waits, certificates and ages of its own, which must go on. `clock_gettime` is left alone by them.
* A loop's clock is `loop.time()`, as ever; the loop of `pillarbox.testing` reads it from here.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.fromtimestamp(time.clock_gettime(time.CLOCK_REALTIME), UTC)


def wall_ns() -> int:
    """Nanoseconds since 1970."""
    return time.clock_gettime_ns(time.CLOCK_REALTIME)


def monotonic() -> float:
    """Seconds since some moment; what happens to the wall's clock does not matter to it."""
    return time.clock_gettime(time.CLOCK_MONOTONIC)


def monotonic_ns() -> int:
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC)
