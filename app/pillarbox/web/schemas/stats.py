"""Figures about mail and sessions in JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from pillarbox.box import Statistics
from pillarbox.box import statistics as box
from pillarbox.web.schemas.shape import MOMENT, Moment, Shape, about


class Count(Shape):
    """A name and how often it is there."""

    name: str = about('The name; "" is the null sender, or a greeting without a name.', "ada@example.org")
    count: int = about("Messages, or sessions, with it.", 12)

    @classmethod
    def all(cls, found: Iterable[box.Count]) -> tuple[Count, ...]:
        return tuple(cls(name=one.name, count=one.count) for one in found)


class Bucket(Shape):
    """What came in one part of the time."""

    since: Moment = about("When it begins.", MOMENT)
    until: Moment = about("When the next one begins.", MOMENT)
    messages: int = about("Messages.", 12)
    bytes: int = about("Their size in octets.", 20480)


class SizedMessage(Shape):
    """One message and its size."""

    id: int = about("The message's number.", 42)
    size: int = about("Octets.", 1204)

    @classmethod
    def of(cls, sized: box.Sized | None) -> SizedMessage | None:
        return None if sized is None else cls(id=sized.id, size=sized.octets)


class CodeCount(Shape):
    """A reply code and in how many sessions it was given."""

    code: int = about("The code.", 550)
    sessions: int = about("Sessions with it.", 3)


class OutcomeCount(Shape):
    """How many sessions ended so."""

    outcome: str = about("How they ended.", "quit")
    sessions: int = about("Sessions.", 12)


class SlowSession(Shape):
    """One session that lasted long."""

    id: int = about("The session's number.", 7)
    peer: str = about("The client's address.", "127.0.0.1:52114")
    helo: str | None = about("The name it greeted with.", "app.example.org")
    lasted_us: int = about("Microseconds from the connect to the end.", 302_114)


class SessionStats(Shape):
    """Figures about sessions."""

    total: int = about("Sessions that were counted.", 12)
    without_messages: int = about("Those that delivered nothing.", 1)
    complete: bool = about("False when there are older ones in that time, which were not looked at.", True)
    outcomes: tuple[OutcomeCount, ...] = about("How they ended.")
    codes: tuple[CodeCount, ...] = about("The reply codes that were given, ascending.")
    peers: tuple[Count, ...] = about("The ten most frequent client addresses, without their port.")
    helos: tuple[Count, ...] = about("The ten most frequent names that clients greeted with.")
    slowest: tuple[SlowSession, ...] = about("The ten that lasted longest, of those that have ended.")


class Stats(Shape):
    """Figures about the mail and the sessions of some time."""

    since: Moment = about("From when on was counted.", MOMENT)
    until: Moment = about("Before when.", MOMENT)
    messages: int = about("Messages that were counted.", 12)
    bytes: int = about("Their size in octets.", 20480)
    complete: bool = about("False when there are older ones in that time, which were not looked at.", True)
    buckets: tuple[Bucket, ...] = about("At most 64 parts of the time, the first and last maybe shorter.")
    senders: tuple[Count, ...] = about("The ten most frequent addresses of MAIL FROM.")
    recipients: tuple[Count, ...] = about("The ten most frequent addresses of RCPT TO.")
    median: SizedMessage | None = about("The message in the middle by size; null when there is none.")
    largest: SizedMessage | None = about("The largest message; null when there is none.")
    sessions: SessionStats = about("The sessions of that time, or with `q` those that the messages came by.")

    @classmethod
    def of(cls, found: Statistics, edges: Sequence[datetime]) -> Stats:
        messages = found.messages
        return cls(
            since=edges[0],
            until=edges[-1],
            messages=messages.messages,
            bytes=messages.octets,
            complete=messages.complete,
            buckets=tuple(
                Bucket(since=since, until=until, messages=one.messages, bytes=one.octets)
                for one, (since, until) in zip(messages.buckets, pairwise(edges), strict=True)
            ),
            senders=Count.all(messages.senders),
            recipients=Count.all(messages.recipients),
            median=SizedMessage.of(messages.median),
            largest=SizedMessage.of(messages.largest),
            sessions=_sessions(found.sessions),
        )


def _sessions(found: box.SessionStatistics) -> SessionStats:
    return SessionStats(
        total=found.sessions,
        without_messages=found.silent,
        complete=found.complete,
        outcomes=tuple(OutcomeCount(outcome=outcome, sessions=number) for outcome, number in found.outcomes),
        codes=tuple(CodeCount(code=code, sessions=number) for code, number in found.codes),
        peers=Count.all(found.peers),
        helos=Count.all(found.helos),
        slowest=tuple(SlowSession(id=one.id, peer=one.peer, helo=one.helo, lasted_us=one.us) for one in found.slowest),
    )
