"""How often the tests repeat what is a matter of chance: little in `make test`, much in `make soak`.

A test says `count("PILLARBOX_ROUNDTRIP", 3000)`; the variable of that name, which `make soak` sets, comes before the
number. `tests/soak.py` lists them all.
"""

from __future__ import annotations

import os


def count(variable: str, default: int) -> int:
    """The number in the variable, else the default. Raises ValueError when the variable is no whole number above 0."""
    number = int(os.environ.get(variable, default))
    if number < 1:
        raise ValueError(f"{variable} must be a whole number above 0, not {number}")
    return number
