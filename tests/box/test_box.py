"""The box's own housekeeping, over a store that only writes down what it is asked for."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Callable
from datetime import datetime
from typing import cast

import pytest

from pillarbox.box import Box, Keep, Store
from pillarbox.errors import StoreUnavailable
from pillarbox.events import Bus

KEEP = Keep(messages=7)


class Limited:
    """Says that it is crowded as long as `answers` has something; each call of `retain` takes one."""

    def __init__(self, answers: list[int | StoreUnavailable]) -> None:
        self.answers = answers
        self.asked: queue.Queue[str] = queue.Queue()

    @property
    def crowded(self) -> bool:
        return bool(self.answers)

    def retain(self, keep: Keep) -> int:
        assert keep == KEEP
        answer = self.answers.pop(0) if self.answers else 0
        self.asked.put("retain")
        if isinstance(answer, StoreUnavailable):
            raise answer
        return answer

    def purge(self, hidden_before: datetime) -> int:
        self.asked.put("purge")
        return 0

    def expire(self) -> None:
        """No inbox ever does."""


def keep_house(store: Limited, scene: Callable[[], list[str]]) -> list[str]:
    """What the scene returns, played in a thread while the box keeps house."""

    async def play() -> list[str]:
        house = asyncio.create_task(Box(cast(Store, store), Bus(), KEEP).keep_house())
        try:
            return await asyncio.to_thread(scene)
        finally:
            house.cancel()

    return asyncio.run(play())


def asked(store: Limited, count: int) -> list[str]:
    return [store.asked.get(timeout=30) for _ in range(count)]


def test_the_limits_are_looked_at_first_of_all_and_before_every_purge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pillarbox.box.box.PURGE_EVERY", 0.0)
    store = Limited([])
    assert keep_house(store, lambda: asked(store, 5)) == ["retain", "retain", "purge", "retain", "purge"]


def test_a_flood_does_not_wait_for_the_next_purge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pillarbox.box.box.CROWDED_EVERY", 0.001)
    monkeypatch.setattr("pillarbox.box.box.PURGE_EVERY", 3600.0)
    store = Limited([1, 1, 1])
    assert keep_house(store, lambda: asked(store, 3)) == ["retain"] * 3


def test_while_the_database_is_in_trouble_a_flood_is_looked_at_once_and_then_by_the_clock(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("pillarbox.box.box.CROWDED_EVERY", 0.001)
    monkeypatch.setattr("pillarbox.box.box.PURGE_EVERY", 0.05)
    store = Limited([0, *(StoreUnavailable("disk full") for _ in range(100))])
    told = keep_house(store, lambda: asked(store, 6))
    assert told == ["retain", "retain", "retain", "purge", "retain", "retain"]
    assert "could not be removed: disk full" in caplog.text
