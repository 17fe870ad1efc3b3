"""The box: what the listeners put in and what pages and programs take out.

Every adapter speaks to this and to nothing behind it. Methods marked `async` belong to the event loop; the others
block on the store and are called from a worker thread.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from pillarbox import clock
from pillarbox.box.endings import Endings
from pillarbox.box.figures import Figures, StoreFigures
from pillarbox.box.inboxes import Inboxes
from pillarbox.box.kept import Kept
from pillarbox.box.recent import Recent
from pillarbox.box.session import LiveSession
from pillarbox.box.statistics import Extent, Statistics, StatisticsQuery
from pillarbox.box.store import (
    Change,
    Correspondence,
    Counts,
    Deletion,
    Delivery,
    Keep,
    Marks,
    MessagePage,
    MessageQuery,
    Named,
    Replay,
    Selection,
    SessionPage,
    SessionQuery,
    Store,
    StoredMessage,
)
from pillarbox.box.waiting import Waiting
from pillarbox.errors import NotFound, StoreUnavailable
from pillarbox.events import Bus
from pillarbox.mail import inbox, lint, parse, transcript
from pillarbox.mail.envelope import Envelope
from pillarbox.mail.message import Addr, Lint, Summary
from pillarbox.mail.query import Node
from pillarbox.mail.session import Facts, Session
from pillarbox.mail.transcript import Lines, Transcript

TOLD_WITHIN = 0.02
"""Seconds until a new session's row is written: nobody sees the delay, and a session that is shorter, as most are that
programs hold, has one write less to wait for."""

SAVE_EVERY = 0.5
"""Seconds between two looks for entries that wait; with the commit it keeps the promised second."""

RESTORABLE = timedelta(seconds=60)
"""How long deleted mail can be brought back."""

QUIET_AFTER = 1.0
"""Seconds in which no session begins, ends or delivers, after which those that have ended are made findable by their
words, and searches quicker."""

PURGE_EVERY = 15.0
"""Seconds between two purges, with a look at the limits; a long one never keeps sessions from being saved."""

CROWDED_EVERY = 0.5
"""Seconds between two questions whether a flood has passed a limit, which does not wait for the next purge."""

LINTED = 20_000
"""Entries of a session that lint reads when somebody looks at it: more than a thousand messages, a quarter second."""

JUDGES = 2
"""Messages that are held against what is expected of them at the same time, in threads that nobody else waits for."""

log = logging.getLogger(__name__)


class Box:
    def __init__(self, store: Store, bus: Bus, keep: Keep | None = None) -> None:
        """`keep` is how much is kept, without limit when it is not given."""
        self.store = store
        self.bus = bus
        self.figures = Figures()
        self.waiting = Waiting(self.messages, self.message, bus)
        self.recent = Recent(self, lambda: self.waiting.changes)
        self.judges = ThreadPoolExecutor(JUDGES, thread_name_prefix="judge")
        self._endings = Endings()
        self.inboxes = Inboxes(store)
        self._keep = keep or Keep()
        self._live: set[LiveSession] = set()
        self._untold: list[LiveSession] = []
        self._turns = 0

    # Taking in

    def open_session(self, listener: str, peer: str) -> LiveSession:
        """Begin to keep a session; its row is written within `TOLD_WITHIN`, whatever becomes of it."""
        session = LiveSession(self, listener, peer, self._ended)
        self._live.add(session)
        self._turns += 1
        if not self._untold:
            asyncio.get_running_loop().call_later(TOLD_WITHIN, self._tell)
        self._untold.append(session)
        return session

    def _tell(self) -> None:
        untold, self._untold = self._untold, []
        for session in untold:
            if session.untold:
                session.save()

    def stir(self) -> None:
        """A session has delivered, so this is no quiet moment."""
        self._turns += 1

    def _ended(self, session: LiveSession) -> None:
        self._live.discard(session)
        self._turns += 1
        self.figures.endings[session.outcome] += 1
        self._endings.add(session)

    def tell_endings(self) -> None:
        """Tell the log of every session that ended badly, whether its number is known or not: nothing comes after."""
        self._endings.tell(all_of_them=True)

    async def take(
        self, raw: bytes, envelope: Envelope, *, inbox: str | None = None, received_at: datetime | None = None
    ) -> Summary:
        """Keep a message that came by no session. Raises StoreUnavailable when it could not be kept."""
        when = received_at or clock.now()
        return await self.store.deliver(Delivery(raw=raw, envelope=envelope, received_at=when, inbox=inbox))

    async def keep_house(self) -> None:
        """Until cancelled: write what open sessions have said, make it findable, remove what is deleted or too much."""
        async with asyncio.TaskGroup() as house:
            house.create_task(self.inboxes.expiry.run())
            house.create_task(self._save_sessions())
            house.create_task(self._use_quiet())
            house.create_task(self._purge())

    async def _save_sessions(self) -> None:
        while True:
            await asyncio.sleep(SAVE_EVERY)
            for session in [session for session in self._live if session.waiting]:
                session.save()
            self._endings.tell()

    async def settle_sessions(self) -> None:
        """Returns when all that sessions have been refused so far can be read. Raises StoreUnavailable."""
        for session in self._live:
            if session.waiting and session.errors:
                session.save()
        await asyncio.to_thread(self.store.settle)

    async def settle_session(self, session_id: int) -> None:
        """Returns when all that was said in a session of this node until now can be read. Raises StoreUnavailable."""
        for session in [session for session in self._live if session.key.id == session_id]:
            if session.waiting:
                session.save()
            await asyncio.to_thread(self.store.settle)

    async def _use_quiet(self) -> None:
        """A search for what was said in sessions makes them findable by itself when there was no quiet moment."""
        seen, used = 0, -1
        while True:
            await asyncio.sleep(QUIET_AFTER)
            if seen == self._turns != used:
                used = self._turns
                try:
                    await asyncio.to_thread(self.store.hear_sessions)
                    while seen == self._turns and await asyncio.to_thread(self.store.gather):
                        pass
                except StoreUnavailable as error:
                    log.warning("What makes searches quick could not be done: %s", error)
            seen = self._turns

    async def _purge(self) -> None:
        """Look at the limits first of all: what a flood may still bring is known from then on."""
        await self._remove(partial(self.store.retain, self._keep))
        while True:
            well = True
            for _ in range(round(PURGE_EVERY / CROWDED_EVERY)):
                await asyncio.sleep(CROWDED_EVERY)
                if well and self.store.crowded:
                    well = await self._remove(partial(self.store.retain, self._keep))
            await self._remove(partial(self.store.retain, self._keep))
            await self._remove(partial(self.store.purge, clock.now() - RESTORABLE))

    async def _remove(self, work: Callable[[], int]) -> bool:
        """Whether it could be done; if not, the next time will."""
        try:
            await asyncio.to_thread(work)
        except StoreUnavailable as error:
            log.warning("Old or deleted mail could not be removed: %s", error)
            return False
        return True

    @property
    def open_sessions(self) -> int:
        return len(self._live)

    # Messages

    def messages(self, query: MessageQuery) -> MessagePage:
        if query.q is None:
            return self.store.messages(query)
        with self.figures.searches["messages"].timing():
            return self.store.messages(query)

    def stored(self, message_id: int) -> StoredMessage:
        """Row and envelope, without the bytes. Raises NotFound."""
        stored = self.store.message(message_id)
        if stored is None:
            raise NotFound(f"There is no message {message_id}.")
        return stored

    def summary(self, message_id: int) -> Summary:
        """Raises NotFound."""
        return self.stored(message_id).summary

    def message(self, message_id: int) -> Kept:
        """One message, parsed anew from its bytes. Raises NotFound."""
        stored = self.store.message(message_id)
        raw = self.store.raw(message_id) if stored is not None else None
        if stored is None or raw is None:
            raise NotFound(f"There is no message {message_id}.")
        mail = parse.parse(raw)
        if misnamed := inbox.defects(stored.envelope, mail.headers):
            mail = replace(mail, defects=mail.defects + misnamed)
        return Kept(stored.summary, stored.envelope, stored.segment, raw, mail, stored.lint)

    def raw(self, message_id: int) -> bytes:
        """The bytes as they were taken. Raises NotFound."""
        raw = self.store.raw(message_id)
        if raw is None:
            raise NotFound(f"There is no message {message_id}.")
        return raw

    def findings(self, message_ids: Collection[int]) -> Mapping[int, tuple[Lint, ...]]:
        """What lint found about these messages when they came; those without findings, or gone, are not there."""
        return self.store.findings(message_ids) if message_ids else {}

    def correspondents(self, field: Correspondence, inbox: str | None = None) -> tuple[Addr, ...]:
        """Who stands there in the newest messages, of that inbox or of all, each once, the latest first."""
        return self.store.correspondents(field, inbox)

    def names(self, kind: Named) -> tuple[str, ...]:
        """The inboxes or tags that were made last, the latest first."""
        return self.store.names(kind)

    def change(self, selection: Selection, change: Change) -> int:
        return self.store.change(selection, change)

    def ids(self, selection: Selection, limit: int) -> Sequence[int]:
        """The ids of what is selected, newest first, `limit` at most."""
        return self.store.ids(selection, limit)

    def delete(self, selection: Selection) -> Deletion:
        return self.store.delete(selection)

    def restore(self, ids: Sequence[int]) -> int:
        return self.store.restore(ids)

    def undo(self, deletion: int) -> int:
        """Bring back exactly what that deletion has hidden; the number of messages."""
        return self.store.undo(deletion)

    def deleted(self, deletion: int, limit: int) -> Sequence[int]:
        """The ids that `undo` would bring back, ascending, `limit` at most."""
        return self.store.deleted(deletion, limit)

    # Sessions

    def sessions(self, query: SessionQuery) -> SessionPage:
        if query.said is None:
            return self.store.sessions(query)
        with self.figures.searches["sessions"].timing():
            return self.store.sessions(query)

    def session(self, session_id: int) -> Session:
        """Raises NotFound."""
        session = self.store.session(session_id)
        if session is None:
            raise NotFound(f"There is no session {session_id}.")
        return session

    def facts_of(self, summary: Summary) -> Facts | None:
        """Of the session that a message came by; None for imported mail, and where the session is no longer kept."""
        if summary.session_id is None:
            return None
        session = self.store.session(summary.session_id)
        return session.facts if session is not None else None

    def transcript(self, session_id: int) -> Transcript:
        """Raises NotFound."""
        found = self.store.transcript(session_id)
        if found is None:
            raise NotFound(f"There is no session {session_id}.")
        return found

    def lines(self, session_id: int, start: int, limit: int) -> Lines:
        """Some entries of a transcript without reading all of it. Raises NotFound."""
        found = self.store.lines(session_id, start, limit)
        if found is None:
            raise NotFound(f"There is no session {session_id}.")
        return found

    def lines_around(self, kept: Kept, before: int, limit: int) -> Lines:
        """Up to `limit` entries of the session that a message came by, from `before` entries before its segment on.

        Raises NotFound.
        """
        session_id = kept.summary.session_id
        if session_id is None:
            raise NotFound(f"Message {kept.summary.id} came by no session.")
        start = self.store.segment_start(session_id, kept.segment) if kept.segment is not None else None
        return self.lines(session_id, max(0, (start or 0) - before), limit)

    def session_lint(self, session: Session) -> tuple[Lint, ...]:
        """What is wrong with the conversation, as far as `LINTED` entries tell; no findings about content."""
        entries = self.lines(session.id, 0, LINTED).entries
        return lint.of_session(map(transcript.record, entries), session.facts.outcome)

    @asynccontextmanager
    async def following(self, session_id: int) -> AsyncIterator[None]:
        """While it lasts, each further line of the session is an event on the bus, whichever node holds the session."""
        if any(session.key.id == session_id for session in self._live):
            yield  # it speaks for itself
            return
        stored = await asyncio.to_thread(self.store.lines, session_id, 0, 0)
        self.store.follow(session_id, stored.total if stored is not None else 0)
        try:
            yield
        finally:
            self.store.unfollow(session_id)

    # The rest

    def counts(self) -> Counts:
        return self.store.counts()

    def extent(self, inbox: str | None, q: Node | None) -> Extent | None:
        """From when to when there is something that `statistics` counts. None: nothing."""
        return self.store.extent(inbox, q)

    def statistics(self, query: StatisticsQuery) -> Statistics:
        return self.store.statistics(query)

    def marks(self, tags: int) -> Marks:
        """With so many tags at most: those that were made last."""
        return self.store.marks(tags)

    def in_clear(self, session_ids: Collection[int]) -> Collection[int]:
        """Those of these sessions in which a client logged in without TLS."""
        return self.store.in_clear(session_ids) if session_ids else ()

    def events_since(self, event_id: int, limit: int = 1000) -> Replay:
        return self.store.events_since(event_id, limit)

    def last_event_id(self) -> int:
        return self.store.last_event_id()

    def store_figures(self) -> StoreFigures:
        """What the store has counted; asks no database."""
        return self.store.figures()

    def octets(self) -> int:
        """What the database takes on the disk."""
        return self.store.octets()

    def ping(self) -> None:
        """Raises StoreUnavailable with a sentence when the database does not answer."""
        self.store.ping()
