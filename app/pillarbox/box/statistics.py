"""Figures about the mail and the sessions of some time, as values.

Rules of this module:

* Only what came from `edges[0]` on and before `edges[-1]` counts: messages by when they were received, sessions by when
  they began. Deleted messages count nowhere.
* A search narrows both: its sessions are those that its messages came by. An inbox alone narrows the sessions as a list
  of sessions does (`SessionQuery.inbox`), so that mail refused for it counts too.
* At most the newest `CONSIDERED` that an index finds are looked at, so that no answer takes seconds whatever is kept:
  with words to search for, the newest with these words. `complete` is False when there are older ones in that time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pillarbox.mail.query import Node
from pillarbox.mail.session import Outcome

CONSIDERED = 50_000
"""Messages, and sessions, that are looked at."""

TOP = 10
"""Senders, recipients, clients and slow sessions that are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsQuery:
    """Which mail: of an inbox, like `q`, between the first and the last of `edges`, which ascend and part it."""

    inbox: str | None = None
    q: Node | None = None
    edges: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Extent:
    """The time from the first to the last of something; never only one of them."""

    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """How often one name is there; "" is the null sender, and a greeting without a name."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """What came between two edges; `octets` is the size of its messages."""

    messages: int = 0
    octets: int = 0


@dataclass(frozen=True, slots=True)
class Sized:
    """One message and its size."""

    id: int
    octets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageStatistics:
    """`buckets` are one fewer than there are edges. `median` is the message in the middle by size, of two the smaller.

    Senders are those of MAIL FROM, recipients those of RCPT, each counted once for a message; most frequent first, then
    by name.
    """

    messages: int = 0
    octets: int = 0
    buckets: tuple[Bucket, ...] = ()
    senders: tuple[Count, ...] = ()
    recipients: tuple[Count, ...] = ()
    median: Sized | None = None
    largest: Sized | None = None
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Lasted:
    """One session that has ended: who it was with, and for how many microseconds."""

    id: int
    peer: str
    helo: str | None
    us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStatistics:
    """`codes` says of each reply code in how many sessions it was given, ascending by code; `peers` are addresses
    without their port. `silent` have delivered nothing. `slowest` come longest first.
    """

    sessions: int = 0
    silent: int = 0
    outcomes: tuple[tuple[Outcome, int], ...] = ()
    codes: tuple[tuple[int, int], ...] = ()
    peers: tuple[Count, ...] = ()
    helos: tuple[Count, ...] = ()
    slowest: tuple[Lasted, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Statistics:
    messages: MessageStatistics
    sessions: SessionStatistics
