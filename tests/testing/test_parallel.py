"""Two hundred tests at the same time with one catcher, each in an inbox of its own."""

from __future__ import annotations

import sys
from pathlib import Path

from tests import running
from tests.counts import count

TESTS = """
import smtplib
from email.message import EmailMessage

import pytest


@pytest.mark.parametrize("number", range(200))
def test_only_its_own_mail_is_there(inbox, number):
    for turn in ("first", "second"):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "shop@example.org", inbox.address("anna"), "Confirm your address"
        mail.set_content(f"{turn} of {number}")
        with smtplib.SMTP(inbox.smtp.host, inbox.smtp.port) as smtp:
            smtp.send_message(mail)
    found = inbox.wait_for_all(2, subject="confirm your address")
    assert [one.text.strip() for one in found] == [f"first of {number}", f"second of {number}"]
    assert len(inbox.messages) == len(inbox.sessions) == 2
"""


def test_two_hundred_tests_of_eight_workers_share_a_catcher_and_none_sees_the_mail_of_another(tmp_path: Path) -> None:
    (tmp_path / "test_mail.py").write_text(TESTS)
    command = ["-m", "pillarbox", "run", "--", sys.executable, "-m", "pytest", "-q", "-n", "8"]
    for _ in range(count("PILLARBOX_PARALLEL", 2)):
        done = running.python(tmp_path, *command, limit=300)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "200 passed" in done.stdout
