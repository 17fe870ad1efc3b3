"""One session in a real browser: it grows while it is open, explains itself, shows its symbols, and can be copied."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Catcher, Visitor


class Client:
    """Somebody who types SMTP by hand. `session` is the number of the session that it has."""

    def __init__(self, catcher: Catcher) -> None:
        self.connection = socket.create_connection(catcher.smtp_address, timeout=30)
        self.replies = self.connection.makefile("rb")
        self.reply()
        self.session = self._listed(catcher, f"127.0.0.1:{self.connection.getsockname()[1]}")

    def _listed(self, catcher: Catcher, peer: str) -> int:
        """The row is committed beside the greeting, not before it."""
        for _ in range(500):
            if found := catcher.api.get("/sessions", params={"peer": peer}).json()["sessions"]:
                return int(found[0]["id"])
        raise AssertionError(f"there is no session of {peer}")

    def reply(self) -> bytes:
        while (line := self.replies.readline())[3:4] == b"-":
            pass
        return line

    def say(self, line: bytes) -> bytes:
        self.connection.sendall(line + b"\r\n")
        return self.reply()

    def close(self) -> None:
        self.replies.close()
        self.connection.close()


def newest_session(catcher: Catcher) -> int:
    return int(catcher.api.get("/sessions", params={"limit": 1}).json()["sessions"][0]["id"])


def line(page: Page, text: str) -> Locator:
    return page.locator(".wire tbody tr").filter(has_text=text)


def test_a_session_is_followed_from_connect_to_quit(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open("/sessions")
    expect(page.locator("#link")).to_have_text("live")
    client = Client(catcher)
    row = page.locator("#rows .session").filter(has_text="still open").first
    expect(row).to_be_visible()
    row.locator("a").first.click()
    expect(page.locator("#session-head .pill")).to_have_text("still open")
    page.evaluate("() => { window.sameDocument = true }")
    for said, shown in (
        (b"EHLO live.example", "EHLO live.example"),
        (b"MAIL FROM:<a@x.test>", "MAIL FROM:<a@x.test>"),
        (b"RCPT TO:<b@x.test>", "RCPT TO:<b@x.test>"),
        (b"DATA", "354"),
        (b"Subject: Live\r\n\r\nHello\r\n.", "queued as"),
    ):
        client.say(said)
        expect(line(page, shown).first).to_be_visible()
    client.say(b"QUIT")
    expect(line(page, "221 2.0.0 Bye")).to_be_visible()
    expect(page.locator("#session-head .pill")).to_have_text("quit")
    expect(page.locator("#session-messages")).to_contain_text("Live")
    expect(page.locator(".wire .ahead")).to_have_count(0)
    expect(line(page, "QUIT").locator("a.word")).to_have_count(1)
    seqs = page.locator(".wire tbody tr").evaluate_all("rows => rows.map(row => Number(row.id.slice(1)))")
    assert seqs == list(range(len(seqs)))
    assert page.evaluate("() => window.sameDocument") is True
    client.close()


def test_lines_come_by_the_stream_before_the_store_has_them(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    client = Client(catcher)
    visitor = visit()
    page = visitor.open(f"/sessions/{client.session}")
    expect(page.locator("#link")).to_have_text("live")
    page.wait_for_function("() => performance.getEntriesByType('resource').length > 0")
    # From now on no refresh succeeds, so whatever appears came by the stream alone.
    page.route("**/sessions/*", lambda route: route.abort())
    client.say(b"EHLO stream.example")
    expect(line(page, "EHLO stream.example")).to_be_visible()
    expect(line(page, "EHLO stream.example")).to_have_class("ahead client")
    client.close()


def test_a_session_that_is_refused_says_why_at_once(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    client = Client(catcher)
    page = visit().open(f"/sessions/{client.session}")
    expect(page.locator("#link")).to_have_text("live")
    client.say(b"EHLO refused.example")
    client.say(b"MAIL FROM:<a@x.test>")
    assert client.say(b"RCPT TO:<>").startswith(b"501")
    expect(line(page, "501 5.1.3").first).to_be_visible()
    expect(page.locator("#session-head .reason")).to_contain_text("501 5.1.3 Bad recipient address syntax")
    expect(page.locator("tr.refused")).to_contain_text("RCPT TO:<>")
    client.say(b"GET / HTTP/1.1")
    expect(page.locator("#session-head .pill")).to_have_text("refused")
    client.close()


def test_ten_tabs_and_an_open_session_share_two_connections(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    client = Client(catcher)
    number = client.session
    visitor = visit()
    pages = [visitor.open("/sessions") for _ in range(9)]
    page = visitor.open(f"/sessions/{number}")
    client.say(b"EHLO shared.example")
    expect(line(page, "EHLO shared.example")).to_be_visible()
    for other in pages:
        expect(other.locator("#rows .session").first).to_contain_text("still open")
    client.say(b"QUIT")
    client.close()
    for other in pages:
        expect(other.locator("#rows .session").first).to_contain_text("quit")
    streams = [one for one in visitor.requests if "/api/v1/events" in one]
    assert sorted(one.partition("/api/v1/events")[2] for one in streams) == ["", f"?session={number}"]


def test_words_explain_themselves_on_hover_and_by_keyboard(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    catcher.send(b"Subject: Words\r\n\r\nHello\r\n")
    visitor = visit()
    page = visitor.open(f"/sessions/{newest_session(catcher)}")
    tip = page.get_by_role("tooltip")
    verb = line(page, "DATA").first.locator("a.word").first
    verb.hover()
    expect(tip).to_be_visible()
    expect(tip).to_contain_text("RFC 5321")
    page.mouse.move(5, 5)
    expect(tip).to_be_hidden()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.matches('.wire a.word')"):
            break
    expect(tip).to_be_visible()
    expect(page.locator(":focus")).to_have_attribute("aria-describedby", "tip")
    first = tip.inner_text()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(tip).to_be_visible()
    assert tip.inner_text() != first
    visitor.shoot(page, "session-tip")


def test_symbols_come_and_go_at_once(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    catcher.send(b"Subject: Symbols\r\n\r\ntab\there  \r\n")
    page = visit().open(f"/sessions/{newest_session(catcher)}")
    page.evaluate("() => { window.sameDocument = true }")
    page.locator(".wire details summary").first.click(position={"x": 3, "y": 3})
    expect(page.locator(".wire details pre").first).to_be_visible()
    page.get_by_role("link", name="Show line ends").click()
    expect(page.locator(".wire.ends")).to_have_count(1)
    expect(page.locator(".wire pre").first).to_contain_text("tab→here··␍␊")
    expect(page.locator(".wire details pre").first).to_be_visible()
    assert "ends=1" in page.url
    page.get_by_role("link", name="Hide line ends").click()
    expect(page.locator(".wire.ends")).to_have_count(0)
    expect(page.locator(".wire .sign")).to_have_count(0)
    assert page.evaluate("() => window.sameDocument") is True


def test_the_transcript_the_commands_and_a_line_can_be_copied(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    catcher.send(b"Subject: Copied\r\n\r\nHello\r\n")
    number = newest_session(catcher)
    visitor = visit()
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visitor.open(f"/sessions/{number}")
    copied = "() => navigator.clipboard.readText()"
    page.get_by_role("button", name="Copy text").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate(copied) == catcher.api.get(f"/sessions/{number}/transcript.txt").text
    row = line(page, "DATA").first
    row.locator(".at a").click()
    expect(page).to_have_url(f"{visitor.url}/sessions/{number}#{row.get_attribute('id')}")
    page.wait_for_function("() => navigator.clipboard.readText().then(text => text === location.href)")
    assert row.evaluate("row => row.matches(':target')")
    page.get_by_role("link", name="Do it again").click()
    page.get_by_role("button", name="Copy").nth(1).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert "curl smtp://" in page.evaluate(copied)


def test_without_javascript_everything_can_be_read(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    catcher.send(b"Subject: Quiet\r\n\r\nHello\r\n")
    page = visit(javascript=False).open(f"/sessions/{newest_session(catcher)}")
    line(page, "DATA").first.locator("a.word").first.click()
    expect(page.locator(".words dl > div:target")).to_be_visible()
    expect(page.get_by_role("button", name="Copy text")).to_have_count(0)
    page.get_by_role("link", name="Show line ends").click()
    expect(page.locator(".wire.ends")).to_have_count(1)
    page.get_by_role("link", name="Do it again").click()
    expect(page.locator(".again pre").first).to_contain_text("swaks")


HOSTILE = [
    b"EHLO <script>canary('helo')</script>",
    b"EHLO \"><img src=x onerror=canary('attr')>",
    b"MAIL FROM:<\"<svg onload=canary('mail')>\"@x.test>",
    b"RCPT TO:<\"'-canary(1)-'\"@x.test>",
    b"<template><script>canary('verb')</script>",
    b"NOOP javascript:canary('noop')",
    b"FROB \x1b[2J\x00\xff</td></tr></table><iframe srcdoc='<script>parent.canary(2)</script>'>",
]


@pytest.mark.parametrize("ends", ["", "?ends=1"])
def test_no_command_runs_as_code(catcher: Catcher, visit: Callable[..., Visitor], ends: str) -> None:
    client = Client(catcher)
    number = client.session
    visitor = visit()
    page = visitor.open(f"/sessions/{number}{ends}")
    expect(page.locator("#link")).to_have_text("live")
    for said in HOSTILE:
        client.say(said)
    expect(line(page, "NOOP javascript").first).to_be_visible()
    client.say(b"QUIT")
    client.close()
    expect(page.locator("#session-head .pill")).not_to_have_text("still open")
    expect(page.locator(".wire .ahead")).to_have_count(0)
    visitor.open(f"/sessions/{number}/again")
    visitor.open("/sessions")
    visitor.settle(page)
    assert (visitor.hits, visitor.dialogs, visitor.elsewhere()) == ([], [], [])
    assert page.locator(".wire iframe, .wire img, .wire script, .wire svg").count() == 0
