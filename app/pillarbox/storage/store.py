"""The store: what the box needs of a database (`box.store.Store`), on SQLite or PostgreSQL.

Rules of this module:

* Writing is handed to the writer's thread; reading happens in the caller's, on connections of its own.
* An id that a column cannot hold is an id that does not exist, not an error.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from pillarbox.box.figures import StoreFigures
from pillarbox.box.statistics import Extent, Statistics, StatisticsQuery
from pillarbox.box.store import (
    Change,
    Correspondence,
    Counts,
    Deletion,
    Delivery,
    Inbox,
    InboxPage,
    InboxQuery,
    Keep,
    Marks,
    MessagePage,
    MessageQuery,
    Named,
    Replay,
    Segment,
    Selection,
    SessionKey,
    SessionPage,
    SessionQuery,
    StoredMessage,
    whose,
)
from pillarbox.errors import DatabaseError, StoreUnavailable
from pillarbox.mail.message import Addr, Lint, Summary
from pillarbox.mail.query import Node
from pillarbox.mail.session import Facts, Session
from pillarbox.mail.transcript import Lines, Transcript
from pillarbox.storage import (
    changes,
    inboxes,
    journal,
    lately,
    marks,
    messages,
    nodes,
    schema,
    session_search,
    sessions,
    statistics,
    totals,
)
from pillarbox.storage.batch import Save
from pillarbox.storage.choice import asks_sessions
from pillarbox.storage.database import Database, Done
from pillarbox.storage.engine import open_database
from pillarbox.storage.feed import Feed
from pillarbox.storage.trouble import explain
from pillarbox.storage.upkeep import Upkeep, parts
from pillarbox.storage.writer import Delivering, Publish, Writer

MAX_ID = 2**63 - 1
FOUND = 500
"""Messages asked about in one query."""

MAX_ENTRY = 2**31 - 2**20
"""More entries than a session can have, and less than a column can hold."""

log = logging.getLogger(__name__)


def open_store(
    url: str,
    publish: Publish,
    *,
    listened: Callable[[], bool] = lambda: True,
    silence: float = nodes.SILENCE,
) -> SqlStore:
    """Open the database at `url`, make or upgrade its tables, and start the writer.

    `publish` is called with the events of each commit, of other nodes too, in their order and from a thread of the
    store's. While `listened` says that nobody wants them, those of other nodes are not read. A node that has been
    silent for `silence` seconds is dead: its open sessions are lost. Raises DatabaseError: one sentence with the mend.
    """
    database = open_database(url)
    try:
        schema.settle(database)
        return SqlStore(database, publish, listened, silence)
    except (sa.exc.SQLAlchemyError, StoreUnavailable) as error:
        database.close()
        said = str(error) if isinstance(error, StoreUnavailable) else explain(error).sentence
        sentence = said.rstrip(".").lower()
        raise DatabaseError(
            f"{database.url} cannot be used ({sentence}): mend that, or use another --database."
        ) from None
    except BaseException:
        database.close()
        raise


class SqlStore:
    """Use `open_store`. `url` is where the database is, for people: without a password."""

    def __init__(self, database: Database, publish: Publish, listened: Callable[[], bool], silence: float) -> None:
        self._database = database
        bell = database.bell()
        self._feed = Feed(database, bell, publish, listened) if bell is not None else None
        self._writer = Writer(database, publish if self._feed is None else self._feed.own, silence)
        self._writer.start()
        if self._feed is not None:
            self._feed.start()
        self._upkeep = Upkeep(database, self._writer)
        self._hearing = threading.Lock()
        self.url = database.url

    # Taking in

    def deliver(self, delivery: Delivery) -> asyncio.Future[Summary]:
        future: asyncio.Future[Summary] = asyncio.get_running_loop().create_future()
        try:
            self._writer.submit(Delivering(delivery, future))
        except StoreUnavailable as error:
            future.set_exception(error)
        return future

    def save_session(self, key: SessionKey, facts: Facts, segments: Sequence[Segment]) -> None:
        """Never raises: nobody waits for it, and what cannot be written now is kept for later."""
        try:
            self._writer.submit(Save(key, facts, tuple(segments)))
        except StoreUnavailable:
            log.warning("The end of a session came after the store had closed", extra=whose(key, facts))

    def settle(self) -> None:
        self._writer.catch_up()

    # Messages

    def messages(self, query: MessageQuery) -> MessagePage:
        if asks_sessions(query.q):
            self.hear_sessions()
        query = dataclasses.replace(query, before=_bound(query.before), after=_bound(query.after))
        with self._database.read() as connection:
            return messages.page(connection, self._database, query)

    def message(self, message_id: int) -> StoredMessage | None:
        if not _possible((message_id,)):
            return None
        with self._database.read() as connection:
            return messages.one(connection, message_id)

    def raw(self, message_id: int) -> bytes | None:
        if not _possible((message_id,)):
            return None
        with self._database.read() as connection:
            found = messages.raw_of(connection, message_id)
        return messages.bytes_of(found)

    def findings(self, message_ids: Collection[int]) -> Mapping[int, tuple[Lint, ...]]:
        found: dict[int, tuple[Lint, ...]] = {}
        for piece in parts(_possible(message_ids), FOUND):
            with self._database.read() as connection:
                found |= messages.findings(connection, piece)
        return found

    def correspondents(self, field: Correspondence, inbox: str | None) -> tuple[Addr, ...]:
        with self._database.read() as connection:
            return lately.correspondents(connection, field, inbox)

    def names(self, kind: Named) -> tuple[str, ...]:
        with self._database.read() as connection:
            return lately.names(connection, kind)

    def change(self, selection: Selection, change: Change) -> int:
        return self._sweep(selection, partial(changes.change, what=change))

    def delete(self, selection: Selection) -> Deletion:
        hiding = changes.Hiding()
        count = self._sweep(selection, hiding)
        return Deletion(count, hiding.key)

    def ids(self, selection: Selection, limit: int) -> Sequence[int]:
        selection = self._heard(selection)
        with self._database.read() as connection:
            return changes.selected(connection, self._database, selection, MAX_ID, limit)

    def _sweep(self, selection: Selection, step: Callable[..., Done]) -> int:
        return self._upkeep.sweep(self._heard(selection), step)

    def _heard(self, selection: Selection) -> Selection:
        """The selection with ids that can be, once the sessions that it asks for are findable."""
        if selection.ids is not None:
            return dataclasses.replace(selection, ids=_possible(selection.ids))
        if asks_sessions(selection.q):
            self.hear_sessions()
        return selection

    def restore(self, ids: Sequence[int]) -> int:
        return self._upkeep.restore(_possible(ids))

    def undo(self, deletion: int) -> int:
        return self._upkeep.undo(deletion) if _possible((deletion,)) else 0

    def deleted(self, deletion: int, limit: int) -> Sequence[int]:
        if not _possible((deletion,)):
            return ()
        with self._database.read() as connection:
            return changes.deleted(connection, deletion, limit=limit)

    def purge(self, hidden_before: datetime) -> int:
        """Also trims the event table, takes deleted words out of the index and gives free space back."""
        total = self._upkeep.purge(hidden_before)
        self._upkeep.remove_empty()
        if self._hears_late():
            self.hear_sessions()
        self._upkeep.tidy()
        return total

    @property
    def crowded(self) -> bool:
        return self._writer.room.used_up

    def retain(self, keep: Keep) -> int:
        return self._upkeep.retain(keep)

    # Sessions

    def sessions(self, query: SessionQuery) -> SessionPage:
        if query.said or query.inbox is not None:
            self.hear_sessions()
        query = dataclasses.replace(query, before=_bound(query.before))
        with self._database.read() as connection:
            return sessions.page(connection, self._database.session_search, query)

    def hear_sessions(self) -> int:
        total = 0
        with self._hearing:
            while (piece := self._next_piece()) is not None:
                total += self._writer.order(partial(session_search.write, database=self._database, piece=piece)).count
        return total

    def gather(self) -> bool:
        return self._upkeep.gather()

    def _hears_late(self) -> bool:
        with self._database.read() as connection:
            return session_search.heard(connection) < journal.due(connection, self._database)

    def _next_piece(self) -> session_search.Piece | None:
        with self._database.read() as connection:
            return session_search.gather(connection, self._database.session_search)

    def session(self, session_id: int) -> Session | None:
        with self._database.read() as connection:
            return sessions.by_id(connection, _possible((session_id,))).get(session_id)

    def transcript(self, session_id: int) -> Transcript | None:
        if not _possible((session_id,)):
            return None
        with self._database.read() as connection:
            found = sessions.transcript(connection, session_id)
        return None if found is None else sessions.read_transcript(session_id, *found)

    def lines(self, session_id: int, start: int, limit: int) -> Lines | None:
        if not _possible((session_id,)):
            return None
        with self._database.read() as connection:
            return sessions.lines(connection, session_id, min(start, MAX_ENTRY), limit)

    def segment_start(self, session_id: int, segment: int) -> int | None:
        with self._database.read() as connection:
            return sessions.segment_start(connection, session_id, segment)

    def follow(self, session_id: int, start: int) -> None:
        if self._feed is not None:
            self._feed.follow(session_id, start)

    def unfollow(self, session_id: int) -> None:
        if self._feed is not None:
            self._feed.unfollow(session_id)

    # The rest

    def inboxes(self) -> tuple[Inbox, ...]:
        with self._database.read() as connection:
            return inboxes.listed(connection)

    def inbox_page(self, query: InboxQuery) -> InboxPage:
        with self._database.read() as connection:
            return inboxes.page(connection, query)

    def recent_inboxes(self, limit: int, also: Collection[str]) -> InboxPage:
        with self._database.read() as connection:
            return inboxes.recent(connection, limit, also)

    def inbox(self, name: str) -> Inbox | None:
        with self._database.read() as connection:
            return inboxes.one(connection, name)

    def password(self, name: str) -> str | None:
        with self._database.read() as connection:
            return inboxes.password(connection, name)

    def make_inbox(self, name: str, ttl: float | None) -> Inbox | None:
        making = inboxes.Making(self._database, name, None if ttl is None else int(ttl * 1_000_000))
        self._writer.order(making)
        return making.made

    def remove_inbox(self, name: str) -> bool:
        if not self._writer.order(partial(changes.release, database=self._database, name=name)).count:
            return False
        self._upkeep.bury()
        return True

    def expire(self) -> float | None:
        return self._upkeep.expire()

    def counts(self) -> Counts:
        with self._database.read() as connection:
            return totals.counts(connection)

    def extent(self, inbox: str | None, q: Node | None) -> Extent | None:
        if asks_sessions(q) or inbox is not None:
            self.hear_sessions()
        with self._database.read() as connection:
            return statistics.whole(connection, self._database, inbox, q)

    def statistics(self, query: StatisticsQuery) -> Statistics:
        if asks_sessions(query.q) or query.inbox is not None:
            self.hear_sessions()
        with self._database.read() as connection:
            return statistics.read(connection, self._database, query)

    def marks(self, tags: int) -> Marks:
        with self._database.read() as connection:
            return marks.marks(connection, tags)

    def in_clear(self, session_ids: Collection[int]) -> Collection[int]:
        with self._database.read() as connection:
            return sessions.in_clear(connection, _possible(session_ids))

    def events_since(self, event_id: int, limit: int) -> Replay:
        if event_id > MAX_ID:
            return Replay((), reset=True)
        with self._database.read() as connection:
            return journal.since(connection, event_id, limit)

    def last_event_id(self) -> int:
        with self._database.read() as connection:
            return journal.last_id(connection)

    def figures(self) -> StoreFigures:
        return self._writer.figures()

    def octets(self) -> int:
        with self._database.read() as connection:
            return self._database.octets(connection)

    def ping(self) -> None:
        if (trouble := self._writer.trouble) is not None:
            raise StoreUnavailable(trouble)
        with self._database.read() as connection:
            self._database.check(connection)

    def close(self) -> None:
        self._writer.close()
        if self._feed is not None:
            self._feed.close()
        self._database.close()


def _possible(ids: Iterable[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(one for one in ids if 0 < one <= MAX_ID))


def _bound(message_id: int | None) -> int | None:
    return None if message_id is None else max(-MAX_ID, min(message_id, MAX_ID))
