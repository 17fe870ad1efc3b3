"""Where a session's seconds went: each stretch of time between two entries, and who was waited for in it.

Rules of this module:

* every microsecond between the first entry's time and the last one's belongs to exactly one stretch;
* what is waited for is what comes next: before a command it is the client, before a reply the server, before the end
  of the content the content's transfer, before the handshake's end TLS; a client that falls silent until its time is
  up, or until the connection ends, is the client as well; before an error it is the server if a command had no reply
  yet, else the client;
* an entry whose time lies before that of an earlier one (an early talker, a pipelined command) takes no time itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from pillarbox.mail.exchange import answered
from pillarbox.mail.transcript import Entry

Waiting = Literal["client", "server", "content", "tls"]
WAITING: tuple[Waiting, ...] = ("client", "server", "content", "tls")


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `start_us` to `end_us` after the connect `on` was waited for; it ended with the entry `seq`.

    `what` says which command this was about: the one that came, or the one that was answered; "" when none was.
    """

    on: Waiting
    start_us: int
    end_us: int
    seq: int
    what: str

    @property
    def length_us(self) -> int:
        return self.end_us - self.start_us


def stretches(entries: Sequence[Entry], before: Entry | None = None) -> list[Stretch]:
    """The stretches that end with these entries; `before` is the entry before the first, None at the connect."""
    found: list[Stretch] = []
    at = before.at_us if before is not None else 0
    answers, asked = answered(entries), False
    for entry in entries:
        if entry.at_us > at:
            what = "handshake" if entry.kind == "tls" else _named(answers.get(entry.seq, entry))
            found.append(Stretch(_waited_for(entry, asked), at, entry.at_us, entry.seq, what))
            at = entry.at_us
        if entry.side != "event":
            asked = entry.side == "client"
    return found


def _named(entry: Entry) -> str:
    """What the client said by an entry, "" when the entry is not the client's."""
    return "content" if entry.kind == "data" else entry.verb or ""


def _waited_for(entry: Entry, asked: bool) -> Waiting:
    if entry.side == "server" or entry.kind == "connect" or (entry.kind == "error" and asked):
        return "server"
    if entry.kind == "data":
        return "content"
    return "tls" if entry.kind == "tls" else "client"


def totals(found: Iterable[Stretch]) -> dict[Waiting, int]:
    """Microseconds of each kind, those of none left out."""
    sums = dict.fromkeys(WAITING, 0)
    for stretch in found:
        sums[stretch.on] += stretch.length_us
    return {on: length for on, length in sums.items() if length}
