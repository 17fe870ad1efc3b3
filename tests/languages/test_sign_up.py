"""Signing up in a web app as a browser test does it: the form, the wait for the mail, its link."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect, sync_playwright

from tests.chromium import ARGUMENTS, CHROMIUM
from tests.running import Running


@pytest.fixture
def shop(catcher: Running) -> Iterator[str]:
    """Where the shop is. Its socket listens before it starts: nobody waits for it."""
    listener = socket.create_server(("127.0.0.1", 0))
    process = subprocess.Popen(
        [sys.executable, Path(__file__).parent / "signup.py", str(listener.fileno())],
        env=os.environ | {"SMTP_HOST": catcher.smtp_host, "SMTP_PORT": str(catcher.smtp_port)},
        pass_fds=[listener.fileno()],
    )
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    process.terminate()
    process.wait(30)
    listener.close()


def test_a_browser_signs_up_waits_for_the_mail_and_follows_its_link(catcher: Running, shop: str) -> None:
    if not CHROMIUM.exists():
        pytest.skip("chromium is not installed")
    api = httpx.Client(base_url=catcher.api, timeout=60)
    address = "anna@sign-up.inbox.test"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        visitor = browser.new_page()
        visitor.goto(shop)
        visitor.get_by_label("Your address").fill(address)
        visitor.get_by_role("button", name="Sign up").click()
        link = api.get("/messages/wait", params={"to": address, "subject": "confirm", "timeout": 30, "pick": "link"})
        assert link.status_code == 200, link.text
        visitor.goto(link.text)
        expect(visitor.get_by_role("heading", level=1)).to_have_text(f"Welcome, {address}")
        browser.close()
