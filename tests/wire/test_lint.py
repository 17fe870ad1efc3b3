"""Lint of real conversations: what the store keeps with a message, and what a session's transcript tells."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path

from pillarbox.mail.message import Lint
from tests.wire.catching import PATIENCE, Catcher
from tests.wire.dialling import Dial
from tests.wire.securing import certificate, secure


def of_message(catcher: Catcher, message_id: int) -> tuple[Lint, ...]:
    kept = catcher.box.message(message_id)
    assert kept.summary.lint_count == len(kept.lint)
    return kept.lint


def of_session(catcher: Catcher, session_id: int) -> list[tuple[str, str]]:
    """Codes with the lines that they are about."""
    entries = catcher.transcript(session_id).entries
    found = catcher.box.session_lint(catcher.box.session(session_id))
    return [(one.code, entries[one.entry].text if one.entry is not None else "") for one in found]


def good() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "anna@example.test", "bob@example.test", "Hello"
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="example.test")
    message.set_content("Good morning.\n")
    return message


def test_good_mail_of_smtplib_has_no_finding(catcher: Catcher) -> None:
    with smtplib.SMTP(catcher.host, catcher.port, timeout=PATIENCE) as client:
        for _ in range(3):
            client.send_message(good())
    session = catcher.ended()
    assert [of_message(catcher, message_id) for message_id in session.messages] == [(), (), ()]
    assert of_session(catcher, session.id) == []


def test_a_careless_client_is_told_line_by_line(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        client.say("HELO my_host")
        client.say("MAIL FROM:a@x.test")
        client.say("RCPT TO:<b@x.test>")
        client.say("DATA")
        client.send(b"Subject: x\r\n\r\n.\n.\r\n")
        client.send(b".\r\n")
        client.reply()
    session = catcher.ended()
    [message_id] = session.messages
    found = of_message(catcher, message_id)
    entries = catcher.transcript(session.id).entries
    wire = [(one.code, entries[one.entry].text) for one in found if one.entry is not None]
    assert wire == [
        ("helo-name", "HELO my_host"),
        ("helo-instead-of-ehlo", "HELO my_host"),
        ("address-without-brackets", "MAIL FROM:a@x.test"),
        ("smuggling-attempt", ""),
        ("bare-lf", ""),
    ]
    assert of_session(catcher, session.id) == [
        ("helo-name", "HELO my_host"),
        ("helo-instead-of-ehlo", "HELO my_host"),
        ("address-without-brackets", "MAIL FROM:a@x.test"),
        ("smuggling-attempt", ""),
        ("no-quit", "The client closed the connection."),
    ]


def test_a_client_that_does_not_wait_is_told(catcher: Catcher) -> None:
    with Dial(catcher, greeted=False) as client:
        client.send(b"EHLO x\r\nMAIL FROM:<a@x.test>\r\nRSET\r\nQUIT\r\n")
        client.rest()
    session = catcher.ended()
    told = of_session(catcher, session.id)
    assert ("pipelining-past-end", "MAIL FROM:<a@x.test>") in told
    assert {code for code, _ in told} <= {"early-talker", "pipelining-past-end"}


def test_plain_text_behind_starttls_is_told(start_catcher: Callable[..., Catcher], tmp_path: Path) -> None:
    catcher = start_catcher(certificate=certificate(tmp_path))
    with Dial(catcher) as client:
        client.say("EHLO x")
        client.send(b"STARTTLS\r\nRSET\r\n")
        client.reply()
        secure(client)
        client.say("QUIT")
    session = catcher.ended()
    assert [code for code, _ in of_session(catcher, session.id)] == ["starttls-injection"]


def test_a_size_that_was_announced_wrongly_is_told(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        client.say("EHLO x")
        client.say("MAIL FROM:<a@x.test> SIZE=1000")
        client.say("RCPT TO:<b@x.test>")
        client.say("DATA")
        client.send(b"Subject: x\r\n\r\n.\r\n")
        client.reply()
        client.say("QUIT")
    session = catcher.ended()
    [told] = [one for one in of_message(catcher, session.messages[0]) if one.code == "size-wrong"]
    assert told.message.startswith("SIZE announced 1000 octets and 14 came")
    assert of_session(catcher, session.id) == [("size-wrong", "MAIL FROM:<a@x.test> SIZE=1000")]
