"""An application on gevent, whose tests it has patched before everything else."""

from __future__ import annotations

import smtplib
import socket
import threading
from email.message import EmailMessage

import gevent

from pillarbox.testing import Inbox


def sign_up(inbox: Inbox) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "app@example.org", inbox.address("anna"), "Welcome"
    mail.set_content("Your code is 482913.")
    with smtplib.SMTP(inbox.smtp.host, inbox.smtp.port) as client:
        client.send_message(mail)


def test_greenlets_go_on_while_a_test_waits(inbox: Inbox) -> None:
    assert socket.socket.__module__.startswith("gevent")
    assert not any(one.name.startswith("pillarbox") for one in threading.enumerate())
    turns = []

    def work() -> None:
        while True:
            turns.append(1)
            gevent.sleep(0.005)

    working = gevent.spawn(work)
    gevent.spawn_later(0.2, sign_up, inbox)
    assert inbox.wait_for(subject="Welcome").text == "Your code is 482913.\n"
    working.kill()
    assert len(turns) > 5
