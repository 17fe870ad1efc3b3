"""Sessions and their transcripts, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from pillarbox.box import Selection, SessionKey, SessionPage, SessionQuery
from pillarbox.mail import transcript as transcripts
from pillarbox.mail.session import Auth, Facts, Session, Tls
from pillarbox.storage.store import SqlStore
from tests.storage.inside import Inside, count
from tests.storage.mails import NOON, Talk, deliver, mail, settled

FULL = Facts(
    listener="smtp [::1]:1025",
    peer="[::1]:40000",
    started_at=NOON,
    ended_at=NOON + timedelta(seconds=1, microseconds=1),
    greeting="HELO",
    helo="Straße.example",
    tls=Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", None),
    auth=Auth("PLAIN", "anna"),
    outcome="timeout",
    commands=7,
    errors=2,
    worst_reply=554,
    reason="It said nothing for five minutes.",
)


def save(store: SqlStore, *facts: Facts) -> None:
    for one in facts:
        store.save_session(Talk().key, one, [])
    settled(store)


def ids(page: SessionPage) -> list[int]:
    return [session.id for session in page.items]


def test_every_fact_comes_back(store: SqlStore) -> None:
    save(store, FULL)
    assert store.session(1) == Session(1, FULL, ())


def test_a_session_is_written_once_and_updated(store: SqlStore, inside: Inside) -> None:
    talk = Talk()
    talk.open(store)
    settled(store)
    first = store.session(1)
    assert first is not None
    assert first.facts.outcome == "open"
    (summary,) = deliver(store, talk.delivery())
    talk.close(store)
    settled(store)
    assert count(inside, "session") == 1
    assert summary.session_id == talk.key.id == 1
    session = store.session(1)
    assert session is not None
    assert (session.facts.outcome, session.facts.ended_at, session.messages) == ("quit", NOON, (summary.id,))


def test_several_saves_in_one_batch_are_one_row(store: SqlStore, inside: Inside) -> None:
    talk = Talk()

    async def all_at_once() -> int:
        talk.open(store)
        delivered = store.deliver(talk.delivery())
        second = store.deliver(talk.delivery(mail("second")))
        talk.close(store)
        return (await delivered).id + (await second).id

    assert asyncio.run(all_at_once()) == 3
    settled(store)
    session = store.session(1)
    assert session is not None
    assert session.messages == (1, 2)
    assert (count(inside, "session"), count(inside, "segment")) == (1, 4)


def test_a_transcript_joins_its_segments_in_order(store: SqlStore) -> None:
    talk = Talk()
    talk.open(store)
    raw = mail(body="x" * 5000)
    (summary,) = deliver(store, talk.delivery(raw))
    talk.close(store)
    settled(store)
    transcript = store.transcript(1)
    assert transcript is not None
    assert transcript.complete
    assert [entry.seq for entry in transcript.entries] == [0, 1, 2, 3, 4]
    assert [entry.verb or entry.code or entry.kind for entry in transcript.entries] == [
        220,
        "EHLO",
        "DATA",
        "data",
        "disconnect",
    ]
    content = transcript.entries[3]
    assert (content.message_id, content.size, content.raw) == (summary.id, len(raw), None)
    stored = store.message(summary.id)
    assert stored is not None
    assert stored.segment == 1


def test_a_transcript_of_an_open_session_is_not_complete(store: SqlStore) -> None:
    Talk().open(store)
    settled(store)
    transcript = store.transcript(1)
    assert transcript is not None
    assert not transcript.complete
    assert len(transcript.entries) == 2


def test_a_part_of_a_transcript_reads_only_the_segments_that_hold_it(store: SqlStore, inside: Inside) -> None:
    talk = Talk()
    talk.open(store)
    noops = [transcripts.line(1000 + n, "client", "command", b"NOOP %d\r\n" % n) for n in range(40)]
    for start in range(0, 40, 10):
        store.save_session(talk.key, talk.facts, [talk.segment(*noops[start : start + 10])])
    settled(store)
    whole = store.transcript(1)
    assert whole is not None
    for start, limit in ((0, 42), (0, 1), (1, 5), (11, 2), (12, 10), (13, 30), (41, 9)):
        part = store.lines(1, start, limit)
        assert part is not None
        assert part.entries == whole.entries[start : start + limit]
        assert part.before == (whole.entries[start - 1] if start else None)
        assert (part.total, part.complete) == (42, False)
    inside.run("UPDATE segment SET encoding = 'unreadable' WHERE seq IN (0, 1, 2)")
    part = store.lines(1, 33, 4)
    assert part is not None
    assert [entry.text for entry in part.entries] == ["NOOP 31", "NOOP 32", "NOOP 33", "NOOP 34"]


def test_a_part_past_the_end_is_empty_and_says_how_many_there_are(store: SqlStore) -> None:
    Talk().open(store)
    store.save_session(SessionKey(), FULL, [])
    settled(store)
    past = store.lines(1, 10**12, 5)
    assert past is not None
    assert (past.entries, past.total) == ((), 2)
    nothing = store.lines(2, 0, 5)
    assert nothing is not None
    assert (nothing.entries, nothing.total, nothing.complete) == ((), 0, True)
    assert store.lines(3, 0, 5) is None
    assert store.lines(2**64, 0, 5) is None


def test_a_part_that_ends_within_a_message_in_chunks_knows_the_message(store: SqlStore) -> None:
    talk = Talk()
    talk.open(store)
    raw = mail()
    for at in range(2):
        chunk = transcripts.chunk(1000 + at, raw[at * 5 :], 5, at * 5)
        store.save_session(talk.key, talk.facts, [talk.segment(chunk)])
    rest = talk.segment(transcripts.last_chunk(2000, len(raw) - 10, 10))
    (summary,) = deliver(store, replace(talk.delivery(raw), segments=(rest,)))
    part = store.lines(1, 2, 1)
    assert part is not None
    assert [(entry.message_id, entry.offset, entry.raw) for entry in part.entries] == [(summary.id, 0, None)]
    assert part.total == 5


def test_a_segment_says_where_it_begins(store: SqlStore) -> None:
    talk = Talk()
    talk.open(store)
    (summary,) = deliver(store, talk.delivery())
    stored = store.message(summary.id)
    assert stored is not None
    assert stored.segment is not None
    assert store.segment_start(1, stored.segment) == 2
    assert store.segment_start(1, 9) is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (SessionQuery(), [4, 3, 2, 1]),
        (SessionQuery(outcome="timeout"), [2]),
        (SessionQuery(outcome="quit"), [4, 3]),
        (SessionQuery(outcome="open"), [1]),
        (SessionQuery(peer="127.0.0.1"), [4, 3, 1]),
        (SessionQuery(peer="%"), []),
        (SessionQuery(helo="CLIENT"), [4, 3, 1]),
        (SessionQuery(helo="_"), []),
        (SessionQuery(user="anna"), [2]),
        (SessionQuery(user="ann"), []),
        (SessionQuery(tls=True), [2]),
        (SessionQuery(tls=False), [4, 3, 1]),
        (SessionQuery(since=NOON + timedelta(hours=1)), [4]),
        (SessionQuery(until=NOON + timedelta(hours=1)), [3, 2, 1]),
        (SessionQuery(without_messages=True), [4, 2, 1]),
        (SessionQuery(outcome="quit", peer="127", without_messages=True), [4]),
    ],
)
def test_sessions_are_chosen_by_what_they_are(store: SqlStore, query: SessionQuery, expected: list[int]) -> None:
    Talk().open(store)
    save(store, FULL)
    talk = Talk()
    deliver(store, talk.delivery())
    talk.close(store)
    late = Talk()
    late.facts = replace(late.facts, started_at=NOON + timedelta(hours=1))
    late.close(store)
    settled(store)
    page = store.sessions(query)
    assert (ids(page), page.total, page.cursor) == (expected, len(expected), 4)


def test_sessions_are_paged_by_key(store: SqlStore) -> None:
    for _ in range(5):
        Talk().open(store)
    settled(store)
    first = store.sessions(SessionQuery(limit=2))
    assert (ids(first), first.next, first.total, first.total_exact) == ([5, 4], 4, 5, True)
    assert ids(store.sessions(SessionQuery(limit=2, before=first.next))) == [3, 2]
    assert store.sessions(SessionQuery(limit=2, before=2)).next is None


def test_a_session_whose_mail_was_deleted_has_still_delivered(store: SqlStore) -> None:
    talk = Talk()
    deliver(store, talk.delivery())
    store.delete(Selection(all=True))
    assert store.sessions(SessionQuery(without_messages=True)).items == ()
    session = store.session(1)
    assert session is not None
    assert session.messages == ()
