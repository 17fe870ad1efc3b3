"""What waits for the writer: put in by any thread, taken out by the writer's, in order, a transaction's worth at once.

Rules of this module:

* A transaction costs the disk, and the interpreter's lock, much the same for one message as for twenty. So what nobody
  waits for (`urgent` false) waits up to `REST` for company; and while several send at a time, the first of a batch
  waits up to `COMPANY` for the others, as PostgreSQL's commit_delay does. A message that comes alone never waits.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Generic, TypeVar

REST = 0.02
"""Seconds that a job waits for company when nobody waits for it."""

COMPANY = 0.002
"""Seconds, at most, that others who send at the time are waited for: a quarter of what the last transaction took."""

MOST = 500
MOST_OCTETS = 64 * 1024 * 1024
"""Bounds of one transaction; what waits beyond them goes into the next."""

Job = TypeVar("Job")


class Backlog(Generic[Job]):
    def __init__(self) -> None:
        self._jobs: deque[tuple[Job, int]] = deque()
        self._changed = threading.Condition(threading.Lock())
        self._urgent = False
        self._closed = False

    def __len__(self) -> int:
        return len(self._jobs)

    def put(self, job: Job, *, octets: int = 0, urgent: bool = True) -> bool:
        """Take a job of so many octets; False, and it is not taken, once closed."""
        with self._changed:
            if self._closed:
                return False
            self._jobs.append((job, octets))
            if len(self._jobs) == 1 or (urgent and not self._urgent):
                self._changed.notify()
            self._urgent = self._urgent or urgent
        return True

    def close(self) -> bool:
        """Take no more; whether it was open."""
        with self._changed:
            was_open, self._closed = not self._closed, True
            self._changed.notify()
        return was_open

    def take(self, patience: float | None, company: float) -> tuple[list[Job], bool]:
        """The next jobs, at most a transaction's worth, and whether they are the last.

        Waits until there are some, at most `patience` seconds, and then `company` seconds for others.
        """
        with self._changed:
            if not self._jobs and not self._closed:
                self._changed.wait(patience)
            if self._jobs and not self._urgent and not self._closed:
                self._changed.wait_for(lambda: self._urgent or self._closed, REST)
            alone = not self._urgent or self._closed
        if company > 0 and not alone:
            time.sleep(company)
        with self._changed:
            return self._batch()

    def _batch(self) -> tuple[list[Job], bool]:
        jobs: list[Job] = []
        octets = 0
        while self._jobs and len(jobs) < MOST and octets < MOST_OCTETS:
            job, size = self._jobs.popleft()
            jobs.append(job)
            octets += size
        self._urgent = bool(self._jobs)
        return jobs, self._closed and not self._jobs
