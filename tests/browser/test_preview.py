"""The preview in a browser that follows its own scheme, and attachments on the page."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.conftest import Catcher, Visitor
from tests.browser.trap import Trap
from tests.pages.mails import PICTURE

pytestmark = pytest.mark.xdist_group("browser-hostile")

HTML = """<!doctype html><style>body { background: #ffffff; margin: 0 }
@media (prefers-color-scheme: dark) { body { background: #102030 } }</style>
<p>Hello <img src="%s/banner.png" width="200" height="60" alt="Sale"></p>"""

DARK, LIGHT = "rgb(16, 32, 48)", "rgb(255, 255, 255)"

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/MediaBox[0 0 200 200]/Parent 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n"
)
SVG = (
    b"<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20' onload='canary(1)'><script>canary(2)</script>"
    b"<rect width='40' height='20'/></svg>"
)


def message(html: str, *parts: tuple[str, str, bytes]) -> bytes:
    attached = "".join(
        f'--m\r\nContent-Type: {kind}\r\nContent-Disposition: attachment; filename="{name}"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{base64.b64encode(content).decode()}\r\n"
        for name, kind, content in parts
    )
    head = "From: a@x.test\r\nSubject: Sale\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n"
    return f"{head}--m\r\nContent-Type: text/html\r\n\r\n{html}\r\n{attached}--m--\r\n".encode()


def inside(page: Page) -> Frame:
    found = page.locator("iframe.preview").element_handle().content_frame()
    assert found is not None
    found.wait_for_selector("p")
    return found


def looks(page: Page) -> tuple[int, str]:
    """How wide the frame's document is, and on which ground it stands."""
    frame = inside(page)
    width, ground = frame.evaluate("[innerWidth, getComputedStyle(document.body).backgroundColor]")
    return width, ground


def test_width_and_colours_change_in_place_stand_in_the_address_and_are_remembered(
    catcher: Catcher, visit: Callable[..., Visitor], trap: Trap
) -> None:
    first, second = (catcher.send(message(HTML % trap.url)) for _ in range(2))
    visitor = visit(scheme="null")
    page = visitor.open(f"/messages/{first}")
    full, ground = looks(page)
    assert full > 768
    assert ground == LIGHT
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert looks(page) == (full, LIGHT), "the page's own scheme is not the mail's"
    page.get_by_role("link", name="768").click()
    assert looks(page) == (768, LIGHT)
    page.get_by_role("link", name="390").click()
    page.get_by_role("link", name="dark", exact=True).click()
    assert looks(page) == (390, DARK)
    expect(page.locator(".view [aria-current]")).to_have_text(["390", "dark"])
    expect(page).to_have_url(re.compile(r"\?width=390&dark=1$"))
    previews = [one for one in visitor.requests if one.endswith("/preview")]
    assert len(previews) == 1, "the frame was not loaded anew"
    page.goto(f"{catcher.url}/messages/{second}")
    assert looks(page) == (390, DARK)
    page.goto(f"{catcher.url}/messages/{second}?width=full&dark=0")
    assert looks(page) == (full, LIGHT), "what the address says goes first"
    still = visit(javascript=False, scheme="null").open(f"/messages/{first}?width=768&dark=1")
    assert looks(still) == (768, DARK)
    assert trap.calls == []


def test_pictures_of_others_come_after_the_click_and_through_the_browser_alone(
    catcher: Catcher, visit: Callable[..., Visitor], trap: Trap
) -> None:
    number = catcher.send(message(HTML % trap.url))
    visitor = visit(scheme="null")
    page = visitor.open(f"/messages/{number}?width=390")
    picture = "[document.images[0].naturalWidth > 0, document.images[0].currentSrc.slice(0, 18)]"
    assert inside(page).evaluate(picture) == [True, "data:image/svg+xml"]
    page.locator(".remote summary").click()
    expect(page.locator(".remote .drop")).to_contain_text("tracker.example")
    assert trap.calls == []
    page.get_by_role("link", name="load images once").click()
    expect(page).to_have_url(re.compile(r"remote=1&width=390"))
    page.wait_for_load_state()
    assert trap.paths == ["/banner.png"]
    assert visitor.elsewhere() == [f"{trap.url}/banner.png"], "that one request, and the browser made it"
    assert {referrer for _, referrer in trap.calls} == {""}
    assert looks(page)[0] == 390
    page.get_by_role("link", name="block them again").click()
    expect(page.get_by_role("link", name="load images once")).to_be_visible()
    assert trap.paths == ["/banner.png"]


def test_attachments_are_shown_on_the_page_and_can_do_nothing(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    number = catcher.send(
        message(
            "<p>Hi</p>",
            ("dot.png", "image/png", PICTURE),
            ("chart.svg", "image/svg+xml", SVG),
            ("bill.pdf", "application/pdf", PDF),
            ("items.csv", "text/csv", b"item,price\r\nmug,9\r\n"),
        )
    )
    visitor = visit(scheme="null")
    page = visitor.open(f"/messages/{number}")
    for name, size in (("dot.png", 1), ("chart.svg", 40)):
        page.locator(".attachments .shown", has_text=name).click()
        shown = page.get_by_role("img", name=name)
        expect(shown).to_have_js_property("naturalWidth", size)
    with page.expect_event("framenavigated", lambda frame: frame.url.startswith("chrome-extension://")):
        page.locator(".attachments .shown", has_text="bill.pdf").click()
    page.locator(".attachments .shown", has_text="items.csv").click()
    expect(page.locator(".opened-part pre")).to_have_text("item,price\nmug,9\n")
    expect(page).to_have_url(f"{catcher.url}/messages/{number}?tab=parts&part=5")
    page.go_back()
    expect(page.locator(".opened-part h2")).to_have_text("bill.pdf")
    with page.expect_download() as saved:
        page.locator(".attachments .saved").first.click()
    assert saved.value.suggested_filename == "dot.png"
    assert visitor.hits == []
    others = [one for one in visitor.elsewhere() if not one.startswith(("chrome-extension://", "chrome://"))]
    assert others == [], "but for the browser's own viewer of PDFs"
