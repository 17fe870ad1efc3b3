from collections.abc import AsyncIterator

import httpx
import pytest
from app.main import create_app
from pillarbox.testing import Inbox

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def shop(inbox: Inbox) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(inbox.fastapi_mail()))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.example") as client:
        yield client


async def test_the_link_of_the_mail_confirms_the_address(shop: httpx.AsyncClient, inbox: Inbox) -> None:
    await shop.post("/sign-up", json={"address": "anna@example.org"})
    mail = await inbox.aio.wait_for(to="anna@example.org", subject="Confirm")
    assert (await shop.get(mail.links[0].href)).json() == "Welcome, anna@example.org"


async def test_each_test_has_an_inbox_of_its_own(shop: httpx.AsyncClient, inbox: Inbox) -> None:
    await shop.post("/sign-up", json={"address": "boris@example.org"})
    await inbox.aio.expect({"to": "boris@example.org"}, subject="Confirm your address")
