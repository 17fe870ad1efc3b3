"""A bar on a terminal while many messages are sent; nothing where nobody looks."""

from __future__ import annotations

import sys
from types import TracebackType

_WIDTH = 30


class Progress:
    """`[###       ] 12/40` on standard error, when that is a terminal and there is more than one step to take."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._shown = total > 1 and sys.stderr.isatty()

    def __enter__(self) -> Progress:
        self._draw()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, stack: TracebackType | None
    ) -> None:
        self._wipe()

    def step(self) -> None:
        self._done += 1
        self._draw()

    def say(self, line: str, *, error: bool = True) -> None:
        """Print a line above the bar, on standard error or output."""
        self._wipe()
        print(line, file=sys.stderr if error else sys.stdout, flush=True)
        self._draw()

    def _draw(self) -> None:
        if self._shown:
            filled = _WIDTH * self._done // self._total
            bar = "#" * filled + " " * (_WIDTH - filled)
            print(f"\r[{bar}] {self._done}/{self._total}", end="", file=sys.stderr, flush=True)

    def _wipe(self) -> None:
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
