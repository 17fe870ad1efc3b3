"""What happens in a catcher, as it happens: its event stream, across restarts (SSE, HTML standard section 9.2).

Rules of this module:

* The first connection must succeed; what hinders it is raised. From then on a stream that breaks is taken up again
  behind the last event that was heard, as often as need be; only a no for good is raised then.
* Silence longer than three beats of the server is a broken stream.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from pillarbox.cli.catcher import API, refusal, speaking_to, stranger
from pillarbox.cli.place import Place
from pillarbox.errors import Refused, Unreachable

SILENCE = 45.0
"""Seconds; the server says something every fifteen."""

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
"""Seconds between two attempts to connect again; doubled from the one to the other."""

_FOR_GOOD = (400, 403, 404, 421)
"""Answers to a second attempt that a third one would get too."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its name, its number (None for what cannot be told again), and what it is about.

    `connected` and `broken` are this module's own, without a number: the stream stands, or has ended and is taken up
    again.
    """

    name: str
    id: int | None
    data: dict[str, Any]


class _NoStream(Unreachable):
    """What comes is no JSON, so it would be none the next time."""


@dataclass(slots=True)
class Stream:
    """The events that `params` choose, for ever. Iterating raises Unreachable, Refused and UsageError."""

    place: Place
    params: Sequence[tuple[str, str]] = ()
    last: int | None = None
    """The number of the last event heard, and where to begin at first; None is from now on."""
    pause: Callable[[float], None] = time.sleep
    silence: float = SILENCE

    def __iter__(self) -> Iterator[Event]:
        stood = stands = False
        pause = FIRST_PAUSE
        while True:
            try:
                for event in self._listen():
                    stood = stands = True
                    pause = FIRST_PAUSE
                    yield event
            except (Unreachable, Refused) as error:
                for_good = error.status in _FOR_GOOD if isinstance(error, Refused) else isinstance(error, _NoStream)
                if for_good or not stood:
                    raise
            if stands:
                stands = False
                yield Event("broken", None, {})
            self.pause(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _listen(self) -> Iterator[Event]:
        """The events of one connection; ends when the server ends it in order."""
        with speaking_to(self.place), closing(self.place.connection(self.silence)) as connection:
            connection.request("GET", self._address(), headers=self._headers())
            answer = connection.getresponse()
            if answer.status != 200:
                raise refusal(self.place, answer.status, answer.reason, answer.read())
            if not answer.headers.get("Content-Type", "").startswith("text/event-stream"):
                raise stranger(self.place)
            first = True
            try:
                for event in self._events(answer):
                    if first:
                        first = False
                        yield Event("connected", None, {})
                    if event is not None:
                        yield event
            except ValueError:
                raise _NoStream(f"What answers at {self.place.shown} is no event stream of Pillarbox.") from None

    def _events(self, answer: http.client.HTTPResponse) -> Iterator[Event | None]:
        """What stands between two blank lines, None when that is no event. Keeps the numbers."""
        name, number, data = "", None, ""
        while line := answer.readline():
            field, _, value = line.decode().rstrip("\r\n").partition(":")
            value = value.removeprefix(" ")
            match field:
                case "event":
                    name = value
                case "id" if value.isdigit():
                    self.last = number = int(value)
                case "data":
                    data += value
                case "" if not value and line[:1] != b":":
                    yield Event(name, number, json.loads(data)) if data else None
                    name, number, data = "", None, ""

    def _address(self) -> str:
        query = f"?{urlencode(self.params)}" if self.params else ""
        return f"{self.place.prefix}{API}/events{query}"

    def _headers(self) -> dict[str, str]:
        headers = {"Accept": "text/event-stream"}
        if self.last is not None:
            headers["Last-Event-ID"] = str(self.last)
        if self.place.authorization:
            headers["Authorization"] = self.place.authorization
        return headers
