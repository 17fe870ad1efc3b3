"""What stands in the log of a test whose mail did not come, word for word."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pillarbox.mail.match import Conditions, Failed, HeaderCondition
from pillarbox.mail.match.explanation import Explanation
from pillarbox.mail.match.refusal import RefusedSession
from pillarbox.mail.match.sentence import described, sentence
from pillarbox.mail.match.verdict import Near
from pillarbox.mail.query import parse
from tests.mail.match.rows import NOON, row

WANTED = Conditions(to="ada@example.org", subject="Welcome")
SMTP = "127.0.0.1:1025"


def said(wanted: Conditions = WANTED, **more: Any) -> str:
    newest = row(42, received_at=NOON + timedelta(seconds=1))
    found: dict[str, Any] = {"nearest": (), "refused": (), "bearing": "other", "newest": newest}
    why = Explanation(**{name: more.pop(name, value) for name, value in found.items()})
    facts: dict[str, Any] = {"after": None, "count": 1, "found": 0, "timeout": 10.0, "began": NOON, "smtp": SMTP}
    return sentence(wanted, why, **(facts | more))


def test_of_an_empty_box_it_says_where_the_mail_should_go() -> None:
    assert said(newest=None) == (
        "No message to ada@example.org with “Welcome” in its subject came within 10 s. "
        "The box is empty: does the program send its mail to 127.0.0.1:1025, and did it get there?"
    )


def test_the_nearest_message_is_told_with_all_that_it_fails() -> None:
    failed = (Failed("to", "ada@example.org", "bob@example.org"), Failed("subject", "Welcome", "Your invoice"))
    assert said(nearest=[Near(row(42, subject="Your invoice"), failed)]) == (
        "No message to ada@example.org with “Welcome” in its subject came within 10 s. The nearest is message 42: "
        "it is to bob@example.org, not to ada@example.org, and its subject is “Your invoice”, without “Welcome”."
    )


def test_when_nothing_came_meanwhile_that_is_said_first() -> None:
    near = Near(row(41, subject="Welcome"), (Failed("to", "ada@example.org", "bob@example.org"),))
    assert said(timeout=2.5, newest=row(41, received_at=NOON - timedelta(minutes=3)), nearest=[near]) == (
        "No message to ada@example.org with “Welcome” in its subject came within 2.5 s. Nothing else came meanwhile "
        "either. The nearest is message 41, “Welcome”: it is to bob@example.org, not to ada@example.org."
    )


def test_what_was_refused_is_told_as_the_usual_reason() -> None:
    refused = [RefusedSession(7, "550 5.1.1 at RCPT: No such user here"), RefusedSession(6, "x")]
    assert said(Conditions(), refused=refused[:1]) == (
        "No message came within 10 s. Session 7 was turned away: 550 5.1.1 at RCPT: No such user here."
    )
    assert said(Conditions(), refused=refused).endswith(
        "Session 7 was turned away, and so was another one: 550 5.1.1 at RCPT: No such user here."
    )


NEAR = Near(row(41, subject="Welcome"), (Failed("to", "ada@example.org", "bob@example.org"),))
REFUSED = [RefusedSession(7, "535 5.7.8 at AUTH: wrong user name or secret")]
NOTHING_CAME = row(41, received_at=NOON - timedelta(minutes=3))


def test_what_was_refused_is_told_before_all_else_where_it_was_meant() -> None:
    assert said(Conditions(), nearest=[NEAR], refused=REFUSED, bearing="meant") == (
        "No message came within 10 s. Session 7 was turned away: 535 5.7.8 at AUTH: wrong user name or secret. "
        "The nearest is message 41, “Welcome”: it is to bob@example.org, not to ada@example.org."
    )


@pytest.mark.parametrize(
    ("newest", "bearing", "place"),
    [(NOTHING_CAME, "unknown", 1), (NOTHING_CAME, "other", 3), (row(42, received_at=NOON), "unknown", 2)],
)
def test_what_named_no_recipient_is_told_first_where_nothing_else_came(newest: Any, bearing: str, place: int) -> None:
    sentences = said(Conditions(), nearest=[NEAR], refused=REFUSED, bearing=bearing, newest=newest).split(". ")
    assert [one.startswith("Session 7") for one in sentences].index(True) == place


def test_of_an_empty_box_into_which_a_session_could_not_bring_its_mail_that_is_the_reason() -> None:
    assert said(Conditions(), newest=None, refused=REFUSED, bearing="unknown") == (
        "No message came within 10 s. Session 7 was turned away: 535 5.7.8 at AUTH: wrong user name or secret. "
        "The box is empty."
    )


@pytest.mark.parametrize(
    ("count", "found", "timeout", "text"),
    [
        (3, 2, 1.0, "Only 2 of 3 messages in the inbox shop came within 1 s."),
        (3, 0, 1.0, "None of 3 messages in the inbox shop came within 1 s."),
        (3, 2, 0.0, "Only 2 of 3 messages in the inbox shop are there."),
        (1, 0, 0.0, "There is no message in the inbox shop."),
    ],
)
def test_too_few_are_counted(count: int, found: int, timeout: float, text: str) -> None:
    assert said(Conditions(inbox="shop"), count=count, found=found, timeout=timeout) == text


def test_a_cursor_ahead_of_everything_is_told() -> None:
    assert said(Conditions(), after=9_000) == (
        "No message after message 9000 came within 10 s. The newest message is 42: is the cursor 9000 from another "
        "catcher?"
    )


@pytest.mark.parametrize(
    ("failed", "text"),
    [
        (Failed("from", "*@shop.test", None), "it is not from *@shop.test"),
        (Failed("subject", "Welcome", None), "it has no subject"),
        (Failed("header", "X-Test:4711", None), "it has no header X-Test"),
        (Failed("header", "X-Test:4711", "4712"), "its X-Test is “4712”, without “4711”"),
        (Failed("inbox", "shop", "default"), "it is in the inbox default, not in shop"),
        (Failed("q", "is:read", "unread"), "“is:read” does not find it (it has “unread” there)"),
        (Failed("q", "body:invoice", None), "“body:invoice” does not find it"),
        (Failed("after", "41", "40"), "it was there before"),
        (Failed("subject", "x", "y\r\n\x1b[2J"), "its subject is “y␍␊␛[2J”, without “x”"),
        (Failed("subject", "x", "y" * 200), f"its subject is “{'y' * 79}…”, without “x”"),
    ],
)
def test_each_condition_has_its_words(failed: Failed, text: str) -> None:
    assert said(Conditions(), nearest=[Near(row(42), (failed,))]).endswith(f"The nearest is message 42: {text}.")


def test_the_conditions_are_described_as_they_were_given() -> None:
    wanted = Conditions(
        inbox="shop",
        from_="*@shop.test",
        headers=(HeaderCondition("X-Test", "4711"), HeaderCondition("X-Run")),
        q=parse("invoice has:attachment", now=NOON),
    )
    assert described(wanted, 42) == (
        "from *@shop.test with “4711” in its header X-Test with a header X-Run like “invoice has:attachment” in the "
        "inbox shop after message 42"
    )
