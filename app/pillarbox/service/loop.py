"""The event loop that everything runs in: uvloop's where it can be had, else asyncio's own."""

from __future__ import annotations

import asyncio

from pillarbox import clock


class _Loop(asyncio.SelectorEventLoop):
    """By the kernel's clock, as uvloop is: tests that freeze time in this process would stop every timeout else."""

    def time(self) -> float:
        return clock.monotonic()


def new_event_loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop
    except ImportError:
        return _Loop()
    return uvloop.new_event_loop()
