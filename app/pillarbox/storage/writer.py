"""The one thread that writes: takes everything that waits, commits it in one transaction, then answers.

Rules of this module:

* What was handed in first is written first. Deliveries and saves that stand next to each other share a transaction; an
  order (a change, a deletion) has one of its own between them.
* An answer leaves after the commit that makes it true: first the session keys, then the waiting deliveries (one call
  into each event loop a batch), then the listeners of events. Who gave an order is answered when it has been told.
* A batch that fails is rolled back and tried again piece by piece, so that only what cannot be written fails; unless
  the database itself is in trouble, which nothing in it can help.
* A session's save is not lost to trouble: it waits in `Unsaved` for the next time.
* Whoever holds the database up is waited for once for everything that waits, not once for each transaction.
* The thread does not die before `close`: in trouble it looks once a second whether the database is back.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from pillarbox import clock
from pillarbox.box.figures import StoreFigures
from pillarbox.box.store import Delivery, whose
from pillarbox.errors import StoreUnavailable
from pillarbox.events import Event
from pillarbox.mail.message import Summary
from pillarbox.storage import inboxes, nodes
from pillarbox.storage.answers import Answers
from pillarbox.storage.arrival import Arrival, ready
from pillarbox.storage.backlog import COMPANY, Backlog
from pillarbox.storage.batch import Batch, Save, Work, session_of
from pillarbox.storage.body import Packer
from pillarbox.storage.database import Database, Done
from pillarbox.storage.room import Room
from pillarbox.storage.tally import Tally
from pillarbox.storage.trouble import FULL, HELD, Trouble, cause, explain
from pillarbox.storage.unsaved import Unsaved

RETRY = 1.0
"""Seconds between two looks whether a database in trouble is back."""

MAX_REFUSALS = 3
"""How often a save is tried that the database refuses although nothing is wrong with it as a whole."""

Publish = Callable[[Sequence[Event]], None]

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Delivering:
    delivery: Delivery
    future: asyncio.Future[Summary]


@dataclass(slots=True)
class Order:
    """A piece of work with a transaction of its own; `run` returns what it did, its events written."""

    run: Callable[[Connection], Done]
    future: Future[Done]


@dataclass(slots=True)
class Mark:
    """Nothing to do; its future is done when everything before it has been tried."""

    future: Future[None]


Job = Delivering | Save | Order | Mark


class Writer:
    """Takes jobs from any thread between `start` and `close`."""

    def __init__(self, database: Database, publish: Publish, silence: float) -> None:
        self._database = database
        self._publish = publish
        self._silence = silence
        self._backlog: Backlog[Job] = Backlog()
        self._company = 0.0
        self._thread = threading.Thread(target=self._run, name="pillarbox-writer", daemon=True)
        self._packer = Packer()
        self._answers = Answers()
        self._unsaved = Unsaved()
        self._tally = Tally()
        self.room = Room()
        self._node_id = 0
        self._beat_at = self._retry_at = 0.0
        self._held: Trouble | None = None
        self._closing = False
        self.trouble: str | None = None

    def start(self) -> None:
        """Register this node, see that there is a default inbox, begin. What the database raises passes through."""
        with self._database.write(patient=True) as connection:
            self._node_id = nodes.register(connection, self._database)
            events = nodes.lose_sessions(connection, self._database, self._node_id, self._silence)
            inboxes.prepare(connection, self._database)
        self._tell(events)
        self._beat_at = clock.monotonic() + self._silence / nodes.BEATS
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Raises StoreUnavailable once closed."""
        octets = len(job.delivery.raw) if isinstance(job, Delivering) else 0
        if not self._backlog.put(job, octets=octets, urgent=not isinstance(job, Save)):
            raise StoreUnavailable("The store is closed.")

    def order(self, run: Callable[[Connection], Done]) -> Done:
        """Have something done in a transaction of its own, and wait. Raises StoreUnavailable."""
        job = Order(run, Future())
        self.submit(job)
        return job.future.result()

    def catch_up(self) -> None:
        """Returns when all that was handed in before has been tried. Raises StoreUnavailable once closed."""
        mark = Mark(Future())
        self.submit(mark)
        mark.future.result()

    def figures(self) -> StoreFigures:
        return self._tally.read(queue=len(self._backlog), troubled=self.trouble is not None)

    def close(self) -> None:
        """Write what waits, then end the thread."""
        self._closing = True
        if self._backlog.close() and self._thread.is_alive():
            self._thread.join()

    # The thread

    def _run(self) -> None:
        last = False
        while not last:
            jobs, last = self._backlog.take(self._patience(), self._company)
            if not self._closing:  # else nobody is waited for a second time, so that a stop ends
                self._held = None
            begin = clock.monotonic()
            try:
                self._look_after()
                self._do(jobs)
            except Exception:
                log.exception("The writer failed; what it was doing is refused")
                self._refuse(jobs)
            several = sum(isinstance(job, Delivering) for job in jobs) > 1
            self._company = min(COMPANY, (clock.monotonic() - begin) / 4) if several else 0.0
        if self._unsaved:
            self._write([])
        if self._unsaved:
            log.error("The ends of %d sessions could not be written", len(self._unsaved))

    def _patience(self) -> float | None:
        """Seconds until something is due without being asked for; None when nothing is."""
        due = [self._beat_at] if self._database.shared else []
        if self.trouble or self._unsaved:
            due.append(self._retry_at)
        return max(0.0, min(due) - clock.monotonic()) if due else None

    def _do(self, jobs: Sequence[Job]) -> None:
        work: list[Work] = []
        for job in jobs:
            if isinstance(job, Order | Mark):
                self._write(work)
                work = []
                if isinstance(job, Order):
                    self._obey(job)
                else:
                    job.future.set_result(None)
            elif isinstance(job, Save):
                work.append(job)
            else:
                work.extend(self._ready(job))
        self._write(work)

    def _ready(self, job: Delivering) -> Sequence[Arrival]:
        try:
            arrival = ready(job.delivery, self._packer, self._database.search)
        except Exception:
            source = whose(job.delivery.key, job.delivery.facts)
            log.exception("A message of %d octets could not be made ready", len(job.delivery.raw), extra=source)
            self._answers.add(job.future, StoreUnavailable("The message could not be made ready to be kept."))
            return ()
        arrival.future = job.future
        return (arrival,)

    def _write(self, work: list[Work]) -> None:
        """Commit it all together, or else piece by piece; every delivery in it is answered."""
        waiting = self._unsaved.take({one.key for one in work if one.key is not None} if work else None)
        again = bool(waiting)
        work = [*waiting, *work]
        if not work:
            self._answers.send()
            return
        trouble = self._commit(work, again=again)
        if trouble is not None:
            for one in work:
                if len(work) > 1 and (trouble is None or not trouble.wide or trouble.full):
                    trouble = self._commit([one], again=True, piece=True)
                if trouble is not None:
                    self._fail(one, trouble)
        self._answers.send()

    def _commit(self, work: list[Work], *, again: bool, piece: bool = False) -> Trouble | None:
        """`piece`: of a batch that failed. That a small one fits on a full disk does not end the trouble."""
        if self._held is not None:
            return self._held
        self._tally.begin()
        try:
            if any(isinstance(one, Arrival) for one in work):
                self._database.check_room()
            with self._database.write() as connection:
                batch = Batch(self._database, connection, self._packer, self._node_id, again=again)
                batch.write(work)
        except Exception as error:  # noqa: BLE001 - told to those who wait, and logged
            return self._note(error, work)
        self._tally.committed(batch.summaries.values())
        if not piece:
            self._recovered()
        batch.settle()
        self.room.use(len(batch.summaries), batch.octets)
        for key, facts in batch.facts():
            self._unsaved.refresh(key, facts)
        for index, summary in batch.summaries.items():
            one = work[index]
            if isinstance(one, Arrival) and one.future is not None:
                self._answers.add(one.future, summary)
        self._answers.send()
        self._tell(batch.events)
        return None

    def _obey(self, order: Order) -> None:
        if self._held is not None:
            order.future.set_exception(StoreUnavailable(self._held.sentence))
            return
        self._tally.begin()
        begun = clock.monotonic()
        try:
            with self._database.write() as connection:
                done = order.run(connection)
        except Exception as error:  # noqa: BLE001 - told to the one who waits, and logged
            order.future.set_exception(self._note(error).refusal())
            return
        self._tally.obeyed()
        self._recovered()
        self._tell(done.events)
        order.future.set_result(replace(done, seconds=clock.monotonic() - begun))

    def _fail(self, one: Work, trouble: Trouble) -> None:
        if isinstance(one, Save):
            one.refusals += not trouble.wide
            if one.refusals >= MAX_REFUSALS:
                source = whose(one.key, one.facts)
                log.error("What a session said was refused %d times; it is lost", one.refusals, extra=source)
                return
            self._unsaved.add(one)
            self._retry_at = max(self._retry_at, clock.monotonic() + RETRY)
        elif one.future is not None:
            self._answers.add(one.future, trouble.refusal())

    def _refuse(self, jobs: Sequence[Job]) -> None:
        """Answer those that have no answer yet. A segment written twice is known by its key and left alone."""
        refusal = StoreUnavailable("The store failed; its log says why.")
        for job in jobs:
            if isinstance(job, Delivering):
                self._answers.add(job.future, refusal)
            elif isinstance(job, Save):
                self._unsaved.add(job)
            elif not job.future.done():
                job.future.set_exception(refusal)
        self._answers.send()

    def _tell(self, events: Sequence[Event]) -> None:
        if not events:
            return
        try:
            self._publish(events)
        except Exception:
            log.exception("%d events could not be published; they are in the event table", len(events))

    # Trouble and upkeep

    def _note(self, error: Exception, work: Sequence[Work] = ()) -> Trouble:
        self._tally.failed()
        trouble = explain(error)
        if not trouble.wide:
            sessions = dict(map(session_of, work))
            source = whose(*sessions.popitem()) if len(sessions) == 1 else {}
            place = "".join(traceback.format_tb(error.__traceback__))
            log.error("The database refused a write: %s", cause(error), extra={"trace": place, **source})
            return trouble
        if self.trouble is None:
            log.warning("%s Mail is refused until that is mended. (%s)", trouble.sentence, cause(error))
        self.trouble = trouble.sentence
        self._held = trouble if trouble == HELD else None
        self._retry_at = clock.monotonic() + RETRY
        return trouble

    def _recovered(self) -> None:
        """Something was committed; on a full disk that may only have been small: a probe has to fit there."""
        if self.trouble is not None and (self.trouble != FULL.sentence or self._has_room()):
            self._mended()

    def _mended(self) -> None:
        log.info("The database takes mail again")
        self.trouble = None

    def _has_room(self) -> bool:
        try:
            self._database.check_room()
            for octets in (nodes.PROBE, 0):
                with self._database.write() as connection:
                    nodes.probe(connection, self._node_id, octets)
        except Exception as error:  # noqa: BLE001 - logged, and seen by `ping`
            self._note(error)
            return False
        return True

    def _look_after(self) -> None:
        """What is due by the clock: heartbeat, lost sessions of other nodes, a look at a database in trouble."""
        now = clock.monotonic()
        try:
            if self.trouble is not None and now >= self._retry_at and self._has_room():
                self._mended()
            if self._database.shared and now >= self._beat_at:
                self._beat_at = now + self._silence / nodes.BEATS
                with self._database.write() as connection:
                    nodes.beat(connection, self._database, self._node_id)
                    events = nodes.lose_sessions(connection, self._database, self._node_id, self._silence)
                self._tell(events)
        except Exception as error:  # noqa: BLE001 - logged, and seen by `ping`
            self._note(error)
        if self._unsaved and self.trouble is None and now >= self._retry_at:
            self._write([])
