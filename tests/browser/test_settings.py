"""What a reader settles in a browser, and what comes out of a printer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Catcher, Visitor

pytestmark = pytest.mark.xdist_group("browser-settings")

MAIL = b"From: shop@example.org\r\nTo: ada@example.org\r\nSubject: Order\r\n\r\nOn its way.\r\n"


def test_looks_hold_at_once_in_all_tabs_and_stay(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    catcher.send(MAIL)
    visitor = visit()
    page, other = visitor.open("/settings"), visitor.open("/sessions")
    page.get_by_label("Colours").select_option("dark")
    page.get_by_label("Rows", exact=True).select_option("compact")
    for one in (page, other):
        expect(one.locator("html")).to_have_attribute("data-theme", "dark")
        expect(one.locator("html")).to_have_attribute("data-density", "compact")
    page.reload()
    expect(page.get_by_label("Colours")).to_have_value("dark")
    expect(page.locator("html")).to_have_css("color-scheme", "dark")
    page.get_by_label("Colours").select_option("")
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")
    expect(other.locator("html")).not_to_have_attribute("data-theme", "dark")
    assert page.evaluate("localStorage.pillarbox") == '{"density":"compact"}'
    assert "pillarbox_theme" not in page.evaluate("document.cookie")
    visitor.shoot(page, "settings")


def test_language_and_zone_are_chosen_without_javascript(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    message = catcher.send(MAIL)
    page = visit(javascript=False).open("/settings")
    expect(page.get_by_label("Colours")).to_be_hidden()
    page.get_by_label("Language", exact=True).select_option("ru")
    page.get_by_label("Time zone").select_option("Asia/Tokyo")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").get_by_text("Сохранено.")).to_be_visible()
    page.goto(f"{catcher.url}/messages/{message}")
    expect(page.get_by_text("JST")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "ru")


def test_the_zone_of_the_browser_does_not_take_the_place_of_the_chosen_one(
    catcher: Catcher, visit: Callable[..., Visitor]
) -> None:
    message = catcher.send(MAIL)
    visitor = visit()
    page = visitor.open("/settings")
    page.get_by_label("Time zone").select_option("Asia/Tokyo")
    page.get_by_role("button", name="Save").click()
    page.goto(f"{catcher.url}/messages/{message}")
    visitor.settle(page)
    expect(page.get_by_text("JST")).to_be_visible()


def test_paper_has_the_message_and_nothing_to_press(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    message = catcher.send(MAIL)
    visitor = visit(scheme="dark")
    page = visitor.open(f"/messages/{message}?tab=text")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("heading", name="Order")).to_be_visible()
    expect(page.locator(".panel").get_by_text("On its way.")).to_be_visible()
    for gone in (".rail", ".list", ".tabs", ".actions"):
        expect(page.locator(gone)).to_be_hidden()
    assert page.get_by_role("button").count() == 0
    page.goto(f"{catcher.url}/sessions")
    page.locator("#rows a").first.click()
    expect(page.get_by_text("QUIT", exact=False).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
