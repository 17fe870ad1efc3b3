"""Mail and sessions to put into a store, and the calls to do it from a test that has no event loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection

from pillarbox.box import Delivery, Segment, SessionKey
from pillarbox.mail import transcript
from pillarbox.mail.envelope import Envelope, Recipient, Sender
from pillarbox.mail.message import Summary
from pillarbox.mail.session import Facts
from pillarbox.storage.database import Done
from pillarbox.storage.store import SqlStore

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)


def mail(subject: str = "Hello", body: str = "Good morning.", headers: str = "") -> bytes:
    text = (
        f"From: Anna <anna@example.org>\r\nTo: Bob <bob@example.com>\r\nSubject: {subject}\r\n{headers}"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
    )
    return text.encode()


def envelope(*recipients: str, sender: str = "anna@example.org") -> Envelope:
    return Envelope(Sender(sender), tuple(Recipient(address) for address in recipients or ("bob@example.com",)))


def delivery(raw: bytes | None = None, *recipients: str, inbox: str | None = None) -> Delivery:
    """One that came by no session."""
    raw = mail() if raw is None else raw
    return Delivery(raw=raw, envelope=envelope(*recipients), received_at=NOON, inbox=inbox)


class Talk:
    """A session to be: hand `opened`, `delivery` and `closed` to a store in that order."""

    def __init__(self, peer: str = "127.0.0.1:52114", helo: str = "client.example") -> None:
        self.key = SessionKey()
        self.facts = Facts(listener="smtp 127.0.0.1:1025", peer=peer, started_at=NOON, greeting="EHLO", helo=helo)
        self._seq = self._entry = 0

    def segment(self, *records: transcript.Record) -> Segment:
        segment = Segment(self._seq, self._entry, records)
        self._seq += 1
        self._entry += len(records)
        return segment

    def greeting(self) -> Segment:
        return self.segment(
            transcript.line(100, "server", "reply", b"220 mx.example ESMTP\r\n"),
            transcript.line(200, "client", "command", b"EHLO client.example\r\n"),
        )

    def delivery(self, raw: bytes | None = None, reply: bytes | None = None) -> Delivery:
        raw = mail() if raw is None else raw
        segment = self.segment(
            transcript.line(300, "client", "command", b"DATA\r\n"),
            *([transcript.line(350, "server", "reply", reply)] if reply else []),
            transcript.content(400, raw, transcript.stuff(raw)),
        )
        return replace(delivery(raw), key=self.key, facts=self.facts, segments=(segment,))

    def open(self, store: SqlStore) -> None:
        store.save_session(self.key, self.facts, [self.greeting()])

    def close(self, store: SqlStore) -> None:
        facts = replace(self.facts, outcome="quit", ended_at=NOON, commands=2)
        store.save_session(self.key, facts, [self.segment(transcript.event(900, "disconnect", "closed"))])


def deliver(store: SqlStore, *deliveries: Delivery) -> list[Summary]:
    """Hand them in together and wait for all. Raises what the first failing one raises."""
    answers = try_to_deliver(store, deliveries)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return [answer for answer in answers if isinstance(answer, Summary)]


def try_to_deliver(store: SqlStore, deliveries: Iterable[Delivery]) -> Sequence[Summary | BaseException]:
    async def all_of_them() -> Sequence[Summary | BaseException]:
        return await asyncio.gather(*(store.deliver(one) for one in deliveries), return_exceptions=True)

    return asyncio.run(all_of_them())


def settled(store: SqlStore) -> None:
    """Return when everything handed in so far has been written: an order waits for its turn."""
    store.restore([1 << 40])


def whose(record: logging.LogRecord) -> tuple[int | None, str | None]:
    """The session that a line of the log is about: its number and its peer."""
    return getattr(record, "session_id", None), getattr(record, "peer", None)


def orders(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """From now on the names of what the writer is ordered to do, piece by piece."""
    names: list[str] = []
    real = store._writer.order

    def order(run: Callable[[Connection], Done]) -> Done:
        names.append(getattr(run, "func", run).__name__)
        return real(run)

    monkeypatch.setattr(store._writer, "order", order)
    return names
