"""Names of parametrized tests: what is tried, cut to a length that every program can be handed.

pytest tells the name of the running test to every program that it starts (PYTEST_CURRENT_TEST), and the kernel refuses
to start one with a variable of more than 128 KiB.
"""

from __future__ import annotations

import zlib

SHOWN = 100


def short(value: object) -> str:
    """`repr` of a value; of a long one the beginning, its length and a check sum."""
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… {len(text)} {zlib.crc32(text.encode()):08x}"
