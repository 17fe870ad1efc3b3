from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar, cast

import pytest

from pillarbox.box import Box, Delivery, Keep, Segment, SessionKey, Store
from pillarbox.errors import StoreUnavailable
from pillarbox.events import Bus, Event
from pillarbox.mail import transcript
from pillarbox.mail.envelope import Envelope, Recipient, Sender
from pillarbox.mail.message import Summary
from pillarbox.mail.session import Facts

ENVELOPE = Envelope(Sender("a@x.test"), (Recipient("b@x.test"),))


T = TypeVar("T")


def in_loop(scene: Callable[[], T]) -> T:
    """What the scene returns, played inside an event loop."""

    async def play() -> T:
        return scene()

    return asyncio.run(play())


@dataclass
class Ledger:
    """The two calls of the store that a session makes, written down; `broken` makes deliveries fail."""

    broken: bool = False
    crowded: bool = False
    written: asyncio.Event = field(default_factory=asyncio.Event)
    saved: list[tuple[Facts, tuple[Segment, ...]]] = field(default_factory=list)
    delivered: list[Delivery] = field(default_factory=list)

    def save_session(self, key: SessionKey, facts: Facts, segments: Sequence[Segment]) -> None:
        key.id = 7
        self.saved.append((facts, tuple(segments)))
        self.written.set()

    def retain(self, keep: Keep) -> int:
        return 0

    def expire(self) -> None:
        """No inbox ever does."""

    def deliver(self, delivery: Delivery) -> asyncio.Future[Summary]:
        future: asyncio.Future[Summary] = asyncio.get_running_loop().create_future()
        if self.broken:
            future.set_exception(StoreUnavailable("disk full"))
        else:
            self.delivered.append(delivery)
            future.set_result(_summary(delivery))
        return future


def _summary(delivery: Delivery) -> Summary:
    return Summary(
        1, "default", 7, datetime.now(UTC), len(delivery.raw), "a@x.test", ("b@x.test",), (), (), (), (), (), "", None,
        None, "", 0, 0, False, False, (),
    )  # fmt: skip


def a_box(ledger: Ledger) -> Box:
    return Box(cast(Store, ledger), Bus())


def client(text: str) -> transcript.Record:
    return transcript.line(1, "client", "command", text.encode() + b"\r\n")


def server(text: str) -> transcript.Record:
    return transcript.line(2, "server", "reply", text.encode() + b"\r\n")


def test_a_session_is_written_soon_after_it_has_opened_whatever_becomes_of_it() -> None:
    async def scene() -> Ledger:
        ledger = Ledger()
        a_box(ledger).open_session("smtp 127.0.0.1:1025", "127.0.0.1:5")
        async with asyncio.timeout(30):
            await ledger.written.wait()
        return ledger

    [(facts, segments)] = asyncio.run(scene()).saved
    assert facts.outcome == "open"
    assert segments == ()


def test_a_session_that_ends_at_once_is_written_once() -> None:
    async def scene() -> Ledger:
        ledger = Ledger()
        box = a_box(ledger)
        box.open_session("smtp x", "short").close("quit")
        ledger.written.clear()
        box.open_session("smtp x", "long")
        async with asyncio.timeout(30):
            await ledger.written.wait()
        return ledger

    assert [(facts.peer, facts.outcome) for facts, _ in asyncio.run(scene()).saved] == [
        ("short", "quit"),
        ("long", "open"),
    ]


def _facts_of(*records: transcript.Record) -> Facts:
    def scene() -> Facts:
        session = a_box(Ledger()).open_session("smtp x", "y")
        for record in records:
            session.record(record)
        return session.facts()

    return in_loop(scene)


@pytest.mark.parametrize(
    "hello", [(server("250-one\r\n250-two\r\n250 three"),), tuple(map(server, ("250-one", "250 two")))]
)
def test_counts_come_from_the_records_and_a_reply_of_many_lines_counts_once(
    hello: tuple[transcript.Record, ...],
) -> None:
    facts = _facts_of(
        client("EHLO x"),
        *hello,
        client("FOO"),
        server("500 5.5.2 Error"),
        client("RCPT TO:<a>"),
        server("450 4.2.0 later"),
    )
    assert (facts.commands, facts.errors, facts.worst_reply) == (3, 2, 500)


@pytest.mark.parametrize(
    ("codes", "worst"),
    [("", None), ("220 250 354", 354), ("220 250 354 250", 250), ("334 235 221", 235), ("550 354", 550)],
)
def test_a_reply_that_asks_for_more_is_the_worst_only_if_nothing_came_after_it(codes: str, worst: int | None) -> None:
    assert _facts_of(*(server(f"{code} x") for code in codes.split())).worst_reply == worst


def test_replies_that_left_together_are_numbered_one_by_one() -> None:
    def scene() -> Ledger:
        ledger = Ledger()
        session = a_box(ledger).open_session("smtp x", "y")
        session.record(server("250-one\r\n250 two"))
        session.cut()
        session.record(client("QUIT"))
        session.close("quit")
        return ledger

    [(_, segments)] = in_loop(scene).saved
    assert [segment.first for segment in segments] == [0, 2]
    entries = transcript.entries(segments[0].records, segments[0].first)
    assert [(entry.seq, entry.text, entry.code, entry.size) for entry in entries] == [
        (0, "250-one", 250, 9),
        (1, "250 two", 250, 9),
    ]


def test_segments_are_handed_over_once_and_numbered_without_a_gap() -> None:
    def scene() -> Ledger:
        ledger = Ledger()
        session = a_box(ledger).open_session("smtp x", "y")
        session.record(server("220 hello"))
        session.cut()
        session.cut()
        session.record(client("NOOP"))
        session.record(server("250 2.0.0 Ok"))
        session.save()
        session.record(client("QUIT"))
        session.close("quit")
        return ledger

    segments = [segment for _, group in in_loop(scene).saved for segment in group]
    assert [(s.seq, s.first, len(s.records)) for s in segments] == [(0, 0, 1), (1, 1, 2), (2, 3, 1)]


def test_a_delivery_takes_the_transcript_up_to_its_content_along() -> None:
    async def scene() -> Ledger:
        ledger = Ledger()
        session = a_box(ledger).open_session("smtp x", "y")
        session.record(client("DATA"))
        session.record(transcript.content(3, b"hello\r\n"))
        await session.deliver(b"hello\r\n", ENVELOPE)
        session.record(server("250 2.0.0 Ok: queued as 1"))
        session.close("quit")
        return ledger

    ledger = asyncio.run(scene())
    [delivery] = ledger.delivered
    assert [r.kind for s in delivery.segments for r in s.records] == ["command", "data"]
    assert [r.kind for s in ledger.saved[-1][1] for r in s.records] == ["reply"]


def test_content_that_could_not_be_stored_stays_in_the_transcript_as_lost() -> None:
    async def scene() -> Ledger:
        ledger = Ledger(broken=True)
        session = a_box(ledger).open_session("smtp x", "y")
        session.record(client("DATA"))
        session.record(transcript.content(3, b".dot\r\n"))
        with pytest.raises(StoreUnavailable):
            await session.deliver(b".dot\r\n", ENVELOPE)
        session.record(server("451 4.3.0 Error"))
        session.close("quit", "the database took nothing")
        return ledger

    facts, segments = asyncio.run(scene()).saved[-1]
    records = [r for s in segments for r in s.records]
    assert [r.kind for r in records] == ["command", "data", "reply"]
    assert (records[1].data, records[1].size, records[1].message_id) == (b"..dot\r\n.\r\n", 10, None)
    assert [s.seq for s in segments] == [0, 1]
    assert facts.reason == "the database took nothing"


def test_the_first_end_of_a_session_stands() -> None:
    def scene() -> tuple[Ledger, Box]:
        ledger = Ledger()
        box = a_box(ledger)
        session = box.open_session("smtp x", "y")
        session.close("timeout", "nothing came for 300 s")
        session.close("dropped", "the peer went away")
        return ledger, box

    ledger, box = in_loop(scene)
    assert [facts.outcome for facts, _ in ledger.saved] == ["timeout"]
    assert box.open_sessions == 0


def test_who_follows_a_session_gets_each_entry_with_its_number() -> None:
    async def scene() -> list[Event]:
        box = a_box(Ledger())
        session = box.open_session("smtp x", "y")
        session.save()
        session.record(server("220 before"))
        with box.bus.subscribe(session_id=7) as followed:
            session.record(client("NOOP"))
            box.bus.close()
            return [event async for event in followed]

    [event] = asyncio.run(scene())
    assert event.entry is not None
    assert (event.session_id, event.entry.seq, event.entry.text) == (7, 1, "NOOP")


def test_entries_that_wait_are_written_without_the_session_doing_anything() -> None:
    async def scene() -> Ledger:
        ledger = Ledger()
        box = a_box(ledger)
        session = box.open_session("smtp x", "y")
        session.save()
        session.record(client("NOOP"))
        ledger.written.clear()
        house = asyncio.create_task(box.keep_house())
        await asyncio.wait_for(ledger.written.wait(), 10)
        house.cancel()
        return ledger

    [record] = [r for _, segments in asyncio.run(scene()).saved for s in segments for r in s.records]
    assert record.data == b"NOOP\r\n"


def test_content_that_could_not_be_stored_is_saved_although_the_client_has_gone() -> None:
    async def scene() -> Ledger:
        ledger = Ledger()
        session = a_box(ledger).open_session("smtp x", "y")
        session.record(transcript.content(3, b"hello\r\n"))
        waiting: asyncio.Future[Summary] = asyncio.get_running_loop().create_future()
        ledger.deliver = lambda delivery: waiting  # type: ignore[method-assign]
        delivery = asyncio.create_task(session.deliver(b"hello\r\n", ENVELOPE))
        await asyncio.sleep(0)
        session.close("dropped")
        waiting.set_exception(StoreUnavailable("disk full"))
        with pytest.raises(StoreUnavailable):
            await delivery
        return ledger

    facts, segments = asyncio.run(scene()).saved[-1]
    assert facts.outcome == "dropped"
    assert [r.data for s in segments for r in s.records] == [b"hello\r\n.\r\n"]


def test_a_purge_that_takes_long_keeps_no_session_from_being_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pillarbox.box.box.PURGE_EVERY", 0.0)
    purging, done = threading.Event(), threading.Event()

    def purge(hidden_before: datetime) -> int:
        purging.set()
        done.wait(30)
        return 0

    async def scene() -> None:
        ledger = Ledger()
        ledger.purge = purge  # type: ignore[attr-defined]
        box = a_box(ledger)
        session = box.open_session("smtp x", "y")
        session.save()
        house = asyncio.create_task(box.keep_house())
        await asyncio.to_thread(purging.wait, 10)
        ledger.written.clear()
        session.record(client("NOOP"))
        try:
            await asyncio.wait_for(ledger.written.wait(), 10)
        finally:
            done.set()
            house.cancel()

    asyncio.run(scene())


async def deliver_chunks(ledger: Ledger, raw: bytes) -> list[transcript.Record]:
    """Three chunks, the first of them saved before the message was whole; the content of all segments since."""
    session = a_box(ledger).open_session("smtp 127.0.0.1:1025", "127.0.0.1:9")
    session.record(transcript.chunk(1, raw[:5], 5, 0))
    session.save()
    session.record(transcript.chunk(2, raw[5:10], 5, 5))
    session.cut()
    session.record(transcript.last_chunk(3, len(raw) - 10, 10))
    ledger.saved.clear()
    try:
        await session.deliver(raw, ENVELOPE)
        segments = ledger.delivered[0].segments
    except StoreUnavailable:
        session.close("quit")
        segments = ledger.saved[-1][1]
    return [record for segment in segments for record in segment.records]


def test_chunks_are_delivered_as_the_messages_own_and_not_kept_twice() -> None:
    found = asyncio.run(deliver_chunks(Ledger(), b"0123456789abc"))
    assert [(one.message_id, one.data, one.size, one.offset) for one in found] == [
        (transcript.OWN_MESSAGE, b"", 5, 5),
        (transcript.OWN_MESSAGE, b"", 3, 10),
    ]


def test_chunks_of_a_message_that_could_not_be_kept_stay_in_the_transcript() -> None:
    raw = b"0123456789" + b"x" * transcript.KEPT_CONTENT
    found = asyncio.run(deliver_chunks(Ledger(broken=True), raw))
    assert [(one.message_id, one.data, one.size) for one in found] == [
        (None, b"56789", 5),
        (None, raw[10 : transcript.KEPT_CONTENT], transcript.KEPT_CONTENT),
    ]
