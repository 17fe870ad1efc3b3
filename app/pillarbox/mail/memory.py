"""What was made of a short value, for when it comes again: mail after mail carries the same sender, type and date.

Only for pure functions of one raw header value. What they note is remembered with the result and noted again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

Note = Callable[[str], None]
T = TypeVar("T")

LONGEST = 200
"""Octets of a value that is remembered."""
MOST = 512
"""Values that one function remembers; with LONGEST it bounds the memory that hostile mail can take."""


def remembering(read: Callable[[bytes, Note], T]) -> Callable[[bytes, Note], T]:
    """`read`, looking up what it is asked again. Its results are shared, so they must never be changed."""

    @lru_cache(maxsize=MOST)
    def remembered(value: bytes) -> tuple[T, tuple[str, ...]]:
        codes: list[str] = []
        return read(value, codes.append), tuple(codes)

    def reading(value: bytes, note: Note) -> T:
        if len(value) > LONGEST:
            return read(value, note)
        found, codes = remembered(value)
        for code in codes:
            note(code)
        return found

    return reading
