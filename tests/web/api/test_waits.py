"""Waits over HTTP: what counts, how many, since when, and what happens to mail meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest

from pillarbox.box import Change, Selection
from pillarbox.events import RESET, Event
from pillarbox.mail import transcript
from tests.web.shapes import assert_shape
from tests.web.waits import Waits, ids, mail
from tests.web.world import LIMIT

# What counts


def test_mail_that_is_there_answers_at_once_and_whole(box: Waits) -> None:
    kept = box.take()
    answer = assert_shape(box.get(to="ada@example.org", timeout=20), "waitForMessages")
    assert answer["messages"] == [box.world.client.get(f"/api/v1/messages/{kept}").json()]
    assert answer["cursor"] == str(kept)
    assert 0 <= answer["waited_ms"] < 1000 * LIMIT


def test_mail_that_comes_answers_when_it_is_committed(box: Waits) -> None:
    waiting = box.begin(subject="welcome")
    other, kept = box.take(mail("Else")), box.take()
    assert ids(waiting) == [kept] != [other]


@pytest.mark.parametrize(
    ("params", "other"),
    [
        ({"to": "ADA@example.org"}, {"to": "bob@example.org"}),
        ({"to": "hidden@example.net"}, {"to": "*@example.com"}),
        ({"to": "*@example.net"}, {"to": "hidden@example.org"}),
        ({"from_": "shop@EXAMPLE.org"}, {"from_": "ada@example.org"}),
        ({"from_": "bounce@example.org"}, {"from_": "*@example.net"}),
        ({"subject": "ORDER, no. 7"}, {"subject": "order no. 7"}),
        ({"header": "x-test: 4711"}, {"header": "X-Test:4712"}),
        ({"header": ["X-Test:47", "X-Run:"]}, {"header": ["X-Test:47", "X-None:"]}),
        ({"q": "unusual header:X-Run=1"}, {"q": "unusual -from:shop"}),
        ({"q": "is:unread"}, {"q": "is:pinned"}),
        ({"to": "ada@example.org", "q": "body:unusual"}, {"to": "ada@example.org", "q": "body:usual"}),
    ],
    ids=str,
)
def test_each_condition_lets_through_what_it_says_whether_it_is_there_or_comes(
    box: Waits, params: dict[str, Any], other: dict[str, Any]
) -> None:
    raw = mail("Your Order, No. 7", "X-Test: a 4711", "X-Run: 1", body="most unusual")
    recipients = ("ada@example.org", "hidden@example.net")
    waiting = box.begin(**params)
    kept = box.take(raw, *recipients)
    assert ids(waiting) == box.found(**params) == [kept]
    assert box.found(after=kept - 1, **params) == [kept]
    assert box.unmet(**other)["nearest"][0]["id"] == kept
    missing = box.begin(**other, timeout=0.2)
    box.take(raw, *recipients)
    assert missing.result(LIMIT).status_code == 409


def test_an_inbox_is_waited_for_by_itself(box: Waits) -> None:
    box.world.take(mail("Welcome"), inbox="elsewhere")
    problem = box.unmet(subject="Welcome")
    assert problem["nearest"][0]["failed"] == [{"condition": "inbox", "wanted": box.inbox, "actual": "elsewhere"}]


def test_a_large_message_is_waited_for_by_its_words(box: Waits) -> None:
    body = "padding " * 20_000
    waiting = box.begin(q="body:needle", header="X-Test:1")
    box.take(mail("Large", "X-Test: 1", body=body))
    kept = box.take(mail("Large", "X-Test: 1", body=f"{body} needle"))
    assert ids(waiting) == [kept]


def test_replies_of_its_session_are_waited_for(box: Waits) -> None:
    waiting = box.begin(inbox=None, q="code:5.1.9")
    refused = [
        transcript.line(1_000, "client", "command", b"RCPT TO:<x>\r\n"),
        transcript.line(1_100, "server", "reply", b"550 5.1.9 No\r\n"),
    ]
    told = box.world.talk(mail("With a refusal"), records=refused)
    assert ids(waiting) == [told.messages[0].id]


# How many, and since when


def test_a_count_is_the_least_and_all_that_are_there_come_oldest_first(box: Waits) -> None:
    first, second = box.take(), box.take()
    waiting = box.begin(count=3)
    third = box.take()
    assert ids(waiting) == [first, second, third]
    assert box.found(count=2) == [first, second, third]


def test_after_a_cursor_nothing_is_missed_and_nothing_seen_twice(box: Waits) -> None:
    kept = [box.take(mail(f"number {number}")) for number in range(3)]
    cursor = box.get(subject="number 0").json()["cursor"]
    seen = [int(cursor)]
    for _ in range(2):
        answer = box.get(after=cursor, to="ada@example.org").json()
        seen += [one["id"] for one in answer["messages"]]
        cursor = answer["cursor"]
        if seen == kept:
            break
    assert seen == kept
    waiting = box.begin(after=cursor)
    late = box.take()
    assert ids(waiting) == [late]


def test_the_cursor_of_an_answer_is_its_last_message_so_that_what_came_since_is_still_to_come(box: Waits) -> None:
    first, second = box.take(mail("first")), box.take(mail("second"))
    answer = box.get(subject="first").json()
    assert answer["cursor"] == str(first)
    assert box.found(after=answer["cursor"]) == [second]


def test_the_cursor_of_a_list_goes_with_a_wait(box: Waits) -> None:
    box.take()
    cursor = box.world.client.get("/api/v1/messages").json()["cursor"]
    assert box.unmet(after=cursor)["cursor"] == cursor
    waiting = box.begin(after=cursor)
    late = box.take()
    assert ids(waiting) == [late]


def test_two_waits_for_the_same_see_the_same(box: Waits) -> None:
    waits = [box.begin(header="X-Test:1"), box.begin(header="X-Test:1"), box.begin(q="header:x-test=1")]
    kept = box.take(mail("Both", "X-Test: 1"))
    assert [ids(waiting) for waiting in waits] == [[kept]] * 3


def test_more_than_an_answer_holds_are_gone_through_by_the_cursor(box: Waits) -> None:
    kept = [box.take() for _ in range(60)]
    assert box.found() == kept[-50:]
    first = box.get(after=kept[0] - 1).json()
    assert [one["id"] for one in first["messages"]] == kept[:50]
    assert box.found(after=first["cursor"]) == kept[50:]
    assert box.found(count=60) == kept


# What it costs


def test_a_message_is_read_and_parsed_once_for_all_that_wait_for_it(
    box: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = box.world.box.store
    raw, read = store.raw, list[int]()

    def counted(message_id: int) -> bytes | None:
        read.append(message_id)
        return raw(message_id)

    monkeypatch.setattr(store, "raw", counted)
    waits = [box.begin(q=f"-word{number} body:hello", header="X-Test:1") for number in range(8)]
    kept = box.take(mail("Once", "X-Test: 1"))
    assert [ids(waiting) for waiting in waits] == [[kept]] * 8
    assert read == [kept]


def test_what_the_row_can_tell_is_told_without_reading_the_message(box: Waits, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = box.take()
    waiting = box.begin(to="nobody@example.org", q="body:hello")
    monkeypatch.setattr(box.world.box.store, "raw", None)
    box.take()
    assert not waiting.done()
    monkeypatch.undo()
    last = box.take(mail(to="nobody@example.org"), "nobody@example.org")
    assert ids(waiting) == [last] != [kept]


# What happens to mail meanwhile


def test_a_message_that_is_deleted_before_there_are_enough_does_not_count(box: Waits) -> None:
    first = box.take()
    waiting = box.begin(count=2)
    box.world.box.delete(Selection(ids=(first,)))
    second = box.take()
    third = box.take()
    assert ids(waiting) == [second, third]


def test_restored_mail_counts_again_but_not_after_a_cursor_that_has_passed_it(box: Waits) -> None:
    kept = box.take()
    box.world.box.delete(Selection(ids=(kept,)))
    waiting, late = box.begin(), box.begin(after=kept)
    box.world.box.restore([kept])
    assert ids(waiting) == [kept]
    new = box.take()
    assert ids(late) == [new]


def test_a_mark_that_is_waited_for_is_seen_when_it_is_set(box: Waits) -> None:
    kept = box.take()
    waiting = box.begin(q="tag:done is:read")
    box.world.box.change(Selection(ids=(kept,)), Change(read=True, tags=("done",)))
    answer = waiting.result(LIMIT).json()
    assert [(one["id"], one["read"], one["tags"]) for one in answer["messages"]] == [(kept, True, ["done"])]


def test_when_events_are_lost_the_store_is_looked_into_again(box: Waits, monkeypatch: pytest.MonkeyPatch) -> None:
    bus = box.world.box.bus
    waiting = box.begin(count=2)
    first = box.take()
    lost = threading.Event()

    def lose_them(events: Sequence[Event]) -> None:
        if any(event.summary is not None and event.summary.id > first for event in events):
            lost.set()

    with monkeypatch.context() as deaf:
        deaf.setattr(bus, "publish", lose_them)
        second = box.take()
        assert lost.wait(LIMIT)

    async def lose() -> None:
        bus.publish([RESET])

    box.world.run(lose())
    assert ids(waiting) == [first, second]
