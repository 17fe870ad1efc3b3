"""Which sessions the log is told of, and how."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

import pytest

from pillarbox.box import Box, LiveSession, endings
from pillarbox.mail.session import Outcome
from tests.box.test_session import Ledger, a_box, client, in_loop, server


@pytest.fixture(autouse=True)
def listening(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.INFO, "pillarbox.session"):
        yield


def ended(box: Box, outcome: Outcome, reason: str | None = None, *, failed: str | None = None) -> LiveSession:
    session = box.open_session("smtp 127.0.0.1:1025", "127.0.0.1:5")
    session.greeted("EHLO", "client.test")
    session.record(client("NOOP"))
    session.record(server("250 2.0.0 Ok"))
    if failed is not None:
        session.failed(failed)
    session.close(outcome, reason)
    return session


@pytest.mark.parametrize(
    ("outcome", "reason", "failed", "line"),
    [
        ("refused", "Too many.", None, "Refused after 1 command and 0 messages: Too many."),
        ("timeout", "No input.", None, "Timed out after 1 command and 0 messages: No input."),
        ("error", "Broken.", None, "Failed after 1 command and 0 messages: Broken."),
        ("quit", None, "552 Large", "Ended by QUIT after 1 command and 0 messages: 552 Large"),
        ("dropped", None, "It broke off.", "Dropped by the client after 1 command and 0 messages: It broke off."),
        ("shutdown", None, "552 Large", "Ended by our stop after 1 command and 0 messages: 552 Large"),
        ("quit", None, None, None),
        ("dropped", "It hung up without QUIT.", None, None),
        ("shutdown", "421 4.3.2", None, None),
    ],
)
def test_sessions_that_ended_badly_are_told_and_others_are_not(
    outcome: Outcome, reason: str | None, failed: str | None, line: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    def scene() -> None:
        box = a_box(Ledger())
        ended(box, outcome, reason, failed=failed)
        box.tell_endings()
        box.tell_endings()

    in_loop(scene)
    assert [record.getMessage() for record in caplog.records] == ([] if line is None else [line])
    for record in caplog.records:
        assert record.levelno == (logging.WARNING if outcome == "error" else logging.INFO)
        assert (getattr(record, "session_id", None), getattr(record, "peer", None)) == (7, "127.0.0.1:5")
        data = getattr(record, "data", {})
        assert (data["outcome"], data["helo"], data["listener"]) == (outcome, "client.test", "smtp 127.0.0.1:1025")


def test_a_line_waits_for_the_sessions_number_but_not_for_ever(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> list[int | None]:
        return [getattr(record, "session_id", 0) for record in caplog.records]

    async def scene() -> None:
        told_of = endings.Endings()
        first, second = (ended(a_box(Ledger()), "refused") for _ in range(2))
        first.key.id = second.key.id = None
        told_of.add(first)
        told_of.add(second)
        told_of.tell()
        assert told() == []
        first.key.id = 8
        told_of.tell()
        assert told() == [8]
        monkeypatch.setattr(endings, "WAITS", -1.0)
        told_of.tell()
        assert told() == [8, None]
        told_of.tell(all_of_them=True)
        assert told() == [8, None]

    asyncio.run(scene())


def test_every_end_is_counted_by_its_outcome() -> None:
    def scene() -> Box:
        box = a_box(Ledger())
        for outcome in ("quit", "quit", "dropped"):
            session = ended(box, outcome)
            session.close("error")  # the first cause stands
        return box

    figures = in_loop(scene).figures
    assert {outcome: count for outcome, count in figures.endings.items() if count} == {"quit": 2, "dropped": 1}
    assert figures.replies == {250: 3}
