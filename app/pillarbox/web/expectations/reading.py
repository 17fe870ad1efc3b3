"""What in a body is a language of its own (patterns, selectors, queries), read after its shape has been checked.

All that cannot be read is told at once, each with its place, in the way in which wrong shapes are told. Reading takes
time, so it is done in a worker thread.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi.exceptions import RequestValidationError

from pillarbox.mail.expect.pattern import BadPattern, Pattern
from pillarbox.mail.expect.pattern import read as read_pattern
from pillarbox.mail.query import Node, QueryError, parse
from pillarbox.mail.selector import SelectorError, reader
from pillarbox.mail.selector.parts import Selectors

Place = tuple[str | int, ...]

MOST = 200
"""Patterns of one body, and selectors."""


class Reading:
    """What cannot be read is noted, and something that finds nothing of use stands in for it until `end`."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._wrong: list[dict[str, Any]] = []
        self._patterns = self._selectors = 0

    def wrong(self, place: Place, sentence: str) -> None:
        self._wrong.append({"type": "value_error", "loc": place, "msg": sentence})

    def end(self) -> None:
        """Raises RequestValidationError when anything could not be read."""
        if self._wrong:
            raise RequestValidationError(self._wrong)

    def pattern(self, text: str, place: Place) -> Pattern:
        self._patterns += 1
        if self._patterns > MOST:
            raise self._too_many(place)
        try:
            return read_pattern(text)
        except BadPattern as error:
            self.wrong(place, str(error))
            return read_pattern("")

    def selectors(self, text: str, place: Place) -> Selectors:
        self._selectors += 1
        if self._selectors > MOST:
            raise self._too_many(place)
        try:
            return reader.read(text)
        except SelectorError as error:
            self.wrong(place, str(error))
            return ()

    def _too_many(self, place: Place) -> RequestValidationError:
        self.wrong(place, f"There are more than {MOST} patterns or selectors.")
        return RequestValidationError(self._wrong)

    def query(self, text: str, place: Place) -> Node | None:
        try:
            return parse(text, now=self._now)
        except QueryError as error:
            self.wrong(place, str(error))
            return None
