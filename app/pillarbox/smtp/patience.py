"""How long a client is waited for: silence, lines that never end, content that only dribbles.

Rules of this module:

* There is one span, the idle time-out. Who sends nothing for that long has timed out.
* A command line may take the whole span, so that people can type, but not more: octets that neither begin nor complete
  a line earn nothing.
* Within content the span is credit: it runs out with time, and each octet earns 1/rate seconds of it, never more than
  the span. So a client that sends more slowly than `rate` is cut off, after one span at the earliest, however much it
  sent before; a pause that is shorter than the span is not punished. (Apache's mod_reqtimeout adds time for octets in
  the same way, but without a ceiling, so that a fast beginning would pay for a day of dribbling.)
* The time is handed in: this module has no clock.
"""

from __future__ import annotations

from typing import Literal

Lapse = Literal["idle", "slow line", "slow content"]


class Patience:
    """`span` in seconds, 0 for ever; `rate` in octets a second, 0 for no least rate."""

    __slots__ = ("_heard_at", "_since", "rate", "span")

    def __init__(self, span: float, rate: int, now: float) -> None:
        self.span = span
        self.rate = rate
        self._since = self._heard_at = now

    def renew(self, now: float) -> None:
        """The client has done what it had to, or has waited for us."""
        self._since = self._heard_at = now

    def line(self, now: float) -> None:
        """Octets came that neither begin nor complete a line."""
        self._heard_at = now

    def content(self, now: float, octets: int) -> None:
        """Octets of content came that do not complete it."""
        self._heard_at = now
        self._since = min(now, self._since + octets / self.rate) if self.rate else now

    def lapse(self, now: float, *, in_content: bool) -> Lapse | None:
        """What the client has let happen; None while it has time."""
        if not self.span or now < self._since + self.span:
            return None
        if now >= self._heard_at + self.span:
            return "idle"
        return "slow content" if in_content else "slow line"
