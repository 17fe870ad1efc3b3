"""What the box does while nothing goes on."""

from __future__ import annotations

import asyncio
import threading

import pytest

from pillarbox.errors import StoreUnavailable
from tests.box.test_session import Ledger, a_box


def test_sessions_are_made_findable_once_nothing_goes_on_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pillarbox.box.box.QUIET_AFTER", 0.01)
    heard = threading.Event()
    times = 0

    def hear() -> int:
        nonlocal times
        times += 1
        heard.set()
        raise StoreUnavailable("once")

    async def scene() -> None:
        ledger = Ledger()
        ledger.hear_sessions = hear  # type: ignore[attr-defined]
        box = a_box(ledger)
        house = asyncio.create_task(box.keep_house())
        for _ in range(2):
            box.open_session("smtp x", "y").close("quit")
            assert await asyncio.to_thread(heard.wait, 10)
            heard.clear()
        house.cancel()

    asyncio.run(scene())
    assert times >= 2


def test_a_quiet_moment_is_used_until_there_is_no_more_to_do_or_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pillarbox.box.box.QUIET_AFTER", 0.01)
    asked: list[str] = []

    async def scene() -> None:
        loop, ledger, done = asyncio.get_running_loop(), Ledger(), asyncio.Event()
        box = a_box(ledger)
        interrupted = threading.Event()

        def disturb() -> None:
            box.open_session("smtp x", "y").close("quit")
            interrupted.set()

        def gather() -> bool:
            asked.append("gather")
            if len(asked) == 3:
                loop.call_soon_threadsafe(disturb)
                interrupted.wait(10)
            if len(asked) == 6:
                loop.call_soon_threadsafe(done.set)
            return len(asked) < 6

        ledger.hear_sessions = lambda: asked.append("hear")  # type: ignore[attr-defined]
        ledger.gather = gather  # type: ignore[attr-defined]
        house = asyncio.create_task(box.keep_house())
        await asyncio.wait_for(done.wait(), 10)
        house.cancel()

    asyncio.run(scene())
    assert asked == ["hear", "gather", "gather", "hear", "gather", "gather"]
