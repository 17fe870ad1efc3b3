"""What a store has published, for a test to wait for: stores publish from threads of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from pillarbox.events import Event

LIMIT = 30.0
"""Seconds after which what has not been heard will not be heard."""


class Heard:
    """Hand `publish` to a store; `events` is everything so far, in the order in which it was told."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._changed = threading.Condition()

    def publish(self, events: Sequence[Event]) -> None:
        with self._changed:
            self.events.extend(events)
            self._changed.notify_all()

    def until(self, enough: Callable[[list[Event]], bool]) -> list[Event]:
        """Everything heard once it is enough."""
        with self._changed:
            assert self._changed.wait_for(lambda: enough(self.events), LIMIT), self._said()
            return list(self.events)

    def wait_for(self, kind: str, count: int = 1) -> list[Event]:
        """The events of that kind, at least so many."""
        self.until(lambda events: sum(event.kind == kind for event in events) >= count)
        return [event for event in self.events if event.kind == kind]

    @property
    def ids(self) -> list[int]:
        return [event.id for event in self.events if event.id is not None]

    def _said(self) -> str:
        return "heard only " + ", ".join(f"{event.kind} {event.id}" for event in self.events)
