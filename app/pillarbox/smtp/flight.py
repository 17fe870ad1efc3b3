"""Bytes in flight: the octets of messages that have come in and are not committed yet, over all connections.

Rules of this module:

* What a client announces counts from then on: SIZE= at MAIL, the count at BDAT. What comes unannounced counts as it
  comes. All of it counts until the commit has been answered, the time in the writer's queue included.
* Room is given whole or not at all. Who gets none is told to come back; what has been acknowledged is never dropped.
"""

from __future__ import annotations


class Flight:
    """The ledger of one server. `limit` in octets, 0 for none; `octets` are in flight now, `peak` were at most."""

    __slots__ = ("limit", "octets", "peak")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.octets = self.peak = 0


class Share:
    """What one connection has of it, for the message that it is sending."""

    __slots__ = ("_flight", "_held")

    def __init__(self, flight: Flight) -> None:
        self._flight = flight
        self._held = 0

    def cover(self, octets: int) -> bool:
        """Hold room for at least so many octets; False, and nothing changes, when there is not enough."""
        more = octets - self._held
        if more <= 0:
            return True
        flight = self._flight
        total = flight.octets + more
        if flight.limit and total > flight.limit:
            return False
        self._held = octets
        flight.octets = total
        if total > flight.peak:
            flight.peak = total
        return True

    def release(self) -> None:
        """Give all of it back."""
        self._flight.octets -= self._held
        self._held = 0
