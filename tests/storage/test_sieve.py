"""Random queries over random mail: each database finds what the plain filter lets through, no more and no less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from pillarbox.box import Change, MessageQuery, Selection
from pillarbox.mail.envelope import Envelope, Recipient, Sender
from pillarbox.mail.message import Summary
from pillarbox.mail.parse import digest
from pillarbox.mail.query.sieve import Candidate, asks_content, passes
from pillarbox.storage.store import SqlStore
from tests.counts import count
from tests.storage.mails import NOON, Talk, deliver, delivery
from tests.storage.queries import wanted

WORDS = (
    "invoice", "invoices", "Invoice-2024", "in", "voice", "an", "anna", "annabel", "café", "straße", "x-1", "x",
    "100", "o'hara", "заказ", "Заказы", "за", "größe", "订单确认", "确认", "单", "東京都", "京都", "ご注文", "注文",
    "주문확인", "확인", "ﬁne", "№", "&", "col:", "NEAR(", "^", "*", '""', "snake_case", "😀", "e\u0301te", "カ\u3099",
    "abcabc", "aba",
)  # fmt: skip
ADDRESSES = (
    "anna@example.org", "annabel@example.org", "ANNA@Example.org", "bob+x@example.com", "o'hara@sub.example.com",
    "заказ@example.org", "a@b.co", "a.b@co", "invoice@in.example", "东京@example.org",
)  # fmt: skip
NAMES = ("Anna", "Anna Bell", "Заказ", "東京都", "", "bob", "Example Org", "o'hara")
FILES = ("invoice.pdf", "Invoice-2024.PDF", "заказ.txt", "订单.csv", "a.b", "in voice.pdf")
HEADERS = ("X-Mailer", "X-Invoice", "x-mailer", "X.Odd~Name", "Received")

texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
mailboxes = st.tuples(st.sampled_from(NAMES), st.sampled_from(ADDRESSES)).map(lambda one: f'"{one[0]}" <{one[1]}>')


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A message to be kept, and how it is to be marked. `codes` are the marks of its session's replies."""

    raw: bytes
    envelope: Envelope
    received_at: datetime
    inbox: str
    tags: tuple[str, ...]
    read: bool
    pinned: bool
    codes: frozenset[str]


@st.composite
def mails(draw: st.DrawFn) -> bytes:
    lines = [f"From: {draw(mailboxes)}", f"Subject: {draw(texts)}"]
    for name, most in (("To", 1), ("Cc", 2), ("Reply-To", 1)):
        listed = draw(st.lists(mailboxes, max_size=most))
        lines += [f"{name}: {', '.join(listed)}"] if listed else []
    lines += [
        f"{name}: {value}" for name, value in draw(st.lists(st.tuples(st.sampled_from(HEADERS), texts), max_size=3))
    ]
    kind = draw(st.sampled_from(["plain", "html"]))
    body = draw(st.lists(texts, max_size=3).map("\r\n".join))
    part = f"Content-Type: text/{kind}; charset=utf-8\r\n\r\n{body}\r\n"
    files = draw(st.lists(st.sampled_from(FILES), max_size=2))
    if files:
        attached = [
            f'Content-Type: text/csv\r\nContent-Disposition: attachment; filename="{one}"\r\n\r\n1\r\n' for one in files
        ]
        inside = "--b\r\n".join(["", part, *attached])
        part = f"Content-Type: multipart/mixed; boundary=b\r\n\r\n{inside}--b--\r\n"
    return ("\r\n".join(["MIME-Version: 1.0", *lines, ""]) + part).encode()


@st.composite
def given_mails(draw: st.DrawFn) -> Given:
    recipients = draw(st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=3))
    return Given(
        raw=draw(mails()),
        envelope=Envelope(Sender(draw(st.sampled_from(("", *ADDRESSES)))), tuple(map(Recipient, recipients))),
        received_at=NOON - timedelta(hours=draw(st.integers(0, 3))),
        inbox=draw(st.sampled_from(["default", "one", "two.x"])),
        tags=tuple(draw(st.sets(st.sampled_from(["red", "büro"])))),
        read=draw(st.booleans()),
        pinned=draw(st.booleans()),
        codes=draw(
            st.sampled_from([frozenset(), frozenset({"code550", "code5xx"}), frozenset({"code250", "code2xx"})])
        ),
    )


pieces = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(ADDRESSES),
    st.tuples(st.sampled_from([*WORDS, *ADDRESSES, *FILES]), st.sampled_from([0, 0, 1, 2, 4]), st.integers(2, 9)).map(
        lambda cut: cut[0][cut[1] : cut[1] + cut[2]]
    ),
).filter(lambda piece: any(character.isalnum() for character in piece))
bare = pieces.map(lambda piece: piece.translate(dict.fromkeys(map(ord, '"():- ^*'))) or "x")
phrases = st.lists(pieces, min_size=1, max_size=3).map(lambda some: '"' + " ".join(some).replace('"', "") + '"')
values = bare | phrases
leaves = st.one_of(
    values,
    st.tuples(st.sampled_from(["subject", "from", "to", "cc", "bcc", "filename", "body"]), values).map(":".join),
    st.tuples(st.sampled_from(HEADERS), values).map(lambda one: f"header:{one[0]}={one[1]}"),
    st.sampled_from(HEADERS).map(lambda name: f"header:{name}"),
    st.sampled_from(
        [
            "is:unread",
            "is:read",
            "is:pinned",
            "has:attachment",
            "has:html",
            "has:lint",
            "inbox:one",
            "inbox:Two.X",
            "inbox:none",
            "tag:red",
            "tag:büro",
            "tag:none",
            "since:2026-11-23T11:00:00Z",
            "until:2026-11-23T12:00:00Z",
            "newer:90m",
            "older:90m",
            "larger:400",
            "smaller:400",
            "session:1",
            "session:3",
            "code:550",
            "code:5xx",
            "code:250",
            "code:421",
            "message-id:nothing",
        ]
    ),
)
queries = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(" ".join),
        st.lists(inner.map(lambda one: f"({one})"), min_size=2, max_size=3).map(" OR ".join),
        inner.map(lambda one: f"-({one})"),
    ),
    max_leaves=4,
)


@settings(
    max_examples=count("PILLARBOX_SIEVE", 15),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(box=st.lists(given_mails(), min_size=4, max_size=12), asked=st.lists(queries, min_size=20, max_size=30))
def test_random_queries_find_what_the_plain_filter_lets_through(
    store: SqlStore, box: list[Given], asked: list[str]
) -> None:
    cursor = store.messages(MessageQuery(limit=1)).cursor
    kept = keep(store, box)
    for query in asked:
        note(query)
        tree = wanted(query)
        page = store.messages(MessageQuery(q=tree, after=cursor))
        expected = [message_id for message_id, one in kept.items() if passes(one, tree)]
        assert [one.id for one in reversed(page.items)] == expected, (query, tree)
        assert (page.total, page.total_exact) == (len(expected), True)
        if not asks_content(tree):
            rows = [message_id for message_id, one in kept.items() if passes(replace(one, digest=None), tree)]
            assert rows == expected


def keep(store: SqlStore, box: Sequence[Given]) -> dict[int, Candidate]:
    """Deliver them, marked and tagged; by id as the filter must see them. Every other session stays open."""
    deliveries = []
    talks: list[Talk | None] = []
    for one in box:
        talk = None
        made = replace(delivery(one.raw, inbox=one.inbox), envelope=one.envelope, received_at=one.received_at)
        if one.codes:
            talk = Talk()
            talk.open(store)
            reply = b"550 no\r\n" if "code550" in one.codes else b"250 yes\r\n"
            segments = talk.delivery(one.raw, reply).segments
            made = replace(made, key=talk.key, facts=talk.facts, segments=segments)
        deliveries.append(made)
        talks.append(talk)
    summaries = deliver(store, *deliveries)
    for number, talk in enumerate(talks):
        if talk is not None and number % 2:
            talk.close(store)
    return {summary.id: marked(store, one, summary) for one, summary in zip(box, summaries, strict=True)}


def marked(store: SqlStore, one: Given, summary: Summary) -> Candidate:
    store.change(Selection(ids=(summary.id,)), Change(read=one.read, pinned=one.pinned, tags=one.tags))
    # The greeting of a Talk has a 220, which makes no difference to what is asked for but the class.
    codes = one.codes | {"code2xx"} if one.codes else one.codes
    row = summary._replace(read=one.read, pinned=one.pinned, tags=one.tags)
    return Candidate(row, digest(one.raw), codes)
