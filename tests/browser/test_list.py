"""The list as a person uses it: scrolled far, mail coming in, some of it selected, in two browsers at once."""

from __future__ import annotations

import io
import re
import socket
import threading
import zipfile
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Catcher, Visitor

pytestmark = pytest.mark.xdist_group("browser-list")

MANY = 1_200

TO_THE_END = """async () => {
  const list = document.getElementById('list');
  let most = 0;
  while (!document.querySelector('[data-key="m%d"]')) {
    list.scrollTop = list.scrollHeight;
    await new Promise(requestAnimationFrame);
    most = Math.max(most, document.querySelectorAll('#list *').length);
  }
  return most;
}"""

FIRST_IN_VIEW = """() => {
  const top = document.getElementById('list').getBoundingClientRect().top + 40;
  const row = [...document.querySelectorAll('#rows .row')].find((one) => one.getBoundingClientRect().top >= top);
  return [row.dataset.key, Math.round(row.getBoundingClientRect().top)];
}"""


def mail(subject: str) -> bytes:
    return f"From: a@example.org\r\nTo: b@example.org\r\nSubject: {subject}\r\n\r\nText of {subject}\r\n".encode()


def fill(catcher: Catcher, number: int) -> list[int]:
    """So many messages in one breath (BDAT, RFC 3030, with everything pipelined); their ids, oldest first."""
    raws = [mail(f"Number {n}") for n in range(number)]
    said = b"".join(
        b"MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nBDAT %d LAST\r\n%b" % (len(raw), raw) for raw in raws
    )
    with socket.create_connection(catcher.smtp_address, timeout=60) as client:
        sender = threading.Thread(target=client.sendall, args=(b"EHLO many.test\r\n" + said + b"QUIT\r\n",))
        sender.start()
        heard = b""
        while b"\r\n221 " not in heard[-200:]:
            block = client.recv(65536)
            assert block, heard[-500:]
            heard += block
        sender.join()
    newest = catcher.api.get("/messages", params={"limit": 1}).raise_for_status().json()["messages"][0]["id"]
    return list(range(newest - number + 1, newest + 1))


def live(page: Page) -> Page:
    """Return when the page hears what happens, and opens messages beside the list."""
    expect(page.locator("#link")).to_have_text("live")
    page.wait_for_function("() => window.htmx")
    return page


def subjects(page: Page) -> list[str]:
    return page.locator("#rows .subject").all_inner_texts()


def box(page: Page, message: int) -> None:
    page.locator(f'[data-key="m{message}"] .pick').click()


def test_many_messages_are_scrolled_and_the_page_stays_small(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    ids = fill(catcher, MANY)
    visitor = visit()
    page = live(visitor.open("/"))
    assert page.evaluate(TO_THE_END % ids[0]) < 6_000
    assert len(subjects(page)) < 300
    expect(page.locator("#rows .more")).to_have_count(0)

    # New mail comes above, and what is read stays where it is.
    page.evaluate("() => { document.getElementById('list').scrollTop = 40_000 }")
    expect(page.locator("#rows .gap")).to_have_count(2)
    before = page.evaluate(FIRST_IN_VIEW)
    news = [catcher.send(mail(f"News {n}")) for n in range(2)]
    expect(page.locator("#newer")).to_have_text("2 new")
    assert page.evaluate(FIRST_IN_VIEW) == before

    # What is open in the middle of the list can be left and come back to.
    row = page.locator(f'[data-key="{before[0]}"]')
    row.locator("a").click()
    expect(page.locator("#content h1")).to_have_text(re.compile("^Number"))
    page.reload()
    expect(row.locator("a")).to_have_attribute("aria-current", "true")
    assert page.evaluate(FIRST_IN_VIEW) == before

    # Two deletions in the piece in view, one in another that is not in the document.
    number = int(before[0][1:])
    live(page)
    catcher.api.delete(f"/messages?ids={number + 2},{number - 1},{ids[-1]}").raise_for_status()
    expect(page.locator(f'[data-key="m{number - 1}"]')).to_have_count(0)
    assert page.evaluate(FIRST_IN_VIEW) == before

    page.evaluate("() => { document.getElementById('list').scrollTop = 0 }")
    expect(page.locator("#rows .row").first).to_have_attribute("data-key", f"m{news[1]}")
    expect(page.locator(f'[data-key="m{ids[-2]}"]')).to_have_count(1)
    expect(page.locator(f'[data-key="m{ids[-1]}"]')).to_have_count(0)
    assert page.locator("#rows .day").count() == 1

    # An older page is an address of its own, and has a way to the newest.
    page.goto(f"{visitor.url}/?before={ids[500]}")
    expect(page.locator("#rows .row").first).to_have_attribute("data-key", f"m{ids[499]}")
    page.locator("#rows .row a").first.focus()
    page.keyboard.press("Home")
    expect(page.locator("#rows .row").first).to_have_attribute("data-key", f"m{news[1]}")


def test_selecting_by_mouse_and_keys_and_what_is_done_shows_in_another_browser(
    catcher: Catcher, visit: Callable[..., Visitor]
) -> None:
    ids = [catcher.send(mail(f"Number {n}")) for n in range(8)]
    page, other = live(visit().open("/")), live(visit().open("/"))
    count = page.locator("#picked output")
    box(page, ids[7])
    page.locator(f'[data-key="m{ids[4]}"] a').click(modifiers=["Shift"])
    expect(count).to_have_text("4 selected")
    page.locator(f'[data-key="m{ids[5]}"] a').click(modifiers=["Control"])
    expect(count).to_have_text("3 selected")
    expect(page).to_have_url(re.compile("/$"))
    page.get_by_role("button", name="Mark read").click()
    for one in (page, other):
        expect(one.locator("#rows .unread")).to_have_count(5)
    expect(page.locator("#rows :checked")).to_have_count(3)
    page.get_by_role("button", name="Pin", exact=True).click()
    expect(other.locator("#rows .pinned")).to_have_count(3)
    page.locator("#picked summary").click()
    page.get_by_label("A tag").fill("checkout")
    page.keyboard.press("Enter")
    expect(other.locator("#rows .badge", has_text="checkout")).to_have_count(3)
    expect(other.locator("#rail .tags")).to_contain_text(re.compile(r"checkout\s*3"))

    # New mail neither takes the selection nor the focus.
    page.locator(f'[data-key="m{ids[6]}"] a').focus()
    catcher.send(mail("New"))
    expect(page.locator("#rows .subject").first).to_have_text("New")
    expect(count).to_have_text("3 selected")
    assert page.evaluate("() => document.activeElement.closest('.row').dataset.key") == f"m{ids[6]}"

    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as archive:
        assert archive.namelist() == [f"{ids[n]}-Number-{n}.eml" for n in (7, 6, 4)]
        assert archive.read(f"{ids[6]}-Number-6.eml") == mail("Number 6")

    page.get_by_role("button", name="Select none").click()
    expect(page.locator("#picked")).to_be_hidden()
    page.locator(f'[data-key="m{ids[3]}"] a').focus()
    for key, words in (("x", "1 selected"), ("J", "2 selected"), ("J", "3 selected"), ("K", "2 selected")):
        page.keyboard.press(key)
        expect(count).to_have_text(words)
    page.get_by_role("button", name="Delete", exact=True).click()
    for one in (page, other):
        expect(one.locator("#rows .row")).to_have_count(7)
    expect(page.locator("#notice")).to_contain_text("2 messages were deleted.")
    page.get_by_role("button", name="Bring them back").click()
    for one in (page, other):
        expect(one.locator("#rows .row")).to_have_count(9)
    expect(page.locator("#notice form")).to_have_count(0)


def test_all_that_a_search_finds_is_deleted_and_brought_back_with_rows_that_are_not_on_the_page(
    catcher: Catcher, visit: Callable[..., Visitor]
) -> None:
    catcher.send(mail("Another"))
    ids = fill(catcher, 70)
    visitor = visit()
    page = live(visitor.open("/?q=number"))
    box(page, ids[-1])
    page.locator('[data-does="select-all"]').check()
    expect(page.locator("#picked .all")).to_contain_text("all 70")
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator("#rows")).to_contain_text("No message is like that.")
    assert [one["subject"] for one in catcher.api.get("/messages").json()["messages"]] == ["Another"]
    page.get_by_role("button", name="Bring them back").click()
    expect(page.locator("#rows .row").first).to_have_attribute("data-key", f"m{ids[-1]}")
    assert catcher.api.get("/messages").json()["total"] == 71

    # A search for unread mail keeps the row of what is being read, and lets go of it with the next one.
    page = live(visitor.open("/?q=is:unread"))
    page.locator(f'[data-key="m{ids[-2]}"] a').click()
    expect(page.locator("#content h1")).to_have_text("Number 68")
    expect(page.locator("#bar")).to_contain_text("70 messages found")
    expect(page.locator(f'[data-key="m{ids[-2]}"]')).not_to_have_class(re.compile("unread"))
    page.keyboard.press("j")
    expect(page.locator("#content h1")).to_have_text("Number 67")
    expect(page.locator(f'[data-key="m{ids[-2]}"]')).to_have_count(0)

    # Marked unread, a message is left, and so stays unread.
    page.locator("#content").get_by_role("button", name="Mark unread").click()
    expect(page.locator("#content h1")).to_have_text("All mail")
    expect(page.locator(f'[data-key="m{ids[-3]}"].unread')).to_have_count(1)

    # A double click deletes once, and asks for nothing that is gone by then.
    page.locator(f'[data-key="m{ids[-4]}"] a').click()
    expect(page.locator("#content h1")).to_have_text("Number 66")
    page.locator("#content").get_by_role("button", name="Delete", exact=True).dblclick()
    expect(page.locator("#notice")).to_contain_text(f"Message {ids[-4]} was deleted.")
    expect(page.locator("#content h1")).to_have_text("All mail")


def test_a_narrow_screen_comes_back_to_where_the_list_was(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    ids = fill(catcher, 60)
    page = live(visit(width=390).open("/"))
    row = page.locator(f'[data-key="m{ids[20]}"]')
    row.scroll_into_view_if_needed()
    at = page.evaluate("() => scrollY")
    row.locator("a").click()
    expect(page.locator("#content h1")).to_be_in_viewport()
    page.keyboard.press("j")
    expect(page.locator("#content h1")).to_have_text("Number 19")
    page.go_back()
    expect(page.locator("#content h1")).to_have_text("Number 20")
    page.go_back()
    expect(row).to_be_in_viewport()
    assert page.evaluate("() => scrollY") == at


def test_a_tab_that_nobody_looks_at_gathers_no_rows(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    catcher.send(mail("Seen"))
    page = live(visit().open("/"))
    hide = "(hidden) => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true }) }"
    page.evaluate(hide, True)
    ids = fill(catcher, 120)
    expect(page.locator('#rail [data-does="all-mail"]')).to_contain_text("121")
    assert subjects(page) == ["Seen"]
    page.evaluate(hide, False)
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#rows .row").first).to_have_attribute("data-key", f"m{ids[-1]}")
    assert page.evaluate(TO_THE_END % (ids[0] - 1)) < 6_000
    assert subjects(page)[-1] == "Seen"


def test_a_stream_that_was_refused_is_asked_for_again(catcher: Catcher, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.context.clock.install()
    visitor.context.route("**/api/v1/events", lambda route: route.fulfill(status=503))  # as a proxy without its server
    page = visitor.open("/")
    expect(page.locator("#link")).to_have_text("not live")
    visitor.context.unroute("**/api/v1/events")
    visitor.context.clock.fast_forward(3000)
    expect(page.locator("#link")).to_have_text("live")
    catcher.send(mail("After the refusal"))
    expect(page.locator("#rows .subject").first).to_have_text("After the refusal")


def test_a_message_opens_though_its_row_is_drawn_anew_while_it_is_loaded(
    catcher: Catcher, visit: Callable[..., Visitor]
) -> None:
    number = catcher.send(mail("Opened"))
    page = live(visit().open("/"))
    page.locator(f'[data-key="m{number}"]').evaluate(
        "(row) => { row.querySelector('a').click(); row.replaceWith(row.cloneNode(true)); }"
    )
    expect(page.locator("#content h1")).to_have_text("Opened")
    expect(page.locator("#content")).to_have_count(1)
