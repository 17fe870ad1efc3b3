"""A session while it is open: the listener writes into it, the box keeps it.

Rules of this module:

* Used from the event loop's thread only.
* Records are cut into segments at the end of the greeting, at each message, at the close, and by the box when they
  have waited for a second. A segment is handed to the store once.
* The row's counts come from the records themselves, so that they cannot tell another story than the transcript.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from pillarbox import clock
from pillarbox.box.figures import Refusal
from pillarbox.box.store import Delivery, Segment, SessionKey
from pillarbox.events import Event
from pillarbox.mail import transcript
from pillarbox.mail.envelope import Envelope
from pillarbox.mail.lint import Wire
from pillarbox.mail.message import Summary
from pillarbox.mail.session import Auth, Facts, Greeting, Outcome, Tls
from pillarbox.mail.transcript import Record

if TYPE_CHECKING:
    from pillarbox.box.box import Box


class LiveSession:
    """One open connection's session. `at_us` is the clock of its transcript: microseconds since the connect.

    `delivered` counts its messages; `mail_failed`: some of its mail was turned away or broke off.
    """

    def __init__(self, box: Box, listener: str, peer: str, ended: Callable[[LiveSession], None]) -> None:
        self.key = SessionKey()
        self._box = box
        self._ended = ended
        self._zero = clock.monotonic_ns()
        self._started_at = clock.now()
        self._ended_at: datetime | None = None
        self._listener, self._peer = listener, peer
        self._greeting: Greeting | None = None
        self._helo: str | None = None
        self._tls: Tls | None = None
        self._auth: Auth | None = None
        self._outcome: Outcome = "open"
        self._reason: str | None = None
        self._commands = self._errors = 0
        self._worst_final = self._last_reply = 0
        self._codes: set[int] = set()
        self._untold = True
        self._replies = box.figures.replies
        self.mail_failed = False
        self.delivered = 0
        self._records: list[Record] = []
        self._segments: list[Segment] = []
        self._next_segment = self._next_entry = self._first_entry = 0
        self._wire = Wire()

    @property
    def open(self) -> bool:
        return self._outcome == "open"

    @property
    def outcome(self) -> Outcome:
        return self._outcome

    @property
    def untold(self) -> bool:
        """Whether the store has not heard of the session at all."""
        return self._untold

    @property
    def waiting(self) -> bool:
        """Whether there are entries that the store has not been given."""
        return bool(self._records or self._segments)

    @property
    def errors(self) -> int:
        """Replies of class 4 and 5 so far."""
        return self._errors

    def at_us(self) -> int:
        return (clock.monotonic_ns() - self._zero) // 1000

    def came_from(self, peer: str) -> None:
        """A proxy has said who the client is."""
        self._peer = peer

    def greeted(self, greeting: Greeting, helo: str) -> None:
        self._greeting, self._helo = greeting, helo

    def secured(self, tls: Tls) -> None:
        self._tls = tls

    def authenticated(self, auth: Auth) -> None:
        self._auth = auth

    def failed(self, reason: str) -> None:
        """Say why the session went wrong, in one sentence; the latest reason stands."""
        self._reason = reason
        self.mail_failed = True

    def turned_away(self, why: Refusal) -> None:
        """A message was refused."""
        self._box.figures.refusals[why] += 1

    def whose(self) -> dict[str, object]:
        """For `extra` of a line in the log that is about this session."""
        return {"session_id": self.key.id, "peer": self._peer}

    def record(self, record: Record) -> None:
        """Add one line, some replies, one block or one event to the transcript."""
        self._records.append(record)
        seq = self._next_entry
        if record.side == "server":
            self._next_entry += transcript.height(record)
            self._count_replies(record.data)
        else:
            self._next_entry += 1
            if record.side == "client" and (record.kind == "command" or _begins_auth(record)):
                self._commands += 1
        if self._box.bus.watched(self.key.id):
            entries = transcript.entries((record,), seq)
            self._box.bus.publish(
                [Event(kind="session.entry", session_id=self.key.id, entry=entry) for entry in entries]
            )

    def _count_replies(self, data: bytes) -> None:
        for line in (data,) if data.count(b"\n") == 1 else data.split(b"\n"):
            if line[3:4] == b"-" or not line[:3].isdigit():
                continue
            code = self._last_reply = int(line[:3])
            self._codes.add(code)
            self._replies[code] = self._replies.get(code, 0) + 1
            if code >= 400:
                self._errors += 1
            if code > self._worst_final and not 300 <= code < 400:
                self._worst_final = code

    @property
    def _worst_reply(self) -> int | None:
        """A reply that only asks for more is none in itself (RFC 5321 section 4.2.1), unless nothing came after it."""
        asking = self._last_reply if 300 <= self._last_reply < 400 else 0
        return max(self._worst_final, asking) or None

    def cut(self) -> None:
        """End the segment; what follows opens the next one."""
        if self._records:
            self._segments.append(Segment(self._next_segment, self._first_entry, tuple(self._records)))
            self._next_segment += 1
            self._first_entry = self._next_entry
            self._records = []

    def save(self) -> None:
        """Hand the store everything that it has not been given yet."""
        self._untold = False
        self.cut()
        segments, self._segments = self._segments, []
        if self.open:
            self._listen(segments)
        self._box.store.save_session(self.key, self.facts(), segments)

    async def deliver(self, raw: bytes, envelope: Envelope) -> Summary:
        """Keep the message whose content record is the last of the transcript; returns after the commit.

        Raises StoreUnavailable when it could not be kept; the content then stays in the transcript, cut to size.
        """
        self.cut()
        self._untold = False
        self._box.stir()
        segments, self._segments = tuple(self._segments), []
        if segments[-1].records[-1].offset is not None:
            segments = _settled(segments)
        self._listen(segments)
        delivery = Delivery(
            raw=raw,
            envelope=envelope,
            received_at=clock.now(),
            key=self.key,
            facts=self.facts(),
            segments=segments,
            wired=self._wire.message(),
        )
        try:
            summary = await self._box.store.deliver(delivery)
        except Exception:
            self._segments = [*(_unstored(segment, raw) for segment in segments), *self._segments]
            if not self.open:
                # The client went away while its message was being written: nothing else would save this any more.
                self.save()
            raise
        self.delivered += 1
        return summary

    def _listen(self, segments: Iterable[Segment]) -> None:
        """Let lint hear what leaves this session; what it heard before, it passes over."""
        for segment in segments:
            self._wire.feed(segment.records, segment.first)

    def close(self, outcome: Outcome, reason: str | None = None) -> None:
        """End the session; later calls change nothing, so that the first cause stands."""
        if not self.open:
            return
        self._outcome = outcome
        self._ended_at = clock.now()
        if reason is not None:
            self._reason = reason
        self.save()
        self._ended(self)

    def facts(self) -> Facts:
        return Facts(
            listener=self._listener,
            peer=self._peer,
            started_at=self._started_at,
            ended_at=self._ended_at,
            greeting=self._greeting,
            helo=self._helo,
            tls=self._tls,
            auth=self._auth,
            outcome=self._outcome,
            commands=self._commands,
            errors=self._errors,
            worst_reply=self._worst_reply,
            reason=self._reason,
            codes=tuple(sorted(self._codes)),
        )


def _settled(segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """The segments with the chunks of the message that is being delivered marked as its own."""
    records = iter(transcript.settled([record for segment in segments for record in segment.records]))
    return tuple(Segment(one.seq, one.first, tuple(islice(records, len(one.records)))) for one in segments)


def _begins_auth(record: Record) -> bool:
    """Whether this is the command of an AUTH exchange that is kept as such, and not one of its responses."""
    return record.kind == "auth" and record.data.lstrip(b" \t")[:5].upper() == b"AUTH "


def _unstored(segment: Segment, raw: bytes) -> Segment:
    """The segment without the promise that its content is a stored message."""

    def lost(record: Record) -> Record:
        if record.offset is not None:
            begin, end = record.offset, min(record.offset + record.size, transcript.KEPT_CONTENT)
            return transcript.lost_content(record.at_us, raw[begin:end], record.size)
        wire = record.data or transcript.stuff(raw)
        return transcript.lost_content(record.at_us, wire, len(wire))

    own = transcript.OWN_MESSAGE
    records = tuple(lost(record) if record.message_id == own else record for record in segment.records)
    return Segment(segment.seq, segment.first, records)
