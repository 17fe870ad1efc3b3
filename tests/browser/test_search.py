"""The search field in a real browser: suggestions, results as one types, errors in place, saved and recent searches."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Catcher, Visitor

pytestmark = pytest.mark.xdist_group("browser-search")


def mail(sender: str, subject: str) -> bytes:
    return f"From: {sender}\r\nTo: ada@example.org\r\nSubject: {subject}\r\n\r\nText of {subject}\r\n".encode()


def open_list(visitor: Visitor, path: str = "/") -> tuple[Page, Locator]:
    page = visitor.open(path)
    page.evaluate("() => { window.sameDocument = true }")
    field = page.get_by_role("combobox", name=re.compile("Search"))
    expect(field).to_be_visible()
    return page, field


def subjects(page: Page) -> Locator:
    return page.locator("#rows .subject")


def options(page: Page) -> Locator:
    return page.get_by_role("option")


def test_a_search_is_suggested_found_as_it_is_typed_mended_and_kept(
    catcher: Catcher, visit: Callable[..., Visitor]
) -> None:
    catcher.send(mail("Frida <frida@shop.example>", "Order 77"))
    catcher.send(mail('"<img src=x onerror=canary(1)>" <frank@shop.example>', "Refund"))
    catcher.send(mail("Anna <anna@example.org>", "Invoice"))
    visitor = visit()
    page, field = open_list(visitor)

    # An operator by Tab, its value by the arrows and Enter; the list follows, the focus stays.
    field.press_sequentially("fr")
    expect(options(page)).to_have_text([re.compile("^from: who sent it")])
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("Tab")
    expect(field).to_have_value("from:")
    field.press_sequentially("fr")
    expect(options(page)).to_have_text(
        [re.compile("frank@shop.example <img src=x onerror"), re.compile("frida@shop.example Frida")]
    )
    field.press("ArrowDown")
    field.press("ArrowDown")
    chosen = page.get_by_role("option", selected=True)
    expect(chosen).to_contain_text("frida")
    expect(field).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "")
    visitor.shoot(page, "suggestions")
    field.press("Enter")
    expect(field).to_have_value("from:frida@shop.example ")
    expect(subjects(page)).to_have_text(["Order 77"])
    expect(page).to_have_url(re.compile(r"/\?q=from%3Afrida%40shop.example$"))
    expect(field).to_be_focused()

    # What is typed in one go is one step back.
    field.press("Enter")
    page.go_back()
    expect(subjects(page)).to_have_count(3)
    expect(page).to_have_url(visitor.url + "/")
    page.go_forward()
    expect(subjects(page)).to_have_text(["Order 77"])

    # What cannot be read is explained in place, and nothing else moves.
    field.fill("is:unred -refund")
    field.press("Enter")
    expect(page.locator("#wrong")).to_contain_text("is: does not know “unred”")
    expect(page.locator("#wrong mark")).to_have_text("unred")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(subjects(page)).to_have_text(["Order 77"])
    visitor.shoot(page, "search-error")
    page.locator("#wrong").get_by_role("link", name="is:unread -refund").click()
    expect(field).to_have_value("is:unread -refund")
    expect(subjects(page)).to_have_text(["Invoice", "Order 77"])
    expect(page.locator("#wrong")).to_be_empty()
    assert page.evaluate("() => window.sameDocument") is True

    # Named and recent searches outlive the page.
    page.get_by_role("button", name="Save this search").click()
    page.get_by_label("Save this search as").fill("To do")
    page.get_by_label("Save this search as").press("Enter")
    page.reload()
    searches = page.get_by_role("navigation", name="Searches")
    expect(searches.get_by_role("link")).to_have_text(["To do"])
    expect(searches.get_by_role("link")).to_have_attribute("aria-current", "page")
    field.fill("")
    shown = ["To do saved", "is:unread -refund recent", "from:frida@shop.example recent", "Forget recent searches"]
    for place, text in enumerate(shown):
        expect(options(page).nth(place)).to_have_text(re.compile(rf"^{text}\s*$"))
    for _ in range(3):
        field.press("ArrowDown")
    field.press("Enter")
    expect(subjects(page)).to_have_text(["Order 77"])
    expect(field).to_have_value("from:frida@shop.example")

    # Escape closes the list and leaves what is typed; what is forgotten is gone.
    field.fill("from:an")
    expect(options(page)).to_have_count(1)
    field.press("Escape")
    expect(options(page)).to_have_count(0)
    expect(field).to_have_value("from:an")
    field.fill("")
    options(page).filter(has_text="Forget").click()
    expect(options(page).nth(1)).to_have_text(re.compile("^from:"))
    assert visitor.hits == []


def test_a_message_goes_on_being_read_while_the_list_beside_it_is_searched(
    catcher: Catcher, visit: Callable[..., Visitor]
) -> None:
    number = catcher.send(mail("frida@shop.example", "Order 77"))
    catcher.send(mail("anna@example.org", "Invoice"))
    visitor = visit()
    page, field = open_list(visitor, f"/messages/{number}")
    expect(page.frame_locator("iframe.preview").get_by_text("Text of Order 77")).to_be_visible()
    page.locator("iframe.preview").evaluate("(frame) => { frame.dataset.same = 'yes' }")
    field.press_sequentially("invoice")
    expect(subjects(page)).to_have_text(["Invoice"])
    expect(page).to_have_url(f"{visitor.url}/messages/{number}?q=invoice")
    expect(page.locator("iframe.preview")).to_have_attribute("data-same", "yes")
    page.get_by_role("navigation", name="Views of this message").get_by_text("Headers").click()
    expect(page.locator(".panel-headers")).to_be_visible()
    expect(page).to_have_url(re.compile("q=invoice"))
    subjects(page).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Invoice")
    page.go_back()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Order 77")
    page.go_back()
    expect(subjects(page)).to_have_text(["Invoice", "Order 77"])
    assert page.evaluate("() => window.sameDocument") is True

    page.get_by_role("link", name="What can be searched for").click()
    help_ = page.get_by_role("dialog", name="What can be searched for")
    expect(help_.get_by_text("invoice OR receipt")).to_be_visible()
    page.keyboard.press("Escape")
    expect(help_).to_have_count(0)


def test_a_reader_who_is_quicker_than_the_page_still_opens_things_beside_the_list(
    catcher: Catcher, visit: Callable[..., Visitor]
) -> None:
    number = catcher.send(mail("frida@shop.example", "Order 77"))
    visitor = visit()
    held: list[Route] = []
    visitor.context.route("**/messages/*/preview*", lambda route: held.append(route))
    page = visitor.context.new_page()
    page.goto(f"{visitor.url}/messages/{number}", wait_until="domcontentloaded")
    expect(page.locator('html[data-script="started"]')).to_have_count(1)
    expect(page.locator("script[src*=htmx]")).to_have_count(0)  # it would never start
    held[0].continue_()
    page.wait_for_function("() => window.htmx")
    page.evaluate("() => { window.sameDocument = true }")
    page.get_by_role("navigation", name="Views of this message").get_by_text("Headers").click()
    expect(page.locator(".panel-headers")).to_be_visible()
    assert page.evaluate("() => window.sameDocument") is True
