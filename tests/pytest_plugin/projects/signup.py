"""Tests of somebody's application, with both fixtures, as their authors write them."""

from __future__ import annotations

import asyncio
import os
import smtplib
from email.message import EmailMessage
from pathlib import Path

import pytest

from pillarbox.testing import Inbox, Reached


def sign_up(inbox: Inbox, local: str = "anna") -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "app@example.org", inbox.address(local), "Welcome"
    mail.set_content("Your code is 482913.")
    with smtplib.SMTP(inbox.smtp.host, inbox.smtp.port) as client:
        client.send_message(mail)


@pytest.mark.parametrize("number", range(4))
def test_an_inbox_is_fresh_for_each_test(inbox: Inbox, pillarbox: Reached, number: int) -> None:
    assert inbox.messages == ()
    sign_up(inbox)
    assert inbox.wait_for(to=inbox.address("anna"), subject="welcome").text == "Your code is 482913.\n"
    assert len(inbox.expect(subject="Welcome", count=1, within=0)) == 1
    assert len(inbox.messages) == len(inbox.sessions) == 1
    inbox.never(to=inbox.address("bob"), within=0)
    if folder := os.environ.get("TOLD"):
        # Each worker leaves the catcher that it has spoken to.
        (Path(folder) / f"{os.environ.get('PYTEST_XDIST_WORKER', 'one')}").write_text(pillarbox.url)


def test_in_an_event_loop(inbox: Inbox) -> None:
    async def use() -> None:
        waiting = asyncio.create_task(inbox.aio.wait_for(subject="Welcome"))
        await asyncio.to_thread(sign_up, inbox)
        assert (await waiting).subject == "Welcome"

    asyncio.run(use())
