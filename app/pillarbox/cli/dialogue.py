"""The lines of one session in their order, out of a live stream and of transcripts that are read in between.

Rules of this module:

* Every line is given once, and none before the one before it.
* What crosses before the stream is listened to comes by a transcript only; lines that come live meanwhile wait for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Line = dict[str, Any]


class Dialogue:
    """Begins at line 0, or wherever it is told that a reader begins."""

    def __init__(self) -> None:
        self._next = 0
        self._ahead: dict[int, Line] = {}

    @property
    def waits(self) -> bool:
        """Whether a line has come that the one before it is missing of."""
        return bool(self._ahead)

    def live(self, line: Line) -> list[Line]:
        """A line of the stream; the lines that can now be given."""
        return self.stored((line,))

    def stored(self, lines: Iterable[Line]) -> list[Line]:
        """Lines of a transcript; the lines that can now be given."""
        for line in lines:
            if line["seq"] >= self._next:
                self._ahead[line["seq"]] = line
        given = []
        while self._next in self._ahead:
            given.append(self._ahead.pop(self._next))
            self._next += 1
        return given

    def rest(self) -> list[Line]:
        """What is left when nothing more can come, whatever is missing between."""
        left = [self._ahead[seq] for seq in sorted(self._ahead)]
        self._ahead.clear()
        return left
