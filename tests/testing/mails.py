"""Mail that tests send through an inbox, as an application would."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

from pillarbox.client import Smtp

SENDER = "app@example.org"


def message(to: str, subject: str = "Welcome", text: str = "Your code is 482913.\n") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = SENDER, to, subject
    made["Date"], made["Message-ID"] = "Mon, 23 Nov 2026 10:00:00 +0000", "<1@example.org>"
    made.set_content(text)
    return made


def send(smtp: Smtp, to: str, subject: str = "Welcome", *, login: bool = False) -> None:
    with smtplib.SMTP(smtp.host, smtp.port, timeout=30) as client:
        if login:
            client.login(smtp.username, smtp.password)
        client.send_message(message(to, subject))
