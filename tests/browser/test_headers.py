"""Headers, raw lines, menus and comparison in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Catcher, Visitor

pytestmark = pytest.mark.xdist_group("headers")

RAW = (
    b"Received: from a.test by b.test with ESMTPSA id 1; Mon, 23 Nov 2026 22:14:03 +0300\r\n"
    b"From: Shop <shop@example.org>\r\nTo: ada@example.org\r\nSubject: Order 76\r\nX-Mailer: Shop 1\r\n"
    b"Date: Mon, 23 Nov 2026 22:14:06 +0300\r\nContent-Type: text/html\r\n\r\n<p>Order 76\twas sent  \r\n"
)


def test_headers_are_explained_filtered_and_copied(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    message = catcher.send(RAW)
    visitor = visit()
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visitor.open(f"/messages/{message}")
    page.locator('[data-does="tab-headers"]').click()
    expect(page.locator("#headers > div")).to_have_count(7)
    word = page.locator("#headers dt a.word", has_text="X-Mailer")
    word.focus()
    expect(page.locator("#tip")).to_contain_text("The program of the author")
    page.keyboard.press("Escape")
    expect(page.locator("#tip")).to_be_hidden()
    page.locator(".route a.word", has_text="ESMTPSA").hover()
    expect(page.locator("#tip")).to_contain_text("RFC 3848")
    page.locator("[data-filter]").fill("shop 1")
    expect(page.locator("#headers > div:visible")).to_have_count(1)
    page.locator("[data-filter]").fill("nothing like it")
    expect(page.locator("[data-filter-none]")).to_be_visible()

    page.evaluate("globalThis.still = true")
    page.locator('[data-does="as-sent"]').click()
    expect(page.locator(".panel pre")).to_contain_text("X-Mailer: Shop 1\\r\\n")
    page.locator('[data-does="tab-raw"]').click()
    page.locator('[data-does="line-ends"]').click()
    expect(page.locator("#l9")).to_contain_text("76→was sent··\\r\\n")
    page.locator("#l9 .n").click()
    assert page.url.endswith("&ends=1#l9")
    assert page.evaluate("globalThis.still"), "the page was never loaded anew"

    copy = page.locator(".menu", has=page.locator('[data-does="copy-curl"]'))
    copy.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(page.locator('[data-does="copy-curl"]')).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator('[data-does="copy-curl"]')).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert f"{catcher.url}/api/v1/messages/{message}/raw" in copied
    assert "--mail-rcpt ada@example.org" in copied
    page.keyboard.press("Escape")
    expect(copy.locator("summary")).to_be_focused()
    expect(page.locator('[data-does="copy-curl"]')).to_be_hidden()
    page.keyboard.press("c")
    expect(page.locator('[data-does="compare-previous"]')).to_be_visible()
    expect(page.locator('#content [data-does="compare"]')).to_be_focused()
    page.locator("h1").click()
    expect(page.locator('[data-does="compare-previous"]')).to_be_hidden()
    page.keyboard.press("y")
    page.keyboard.press("c")
    expect(page.locator('[data-does="copy-curl"]')).to_have_text("Copied")


def test_two_messages_are_compared_on_a_narrow_screen_without_a_script(
    catcher: Catcher, visit: Callable[..., Visitor]
) -> None:
    first = catcher.send(RAW)
    second = catcher.send(RAW.replace(b"76", b"77").replace(b"Shop 1", b"Shop 2"))
    page = visit(javascript=False, width=390).open(f"/messages/{second}")
    page.locator('#content [data-does="compare"]').click()
    page.locator('[data-does="compare-previous"]').click()
    assert page.url.endswith(f"/compare?b={second}")
    expect(page.locator(".sides a").first).to_have_text(f"Message {first}")
    expect(page.locator("#html ~ .diff tr.changed ins")).to_have_text("77")
    for one in page.locator(".pairs tr.same .right").all():
        expect(one).to_be_hidden()
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide == 390
    for frame in page.locator("iframe").all():
        frame.scroll_into_view_if_needed()
    expect(page.frame_locator("iframe").nth(1).locator("p")).to_contain_text("Order 77")
