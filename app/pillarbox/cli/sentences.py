"""What a command has to say beside its output: sentences on standard error."""

from __future__ import annotations

import sys


def say(sentence: str) -> None:
    print(f"pillarbox: {sentence}", file=sys.stderr, flush=True)


def no(sentence: str, code: int = 1) -> int:
    """Why it did not work out; the exit code."""
    say(sentence)
    return code
