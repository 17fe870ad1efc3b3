"""Figures about mail and sessions: the same on both databases as counted one by one in memory."""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from pillarbox.box import MessageQuery, Selection, SessionQuery, Statistics, StatisticsQuery
from pillarbox.box.statistics import (
    TOP,
    Bucket,
    Count,
    Extent,
    Lasted,
    MessageStatistics,
    SessionStatistics,
    Sized,
)
from pillarbox.mail import transcript
from pillarbox.mail.envelope import Envelope, Recipient, Sender
from pillarbox.mail.message import Summary
from pillarbox.mail.session import Facts, Outcome
from pillarbox.storage import considered
from pillarbox.storage.store import SqlStore
from tests.storage.inside import Inside
from tests.storage.mails import NOON, Talk, deliver, delivery, mail, settled
from tests.storage.queries import wanted

HOUR = timedelta(hours=1)
EDGES = tuple(NOON + HOUR * hours for hours in (-30, -20, -3, -2, -1, 0, 1))
PEERS = (
    "127.0.0.1:52114",
    "127.0.0.1:9",
    "10.0.0.7:25",
    "[::1]:52114",
    "[fe80::1]:7",
    "unix:/lmtp2",
    "pid 3 (uid 0)",
)
HELOS = ("app.example", "APP.example", "größe.example", "", "web")
REPLIES = ((220, 250), (220, 250, 354), (220, 250, 451, 550), (220, 535), ())
OUTCOMES: tuple[Outcome, ...] = ("quit", "quit", "dropped", "open", "timeout")


def filled(store: SqlStore, seed: int, number: int) -> None:
    """Sessions with and without mail, mail without a session, and some of it deleted."""
    chance = random.Random(seed)
    mails, ends = [], []
    for _ in range(number):
        at = NOON + HOUR * chance.uniform(-40, 2)
        talk = Talk(chance.choice(PEERS), chance.choice(HELOS))
        talk.facts = replace(talk.facts, started_at=at)
        codes = chance.choice(REPLIES)
        talk.open(store)
        for _ in range(chance.choice((0, 1, 1, 3))):
            sender = chance.choice(("", "a@example.org", "B@example.org", "ä@example.org"))
            to = chance.choices([f"{name}@example.com" for name in "zZyxéwvutsrqp"], k=chance.choice((1, 1, 2, 5)))
            sent = talk.delivery(mail(chance.choice(("invoice", "refund")), "x" * chance.randrange(500)))
            came = replace(
                sent,
                envelope=Envelope(Sender(sender), tuple(map(Recipient, to))),
                received_at=at + timedelta(seconds=chance.randrange(7200)),
                inbox=chance.choice(("default", "shop")),
            )
            mails.append(came if chance.random() < 0.8 else replace(came, key=None, facts=None, segments=()))
        outcome = chance.choice(OUTCOMES)
        ended = (
            None if outcome == "open" else at + timedelta(microseconds=chance.choice((5, 70, chance.randrange(10**10))))
        )
        worst = max(codes, default=None)
        facts = replace(talk.facts, outcome=outcome, ended_at=ended, codes=codes, worst_reply=worst)
        said = [transcript.line(500, "server", "reply", b"%d so\r\n" % code) for code in codes]
        if chance.random() < 0.1:
            facts = replace(facts, greeting=None, helo=None)
        ends.append((talk.key, facts, [talk.segment(*said)] if said else []))
    deliver(store, *mails)
    for end in ends:
        store.save_session(*end)
    settled(store)
    store.delete(Selection(ids=tuple(range(2, 3 * number, 7))))


def every(store: SqlStore, query: StatisticsQuery) -> list[Summary]:
    page = store.messages(MessageQuery(inbox=query.inbox, q=query.q, limit=100_000))
    return [one for one in page.items if query.edges[0] <= one.received_at < query.edges[-1]]


def counted(store: SqlStore, query: StatisticsQuery) -> Statistics:
    """The long way."""
    mails = every(store, query)
    listed = store.sessions(SessionQuery(inbox=query.inbox if query.q is None else None, limit=1000)).items
    if query.q is None:
        heard = [one for one in listed if query.edges[0] <= one.facts.started_at < query.edges[-1]]
    else:
        came_by = {one.session_id for one in mails}
        heard = [one for one in listed if one.id in came_by]
    by_size = [Sized(one.id, one.size) for one in sorted(mails, key=lambda one: (one.size, one.id))]
    between = [
        [one for one in mails if since <= one.received_at < until] for since, until in itertools.pairwise(query.edges)
    ]
    silent = {one.id for one in store.sessions(SessionQuery(without_messages=True, limit=1000)).items}
    return Statistics(
        MessageStatistics(
            messages=len(mails),
            octets=sum(one.size for one in mails),
            buckets=tuple(Bucket(len(some), sum(one.size for one in some)) for some in between),
            senders=named(one.mail_from for one in mails),
            recipients=named(address for one in mails for address in set(one.rcpt_to)),
            median=by_size[(len(by_size) - 1) // 2] if by_size else None,
            largest=by_size[-1] if by_size else None,
        ),
        of_sessions([(one.id, one.facts) for one in heard], silent),
    )


def of_sessions(heard: Sequence[tuple[int, Facts]], silent: set[int]) -> SessionStatistics:
    lasted = [
        Lasted(number, one.peer, one.helo, (one.ended_at - one.started_at) // timedelta(microseconds=1))
        for number, one in heard
        if one.ended_at is not None
    ]
    return SessionStatistics(
        sessions=len(heard),
        silent=sum(number in silent for number, _ in heard),
        outcomes=tuple(sorted(Counter(one.outcome for _, one in heard).items())),
        codes=tuple(sorted(Counter(code for _, one in heard for code in one.codes).items())),
        peers=named(re.sub(r"(?<=[0-9\]]):[0-9]+$", "", one.peer) for _, one in heard),
        helos=named(one.helo or "" for _, one in heard if one.greeting),
        slowest=tuple(sorted(lasted, key=lambda one: (-one.us, -one.id))[:TOP]),
    )


def named(names: Iterable[str]) -> tuple[Count, ...]:
    found = sorted(Counter(names).items(), key=lambda item: (-item[1], item[0].encode()))
    return tuple(Count(*item) for item in found[:TOP])


def test_figures_are_those_of_a_plain_count(store: SqlStore) -> None:
    filled(store, 1, 60)
    found = 0
    for words in ("", "invoice", "from:a@example.org -refund", "larger:400", "code:550", "refund larger:400"):
        for inbox in (None, "shop", "nowhere"):
            query = StatisticsQuery(inbox=inbox, q=wanted(words), edges=EDGES)
            figures = store.statistics(query)
            assert figures == counted(store, query), (words, inbox)
            found += figures.messages.messages
    assert found > 100


def test_the_extent_is_from_the_first_to_the_last_message_or_session(store: SqlStore) -> None:
    assert store.extent(None, None) is None
    talk = Talk()
    talk.open(store)
    settled(store)
    assert store.extent(None, None) == Extent(NOON, NOON)
    for hours in (5, -3, 2):
        deliver(store, replace(delivery(mail(f"Number {hours}")), received_at=NOON + HOUR * hours))
    assert store.extent(None, None) == Extent(NOON - 3 * HOUR, NOON + 5 * HOUR)
    assert store.extent(None, wanted("Number 2")) == Extent(NOON + 2 * HOUR, NOON + 2 * HOUR)
    assert store.extent(None, wanted("nothing")) is None
    assert store.extent("nowhere", None) is None


def test_no_more_than_the_newest_are_looked_at_and_it_is_said(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(considered, "CONSIDERED", 3)
    for number in range(5):
        talk = Talk()
        talk.facts = replace(talk.facts, started_at=NOON + HOUR * number)
        talk.open(store)
        deliver(store, replace(talk.delivery(mail(f"Number {number}")), received_at=NOON + HOUR * number))
    settled(store)
    whole = store.statistics(StatisticsQuery(edges=(NOON, NOON + 9 * HOUR)))
    assert (whole.messages.messages, whole.messages.complete) == (3, False)
    assert (whole.sessions.sessions, whole.sessions.complete) == (3, False)
    late = store.statistics(StatisticsQuery(edges=(NOON + 4 * HOUR, NOON + 9 * HOUR)))
    assert (late.messages.messages, late.messages.complete) == (1, False)
    monkeypatch.setattr(considered, "ENDS", 1)  # the oldest that is looked at came before
    late = store.statistics(StatisticsQuery(edges=(NOON + 4 * HOUR, NOON + 9 * HOUR)))
    assert (late.messages.messages, late.messages.complete) == (1, True)
    # A word finds the newest that have it, however old they are; other conditions are asked of the newest of all.
    first = StatisticsQuery(q=wanted("Number 0"), edges=(NOON, NOON + 9 * HOUR))
    assert (store.statistics(first).messages.messages, store.statistics(first).sessions.sessions) == (1, 1)
    tagged = StatisticsQuery(q=wanted("until:2026-11-23T12:30Z"), edges=(NOON, NOON + 9 * HOUR))
    assert (store.statistics(tagged).messages.messages, store.statistics(tagged).messages.complete) == (0, False)
    monkeypatch.setattr(considered, "CONSIDERED", 5)
    assert store.statistics(StatisticsQuery(edges=(NOON, NOON + 9 * HOUR))).messages.complete


def test_a_session_that_an_older_program_kept_counts_by_its_worst_reply(store: SqlStore, inside: Inside) -> None:
    for codes in ((220, 250, 550), (220, 250)):
        talk = Talk()
        talk.facts = replace(talk.facts, codes=codes, worst_reply=codes[-1])
        talk.open(store)
    settled(store)
    query = StatisticsQuery(edges=(NOON, NOON + HOUR))
    assert store.statistics(query).sessions.codes == ((220, 2), (250, 2), (550, 1))
    inside.run("UPDATE session SET codes = NULL WHERE worst_reply = 550")
    assert store.statistics(query).sessions.codes == ((220, 1), (250, 1), (550, 1))
