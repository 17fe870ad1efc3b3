"""When it is settled how many messages came, and what is told when they were too many, too few or not as asserted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pillarbox.mail.expect import Bounds, Failure, Judged
from pillarbox.mail.expect.outcome import nearest, settled, shortfall
from pillarbox.mail.message import Summary

SUBJECT = Failure("subject", "subject is not there; wanted “Hi”.", "Hi", None)
TEXT = Failure("text", "text is not there.", "Hello", None)
UNKNOWN = Failure("html.0", "html.0 cannot be told. The HTML is too much.", "a", None, "unknown")
PENDING = Failure("transcript.0", "transcript.0 is not there.", "221 to QUIT", None, "pending")


def judged(number: int, *failed: Failure, subject: str = "Hello") -> Judged:
    row = Summary(
        id=number,
        inbox="default",
        session_id=None,
        received_at=datetime(2026, 11, 23, tzinfo=UTC),
        size=1,
        mail_from="",
        rcpt_to=(),
        from_=(),
        to=(),
        cc=(),
        bcc=(),
        reply_to=(),
        subject=subject,
        date=None,
        message_id=None,
        snippet="",
        attachment_count=0,
        lint_count=0,
        read=False,
        pinned=False,
        tags=(),
    )
    return Judged(row, failed)


GOOD, BAD, MAYBE, LATER = (judged(1),), (judged(2, SUBJECT),), (judged(3, UNKNOWN),), (judged(4, PENDING),)
NEVER, ONE, TWO, AT_MOST_ONE, ONE_OR_TWO = Bounds(0, 0), Bounds(1), Bounds(2, 2), Bounds(0, 1), Bounds(1, 2)


@pytest.mark.parametrize(
    ("bounds", "messages", "early", "late"),
    [
        (ONE, (), None, False),
        (ONE, GOOD, True, True),
        (ONE, GOOD + GOOD, True, True),
        (ONE, BAD, None, False),
        (ONE, BAD + GOOD, True, True),
        (ONE, MAYBE, None, False),
        (ONE, MAYBE + GOOD, True, True),
        (ONE, LATER, None, False),
        (TWO, GOOD, None, False),
        (TWO, GOOD + GOOD, None, True),
        (TWO, GOOD + GOOD + GOOD, False, False),
        (TWO, GOOD + GOOD + BAD, None, True),
        (TWO, GOOD + GOOD + MAYBE, False, False),
        (TWO, GOOD + LATER, None, False),
        (NEVER, (), None, True),
        (NEVER, BAD, None, True),
        (NEVER, GOOD, False, False),
        (NEVER, MAYBE, False, False),
        (NEVER, LATER, None, True),
        (AT_MOST_ONE, (), None, True),
        (AT_MOST_ONE, GOOD, None, True),
        (AT_MOST_ONE, GOOD + GOOD, False, False),
        (ONE_OR_TWO, (), None, False),
        (ONE_OR_TWO, GOOD, None, True),
        (ONE_OR_TWO, GOOD * 3, False, False),
    ],
)
def test_an_expectation_is_settled_as_soon_as_it_is_sure(
    bounds: Bounds, messages: tuple[Judged, ...], early: bool | None, late: bool
) -> None:
    assert settled(bounds, messages, over=False) is early
    assert settled(bounds, messages, over=True) is late


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        (Bounds(), "at least 1 message"),
        (Bounds(3), "at least 3 messages"),
        (Bounds(0, 0), "no message"),
        (Bounds(1, 1), "exactly 1 message"),
        (Bounds(2, 2), "exactly 2 messages"),
        (Bounds(0, 3), "at most 3 messages"),
        (Bounds(1, 3), "1 to 3 messages"),
    ],
)
def test_how_many_is_told_in_words(bounds: Bounds, words: str) -> None:
    assert str(bounds) == words


TOLD = [
    (ONE, [judged(7, SUBJECT)], "Message 7 came, but is not as asserted: subject.\nsubject is not there; wanted “Hi”."),
    (
        ONE,
        [judged(7, SUBJECT, TEXT)],
        "Message 7 came, but is not as asserted: subject and 1 more thing.\nsubject is not there; wanted “Hi”.",
    ),
    (
        ONE,
        [judged(7, SUBJECT, TEXT), judged(8, TEXT), judged(9, TEXT)],
        "3 messages came, none as asserted. The nearest is message 9: text.\ntext is not there.",
    ),
    (
        TWO,
        [judged(7), judged(8, TEXT)],
        "2 messages came, of which 1 is as asserted, wanted exactly 2 messages. The nearest of the others is message 8"
        ": text.\ntext is not there.",
    ),
    (NEVER, [judged(7)], "Message 7, “Hello”, came, and none was to come."),
    (NEVER, [judged(7, subject="")], "Message 7, without a subject, came, and none was to come."),
    (
        NEVER,
        [judged(7, UNKNOWN)],
        "Whether message 7, “Hello”, counts is not known: html.0 cannot be told. The HTML is too much.",
    ),
    (
        AT_MOST_ONE,
        [judged(7), judged(8, subject="Again\x1b")],
        "2 messages came, wanted at most 1 message:\n  message 7: “Hello”\n  message 8: “Again␛”",
    ),
    (
        ONE_OR_TWO,
        [judged(number) for number in range(1, 8)],
        "7 messages came, wanted 1 to 2 messages:\n  2 before them\n"
        + "\n".join(f"  message {number}: “Hello”" for number in range(3, 8)),
    ),
]


@pytest.mark.parametrize(("bounds", "messages", "reason"), TOLD)
def test_a_reason_names_the_nearest_message_and_its_first_difference(
    bounds: Bounds, messages: list[Judged], reason: str
) -> None:
    told = shortfall(bounds, messages)
    assert told is not None
    assert told.reason == reason


@pytest.mark.parametrize(("bounds", "messages"), [(ONE, []), (TWO, [judged(1)]), (Bounds(3), [judged(1, TEXT)])])
def test_too_few_messages_tell_nothing_by_themselves(bounds: Bounds, messages: list[Judged]) -> None:
    assert shortfall(bounds, messages) is None


def test_a_pattern_that_took_too_long_is_the_reason_whatever_else_fails() -> None:
    slow = Failure("text", "text cannot be told. The pattern /a/ took longer than 1 s.", "matches /a/", None, "unknown")
    told = shortfall(ONE, [judged(7, SUBJECT), judged(8, SUBJECT, slow)], slow=True)
    assert told is not None
    assert told.reason == f"Whether message 8, “Hello”, counts is not known: {slow.reason}"


def test_the_nearest_fail_in_least_and_are_newest() -> None:
    messages = [judged(1, TEXT), judged(2, TEXT, SUBJECT), judged(3), judged(4, TEXT)]
    assert [one.row.id for one in nearest(messages)] == [4, 1, 2]
