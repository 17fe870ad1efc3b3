"""Tests that fail, each in its way."""

from __future__ import annotations

import smtplib

import pytest

from pillarbox.testing import Inbox, Reached


def sign_up(inbox: Inbox, subject: str) -> None:
    with smtplib.SMTP(inbox.smtp.host, inbox.smtp.port) as client:
        client.sendmail("app@example.org", inbox.address("anna"), f"Subject: {subject}\r\n\r\nHello\r\n")


def test_passes(inbox: Inbox) -> None:
    sign_up(inbox, "Passing mail")
    assert inbox.wait_for()


def test_no_mail(inbox: Inbox) -> None:
    sign_up(inbox, "Failing mail")
    inbox.wait_for(subject="Goodbye", timeout=0)


def test_refused(inbox: Inbox) -> None:
    with smtplib.SMTP(inbox.smtp.host, inbox.smtp.port) as client:
        client.ehlo()
        client.mail("app@example.org")
        client.docmd(f"RCPT TO:<{inbox.address('anna')}> FOO=bar")
    inbox.expect({"to": inbox.address("anna")}, within=0)


def test_in_the_default_inbox(pillarbox: Reached) -> None:
    with smtplib.SMTP(pillarbox.smtp_host, pillarbox.smtp_port) as client:
        client.sendmail("app@example.org", "anna@example.org", "Subject: Lost mail\r\n\r\nHello\r\n")
    pytest.fail("on purpose")


def test_without_mail() -> None:
    pytest.fail("on purpose")


@pytest.fixture
def broken(inbox: Inbox) -> None:
    sign_up(inbox, "Mail of a fixture")
    pytest.fail("on purpose")


def test_with_a_broken_fixture(broken: None) -> None:
    """It is never run."""
