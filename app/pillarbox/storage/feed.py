"""What happens in a database that several nodes share, put in one order: that of the events' ids.

Rules of this module:

* Ids become visible in their order, so what stands between the last event told and the next one of our own is there to
  be read before that one is told: nothing is told twice, and nothing after something with a higher id.
* Own events are told at once where no id is missing before them. Else they are read from the table with the others.
* Lines of a session that another node holds are events for those who follow it here. They are read when that node has
  written them, in the same snapshot as the events and told before them: the last line comes before the end.
* A notification only wakes (see `bell`). Without any the tables are looked at every `POLL` seconds.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from pillarbox.errors import StoreUnavailable
from pillarbox.events import RESET, Event
from pillarbox.mail import transcript
from pillarbox.storage import journal, sessions
from pillarbox.storage.bell import Bell
from pillarbox.storage.database import Database

POLL = 5.0
"""Seconds after which the tables are looked at although nobody rang."""

REST = 0.02
"""Seconds from one look to the next, so that nodes that write a hundred times a second are heard in fifty looks."""

PAGE = 500
"""Events read in one query."""

LONGEST_END = 10.0
"""Seconds that `close` waits for a look which is going on."""

log = logging.getLogger(__name__)

Publish = Callable[[Sequence[Event]], None]


@dataclass(slots=True)
class _Followed:
    """A session that `count` listeners follow; `next` is the seq of the first entry not told yet, None when its
    transcript cannot be read.
    """

    count: int
    next: int | None


class Feed:
    """`own` is for the writer, `follow` and `unfollow` for those who listen; none of them waits for the database.

    `publish` is called from the writer's thread or from this one's, one call at a time. `listened` says whether anybody
    listens at all: when nobody does, nothing is read for them. Raises StoreUnavailable.
    """

    def __init__(self, database: Database, bell: Bell, publish: Publish, listened: Callable[[], bool]) -> None:
        self._database = database
        self._bell = bell
        self._publish = publish
        self._listened = listened
        self._lock = threading.Lock()
        self._followed: dict[int, _Followed] = {}
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pillarbox-feed", daemon=True)
        with database.read() as connection:
            self._told = journal.last_id(connection)

    def start(self) -> None:
        self._thread.start()

    def own(self, events: Sequence[Event]) -> None:
        """Events that this node has committed: they follow one another without a gap."""
        first = events[0].id
        with self._lock:
            if first == self._told + 1:
                self._told = events[-1].id or self._told
                self._publish(events)
                return
        self._bell.ring()

    def follow(self, session_id: int, start: int) -> None:
        """Tell the session's entries from `start` on, until it is unfollowed as often as it was followed."""
        with self._lock:
            if session_id in self._followed:
                self._followed[session_id].count += 1
            else:
                self._followed[session_id] = _Followed(1, start)
        self._bell.ring()

    def unfollow(self, session_id: int) -> None:
        with self._lock:
            self._followed[session_id].count -= 1
            if not self._followed[session_id].count:
                del self._followed[session_id]

    def close(self) -> None:
        """Returns when the thread has ended, or would take longer to than anybody waits."""
        self._closing.set()
        self._bell.ring()
        self._thread.join(LONGEST_END)

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._bell.wait(POLL)
                if not self._closing.is_set():
                    self._look()
            except StoreUnavailable as error:
                # The next look reads what this one has missed; `ping` and the writer tell of the trouble.
                log.debug("What other nodes have done could not be read: %s", error)
            except Exception:
                log.exception("What other nodes have done could not be told")
            self._closing.wait(REST)
        self._bell.close()

    def _look(self) -> None:
        """Tell everything that has been committed and not been told."""
        with self._lock:
            told, followed = self._told, dict(self._followed)
        with self._database.read() as connection:
            last = journal.last_id(connection)
            # In this order: who begins to listen after that id was read, reads up to it by himself.
            if not self._listened():
                with self._lock:
                    self._told = max(self._told, last)
                return
            for session_id, one in followed.items():
                self._tell_lines(connection, session_id, one)
            if journal.is_gone(connection, told) or last < told:
                with self._lock:
                    self._told = last
                    self._publish([RESET])
                return
            while told < last:
                events, told = journal.page(connection, told, PAGE)
                with self._lock:
                    fresh = [event for event in events if event.id is not None and event.id > self._told]
                    self._told = max(self._told, told)
                    if fresh:
                        self._publish(fresh)

    def _tell_lines(self, connection: Connection, session_id: int, one: _Followed) -> None:
        """The entries of a session from `one.next` on, as far as they have been written."""
        start = one.next
        if start is None:
            return
        try:
            segments = sessions.segments_from(connection, session_id, start)
        except ValueError:
            log.exception("The transcript of session %d cannot be read; nobody hears of it any more", session_id)
            one.next = None
            return
        for first, records in segments:
            entries = [entry for entry in transcript.entries(records, first) if entry.seq >= start]
            one.next = first + len(records)
            with self._lock:
                self._publish([Event(kind="session.entry", session_id=session_id, entry=entry) for entry in entries])
