"""Answers on their way from the writer's thread to those who wait in event loops: one call into each loop a batch."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict

from pillarbox.mail.message import Summary

Answer = Summary | Exception

log = logging.getLogger(__name__)


class Answers:
    def __init__(self) -> None:
        self._of_loop: defaultdict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Summary], Answer]]]
        self._of_loop = defaultdict(list)

    def add(self, future: asyncio.Future[Summary], answer: Answer) -> None:
        self._of_loop[future.get_loop()].append((future, answer))

    def send(self) -> None:
        """Hand over everything that was added; an answer to a loop that has closed is nobody's any more."""
        for loop, answers in self._of_loop.items():
            try:
                loop.call_soon_threadsafe(_give, answers)
            except RuntimeError:
                log.warning("%d deliveries were written after their event loop had closed", len(answers))
        self._of_loop.clear()


def _give(answers: list[tuple[asyncio.Future[Summary], Answer]]) -> None:
    for future, answer in answers:
        if future.done():
            continue
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)
