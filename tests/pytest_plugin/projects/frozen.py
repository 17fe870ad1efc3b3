"""Tests that freeze time: from before the catcher is started, at a time before computers, and while it waits."""

from __future__ import annotations

import smtplib
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from cryptography import x509
from freezegun import freeze_time

from pillarbox.testing import ExpectationFailed, Inbox

LONG_AGO = datetime(2012, 1, 14, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def frozen_first() -> Iterator[None]:
    with freeze_time("2012-01-14"):
        yield


def sign_up(inbox: Inbox) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "app@example.org", inbox.address("anna"), "Welcome"
    mail.set_content("Your code is 482913.")
    with smtplib.SMTP(inbox.smtp.host, inbox.smtp.port) as client:
        client.send_message(mail)


def test_mail_comes_and_has_the_time_of_the_kernel(inbox: Inbox) -> None:
    assert datetime.now(UTC) == LONG_AGO
    sign_up(inbox)
    assert inbox.wait_for(subject="Welcome").received_at > LONG_AGO.replace(year=2024)
    assert inbox.sessions[0].started_at > LONG_AGO.replace(year=2024)


@freeze_time("1985-10-26")
def test_a_wait_is_answered_when_the_mail_comes(inbox: Inbox) -> None:
    sending = threading.Timer(0.05, sign_up, [inbox])
    sending.start()
    assert inbox.wait_for(subject="Welcome").subject == "Welcome"
    sending.join()


def test_a_wait_ends_though_time_stands_still(inbox: Inbox) -> None:
    before = time.clock_gettime(time.CLOCK_MONOTONIC)
    with pytest.raises(ExpectationFailed):
        inbox.wait_for(timeout=0.2)
    inbox.never(within=0.2)
    assert 0.4 <= time.clock_gettime(time.CLOCK_MONOTONIC) - before < 20


def test_time_may_be_moved_while_it_waits(inbox: Inbox) -> None:
    with freeze_time("2030-01-01") as frozen:
        sending = threading.Timer(0.05, sign_up, [inbox])
        sending.start()
        frozen.move_to("2001-01-01")
        assert inbox.wait_for(subject="Welcome", timeout=20).subject == "Welcome"
        sending.join()


def test_a_certificate_is_valid_by_the_time_of_the_kernel(inbox: Inbox) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with smtplib.SMTP(inbox.smtp.host, inbox.smtp.port) as client:
        client.starttls(context=context)
        assert client.sock is not None
        octets = client.sock.getpeercert(binary_form=True)  # type: ignore[attr-defined]
        assert x509.load_der_x509_certificate(octets).not_valid_before_utc > LONG_AGO.replace(year=2024)
