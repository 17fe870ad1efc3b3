"""Deliveries and sessions written in one transaction: rows are gathered first and go in table by table.

Rules of this module:

* Made for one transaction and thrown away; nothing outside changes before the commit. `settle` is called after it.
* A session's row is written once however often it was saved: the last facts stand. A delivery writes it only if the
  row does not say yet that something was delivered; the counts that it brings come with the next save.
* The segment that a message came with is packed with the message's id, so it is packed here, under the lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy import Connection, Table

from pillarbox.box.store import Segment, SessionKey
from pillarbox.events import Event
from pillarbox.mail import transcript
from pillarbox.mail.message import Summary
from pillarbox.mail.session import Facts, Session
from pillarbox.storage import inboxes, journal, rows, sessions, tables
from pillarbox.storage.arrival import Arrival
from pillarbox.storage.body import Packer
from pillarbox.storage.database import Database, Row
from pillarbox.storage.totals import MESSAGE, SESSION, Totals

_SESSION_COLUMNS = ("id", "node_id", *rows.SESSION_COLUMNS, "delivered")
_LATER = [f'"{name}" = excluded."{name}"' for name in rows.SESSION_COLUMNS if name not in rows.SESSION_FIXED]
_UPDATE = f"ON CONFLICT (id) DO UPDATE SET {', '.join(_LATER)}, delivered = session.delivered + excluded.delivered"
_SEGMENT_COLUMNS = ("session_id", "seq", "first_entry", "encoding", "entries")


@dataclass(slots=True)
class Save:
    """What a session wants written: its facts and the segments cut since. `refusals`: how often it was refused."""

    key: SessionKey
    facts: Facts
    segments: tuple[Segment, ...]
    refusals: int = 0


Work = Arrival | Save


@dataclass(slots=True)
class _Line:
    """One session's row in the making."""

    id: int
    new: bool
    facts: Facts
    due: bool
    delivered: int = 0
    told: bool = False


@dataclass(slots=True)
class Batch:
    """`node_id` is the node that writes. `again`: some segments may be there already, a commit's answer was lost.

    `octets` is what its messages and transcripts are taken to occupy.
    """

    database: Database
    connection: Connection
    packer: Packer
    node_id: int
    again: bool = False
    events: list[Event] = field(default_factory=list)
    summaries: dict[int, Summary] = field(default_factory=dict)
    octets: int = 0
    _lines: dict[SessionKey, _Line] = field(default_factory=dict)
    _totals: Totals = field(default_factory=Totals)
    _segments: list[Row] = field(default_factory=list)
    _searches: list[Row] = field(default_factory=list)

    def write(self, work: Sequence[Work]) -> None:
        """Everything but the commit. Afterwards `summaries` holds those of the arrivals by their index in `work`."""
        arrivals = [one for one in work if isinstance(one, Arrival)]
        settled, made = inboxes.settle(self.connection, self.database, [arrival.named for arrival in arrivals])
        events = [Event(kind="inbox.changed", inbox=name) for name in made]
        self._give_lines(work)
        ids = self._allocate(tables.message, len(arrivals))
        places = iter([(message_id, name) for message_id, (name, _) in zip(ids, settled, strict=True)])
        for index, one in enumerate(work):
            events.extend(self._take(index, one, places))
        self._write_sessions()
        self._write_messages(work, dict(settled))
        self._write_segments()
        self._totals.write(self.connection, self.database)
        self.events = journal.write(self.connection, self.database, self._with_messages(events))
        if self._segments and not events:
            self.database.announce(self.connection)
        # Last: FTS5 gathers in memory and writes out at the commit, or before any statement that could fail half way.
        self.database.insert(self.connection, "search", self.database.search.columns, self._searches)

    def settle(self) -> None:
        """The keys learn the ids of their rows: after the commit, never before."""
        for key, line in self._lines.items():
            key.id = line.id
            key.delivered = key.delivered or line.delivered > 0

    def facts(self) -> Iterator[tuple[SessionKey, Facts]]:
        """What has been written of each session."""
        for key, line in self._lines.items():
            if line.due:
                yield key, line.facts

    def _allocate(self, table: Table, count: int) -> Sequence[int]:
        return self.database.allocate(self.connection, table, count) if count else ()

    def _give_lines(self, work: Sequence[Work]) -> None:
        last: dict[SessionKey, Facts] = {}
        due: set[SessionKey] = set()
        for one in work:
            key, facts = session_of(one)
            if key is not None and facts is not None:
                last[key] = facts
                if isinstance(one, Save) or not key.delivered:
                    due.add(key)
        new = [key for key in last if key.id is None]
        given = dict(zip(new, self._allocate(tables.session, len(new)), strict=True))
        for key, facts in last.items():
            self._lines[key] = _Line(given[key] if key.id is None else key.id, key.id is None, facts, key in due)

    def _take(self, index: int, one: Work, places: Iterator[tuple[int, str]]) -> Iterator[Event]:
        """Gather the rows of one piece of work; what it makes happen, in order. `places` are ids and inboxes."""
        key, facts = session_of(one)
        line = self._lines[key] if key is not None and facts is not None else None
        if line is not None and facts is not None and line.new and not line.told:
            line.told = True
            yield Event(kind="session.opened", session_id=line.id, session=Session(line.id, facts, ()))
        message_id = None
        if isinstance(one, Arrival):
            message_id, inbox = next(places)
            summary = one.summary(message_id, inbox, line.id if line else None)
            self.summaries[index] = summary
            yield Event(kind="message.added", inbox=inbox, session_id=summary.session_id, summary=summary)
        if line is not None and facts is not None:
            line.delivered += message_id is not None
            self._segments.extend(self._segment(line.id, segment, message_id) for segment in _segments_of(one))
            if facts.outcome != "open":
                yield Event(kind="session.closed", session_id=line.id, session=Session(line.id, facts, ()))

    def _segment(self, session_id: int, segment: Segment, message_id: int | None) -> Row:
        encoding, entries = self.packer.pack(transcript.pack(segment.records, message_id))
        return (session_id, segment.seq, segment.first, encoding, entries)

    def _write_sessions(self) -> None:
        lines = [line for line in self._lines.values() if line.due]
        written = [(one.id, self.node_id, *rows.facts_row(one.facts), one.delivered) for one in lines]
        self.database.insert(self.connection, "session", _SESSION_COLUMNS, written, _UPDATE)
        new = sum(one.new for one in lines)
        self._totals.sessions(new)
        self.octets += new * SESSION

    def _write_segments(self) -> None:
        if self.again:
            self._segments = self._unwritten()
        self.database.insert(self.connection, "segment", _SEGMENT_COLUMNS, self._segments)
        octets = sum([len(row[-1]) for row in self._segments])
        self._totals.transcripts(octets)
        self.octets += octets

    def _unwritten(self) -> list[Row]:
        """Those of the segments that are not there yet, each once."""
        wanted = {row[:2]: row for row in self._segments}
        query = sa.select(tables.segment.c.session_id, tables.segment.c.seq)
        for row in self.connection.execute(query.where(tables.segment.c.session_id.in_({key[0] for key in wanted}))):
            wanted.pop(tuple(row), None)
        return list(wanted.values())

    def _write_messages(self, work: Sequence[Work], known: dict[str, int]) -> None:
        messages: list[Row] = []
        recipients: list[Row] = []
        bodies: list[Row] = []
        findings: list[Row] = []
        searches: list[Row] = []
        search = self.database.search
        for index, summary in self.summaries.items():
            arrival = work[index]
            assert isinstance(arrival, Arrival)
            inbox_id = known[summary.inbox]
            messages.append(arrival.row(summary, inbox_id))
            for position, recipient in enumerate(arrival.recipients):
                recipients.append((summary.id, position, *recipient))
            bodies.append((summary.id, arrival.encoding, arrival.body))
            if arrival.lint:
                findings.append((summary.id, rows.findings_json(arrival.lint)))
            searches.append(search.row(summary.id, inbox_id, arrival.words))
            self._totals.messages(inbox_id, messages=1, unread=1, octets=summary.size)
            self.octets += summary.size + MESSAGE
        insert = self.database.insert
        insert(self.connection, "message", rows.MESSAGE_COLUMNS, messages)
        insert(self.connection, "recipient", ("message_id", "position", "address", "params", "role"), recipients)
        insert(self.connection, "raw", ("message_id", "encoding", "body"), bodies)
        insert(self.connection, "lint", ("message_id", "findings"), findings)
        self._searches = searches

    def _with_messages(self, events: list[Event]) -> list[Event]:
        """The events, those of closed sessions with the ids of all that the session delivered."""
        closed = {one.session.id for one in events if one.kind == "session.closed" and one.session}
        if not closed:
            return events
        delivered = sessions.message_ids(self.connection, closed)
        return [
            one._replace(session=Session(one.session.id, one.session.facts, delivered.get(one.session.id, ())))
            if one.kind == "session.closed" and one.session
            else one
            for one in events
        ]


def session_of(one: Work) -> tuple[SessionKey | None, Facts | None]:
    return (one.key, one.facts) if isinstance(one, Save) else (one.delivery.key, one.delivery.facts)


def _segments_of(one: Work) -> tuple[Segment, ...]:
    return one.segments if isinstance(one, Save) else one.delivery.segments
