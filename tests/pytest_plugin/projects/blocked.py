"""Tests of a project that uses pytest-socket."""

from __future__ import annotations

import smtplib
import socket

import pytest

from pillarbox.testing import Inbox, Reached


def test_with_a_catcher(inbox: Inbox) -> None:
    with smtplib.SMTP(inbox.smtp.host, inbox.smtp.port) as client:
        client.sendmail("app@example.org", inbox.address("anna"), "Subject: Welcome\r\n\r\nHello\r\n")
    assert inbox.wait_for(subject="Welcome").subject == "Welcome"


@pytest.mark.enable_socket
def test_with_a_catcher_and_leave(inbox: Inbox) -> None:
    with smtplib.SMTP(inbox.smtp.host, inbox.smtp.port) as client:
        client.sendmail("app@example.org", inbox.address("anna"), "Subject: Welcome\r\n\r\nHello\r\n")
    assert inbox.wait_for(subject="Welcome").subject == "Welcome"


@pytest.mark.enable_socket
def test_with_a_catcher_that_has_been_started_by_now(pillarbox: Reached) -> None:
    assert pillarbox.inbox().messages == ()


def test_nobody_else_is_reached() -> None:
    with pytest.raises((RuntimeError, UserWarning), match="A test tried to use socket"):
        socket.create_connection(("192.0.2.1", 25), timeout=0.01)
