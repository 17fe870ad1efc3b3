"""Long work done in short pieces: changes of many messages, purging, retention, tidying up after them.

Rules of this module:

* Called from a worker thread. What to do is chosen by reading; each piece is an order to the writer, and whatever came
  meanwhile is written before the next one.
* A piece is as large as holds the writer for `pace.TARGET`; each kind of work learns its own pace.
* Any piece may meet trouble: StoreUnavailable passes through, what was done is done, the rest is for the next time.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial

import sqlalchemy as sa
from sqlalchemy import Connection

from pillarbox import clock
from pillarbox.box.store import Keep, Selection
from pillarbox.storage import changes, inboxes, journal, messages, removal, retention, rows, search_rows, totals
from pillarbox.storage.database import Database, Done, Row
from pillarbox.storage.pace import TARGET, Pace
from pillarbox.storage.retention import Old
from pillarbox.storage.tables import message
from pillarbox.storage.writer import Writer

MARKED = (200, 50, 5_000)
"""Messages marked in one piece: at first, at least and at most."""

REMOVED = (500_000, 200_000, 64 * 1024 * 1024)
"""Octets removed in one piece, unless a single message has more."""

MERGED = (16, 4, 500)
"""Pages of the search index written in one piece when deleted words are taken out of it."""

GATHERED = (64, 4, 2_000)
"""The same when nothing is deleted, to let searches look into fewer segments."""

FEW = 200
"""Messages that are put into an empty search index in one piece."""

RETAIN_FOR = 10.0
"""Seconds after which retention lets other upkeep have its turn, though a flood brings more and more to remove."""

GATHER_FOR = 0.2
"""Seconds after which it is asked whether it is still quiet."""

COMPACT_FOR = SHRINK_FOR = 3.0
"""Seconds that are spent in one go on giving space back, the rest the next time: nobody waits for it."""


class Upkeep:
    def __init__(self, database: Database, writer: Writer) -> None:
        self._database = database
        self._writer = writer
        self._marking = Pace(*MARKED)
        self._removing = Pace(*REMOVED)
        self._merging = Pace(*MERGED)
        self._gathering = Pace(*GATHERED)
        self._dead = 0
        self._compacting = False

    def sweep(self, selection: Selection, step: Callable[..., Done]) -> int:
        """Mark all that is selected; what comes meanwhile is left alone."""
        return sum(self._mark(ids, step) for ids in self._selected(selection))

    def restore(self, ids: Sequence[int]) -> int:
        return self._mark(ids, changes.restore)

    def undo(self, key: int) -> int:
        """Show again what that deletion has hidden."""
        total = last = 0
        while ids := self._read_deleted(key, last):
            total += self._mark(ids, partial(changes.restore, key=key))
            last = ids[-1]
        return total

    def _read_deleted(self, key: int, after: int) -> Sequence[int]:
        with self._database.read() as connection:
            return changes.deleted(connection, key, after)

    def _selected(self, selection: Selection) -> Iterator[Sequence[int]]:
        if selection.ids is not None:
            for ids in parts(selection.ids, changes.CHOSEN):
                yield self._read_selected(dataclasses.replace(selection, ids=tuple(ids)), None)
            return
        below: int | None = None
        while ids := self._read_selected(selection, below):
            yield ids
            below = ids[-1]

    def _read_selected(self, selection: Selection, below: int | None) -> Sequence[int]:
        with self._database.read() as connection:
            upto = messages.newest(connection) + 1 if below is None else below
            return changes.selected(connection, self._database, selection, upto)

    def _mark(self, ids: Sequence[int], step: Callable[..., Done]) -> int:
        total = start = 0
        while start < len(ids):
            piece = ids[start : start + self._marking.size]
            start += len(piece)
            total += self._order(self._marking, len(piece), partial(step, database=self._database, ids=piece)).count
        return total

    def expire(self) -> float | None:
        """Let go of the inboxes whose time is up; seconds until the next one, None when none will be."""
        while self._seconds_left() == 0:
            self._writer.order(partial(changes.expire, database=self._database))
        self.bury()
        return self._seconds_left()

    def _seconds_left(self) -> float | None:
        with self._database.read() as connection:
            return inboxes.next_expiry(connection, self._database)

    def bury(self) -> None:
        """Hide the mail of inboxes that are gone."""
        while ids := self._read_orphaned():
            self._mark(ids, changes.hide)

    def _read_orphaned(self) -> Sequence[int]:
        with self._database.read() as connection:
            return changes.orphaned(connection)

    def remove_empty(self) -> None:
        """Remove the rows of inboxes that are gone, as far as nothing is left in them."""
        while ids := self._read_empty():
            self._writer.order(partial(inboxes.remove, ids=ids))

    def _read_empty(self) -> Sequence[int]:
        with self._database.read() as connection:
            return inboxes.empty(connection)

    def purge(self, hidden_before: datetime) -> int:
        before = rows.micros(hidden_before)
        total = 0
        while hidden := self._read_hidden(before):
            for piece, weight in self._pieces(hidden):
                ids = [one.id for one in piece]
                written = self._written(ids)
                step = partial(removal.purge, database=self._database, ids=ids, written=written, before=before)
                total += self._order(self._removing, weight, step).count
        self._dead += total
        return total

    def retain(self, keep: Keep) -> int:
        total = 0
        until = clock.monotonic() + RETAIN_FOR
        while True:
            with self._database.read() as connection:
                due = retention.due(connection, self._database, keep)
            self._writer.room.give(due.messages, due.octets)
            if not due.gone or clock.monotonic() > until:
                return total
            for piece, weight in self._pieces(due.gone):
                total += self._retire(piece, weight)
            # Words that nobody finds any more take room: they go before more mail does.
            self.compact()

    def _retire(self, piece: Sequence[Old], weight: int) -> int:
        ids = [one.id for one in piece if not one.session]
        sessions = [one.id for one in piece if one.session]
        written = self._written(ids)
        step = partial(removal.retire, database=self._database, ids=ids, written=written, sessions=sessions)
        count = self._order(self._removing, weight, step).count
        self._dead += count
        return count

    def _written(self, ids: Sequence[int]) -> dict[int, Row]:
        with self._database.read() as connection:
            return search_rows.written(connection, self._database, ids)

    def _read_hidden(self, before: int) -> Sequence[Old]:
        with self._database.read() as connection:
            return retention.hidden(connection, before)

    def _pieces(self, old: Iterable[Old]) -> Iterator[tuple[list[Old], int]]:
        """Cut at the pace of the moment, each with its weight."""
        piece: list[Old] = []
        weight = 0
        for one in old:
            if piece and weight + one.octets > self._removing.size:
                yield piece, weight
                piece, weight = [], 0
            piece.append(one)
            weight += one.octets
        if piece:
            yield piece, weight

    def tidy(self) -> None:
        """Trim the event table, take deleted words out of the index, give free space back."""
        while self._writer.order(partial(journal.trim, database=self._database)).count:
            pass
        self.compact()
        until = clock.monotonic() + SHRINK_FOR
        shrink = partial(self._database.shrink, seconds=TARGET)
        given = 0
        while (pages := self._writer.order(shrink).count) and clock.monotonic() < until:
            given += pages
        if given or pages:
            self._database.cut()

    def compact(self) -> None:
        """The index is written anew, so not for a few: when more has gone than has stayed."""
        if not self._compacting and not self._dead:
            return
        with self._database.read() as connection:
            kept = totals.counts(connection).messages
        if not self._compacting and self._dead < kept:
            return
        if not self._compacting and self._renew():
            self._dead = 0
            return
        until = clock.monotonic() + COMPACT_FOR
        while clock.monotonic() < until:
            pages = self._merging.size
            step = partial(self._database.compact, pages=pages, start=not self._compacting)
            if not self._order(self._merging, pages, step).count:
                self._dead, self._compacting = 0, False
                return
            self._compacting = True

    def gather(self) -> bool:
        """Some of the index made quicker to search; whether there is more to do."""
        until = clock.monotonic() + GATHER_FOR
        while clock.monotonic() < until:
            pages = self._gathering.size
            if not self._order(self._gathering, pages, partial(self._database.gather, pages=pages)).count:
                return False
        return True

    def _renew(self) -> bool:
        """Where next to nothing is left, merging would go through all that has gone in one step."""
        with self._database.read() as connection:
            ids = connection.execute(sa.select(message.c.id).limit(FEW + 1)).scalars().all()
            if len(ids) > FEW or not self._database.search.forgets:
                return False
            known = search_rows.written(connection, self._database, ids)
        self._writer.order(partial(search_rows.renew, database=self._database, known=known))
        return True

    def _order(self, pace: Pace, weight: int, step: Callable[[Connection], Done]) -> Done:
        done = self._writer.order(step)
        pace.took(weight, done.seconds)
        return done


def parts(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
