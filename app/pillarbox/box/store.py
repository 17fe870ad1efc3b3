"""The store that the box needs, declared where it is used, and the values that cross that line.

Rules of this module:

* `deliver`, `save_session`, `follow` and `unfollow` are called in the event loop and never block it; everything else
  blocks and is called from a worker thread.
* A delivery is resolved after the commit that holds its bytes, its row, its search rows and its transcript.
* Lists are newest first and page by key: `before` is the id that the page before ended with.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from pillarbox.box.figures import StoreFigures
from pillarbox.box.statistics import Extent, Statistics, StatisticsQuery
from pillarbox.events import Event
from pillarbox.mail.envelope import Envelope
from pillarbox.mail.lint import Wired
from pillarbox.mail.message import Addr, Lint, Summary
from pillarbox.mail.query import Node
from pillarbox.mail.session import Facts, Outcome, Session
from pillarbox.mail.spoken import Wanted
from pillarbox.mail.transcript import Lines, Record, Transcript

DEFAULT_INBOX = "default"

Correspondence = Literal["from", "to", "cc", "bcc"]
"""As the operators of queries mean them: the sender with From and Reply-To, the envelope's recipients, Cc, Bcc."""

Named = Literal["inbox", "tag"]
"""What has a name that somebody has given it."""


class SessionKey:
    """Stands for a session before and after its row is written; the store sets `id` when it writes the row, and
    `delivered` when the row says that the session has delivered something.
    """

    __slots__ = ("delivered", "id")

    def __init__(self) -> None:
        self.id: int | None = None
        self.delivered = False


def whose(key: SessionKey | None, facts: Facts | None) -> dict[str, object]:
    """For `extra` of a line in the log: the session it is about, which is known by its peer until it has an id."""
    if key is None or facts is None:
        return {}
    return {"session_id": key.id, "peer": facts.peer}


@dataclass(frozen=True, slots=True)
class Segment:
    """Consecutive records of one session. `seq` numbers the segments, `first` is the seq of its first entry."""

    seq: int
    first: int
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message to keep. `raw` is the content as evidence: dot-unstuffed, otherwise untouched.

    `key`, `facts` and `segments` are those of the session it came by, the last segment ending with its content, and
    `wired` is what lint says of how it came; all four are None or empty for an imported message. `inbox` is None when
    the envelope and the headers decide.
    """

    raw: bytes
    envelope: Envelope
    received_at: datetime
    key: SessionKey | None = None
    facts: Facts | None = None
    segments: tuple[Segment, ...] = ()
    wired: Wired | None = None
    inbox: str | None = None


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message's row and envelope; its bytes are asked for by `Store.raw`. `segment` is the seq of its segment.

    `lint` are the findings of when it came: as many as the summary counts.
    """

    summary: Summary
    envelope: Envelope
    segment: int | None
    lint: tuple[Lint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageQuery:
    """Which messages: those like `q` (None: all), ids below `before` and above `after`; at most `limit`.

    Without `counted` nobody wants to know how many there are on all pages, which spares the counting. `oldest_first`
    turns the order around: then a page's `next` is the `after` of the next page.
    """

    inbox: str | None = None
    q: Node | None = None
    before: int | None = None
    after: int | None = None
    limit: int = 50
    counted: bool = True
    oldest_first: bool = False


@dataclass(frozen=True, slots=True)
class MessagePage:
    """`next` is the `before` of the next page, None on the last. `total` counts all pages, exact up to 10,000.

    `cursor` is the newest id in the whole store: asking `after` it later gives what came since, nothing twice.
    """

    items: tuple[Summary, ...]
    next: int | None
    total: int
    total_exact: bool
    cursor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionQuery:
    """Which sessions. `peer` and `helo` are substrings, `user` is whole; `without_messages`: that delivered none.

    `inbox`: that delivered into it, authenticated as it, or said one of its addresses in MAIL or RCPT, whatever became
    of that. `said`: in which all of this was said.
    """

    outcome: Outcome | None = None
    peer: str | None = None
    helo: str | None = None
    user: str | None = None
    tls: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    without_messages: bool = False
    inbox: str | None = None
    said: Wanted | None = None
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class SessionPage:
    items: tuple[Session, ...]
    next: int | None
    total: int
    total_exact: bool
    cursor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which messages a change is for: exactly these ids, or all of an inbox, or all that are like `q`, or `all`."""

    ids: tuple[int, ...] | None = None
    inbox: str | None = None
    q: Node | None = None
    all: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What to set; None leaves a thing as it is. `tags` replaces all tags, the two others change some."""

    read: bool | None = None
    pinned: bool | None = None
    tags: tuple[str, ...] | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deletion:
    """How many messages were hidden. `key` is what `undo` knows the deletion by; None when there were none."""

    count: int
    key: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """How much is kept: so many messages, none older than `age` seconds, in so many octets of database; 0: no limit."""

    messages: int = 0
    age: float = 0.0
    octets: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """Kept by the writer, so that no page counts rows. `bytes` is the size of all messages."""

    messages: int
    unread: int
    bytes: int
    sessions: int


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tag and how many messages have it; there are more of them when not `exact`."""

    name: str
    total: int
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Pinned messages and tags, counted up to a bound; `tags` are by name."""

    pinned: int
    pinned_exact: bool
    tags: tuple[Tagged, ...]


@dataclass(frozen=True, slots=True)
class Inbox:
    """`password` goes with the name in AUTH; "" until a program that gives one has been started."""

    name: str
    created_at: datetime
    expires_at: datetime | None
    total: int
    unread: int
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxQuery:
    """Which inboxes, by name: those with `part` in it, in lower case, behind the name `after`; at most `limit`."""

    part: str = ""
    after: str | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class InboxPage:
    """`next` is the `after` of the next page, None on the last; `total` counts all pages."""

    items: tuple[Inbox, ...]
    next: str | None
    total: int


@dataclass(frozen=True, slots=True)
class Replay:
    """Events after an id, ascending; `reset` when some of them are no longer kept."""

    events: tuple[Event, ...]
    reset: bool


class Store(Protocol):
    def deliver(self, delivery: Delivery) -> asyncio.Future[Summary]:
        """Keep a message; resolves after the commit. Fails with StoreUnavailable when it could not be kept."""

    def save_session(self, key: SessionKey, facts: Facts, segments: Sequence[Segment]) -> None:
        """Write the session's row, the first time a new one, and the segments that were cut since."""

    def settle(self) -> None:
        """Returns when everything that was handed in before has been written."""

    def messages(self, query: MessageQuery) -> MessagePage: ...

    def message(self, message_id: int) -> StoredMessage | None: ...

    def raw(self, message_id: int) -> bytes | None: ...

    def findings(self, message_ids: Collection[int]) -> Mapping[int, tuple[Lint, ...]]:
        """What lint found about these messages when they came; those without findings, or gone, are not there."""

    def correspondents(self, field: Correspondence, inbox: str | None) -> tuple[Addr, ...]:
        """Who stands there in the newest messages, of that inbox or of all, each once, the latest first."""

    def names(self, kind: Named) -> tuple[str, ...]:
        """Those that were made last, the latest first."""

    def sessions(self, query: SessionQuery) -> SessionPage: ...

    def hear_sessions(self) -> int:
        """Make sessions that have ended findable by what was said in them, as `sessions` does when it is asked for
        that; the number of sessions.
        """

    def gather(self) -> bool:
        """Make searches quicker, for a part of a second; whether there is more to do. For quiet moments."""

    def session(self, session_id: int) -> Session | None: ...

    def transcript(self, session_id: int) -> Transcript | None: ...

    def lines(self, session_id: int, start: int, limit: int) -> Lines | None:
        """Up to `limit` entries from `start` on; only the segments that hold them are read. None: no such session."""

    def segment_start(self, session_id: int, segment: int) -> int | None:
        """The seq of that segment's first entry; None when there is no such segment."""

    def follow(self, session_id: int, start: int) -> None:
        """Publish the entries of a session that another node holds, from `start` on, as soon as it has written them."""

    def unfollow(self, session_id: int) -> None:
        """End one `follow` of that session."""

    def change(self, selection: Selection, change: Change) -> int:
        """Set read, pinned or tags; the number of messages that are now different from before."""

    def ids(self, selection: Selection, limit: int) -> Sequence[int]:
        """The ids of what is selected, newest first, `limit` at most."""

    def delete(self, selection: Selection) -> Deletion:
        """Hide messages at once; `purge` removes them later."""

    def restore(self, ids: Sequence[int]) -> int:
        """Show hidden messages again, as far as they have not been purged and their inbox is there."""

    def undo(self, deletion: int) -> int:
        """Show again exactly what that deletion has hidden, as far as `restore` would; the number shown."""

    def deleted(self, deletion: int, limit: int) -> Sequence[int]:
        """The ids that `undo` would show again, ascending, `limit` at most."""

    def purge(self, hidden_before: datetime) -> int:
        """Remove for good what was hidden before that time."""

    @property
    def crowded(self) -> bool:
        """Whether so much has come since `retain` looked last that a limit may be passed. Never blocks."""

    def retain(self, keep: Keep) -> int:
        """Remove for good what is over the limits, oldest first, sessions too; the number of messages removed.

        Pinned messages stay, and so does for a moment what has just been acknowledged.
        """

    def inboxes(self) -> tuple[Inbox, ...]: ...

    def inbox_page(self, query: InboxQuery) -> InboxPage: ...

    def recent_inboxes(self, limit: int, also: Collection[str]) -> InboxPage:
        """Those that were made last, and these, by name, without a next page; `total` counts all there are."""

    def inbox(self, name: str) -> Inbox | None: ...

    def password(self, name: str) -> str | None:
        """That of an inbox; None when there is no such inbox."""

    def make_inbox(self, name: str, ttl: float | None) -> Inbox | None:
        """Make an empty one that stays for `ttl` seconds, or until it is removed. None: there is one of that name."""

    def remove_inbox(self, name: str) -> bool:
        """Remove it, and its mail for good; whether there was one."""

    def expire(self) -> float | None:
        """Remove the inboxes whose time is up. Seconds until the next one, None when none will be."""

    def counts(self) -> Counts: ...

    def extent(self, inbox: str | None, q: Node | None) -> Extent | None:
        """From when to when there is something that `statistics` counts. None: nothing."""

    def statistics(self, query: StatisticsQuery) -> Statistics: ...

    def marks(self, tags: int) -> Marks:
        """With so many tags at most: those that were made last."""

    def in_clear(self, session_ids: Collection[int]) -> Collection[int]:
        """Those of these sessions in which a client logged in without TLS."""

    def events_since(self, event_id: int, limit: int) -> Replay: ...

    def last_event_id(self) -> int: ...

    def figures(self) -> StoreFigures:
        """What this process has written so far; asks no database."""

    def octets(self) -> int:
        """What the database takes on the disk."""

    def ping(self) -> None:
        """Returns when the database answers. Raises StoreUnavailable with a sentence otherwise."""

    def close(self) -> None:
        """Commit what waits, then stop the writer and close every connection."""
