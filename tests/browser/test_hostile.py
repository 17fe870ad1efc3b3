"""Nothing caught can hurt the reader: a message that tries everything makes no request and runs nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser import hostile
from tests.browser.conftest import Catcher, Visitor
from tests.browser.trap import Trap

pytestmark = pytest.mark.xdist_group("browser-hostile")

WAYS = [
    "/messages/{}",
    "/messages/{}/preview",
    "/messages/{}?tab=html",
    "/messages/{}?tab=raw",
    "/messages/{}?tab=headers",
]


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
@pytest.mark.parametrize("way", WAYS)
def test_a_hostile_message_asks_for_nothing_and_runs_nothing(
    catcher: Catcher, visit: Callable[..., Visitor], trap: Trap, way: str, javascript: bool
) -> None:
    number = catcher.send(hostile.message(trap.url))
    visitor = visit(javascript=javascript)
    page = visitor.open(way.format(number))
    visitor.settle(page)
    if way.endswith(("{}", "preview")):
        shown = page.frames[-1] if way.endswith("{}") else page.main_frame
        assert "the end" in shown.locator("body").inner_text(), "what is harmless is shown"
    assert visitor.elsewhere() == []
    assert trap.calls == []
    assert visitor.hits == []
    assert visitor.dialogs == []
    assert len(visitor.context.pages) == 1
    assert page.title() != "owned"
    assert page.url == visitor.url + way.format(number)
    visitor.shoot(page, f"hostile{way.replace('/', '-').replace('?', '-').format('')}-{javascript}")


def test_its_html_from_the_api_is_as_harmless(catcher: Catcher, visit: Callable[..., Visitor], trap: Trap) -> None:
    number = catcher.send(hostile.message(trap.url))
    visitor = visit()
    page = visitor.open(f"/api/v1/messages/{number}/html")
    visitor.settle(page)
    assert visitor.hits == []
    assert visitor.dialogs == []
    assert trap.calls == []


def test_no_link_of_it_runs_anything_when_it_is_clicked(
    catcher: Catcher, visit: Callable[..., Visitor], trap: Trap
) -> None:
    number = catcher.send(hostile.message(trap.url))
    visitor = visit()
    page = visitor.open(f"/messages/{number}/preview")
    for name in ("one", "two", "three", "four", "five", "six", "seven", "eight"):
        page.get_by_text(name, exact=True).click(force=True)
    visitor.settle(page)
    assert visitor.hits == []
    assert trap.calls == []
    assert visitor.elsewhere() == []
    assert page.url == f"{visitor.url}/messages/{number}/preview"
    assert len(visitor.context.pages) == 1


def test_remote_images_come_when_they_are_asked_for_and_nothing_else_does(
    catcher: Catcher, visit: Callable[..., Visitor], trap: Trap
) -> None:
    number = catcher.send(hostile.message(trap.url))
    visitor = visit()
    page = visitor.open(f"/messages/{number}")
    with page.expect_navigation():
        page.get_by_role("link", name="load images once").click()
    visitor.settle(page)
    assert "/img.png" in trap.paths or "/srcset.png" in trap.paths, "the trap does see what comes"
    for path in trap.paths:
        assert path.endswith((".png", ".webp", ".cur", ".svg")), f"{path} is no image"
    assert {referrer for _, referrer in trap.calls} == {""}, "the sender learns no address of ours"
    assert visitor.hits == []
    assert page.url == f"{visitor.url}/messages/{number}?remote=1"


def test_a_link_of_a_message_opens_in_a_new_tab_that_knows_nothing_of_us(
    catcher: Catcher, visit: Callable[..., Visitor], trap: Trap
) -> None:
    raw = f"From: a@x.test\r\nSubject: Link\r\nContent-Type: text/html\r\n\r\n<a href='{trap.url}/welcome'>Go</a>\r\n"
    number = catcher.send(raw.encode())
    visitor = visit()
    page = visitor.open(f"/messages/{number}")
    assert trap.calls == [], "not even a connection before the click"
    with page.expect_popup() as opened:
        page.frame_locator("iframe.preview").get_by_text("Go").click()
    opened.value.wait_for_load_state()
    assert opened.value.evaluate("() => window.opener === null && document.referrer === ''")
    assert ("/welcome", "") in trap.calls
    assert page.url == f"{visitor.url}/messages/{number}"
