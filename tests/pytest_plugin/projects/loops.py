"""The same test under pytest-asyncio and under anyio's own plugin; the application sends in the loop of the test."""

from __future__ import annotations

import asyncio
from email.message import EmailMessage

import aiosmtplib
import pytest

from pillarbox.testing import ExpectationFailed, Inbox


async def sign_up(inbox: Inbox) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "app@example.org", inbox.address("anna"), "Welcome"
    mail.set_content("Your code is 482913.")
    await asyncio.sleep(0.02)
    await aiosmtplib.send(mail, hostname=inbox.smtp.host, port=inbox.smtp.port, start_tls=False)


async def use(inbox: Inbox) -> None:
    sending = asyncio.create_task(sign_up(inbox))
    assert (await inbox.aio.wait_for(subject="Welcome")).subject == "Welcome"
    await sending
    assert len(await inbox.aio.messages) == 1
    with pytest.raises(ExpectationFailed):
        await inbox.aio.never(subject="Welcome")


@pytest.mark.asyncio
async def test_with_pytest_asyncio(inbox: Inbox) -> None:
    await use(inbox)


@pytest.mark.asyncio
async def test_with_pytest_asyncio_in_a_second_loop(inbox: Inbox) -> None:
    await use(inbox)


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_with_anyio(inbox: Inbox, anyio_backend: str) -> None:
    await use(inbox)
