"""How much may still come before the limits of retention are looked at: said by retention, used up by the writer.

A flood is noticed by this within one batch and costs no question to the database. What one thread says while the other
uses may be off by a batch; retention looks by the clock too.
"""

from __future__ import annotations


class Room:
    """None is without limit, which it is until somebody has looked."""

    def __init__(self) -> None:
        self._messages: int | None = None
        self._octets: int | None = None

    def give(self, messages: int | None, octets: int | None) -> None:
        self._messages, self._octets = messages, octets

    def use(self, messages: int, octets: int) -> None:
        if self._messages is not None:
            self._messages -= messages
        if self._octets is not None:
            self._octets -= octets

    @property
    def used_up(self) -> bool:
        return (self._messages is not None and self._messages < 0) or (self._octets is not None and self._octets < 0)
