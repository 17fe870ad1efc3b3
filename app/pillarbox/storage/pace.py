"""How much to do in one transaction, so that nobody waits long behind it: learnt from how long the last one took.

Rules of this module:

* What is paced is a weight; who uses it says what weighs what.
* A slow piece makes the next one small at once, fast ones let it grow step by step: the cost of a message differs by a
  thousand times, and the wait of whoever comes meanwhile matters more than the end of the work.
* Every piece costs a commit, however small it is: so a small one teaches nothing, and none is smaller than `least`.
"""

from __future__ import annotations

TARGET = 0.015
"""Seconds that a piece should hold the writer; with a batch of mail behind it that stays below 50 ms."""

GROWTH = 1.5


class Pace:
    """`size` is the weight of the next piece."""

    def __init__(self, size: int, least: int, most: int) -> None:
        self.size = size
        self._least = least
        self._most = most

    def took(self, weight: int, seconds: float) -> None:
        """A piece of that weight held the writer so long."""
        if weight * 2 < self.size:
            return
        fitting = int(weight * TARGET / max(seconds, 1e-6))
        self.size = max(self._least, min(fitting, int(self.size * GROWTH) + 1, self._most))
