"""What a wait asks the index for, on both databases: every message that is like it is among what is found."""

from __future__ import annotations

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from pillarbox.box import MessageQuery
from pillarbox.mail.match import Conditions, HeaderCondition, Seen, holds
from pillarbox.mail.match.verdict import keys
from pillarbox.mail.parse import digest, parse
from pillarbox.storage.store import SqlStore
from tests.counts import count
from tests.storage.queries import wanted
from tests.storage.test_sieve import ADDRESSES, HEADERS, WORDS, Given, given_mails, keep, queries

addresses = st.sampled_from(ADDRESSES).map(str.swapcase) | st.sampled_from(ADDRESSES).map(
    lambda one: "*@" + one.partition("@")[2]
)
parts = st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS), st.integers(0, 3), st.integers(1, 9)).map(
    lambda cut: f"{cut[0]} {cut[1]}"[cut[2] : cut[2] + cut[3]].strip() or "x"
)
conditions = st.builds(
    Conditions,
    inbox=st.sampled_from([None, None, "default", "one", "none"]),
    to=st.none() | addresses,
    from_=st.none() | addresses,
    subject=st.none() | parts,
    headers=st.lists(st.builds(HeaderCondition, st.sampled_from(HEADERS), parts | st.just("")), max_size=1).map(tuple),
    q=st.none() | queries.filter(lambda one: "code:" not in one).map(wanted),
)


@settings(
    max_examples=count("PILLARBOX_SIEVE", 15),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(box=st.lists(given_mails(), min_size=4, max_size=12), asked=st.lists(conditions, min_size=10, max_size=15))
def test_what_a_wait_asks_for_finds_every_message_that_is_like_it(
    store: SqlStore, box: list[Given], asked: list[Conditions]
) -> None:
    cursor = store.messages(MessageQuery(limit=1)).cursor
    kept = keep(store, box)
    seen = [
        Seen(one.summary, parse(raw.raw).headers, digest(raw.raw)) for one, raw in zip(kept.values(), box, strict=True)
    ]
    for like in asked:
        note(str(like))
        page = store.messages(MessageQuery(inbox=like.inbox, q=like.query, after=cursor, limit=500, counted=False))
        held = [one.summary.id for one in seen if holds(like, one)]
        assert set(held) <= {one.id for one in page.items}
        for one in seen:
            assert one.summary.id not in held or like.key in set(keys(one.summary))
