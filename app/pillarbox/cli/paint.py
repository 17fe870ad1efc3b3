"""Colours, where there is a terminal that wants them (https://no-color.org)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TextIO


class Paint:
    """Each method gives the text back, in its colour when `on`."""

    def __init__(self, *, on: bool) -> None:
        self.on = on

    @classmethod
    def of(cls, stream: TextIO, environ: Mapping[str, str]) -> Paint:
        """For what is written there: on a terminal, unless NO_COLOR says something or the terminal knows no colours."""
        return cls(on=stream.isatty() and not environ.get("NO_COLOR") and environ.get("TERM", "dumb") != "dumb")

    def bold(self, text: str) -> str:
        return self._in("1", text)

    def dim(self, text: str) -> str:
        return self._in("2", text)

    def red(self, text: str) -> str:
        return self._in("31", text)

    def blue(self, text: str) -> str:
        return self._in("34", text)

    def _in(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.on and text else text
