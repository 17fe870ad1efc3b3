"""A client of the event stream that comes back when it loses the line, as browsers do."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx

LIMIT = 60.0
"""Seconds after which what has not been told will not be told."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event; `id` is None for what cannot be replayed."""

    id: int | None
    kind: str
    data: Any


class Follower:
    """Listens from `begun` on until its block ends; `told` is everything so far, in order."""

    def __init__(self, api: str, last: int | None = None, **params: Any) -> None:
        self.told: list[Told] = []
        self.last = last
        self._url = f"{api}/events"
        self._params = params
        self._changed = threading.Condition()
        self._begun = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._begun.wait(LIMIT), "the stream has not begun"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()

    def until(self, enough: Callable[[list[Told]], bool]) -> list[Told]:
        with self._changed:
            done = self._changed.wait_for(lambda: enough(self.told), LIMIT)
            assert done, f"told only {[(one.id, one.kind) for one in self.told[-20:]]}"
            return list(self.told)

    def wait_for(self, kind: str, count: int = 1) -> list[Told]:
        """The events of that kind, at least so many."""
        told = self.until(lambda told: sum(one.kind == kind for one in told) >= count)
        return [one for one in told if one.kind == kind]

    def heard(self, told: Told) -> None:
        """Called with each event when it comes."""

    def _listen(self) -> None:
        while not self._closing.is_set():
            headers = {} if self.last is None else {"last-event-id": str(self.last)}
            with suppress(httpx.TransportError):
                timeout = httpx.Timeout(LIMIT)
                with httpx.stream("GET", self._url, headers=headers, params=self._params, timeout=timeout) as answer:
                    if answer.status_code == 200:
                        self._read(answer)

    def _read(self, answer: httpx.Response) -> None:
        fields: dict[str, str] = {}
        for line in answer.iter_lines():
            if self._closing.is_set():
                return
            if line:
                name, _, value = line.partition(":")
                fields[name] = value.removeprefix(" ")
                continue
            number = int(fields["id"]) if "id" in fields else None
            with self._changed:
                self.last = number if number is not None else self.last
                if "data" in fields:
                    self.told.append(Told(number, fields["event"], json.loads(fields["data"])))
                    self.heard(self.told[-1])
                self._changed.notify_all()
            self._begun.set()
            fields = {}
