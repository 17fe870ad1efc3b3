"""The promises of the store, on both databases: what was acknowledged is there, whole, listed and found."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pillarbox.box import Counts, MessageQuery, Selection, SessionKey
from pillarbox.errors import StoreUnavailable
from pillarbox.events import Event
from pillarbox.mail.envelope import Envelope, Recipient, Sender
from pillarbox.mail.message import Addr, Summary
from pillarbox.storage.store import SqlStore
from tests.storage.inside import Inside, count, counters, totals
from tests.storage.mails import NOON, Talk, deliver, delivery, mail, settled, try_to_deliver
from tests.storage.queries import wanted


def test_a_new_store_is_empty(store: SqlStore) -> None:
    page = store.messages(MessageQuery())
    assert (page.items, page.next, page.total, page.total_exact, page.cursor) == ((), None, 0, True, 0)
    assert store.counts() == Counts(messages=0, unread=0, bytes=0, sessions=0)
    assert [(one.name, one.total, one.unread) for one in store.inboxes()] == [("default", 0, 0)]
    assert store.last_event_id() == 0
    store.ping()


def test_a_delivery_is_answered_with_its_row(store: SqlStore) -> None:
    raw = mail("Grüße", headers="Cc: C <c@example.net>\r\nReply-To: r@example.org\r\nMessage-ID: <1@example.org>\r\n")
    (summary,) = deliver(store, delivery(raw, "BOB@example.com", "hidden@example.com"))
    assert summary == Summary(
        id=1,
        inbox="default",
        session_id=None,
        received_at=NOON,
        size=len(raw),
        mail_from="anna@example.org",
        rcpt_to=("BOB@example.com", "hidden@example.com"),
        from_=(Addr("Anna", "anna@example.org"),),
        to=(Addr("Bob", "bob@example.com"),),
        cc=(Addr("C", "c@example.net"),),
        bcc=("hidden@example.com",),
        reply_to=(Addr("", "r@example.org"),),
        subject="Grüße",
        date=None,
        message_id="1@example.org",
        snippet="Good morning.",
        attachment_count=0,
        lint_count=2,
        read=False,
        pinned=False,
        tags=(),
    )


def test_the_row_read_later_equals_the_answer(store: SqlStore) -> None:
    (summary,) = deliver(store, delivery(mail(headers="Date: Mon, 23 Nov 2026 10:00:00 +0100\r\n")))
    stored = store.message(summary.id)
    assert stored is not None
    assert stored.summary == summary
    assert stored.summary.date == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert store.messages(MessageQuery()).items == (summary,)


def test_the_envelope_keeps_its_parameters(store: SqlStore) -> None:
    envelope = Envelope(
        Sender("", {"SIZE": "100", "SMTPUTF8": True}),
        (Recipient("a@x", {"NOTIFY": "SUCCESS,FAILURE", "ORCPT": "rfc822;A@x"}), Recipient("a@x")),
    )
    (summary,) = deliver(store, replace(delivery(), envelope=envelope))
    stored = store.message(summary.id)
    assert stored is not None
    assert stored.envelope == envelope
    assert stored.segment is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no line end",
        b"\r\n",
        b"Subject: 8 bit \xff\xfe\r\n\r\n\x00\x00\xed\xa0\x80",
        mail(body="dots\r\n.\r\n..\r\n.end"),
        bytes(range(256)) * 40,
        b"A" * 100_000,
    ],
    ids=["nothing", "no-line-end", "only-a-line-end", "NUL-and-surrogates", "dots", "all-octets", "compressible"],
)
def test_the_bytes_come_back_as_they_were(store: SqlStore, raw: bytes) -> None:
    (summary,) = deliver(store, delivery(raw))
    assert store.raw(summary.id) == raw
    assert summary.size == len(raw)


def test_large_and_incompressible_content_comes_back_as_it_was(store: SqlStore, inside: Inside) -> None:
    raw = mail() + random.Random(25).randbytes(25 * 1024 * 1024)
    (summary,) = deliver(store, delivery(raw))
    assert store.raw(summary.id) == raw
    ((encoding, sha256),) = inside.rows("SELECT encoding, sha256 FROM raw JOIN message ON message.id = raw.message_id")
    assert (encoding, bytes(sha256)) == ("identity", hashlib.sha256(raw).digest())


def test_text_is_kept_compressed(store: SqlStore, inside: Inside) -> None:
    raw = mail(body="the same words again and again\r\n" * 1000)
    deliver(store, delivery(raw))
    ((encoding, body),) = inside.rows("SELECT encoding, body FROM raw")
    assert encoding == "zstd"
    assert len(bytes(body)) < len(raw) / 10


def test_nothing_that_a_database_refuses_reaches_it(store: SqlStore) -> None:
    talk = Talk(helo="bad \x00 \udcff name")
    talk.open(store)
    raw = b"From: \x00\xed\xa0\x80 <\x00@x>\r\nSubject: =?utf-8?q?=00=ED=A0=80?= \x00 \xff\r\n\r\n\x00body\xed\xb2\x80"
    evil = Envelope(Sender("\udc80\x00@x", {"X\x00": "\udcff"}), (Recipient("\x00\udcff@y", {"\udc80": "\x00"}),))
    (summary,) = deliver(store, replace(talk.delivery(raw), envelope=evil))
    stored = store.message(summary.id)
    assert stored is not None
    assert stored.summary == summary
    assert stored.envelope.mail_from == Sender("\ufffd\ufffd@x", {"X\ufffd": "\ufffd"})
    assert stored.envelope.rcpt_to == (Recipient("\ufffd\ufffd@y", {"\ufffd": "\ufffd"}),)
    assert summary.session_id is not None
    session = store.session(summary.session_id)
    assert session is not None
    assert session.facts.helo == "bad \ufffd \ufffd name"
    assert store.raw(summary.id) == raw


def test_long_strings_are_cut_to_their_columns(store: SqlStore) -> None:
    headers = f"Message-ID: <{'m' * 2000}@x>\r\nCc: {'n' * 3000} <{'a' * 3000}@x>\r\n"
    (summary,) = deliver(store, delivery(mail("s" * 5000, headers=headers)))
    assert summary.subject == "s" * 1000
    assert summary.message_id == "m" * 1000
    assert summary.cc == (Addr("n" * 1000, "a" * 1000),)
    assert store.messages(MessageQuery()).items == (summary,)


def test_what_is_handed_in_together_is_committed_together(store: SqlStore, events: list[Event]) -> None:
    published: list[list[int | None]] = []
    store._writer._publish = lambda told: published.append([event.id for event in told])
    summaries = deliver(store, *(delivery(mail(str(number))) for number in range(200)))
    assert [summary.id for summary in summaries] == list(range(1, 201))
    assert [summary.subject for summary in summaries] == [str(number) for number in range(200)]
    settled(store)
    assert len(published) < 100, "nearly every message had a commit of its own"
    told = [event_id for batch in published for event_id in batch]
    assert told == sorted(told, key=lambda event_id: event_id or 0)


def test_a_delivery_is_on_disk_listed_and_found_when_it_is_answered(store: SqlStore, inside: Inside) -> None:
    async def look_at_the_answer() -> None:
        for number in range(20):
            summary = await store.deliver(delivery(mail(f"number{number}")))
            assert inside.rows(f"SELECT count(*) FROM raw WHERE message_id = {summary.id}") == [(1,)]
            assert store.messages(MessageQuery()).items[0] == summary
            assert store.messages(MessageQuery(q=wanted(f"number{number}"))).items == (summary,)

    asyncio.run(look_at_the_answer())


def test_one_that_the_database_refuses_does_not_hurt_its_neighbours(store: SqlStore, inside: Inside) -> None:
    inside.refuse("message", "subject", "poison")
    subjects = ["one", "two", "poison", "three", "poison", "four"]
    talks = [Talk() for _ in subjects]
    answers = try_to_deliver(store, [talk.delivery(mail(s)) for talk, s in zip(talks, subjects, strict=True)])
    assert [isinstance(answer, StoreUnavailable) for answer in answers] == [s == "poison" for s in subjects]
    kept = [answer for answer in answers if isinstance(answer, Summary)]
    assert tuple(reversed(kept)) == store.messages(MessageQuery()).items
    assert [store.messages(MessageQuery(q=wanted(s))).total for s in subjects] == [1, 1, 0, 1, 0, 1]
    assert count(inside, "raw") == count(inside, "session") == 4
    assert counters(inside) == totals(inside)
    store.ping()
    assert [talk.key.id is None for talk in talks] == [s == "poison" for s in subjects]


def test_a_store_that_is_closed_refuses_and_has_kept_what_it_was_given(
    url: str, open_at: Callable[[str], SqlStore]
) -> None:
    store = open_at(url)

    async def close_behind_a_crowd() -> list[Summary]:
        crowd = [store.deliver(delivery(mail(str(number)))) for number in range(50)]
        await asyncio.to_thread(store.close)
        with pytest.raises(StoreUnavailable):
            await store.deliver(delivery())
        return [await one for one in crowd]

    kept = asyncio.run(close_behind_a_crowd())
    assert {one.id for one in open_at(url).messages(MessageQuery(limit=500)).items} == {one.id for one in kept}


def test_ids_go_on_after_a_restart_and_after_a_purge(url: str, open_at: Callable[[str], SqlStore]) -> None:
    first = open_at(url)
    (summary,) = deliver(first, delivery())
    first.delete(Selection(all=True))
    assert first.purge(datetime.now(UTC)) == 1
    first.close()
    (later,) = deliver(open_at(url), delivery())
    assert later.id > summary.id


def test_an_inbox_is_made_when_its_first_message_comes(store: SqlStore, events: list[Event]) -> None:
    deliver(store, delivery(inbox="orders"), delivery(inbox="orders"), delivery())
    assert [(one.name, one.total, one.unread, one.expires_at) for one in store.inboxes()] == [
        ("default", 1, 1, None),
        ("orders", 2, 2, None),
    ]
    settled(store)
    assert sorted(str(event.inbox) for event in events if event.kind == "inbox.changed") == ["orders"]


def test_counters_equal_what_they_count(store: SqlStore, inside: Inside) -> None:
    talk = Talk()
    talk.open(store)
    deliver(store, talk.delivery(), *(delivery(mail(body="x" * n), inbox=f"box{n % 3}") for n in range(30)))
    assert counters(inside) == totals(inside)
    assert store.counts().messages == 31


def test_an_id_that_no_column_holds_is_not_there(store: SqlStore) -> None:
    deliver(store, delivery())
    for number in (0, -1, 2, 2**63, 2**80):
        assert store.message(number) is None
        assert store.raw(number) is None
        assert store.session(number) is None
        assert store.transcript(number) is None
    assert len(store.messages(MessageQuery(before=2**80)).items) == 1
    assert store.messages(MessageQuery(after=2**80)).items == ()


def test_a_session_key_learns_its_id_after_the_commit(store: SqlStore, inside: Inside) -> None:
    talk = Talk()
    assert talk.key.id is None
    talk.open(store)
    settled(store)
    assert inside.rows("SELECT id FROM session") == [(talk.key.id,)]
    assert SessionKey().id is None
