"""One session in a real browser: it grows while it is open, explains itself, shows its symbols, and can be copied."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Catcher, Visitor

pytestmark = pytest.mark.xdist_group("browser-session")


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
    seqs = page.locator(".wire [id^=e]").evaluate_all("lines => lines.map(line => Number(line.id.slice(1)))")
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


def test_every_line_can_be_reached_and_linked_to_by_keyboard(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    catcher.send(b"Subject: Keys\r\n\r\nHello\r\n")
    number = newest_session(catcher)
    visitor = visit()
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visitor.open(f"/sessions/{number}")
    focused = "() => document.activeElement.closest('.folded, tr').id"
    page.locator(".wire tr#e0 .at a").focus()
    reached = ["e0"]
    for _ in range(100):
        page.keyboard.press("ArrowDown")
        reached.append(page.evaluate(focused))
        if reached[-1] == reached[-2]:
            break
    shown = page.locator(".wire tbody tr:not(.rest)").evaluate_all("rows => rows.map(row => row.id)")
    assert reached[:-1] == shown, "what is folded is passed over, content is not"
    page.locator(".rest summary").press("Enter")
    page.locator(".folded a.word").first.focus()
    folded = page.evaluate(focused)
    page.keyboard.press("ArrowLeft")
    expect(page.locator(f"#{folded} .at a")).to_be_focused()
    expect(page.locator(f"#{folded} .at")).to_have_css("opacity", "1")
    page.keyboard.press("Enter")
    page.wait_for_function("() => navigator.clipboard.readText().then(text => text === location.href)")
    expect(page).to_have_url(f"{visitor.url}/sessions/{number}#{folded}")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tooltip")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_a_long_reply_unfolds_and_a_link_into_it_unfolds_it(
    catcher: Catcher, visit: Callable[..., Visitor], javascript: bool
) -> None:
    catcher.send(b"Subject: Folded\r\n\r\nHello\r\n")
    address = f"/sessions/{newest_session(catcher)}"
    visitor = visit(javascript=javascript)
    page = visitor.open(address)
    help_line = page.locator(".folded").filter(has_text="HELP")
    expect(page.locator(".rest summary")).to_contain_text("STARTTLS")
    expect(help_line).to_be_hidden()
    page.locator(".rest summary").click()
    expect(help_line).to_be_visible()
    fragment = help_line.get_attribute("id")
    page = visitor.open(f"{address}#{fragment}")
    expect(page.locator(f"#{fragment}")).to_be_visible()
    expect(page.locator(f"#{fragment}")).to_be_in_viewport()


def test_an_open_session_keeps_its_order_when_a_long_reply_is_folded(
    catcher: Catcher, visit: Callable[..., Visitor]
) -> None:
    client = Client(catcher)
    page = visit().open(f"/sessions/{client.session}")
    expect(page.locator("#link")).to_have_text("live")
    client.say(b"EHLO folded.example")
    expect(page.locator(".wire .rest")).to_have_count(1)
    page.locator(".rest summary").click()
    client.say(b"NOOP")
    expect(line(page, "NOOP")).to_be_visible()
    expect(page.locator(".wire .ahead")).to_have_count(0)
    expect(page.locator(".folded").first).to_be_visible()
    seqs = page.locator(".wire [id^=e]").evaluate_all("lines => lines.map(line => Number(line.id.slice(1)))")
    assert seqs == list(range(len(seqs)))
    client.close()


def test_a_line_that_comes_live_tells_its_time_as_the_server_does(
    catcher: Catcher, visit: Callable[..., Visitor]
) -> None:
    client = Client(catcher)
    page = visit().open(f"/sessions/{client.session}")
    expect(page.locator("#link")).to_have_text("live")
    page.evaluate("""() => {
        window.live = {};
        new MutationObserver(() => {
            for (const row of document.querySelectorAll('.wire .ahead'))
                window.live[row.id] = row.querySelector('.at').textContent + row.querySelector('.since').textContent;
        }).observe(document.querySelector('#transcript'), { childList: true, subtree: true, characterData: true });
    }""")
    for number in range(8):
        client.say(b"NOOP %d" % number)
    client.say(b"QUIT")
    expect(page.locator("#session-head .pill")).to_have_text("quit")
    expect(page.locator(".wire .ahead")).to_have_count(0)
    live = page.evaluate("() => window.live")
    assert live, "no line came by the stream"
    for name, told in live.items():
        row = page.locator(f"#{name}")
        assert told == row.locator(".at").inner_text() + row.locator(".since").inner_text()
    client.close()


LONG = [
    b"EHLO " + b"a" * 250 + b".test",
    b"MAIL FROM:<" + b"m" * 60 + b"@" + b"d" * 200 + b".test>",
    b"RCPT TO:<" + b"r" * 200 + b"@" + b"l" * 200 + b".test>",
    b"RCPT TO:<" + b"x" * 300 + b"@@y>",
]


@pytest.mark.parametrize("width", [390, 900, 1440])
def test_no_pane_is_wider_than_it_is_drawn_whatever_a_client_says(
    catcher: Catcher, visit: Callable[..., Visitor], width: int
) -> None:
    client = Client(catcher)
    for said in LONG:
        client.say(said)
    client.say(b"DATA")
    client.say(b"Subject: " + b"W" * 900 + b"\r\n\r\n" + b"z" * 2000 + b"\r\n.")
    client.say(b"QUIT")
    client.close()
    session = client.session
    message = catcher.api.get("/messages", params={"limit": 1}).json()["messages"][0]["id"]
    visitor = visit(width=width)
    for path in (
        "/sessions",
        f"/sessions/{session}?ends=1",
        f"/sessions/{session}/again",
        *(f"/messages/{message}?tab={tab}" for tab in ("transcript", "envelope", "lint")),
    ):
        page = visitor.open(path)
        for details in page.locator("main details:not(.more-filters)").all():
            details.evaluate("one => { one.open = true }")
        wide = page.evaluate(
            "() => [...document.querySelectorAll('html, .pane')].filter(one => one.scrollWidth > one.clientWidth + 1)"
            ".map(one => `${one.className} ${one.scrollWidth} > ${one.clientWidth}`)"
        )
        assert wide == [], path
        page.close()


def test_on_a_narrow_screen_a_line_still_says_how_long_it_took(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    catcher.send(b"Subject: Narrow\r\n\r\nHello\r\n")
    page = visit(width=390).open(f"/sessions/{newest_session(catcher)}")
    expect(line(page, "DATA").first.locator(".at")).to_be_visible()
    expect(line(page, "DATA").first.locator(".since")).to_be_visible()


def test_symbols_come_and_go_at_once(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    catcher.send(b"Subject: Symbols\r\n\r\ntab\there  \r\n")
    page = visit().open(f"/sessions/{newest_session(catcher)}")
    page.evaluate("() => { window.sameDocument = true }")
    page.locator(".wire .data summary").first.click(position={"x": 3, "y": 3})
    expect(page.locator(".wire .data pre").first).to_be_visible()
    page.get_by_role("link", name="Show line ends").click()
    expect(page.locator(".wire.ends")).to_have_count(1)
    expect(page.locator(".wire pre").first).to_contain_text("tab→here··\\r\\n")
    expect(page.locator(".wire .data pre").first).to_be_visible()
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
