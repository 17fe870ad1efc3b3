"""The pages in a real browser: they open, they stay up to date by themselves, and their buttons do what they say."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Catcher, Visitor

pytestmark = pytest.mark.xdist_group("browser-pages")

HTML = (
    b"From: Shop <shop@example.org>\r\nTo: Ada <ada@example.org>\r\nSubject: Order 77 confirmed\r\n"
    b"Date: Mon, 23 Nov 2026 22:14:06 +0300\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    b"<h1>Thank you, Ada!</h1><p>Your code is <b>480-215</b>.</p>\r\n"
)


def mail(subject: str) -> bytes:
    return f"From: a@example.org\r\nTo: b@example.org\r\nSubject: {subject}\r\n\r\nText of {subject}\r\n".encode()


def rows(page: Page) -> list[str]:
    return page.locator("#rows .subject").all_inner_texts()


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_from_the_list_to_a_message_to_its_session(
    catcher: Catcher, visit: Callable[..., Visitor], javascript: bool
) -> None:
    catcher.send(HTML, "ada@example.org", "audit@example.org")
    visitor = visit(javascript=javascript)
    page = visitor.open("/")
    visitor.shoot(page, f"list-{javascript}")
    page.locator("#rows a").first.click()
    expect(page.get_by_role("heading", name="Order 77 confirmed")).to_be_visible()
    preview = page.frame_locator("iframe.preview")
    expect(preview.get_by_role("heading", name="Thank you, Ada!")).to_be_visible()
    visitor.shoot(page, f"message-{javascript}")
    page.get_by_role("navigation", name="Views of this message").get_by_text("Transcript").click()
    expect(page.locator(".wire .line").filter(has_text="RCPT TO:<audit@example.org>").first).to_be_visible()
    page.locator(".facts").get_by_role("link", name=re.compile("session")).click()
    expect(page.locator(".wire .line").filter(has_text="queued as").first).to_be_visible()
    visitor.shoot(page, f"session-{javascript}")
    assert visitor.elsewhere() == []


def test_new_mail_appears_without_reloading(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    catcher.send(mail("First"))
    page = visit().open("/")
    page.evaluate("() => { window.sameDocument = true }")
    expect(page.locator("#link")).to_have_text("live")
    catcher.send(mail("Second"))
    expect(page.locator("#rows .subject").first).to_have_text("Second")
    assert rows(page) == ["Second", "First"]
    expect(page).to_have_title("(2) All mail – Pillarbox")
    expect(page.locator("#rail .fresh").first).to_contain_text("2")
    assert page.evaluate("() => window.sameDocument") is True


def test_the_first_mail_of_an_empty_box_appears_too(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    page = visit().open("/")
    expect(page.get_by_text("No mail yet.")).to_be_visible()
    expect(page.locator("#link")).to_have_text("live")
    catcher.send(mail("First"))
    expect(page.locator("#rows .subject")).to_have_text(["First"])


def test_every_open_tab_is_live_and_one_connection_serves_them(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    pages = [visitor.open("/") for _ in range(8)]
    for page in pages:
        expect(page.locator("#link")).to_have_text("live")
    catcher.send(mail("For all"))
    for page in pages:
        expect(page.locator("#rows .subject")).to_have_text(["For all"])
    streams = [one for one in visitor.requests if one.endswith("/api/v1/events")]
    assert len(streams) == 1
    pages[0].close()
    pages[1].close()
    catcher.send(mail("For the others"))
    for page in pages[2:]:
        expect(page.locator("#rows .subject").first).to_have_text("For the others")


def test_what_is_read_or_deleted_elsewhere_changes_here(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    first, second = catcher.send(mail("First")), catcher.send(mail("Second"))
    page = visit().open("/")
    expect(page.locator("#link")).to_have_text("live")
    catcher.api.patch(f"/messages/{first}", json={"read": True}).raise_for_status()
    expect(page.locator("#rows .unread")).to_have_count(1)
    catcher.api.delete(f"/messages/{second}").raise_for_status()
    expect(page.locator("#rows .subject")).to_have_text(["First"])


def test_a_refresh_keeps_the_focus_and_what_is_unfolded(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    number = catcher.send(mail("First"))
    page = visit().open("/")
    expect(page.locator("#link")).to_have_text("live")
    page.locator("#rows a").focus()
    catcher.send(mail("Second"))
    expect(page.locator("#rows .subject").first).to_have_text("Second")
    assert f"/messages/{number}" in page.evaluate("() => document.activeElement.getAttribute('href')")


def test_new_mail_appears_beside_an_open_message(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    number = catcher.send(mail("First"))
    page = visit().open(f"/messages/{number}?tab=text")
    expect(page.locator("#link")).to_have_text("live")
    catcher.send(mail("Second"))
    expect(page.locator("#rows .subject").first).to_have_text("Second")
    expect(page.locator('#rows a[aria-current="true"]')).to_contain_text("First")
    expect(page.get_by_role("heading", level=1)).to_have_text("First")
    expect(page).to_have_title("First – Pillarbox")


def test_sessions_appear_and_end_by_themselves(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    page = visit().open("/sessions")
    expect(page.locator("#link")).to_have_text("live")
    with catcher.smtp() as smtp:
        smtp.ehlo("watched.example")
        first = page.locator("#rows .session").first
        expect(first).to_contain_text("still open")
        smtp.quit()
        expect(first).to_contain_text("EHLO watched.example")
        expect(first).to_contain_text("quit")


def test_an_open_session_grows_line_by_line(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    with catcher.smtp() as smtp:
        smtp.ehlo("watched.example")
        page = visit().open("/sessions")
        page.locator("#rows .session").filter(has_text="still open").first.locator("a").first.click()
        expect(page.locator("#session-head")).to_be_visible()
        expect(page.locator("#link")).to_have_text("live")
        smtp.docmd("NOOP", "are-you-watching")
        line = page.locator(".wire .line").filter(has_text="are-you-watching")
        expect(line.first).to_be_visible()
        smtp.quit()
        expect(page.locator("#session-head .pill")).to_have_text("quit")
        expect(page.locator(".wire .line").filter(has_text="221").first).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_marking_all_read_and_deleting_all_by_clicking(
    catcher: Catcher, visit: Callable[..., Visitor], javascript: bool
) -> None:
    for subject in ("One", "Two", "Three"):
        catcher.send(mail(subject))
    page = visit(javascript=javascript).open("/")
    expect(page.locator("#rows .unread")).to_have_count(3)
    page.get_by_role("button", name="Mark all read").click()
    expect(page.locator("#rows .unread")).to_have_count(0)
    expect(page.locator("#rows .row")).to_have_count(3)
    page.get_by_role("link", name="Delete all").click()
    expect(page.get_by_role("heading", name="Delete 3 messages?")).to_be_visible()
    page.get_by_role("link", name="Keep them").click()
    expect(page.locator("#rows .row")).to_have_count(3)
    page.get_by_role("link", name="Delete all").click()
    page.get_by_role("button", name="Delete 3 messages").click()
    expect(page.get_by_text("No mail yet.")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_deleting_one_message_and_bringing_it_back(
    catcher: Catcher, visit: Callable[..., Visitor], javascript: bool
) -> None:
    number = catcher.send(mail("Going"))
    page = visit(javascript=javascript).open(f"/messages/{number}")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text(f"Message {number} was deleted.")).to_be_visible()
    expect(page.locator("#rows .row")).to_have_count(0)
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Going")


def test_slash_goes_to_the_search(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    for subject in ("Apple", "Pear"):
        catcher.send(mail(subject))
    page = visit().open("/")
    expect(page.locator("#link")).to_have_text("live")
    page.keyboard.press("/")
    page.keyboard.type("pear")
    page.keyboard.press("Enter")
    expect(page.locator("#rows .subject")).to_have_text(["Pear"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 900, 1440])
def test_no_page_is_wider_than_its_window(
    catcher: Catcher, visit: Callable[..., Visitor], width: int, scheme: str
) -> None:
    number = catcher.send(HTML, "ada@example.org", f"{'long' * 14}@{'example' * 6}.test")
    session = catcher.api.get(f"/messages/{number}").raise_for_status().json()["session_id"]
    visitor = visit(width=width, scheme=scheme)
    page = visitor.open("/")
    for path in (
        "/",
        f"/messages/{number}",
        f"/messages/{number}?tab=parts",
        f"/messages/{number}?tab=envelope",
        f"/messages/{number}?tab=transcript",
        "/sessions",
        f"/sessions/{session}",
        "/stats",
        "/docs",
        "/nothing",
    ):
        page.goto(visitor.url + path)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, path
        visitor.shoot(page, f"{width}-{scheme}-{re.sub('[^a-z0-9]+', '-', path).strip('-') or 'home'}")
