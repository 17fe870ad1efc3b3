"""What stands below the traceback of a test that has failed."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Iterator

import pytest

from pillarbox import clock
from pillarbox.client import Client
from pillarbox.testing import Catcher, report
from tests.testing.mails import message, send


@pytest.fixture
def catcher() -> Iterator[Catcher]:
    with Catcher() as own:
        yield own


def test_a_mail_is_shown_with_its_envelope_its_text_and_its_session(catcher: Catcher) -> None:
    begin = clock.now()
    inbox = catcher.inbox("shown")
    made = message(inbox.address("anna"))
    made.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="invoice.pdf")
    with smtplib.SMTP(catcher.smtp_host, catcher.smtp_port) as client:
        client.send_message(made, to_addrs=[inbox.address("anna"), "bcc@example.org"])
    said = report.since(catcher.client, begin)
    mail, _, session = said.partition("\n\n")[2].partition("\n\n")
    head = re.sub(r"^\S+", "TIME", said).splitlines()[:9]
    assert head == [
        f"TIME message 1 in inbox shown, {len(catcher.client.raw(1))} octets",
        "  MAIL FROM <app@example.org>, RCPT TO <anna@shown.inbox.test>, <bcc@example.org>",
        "  From: app@example.org",
        "  To: anna@shown.inbox.test",
        "  Subject: Welcome",
        "  with invoice.pdf (application/pdf, 8 octets)",
        "",
        "  Your code is 482913.",
        "",
    ]
    assert mail == "  Your code is 482913."
    assert re.match(r"\S+ session 1 from 127\.0\.0\.1:[0-9]+, quit\n  0\.000 \*: ", session)
    assert "C: rcpt TO:<bcc@example.org>\n" in session


def test_what_came_before_or_into_another_inbox_is_told_apart(catcher: Catcher) -> None:
    one, other = catcher.inbox(), catcher.inbox()
    send(one.smtp, one.address("anna"), "One")
    begin = clock.now()
    send(other.smtp, other.address("anna"), "Other")
    with smtplib.SMTP(catcher.smtp_host, catcher.smtp_port) as client:
        client.docmd("RCPT TO:<nobody@example.org>")
    said = report.since(catcher.client, begin)
    assert "Subject: Other" in said
    assert "Subject: One" not in said
    assert "503" in said
    said = report.of_inboxes(catcher.client, {one.name: None})
    assert said.startswith(f"{catcher.url}/inboxes/{one.name}\n")
    assert "Subject: One" in said
    assert "Other" not in said


def test_of_an_inbox_that_was_used_before_only_what_came_since_is_shown(catcher: Catcher) -> None:
    old, idle = catcher.inbox("old"), catcher.inbox("idle")
    send(old.smtp, old.address("anna"), "Earlier")
    begin = clock.now()
    nothing = report.of_inboxes(catcher.client, {"old": begin, "idle": begin})
    assert nothing == f"Nothing came into an inbox of this test; {catcher.url} has what came elsewhere."
    send(old.smtp, old.address("anna"), "Later")
    said = report.of_inboxes(catcher.client, {"old": begin, "idle": begin})
    assert said.startswith(f"{catcher.url}/inboxes/old\n\n")
    assert "Subject: Later" in said
    assert "Earlier" not in said
    assert said.count(" session ") == 1
    send(idle.smtp, idle.address("anna"), "Latest")
    both = report.of_inboxes(catcher.client, {"idle": begin, "old": None})
    assert re.findall("Subject: (.*)", both) == ["Earlier", "Later", "Latest"]


def test_that_nothing_came_is_said(catcher: Catcher) -> None:
    assert report.since(catcher.client, clock.now()) == "There were no mails.\nThere were no sessions."


def test_it_is_bounded_and_says_what_it_leaves_out(catcher: Catcher, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = catcher.inbox()
    long = message(inbox.address("anna"), "Long", "".join(f"line {number}\n" for number in range(1000)) + "x" * 900)
    with smtplib.SMTP(catcher.smtp_host, catcher.smtp_port) as client:
        for _ in range(12):
            client.send_message(long)
    said = report.of_inboxes(catcher.client, {inbox.name: None})
    assert "Of 12 mails the last 10:\n" in said
    assert said.count("Subject: Long") == 10
    assert said.count("… 961 lines …") == 10
    assert "… lines …" not in said
    assert "C: ehlo" in said
    assert "C: QUIT" in said
    assert max(map(len, said.splitlines())) <= 200
    assert len(said) < 20_000


def test_what_a_sender_wrote_cannot_move_the_cursor(catcher: Catcher) -> None:
    inbox = catcher.inbox()
    send(inbox.smtp, inbox.address("anna"), "=?utf-8?q?=1B[2J?=")
    with smtplib.SMTP(catcher.smtp_host, catcher.smtp_port) as client:
        client.send_message(message(inbox.address("anna"), "Text", "\x1b[2J\n"))
    said = report.of_inboxes(catcher.client, {inbox.name: None})
    assert "\x1b" not in said
    assert said.count("␛[2J") >= 2


def test_where_the_catcher_is_gone_that_is_said() -> None:
    said = report.since(Client("http://127.0.0.1:9"), clock.now())
    assert said.startswith("The catcher cannot be asked any more: Nothing answers at http://127.0.0.1:9")
