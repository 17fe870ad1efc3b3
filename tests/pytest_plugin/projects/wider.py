"""Inboxes that a test has in other ways than by naming the fixture `inbox`, and tests that fail with them."""

from __future__ import annotations

import smtplib

import pytest

from pillarbox.testing import Inbox, Reached


def sign_up(inbox: Inbox, subject: str) -> None:
    with smtplib.SMTP(inbox.smtp.host, inbox.smtp.port) as client:
        client.sendmail("app@example.org", inbox.address("anna"), f"Subject: {subject}\r\n\r\nHello\r\n")


@pytest.fixture(scope="class")
def ours(pillarbox: Reached) -> Inbox:
    return pillarbox.inbox()


class TestOfOneInbox:
    def test_first(self, ours: Inbox) -> None:
        sign_up(ours, "Mail of the first")
        assert ours.wait_for()

    def test_second(self, ours: Inbox) -> None:
        sign_up(ours, "Mail of the second")
        pytest.fail("on purpose")

    def test_third(self, ours: Inbox) -> None:
        pytest.fail("on purpose")


def test_asked_for_by_name(request: pytest.FixtureRequest) -> None:
    sign_up(request.getfixturevalue("inbox"), "Mail by name")
    pytest.fail("on purpose")
