"""Nothing on the pages needs a mouse, and what is unread stands in the tab."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Catcher, Visitor
from tests.browser.test_pages import mail

pytestmark = pytest.mark.xdist_group("browser-pages")


def test_a_message_is_found_opened_and_read_by_keys_alone(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    for subject in ("First", "Second", "Third"):
        catcher.send(mail(subject))
    visitor = visit()
    page = visitor.open("/")
    for key in ("j", "j", "Enter"):
        page.keyboard.press(key)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Second")
    page.keyboard.press("4")
    expect(page).to_have_url(re.compile("tab=headers"))
    page.keyboard.press("j")
    expect(heading).to_have_text("First")
    page.keyboard.press("k")
    expect(heading).to_have_text("Second")
    with page.expect_download() as saved:
        page.keyboard.press("E")
    assert saved.value.suggested_filename.endswith(".eml")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox").or_(page.get_by_role("combobox", name=re.compile("Search")))).to_be_focused()
    page.keyboard.type("j g s")  # words, not commands
    expect(heading).to_have_text("Second")
    page.keyboard.press("Escape")  # what is suggested, where that was faster
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("s")
    expect(heading).to_have_text("Sessions")
    assert visitor.elsewhere() == []


def test_the_focus_stays_with_what_is_read_and_u_closes_it_beside_the_list(
    catcher: Catcher, visit: Callable[..., Visitor]
) -> None:
    ids = [catcher.send(mail(f"Number {n}")) for n in range(4)]
    visitor = visit()
    page = visitor.open(f"/messages/{ids[2]}")
    expect(page.locator("#link")).to_have_text("live")

    def row(number: int) -> Locator:
        return page.locator(f'#rows [data-key="m{number}"] a')

    page.locator('[data-does="tab-text"]').focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("tab=text"))
    expect(page.locator('#content [data-does="tab-text"]')).to_be_focused()
    page.keyboard.press("u")
    expect(page).to_have_url(visitor.url + "/")
    expect(row(ids[2])).to_be_focused()
    expect(page.locator("#rows [aria-current]")).to_have_count(0)
    for key in ("x", "#"):
        page.keyboard.press(key)
    expect(row(ids[1])).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Number 1")
    catcher.api.delete(f"/messages/{ids[1]}").raise_for_status()
    gone = page.get_by_text("This message has been deleted.")
    expect(gone).to_be_visible()
    catcher.api.post("/messages/restore", json={"ids": [ids[1]]}).raise_for_status()
    expect(gone).to_have_count(0)
    page.keyboard.press("#")
    expect(row(ids[0])).to_be_focused()
    for key in ("x", "K", "c"):
        page.keyboard.press(key)
    expect(page).to_have_url(f"{visitor.url}/compare?a={ids[0]}&b={ids[3]}")


def test_the_palette_does_things_by_their_names_and_else_searches(
    catcher: Catcher, visit: Callable[..., Visitor]
) -> None:
    catcher.send(mail("First"))
    page = visit().open("/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Back to the list")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("statis")
    expect(page.get_by_role("option")).to_have_text([re.compile("^Statistics")])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Statistics")
    page.wait_for_selector('html[data-script="started"]', state="attached")
    page.keyboard.press("Control+k")
    page.keyboard.type("First zebra")
    expect(page.get_by_role("option")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?q=First\+zebra$"))


def test_the_icon_of_the_tab_shows_how_much_is_unread(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    page = visit().open("/")
    icon = page.locator("link[rel=icon]")
    expect(icon).to_have_attribute("href", re.compile(r"/icon\.svg$"))
    expect(page.locator("#link")).to_have_text("live")
    number = catcher.send(mail("First"))
    catcher.send(mail("Second"))
    expect(icon).to_have_attribute("href", re.compile("%3E2%3C%2Ftext"))
    catcher.api.patch(f"/messages/{number}", json={"read": True}).raise_for_status()
    expect(icon).to_have_attribute("href", re.compile("%3E1%3C%2Ftext"))


def test_the_desktop_is_told_of_new_mail_once_it_was_asked_for(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.context.grant_permissions(["notifications"], origin=catcher.url)
    visitor.context.add_init_script(
        "window.told = []; window.Notification = class { static permission = 'granted';"
        " static async requestPermission() { return 'granted'; }"
        " constructor(title, options) { window.told.push([title, options.body ?? '']); } };"
    )
    page = visitor.open("/")
    expect(page.locator("#link")).to_have_text("live")
    page.keyboard.press("Control+k")
    page.keyboard.type("desktop")
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_contain_text("outside the browser")
    catcher.send(mail("Told"))
    page.wait_for_function("() => window.told.length > 0")
    assert page.evaluate("window.told") == [["Told", "a@example.org"]]
