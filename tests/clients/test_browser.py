"""A web page can make a browser POST a whole SMTP dialogue to the listener; nothing of it may be taken for mail."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.chromium import ARGUMENTS, CHROMIUM
from tests.wire.catching import Catcher

PAGE = """<!doctype html><title>elsewhere</title>
<form method="post" enctype="text/plain" action="http://127.0.0.1:{port}/">
<textarea name="x">
EHLO x
MAIL FROM:<form@evil.test>
RCPT TO:<b@example.test>
DATA
Subject: from a form

.
QUIT
</textarea></form>"""

DIALOGUE = (
    "EHLO x\\r\\nMAIL FROM:<fetch@evil.test>\\r\\nRCPT TO:<b@c>\\r\\nDATA\\r\\nSubject: x\\r\\n\\r\\n.\\r\\nQUIT\\r\\n"
)


@pytest.fixture
def elsewhere(catcher: Catcher) -> Iterator[str]:
    """The address of a page of another site."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = PAGE.format(port=catcher.port).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Nothing to tell."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page() -> Iterator[Page]:
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed (Debian package chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser.new_page()
        browser.close()


def refused(catcher: Catcher) -> bytes:
    """What the client of the next session with a request in it sent; that session must have been refused."""
    while True:
        session = catcher.ended()
        sent = catcher.crossed(session.id)[0]
        if sent:
            assert session.facts.outcome == "refused"
            assert session.facts.reason is not None
            assert session.facts.reason.startswith("221 2.7.0 Error: I can break rules, too.")
            return sent


def test_a_form_that_posts_a_dialogue_stores_nothing(catcher: Catcher, elsewhere: str, page: Page) -> None:
    page.goto(elsewhere)
    page.evaluate("document.forms[0].submit()")
    sent = refused(catcher)
    assert sent.startswith(b"POST / HTTP/1.1\r\n")
    assert b"\r\nMAIL FROM:<form@evil.test>\r\n" in sent
    assert catcher.messages() == []


def test_a_fetch_that_posts_a_dialogue_stores_nothing(catcher: Catcher, elsewhere: str, page: Page) -> None:
    page.goto(elsewhere)
    outcome = page.evaluate(
        f"""fetch("http://127.0.0.1:{catcher.port}/", {{method: "POST", mode: "no-cors", body: "{DIALOGUE}"}})
            .then(() => "answered", () => "failed")"""
    )
    assert outcome == "failed"
    sent = refused(catcher)
    assert b"\r\nMAIL FROM:<fetch@evil.test>\r\n" in sent
    assert catcher.messages() == []
