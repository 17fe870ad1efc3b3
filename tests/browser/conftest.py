"""A real browser before a real catcher, and a trap where everything lands that goes elsewhere.

The tests of a module are a group for pytest-xdist: a browser is started once for each, not once a worker.
"""

from __future__ import annotations

import os
import smtplib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request, expect, sync_playwright

from tests import running
from tests.browser.trap import Trap
from tests.chromium import ARGUMENTS, CHROMIUM
from tests.running import Running

SCREENSHOTS = "SCREENSHOTS"
"""Variable with the folder that screenshots go to; without it none are taken."""

Scheme = Literal["light", "dark", "null"]

STARTED = 'html[data-script="started"]'
"""What matches once a page's modules listen."""

PATIENCE = 30_000
"""Milliseconds after which something that should have happened is a failure; a machine under load takes its time."""

expect.set_options(timeout=PATIENCE)

LOADED = """async () => {
    const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const { dataset } = document.documentElement;
    while ("script" in dataset && (dataset.script !== "started" || !window.htmx)) await drawn();
    await drawn();
}"""
"""In a page: returns when it has loaded what it loads by itself, and has been drawn since."""

# Every name in the world is this machine: what a message asks for lands in the trap.
TRAPPED = [*ARGUMENTS, "--host-resolver-rules=MAP * 127.0.0.1"]


class Catcher:
    """The catcher of this run: mail goes in by SMTP, and comes out by what a test opens."""

    def __init__(self, server: Running) -> None:
        self._server = server
        self.url = server.url
        self.smtp_address = (server.smtp_host, server.smtp_port)
        self.api = httpx.Client(base_url=server.api, timeout=30)

    def send(self, raw: bytes, *recipients: str, sender: str = "shop@example.org") -> int:
        """Send one message over SMTP; its id."""
        with self.smtp() as smtp:
            smtp.sendmail(sender, list(recipients) or ["ada@example.org"], raw)
        newest = self.api.get("/messages", params={"limit": 1}).raise_for_status().json()
        return int(newest["messages"][0]["id"])

    def smtp(self) -> smtplib.SMTP:
        return smtplib.SMTP(self._server.smtp_host, self._server.smtp_port, timeout=30)

    def empty(self) -> None:
        self.api.delete("/messages", params={"all": "true"}).raise_for_status()


class Visitor:
    """A browser context that writes down everything it asks for. `hits` are the calls of `canary` by any script,
    `forbidden` what the browser has kept a page or a frame from by its policy or its sandbox."""

    def __init__(self, context: BrowserContext, url: str, *, javascript: bool = True) -> None:
        self.context = context
        self.url = url
        self._javascript = javascript
        self.requests: list[str] = []
        self.hits: list[str] = []
        self.dialogs: list[str] = []
        self.forbidden: list[str] = []
        context.on("console", self._said)
        context.on("request", self._asked)
        context.on("dialog", self._dialog)
        context.expose_function("canary", self._hit)

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if any(word in message.text for word in ("Content Security Policy", "Content-Security-Policy", "sandboxed")):
            self.forbidden.append(f"{message.location.get('url', '')}: {message.text}")

    def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _hit(self, what: str) -> None:
        self.hits.append(what)

    def open(self, path: str) -> Page:
        page = self.context.new_page()
        page.goto(self.url + path, wait_until="load")
        if self._javascript and page.locator("html[data-root]").count():
            page.wait_for_selector(STARTED, state="attached")
            # Without it a click loads a page, which does not hear keys at once.
            page.wait_for_function("() => window.htmx")
        return page

    def settle(self, page: Page) -> None:
        """Return when the page has been drawn twice and another one loaded since: what it does of itself is done.

        Nothing here needs a script of the page: there is none without JavaScript and in a sandbox.
        """
        page.screenshot()
        other = self.context.new_page()
        other.goto(self.url + "/healthz")
        other.close()
        page.screenshot()

    def elsewhere(self) -> list[str]:
        """What was asked for and is not of this catcher."""
        return [one for one in self.requests if not one.startswith((self.url + "/", "data:"))]

    def shoot(self, page: Page, name: str) -> None:
        if folder := os.environ.get(SCREENSHOTS):
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=str(Path(folder) / f"{name}.png"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Closed with its module: Playwright keeps an event loop running, beside which no other test can run one."""
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}; Debian's package chromium has it")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(CHROMIUM), args=TRAPPED)
        yield found
        found.close()


@pytest.fixture(scope="session")
def running_catcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catcher]:
    server = running.start(tmp_path_factory.mktemp("browser"))
    found = Catcher(server)
    yield found
    found.api.close()
    server.kill()


@pytest.fixture
def catcher(running_catcher: Catcher) -> Catcher:
    running_catcher.empty()
    return running_catcher


@pytest.fixture
def visit(browser: Browser, catcher: Catcher) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors: `visit(javascript=False, width=390, scheme="dark")`.

    With the scheme "null" nobody emulates one: emulation holds for a page and all frames in it, whatever they ask.
    """
    contexts: list[BrowserContext] = []

    def make(*, javascript: bool = True, width: int = 1440, scheme: Scheme = "light") -> Visitor:
        context = browser.new_context(
            java_script_enabled=javascript,
            viewport={"width": width, "height": 860},
            color_scheme=scheme,
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return Visitor(context, catcher.url, javascript=javascript)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def trap() -> Iterator[Trap]:
    found = Trap()
    yield found
    found.close()
