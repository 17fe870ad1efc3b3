"""Nothing caught can hurt the reader: whatever is tried, and wherever, nothing runs, nothing is asked for
and nothing leaves its place.

The payloads are in `payloads/`, what is made of them in `hostile.py`. They are shown fifty at a time.
"""

from __future__ import annotations

import re
import smtplib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Browser, Page, Request, expect

from pillarbox import resources
from pillarbox.testing import Catcher as Hidden
from tests.browser import hostile
from tests.browser.conftest import LOADED, PATIENCE, Visitor
from tests.browser.hostile import STOLEN, Payload
from tests.browser.trap import Trap

pytestmark = pytest.mark.xdist_group("browser-hostile")

AT_ONCE = 50
IN_A_SESSION = 6
PICTURES = 4
"""Opened one by one, of those that are hostile."""
_PICTURE_PAGE = re.compile(r"[^ ]+/parts/7: Applying inline style violates")
"""Around a picture, even a broken one, the browser puts a page of its own, whose style the policy of a part forbids."""
VIEWS = {
    "everything": ("preview", "text", "html", "headers", "parts", "raw"),
    "document": ("preview", "text", "html", "headers", "raw"),
    "sent": ("preview", "envelope", "transcript", "lint"),
}
"""Of which message which tabs are looked at: those that show most of it."""
LONGEST_QUERY = 1_900
"""Characters; a query has at most 2,000."""

MARKUP = """() => {
    const words = new Set(["title", "value", "placeholder", "aria-label", "data-query", "data-text"]);
    const meant = /canary\\(|\\/stolen\\/|\\/\\/tracker|^\\s*(javascript|vbscript|data):/i;
    const found = new Map();
    for (const element of document.querySelectorAll("*")) {
        const tag = element.localName;
        found.set(tag, [tag, "", tag === "script" ? element.textContent : ""]);
        for (const { name, value } of element.attributes) {
            const drawn = element.matches("head > link[rel=icon]"); // the number of unread messages
            const strange = !words.has(name) && !drawn && meant.test(value) ? value : "";
            found.set(`${tag} ${name} ${strange}`, [tag, name, strange]);
        }
    }
    return [...found.values()];
}"""
"""What a page is made of: each [element, attribute, a value that no template writes and else nothing] once."""

FRAMES = """(addresses) => Promise.all(addresses.map((address) => new Promise((done) => {
    const frame = document.createElement("iframe");
    frame.onload = done;
    frame.src = address;
    document.body.append(frame);
})))"""
"""Frames without a sandbox: all that holds what is in them is the policy that it comes with."""


def _known() -> frozenset[str]:
    """Every name that templates and modules use for an element or an attribute, among other words."""
    files = [*resources.folder("templates").rglob("*.html"), *resources.folder("static").glob("*.js")]
    source = " ".join(file.read_text("utf-8") for file in files)
    data = (re.sub(r"([A-Z])", r"-\1", name) for name in re.findall(r"dataset\.(\w+)", source))
    return frozenset(word.lower() for word in [*re.findall(r"[\w-]+", source), *(f"data-{name}" for name in data)])


KNOWN = _known()


def _strange(element: str, attribute: str, value: str) -> bool:
    """Whether no template made this."""
    names = {element.lower(), attribute.lower()} - {""}
    return bool(value) or attribute.startswith("on") or not names <= KNOWN


@dataclass(slots=True)
class Box:
    """A catcher full of hostile mail. `ids` are the messages of the payloads, oldest first; `html` are those for the
    preview, `everything` is one with all payloads, `document` one that is a whole document; `talk` is the session
    without a message."""

    catcher: Hidden
    api: httpx.Client
    payloads: list[Payload]
    ids: list[int]
    talk: int
    html: list[int] = field(default_factory=list)
    everything: int = 0
    document: int = 0

    @property
    def sent(self) -> int:
        """A message of one payload, with its session."""
        return self.ids[self.payloads.index(next(one for one in self.payloads if one.kind == "events"))]

    @property
    def url(self) -> str:
        return self.catcher.url

    @property
    def smtp(self) -> tuple[str, int]:
        return self.catcher.smtp_host, self.catcher.smtp_port

    def put(self, raw: bytes) -> int:
        """A message that came by no session; its id."""
        answer = self.api.post(
            "/messages",
            params={"rcpt_to": "ada@example.org"},
            content=raw,
            headers={"Content-Type": "message/rfc822"},
        )
        return int(answer.raise_for_status().json()["id"])

    def newest_session(self) -> int:
        newest = self.api.get("/sessions", params={"limit": 1}).raise_for_status()
        return int(newest.json()["sessions"][0]["id"])


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    found = Trap()
    yield found
    found.close()


@pytest.fixture(scope="module")
def box(trap: Trap) -> Iterator[Box]:
    payloads = hostile.payloads(trap.url)
    with Hidden(max_errors=1_000_000) as catcher, httpx.Client(base_url=f"{catcher.url}/api/v1", timeout=60) as api:
        place = catcher.smtp_host, catcher.smtp_port
        for start in range(0, len(payloads), IN_A_SESSION):
            hostile.converse(*place, payloads[start : start + IN_A_SESSION])
        ids = [one["id"] for one in _all(api, "messages")]
        hostile.talk(*place, payloads)
        box = Box(catcher, api, payloads, ids, talk=_all(api, "sessions")[-1]["id"])
        box.everything, box.document = box.put(hostile.everything(payloads)), box.put(hostile.document(trap.url))
        box.html = [box.put(hostile.html(some)) for some in _documents(payloads)]
        tags = [one.text[:60] for one in payloads if one.text.isprintable()][:100]
        api.patch(f"/messages/{box.everything}", json={"tags": tags}).raise_for_status()
        yield box


def _documents(payloads: Sequence[Payload]) -> Iterator[list[Payload]]:
    """The payloads by ten, and alone those that may take what follows them for their own."""
    several = [one for one in payloads if one.kind not in ("mutation", "unterminated")]
    yield from (several[at : at + 10] for at in range(0, len(several), 10))
    yield from ([one] for one in payloads if one.kind in ("mutation", "unterminated"))


def _all(api: httpx.Client, what: str) -> list[dict[str, Any]]:
    """Oldest first."""
    found: list[dict[str, Any]] = []
    before: int | None = 1 << 60
    while before is not None:
        page = api.get(f"/{what}", params={"before": before, "limit": 500}).raise_for_status().json()
        found += page[what]
        before = page["next"]
    return found[::-1]


@dataclass(slots=True)
class Guard:
    """A visitor to the box, and what must not have happened after each look at something."""

    visitor: Visitor
    box: Box
    trap: Trap
    asked: list[Request] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """A page, when it has settled: it is still where it was opened, and no payload has become a part of it."""
        page = self.visitor.context.new_page()
        self.go(page, path)
        return page

    def go(self, page: Page, path: str) -> None:
        page.goto(self.box.url + path)
        self.check(page)
        assert page.url == self.box.url + path

    def check(self, page: Page) -> None:
        page.evaluate(LOADED)
        assert page.title().endswith("Pillarbox")
        assert [self.meant(one) for one in page.evaluate(MARKUP) if _strange(*one)] == []
        self.nothing_happened()

    def meant(self, what: object) -> str:
        """What happened, with the payload that it came from if it says which."""
        found = re.search(r"(?:canary\(|tracker\.example:\d+/|stolen/)(\d+)", str(what))
        return f"{what} of {self.box.payloads[int(found[1])]}" if found else str(what)

    def nothing_happened(self) -> None:
        assert [self.meant(f"canary({hit})") for hit in self.visitor.hits] == []
        assert [self.meant(one) for one in self.visitor.elsewhere()] == []
        assert [self.meant(one) for one in self.trap.calls] == []
        assert [self.meant(one.url) for one in self.asked if STOLEN in one.url or one.method != "GET"] == []
        assert self.visitor.dialogs == []
        assert [self.meant(one) for one in self.visitor.forbidden if not _PICTURE_PAGE.match(one)] == []
        assert len(self.visitor.context.pages) == 1


@contextmanager
def _guard(browser: Browser, box: Box, trap: Trap, *, scripts: bool = True) -> Iterator[Guard]:
    trap.calls.clear()
    context = browser.new_context(viewport={"width": 1440, "height": 860}, java_script_enabled=scripts)
    context.set_default_timeout(PATIENCE)
    found = Guard(Visitor(context, box.url, javascript=scripts), box, trap)
    context.on("request", lambda request: found.asked.append(request))
    yield found
    context.close()


@pytest.fixture
def guard(browser: Browser, box: Box, trap: Trap) -> Iterator[Guard]:
    with _guard(browser, box, trap) as found:
        yield found


@pytest.fixture
def guard_without_scripts(browser: Browser, box: Box, trap: Trap) -> Iterator[Guard]:
    with _guard(browser, box, trap, scripts=False) as found:
        yield found


def test_the_payloads_do_harm_where_nothing_keeps_them_from_it(browser: Browser, box: Box, trap: Trap) -> None:
    """Else what follows would show nothing."""
    visitor = Visitor(browser.new_context(), box.url)
    page = visitor.context.new_page()
    for one in box.payloads:
        if one.kind in ("events", "scripts", "css"):
            page.set_content(f"<!doctype html><body>{one.text}")
    visitor.settle(page)
    assert len(set(visitor.hits)) > 20
    assert len(trap.paths) > 20
    visitor.context.close()


def test_lists_of_hostile_mail_are_harmless(guard: Guard, box: Box) -> None:
    page = guard.visitor.context.new_page()
    for start in range(0, len(box.ids), AT_ONCE):
        guard.go(page, f"/?before={box.ids[start] + AT_ONCE}")
        expect(page.locator("#rows .row")).not_to_have_count(0)


def test_hostile_html_text_and_pictures_are_harmless_without_a_frame_that_holds_them(guard: Guard, box: Box) -> None:
    page = guard.visitor.context.new_page()
    addresses = [f"/messages/{one}/preview" for one in box.html]
    alone = [number for number, payload in zip(box.ids, box.payloads, strict=True) if payload.kind == "unterminated"]
    contents = ("parts/3", "parts/7", "html")
    addresses += [f"/api/v1/messages/{one}/{contents[one % 3]}" for one in alone]
    for start in range(0, len(addresses), AT_ONCE):
        guard.go(page, "/nothing/here")
        page.evaluate(FRAMES, addresses[start : start + AT_ONCE])
        guard.check(page)
    opened = [one.url for one in guard.asked if one.is_navigation_request() and one.frame != page.main_frame]
    assert sorted(opened) == sorted(box.url + one for one in addresses), "each has opened once, and none has gone on"


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_of_a_hostile_message_is_harmless(guard: Guard, box: Box, name: str) -> None:
    number = getattr(box, name)
    page = guard.open(f"/messages/{number}")
    assert [frame.url for frame in page.frames[1:]] == [f"{box.url}/messages/{number}/preview"]
    for tab in VIEWS[name]:
        page.locator(f"[data-does=tab-{tab}]").click()
        expect(page.locator(f".panel-{tab}")).to_be_attached()
        guard.check(page)


def test_hostile_calendars_and_pictures_are_harmless_where_they_are_opened(guard: Guard, box: Box) -> None:
    page = guard.visitor.context.new_page()
    pictures = 0
    for start in range(0, len(box.payloads), 4 * AT_ONCE):
        some = box.payloads[start : start + 4 * AT_ONCE]
        number = box.put(hostile.opened(some))
        guard.go(page, f"/messages/{number}?tab=parts&part=1")
        expect(page.locator(".panel-parts")).to_contain_text(some[0].text.strip()[:4])
        for part in range(2, 2 + sum(one.kind == "svg" for one in some)):
            if pictures < PICTURES:
                guard.go(page, f"/messages/{number}?tab=parts&part={part}")
                expect(page.locator(".panel-parts img")).to_have_count(1)
                pictures += 1
    assert pictures == PICTURES


def test_hostile_clients_are_harmless(guard: Guard, box: Box) -> None:
    page = guard.visitor.context.new_page()
    for path in ("/sessions", f"/sessions/{box.talk}"):
        next_path: str | None = path
        while next_path is not None:
            guard.go(page, next_path)
            further = page.locator("a[rel=next]")
            next_path = further.first.get_attribute("href") if further.count() else None


def test_hostile_mail_and_lines_that_come_while_somebody_looks_are_harmless(guard: Guard, box: Box) -> None:
    some = [one for one in box.payloads if one.kind in ("events", "ours")][:AT_ONCE]
    page = guard.open("/")
    expect(page.locator("#link")).to_have_attribute("data-state", "on")
    hostile.converse(*box.smtp, some)
    expect(page.locator("#rows .row .subject").first).to_contain_text(f"{some[-1].number} ")
    guard.check(page)
    before = box.newest_session()
    with smtplib.SMTP(*box.smtp, timeout=30) as client:
        client.ehlo()
        deadline = time.monotonic() + PATIENCE / 1000
        while (newest := box.newest_session()) == before:
            assert time.monotonic() < deadline, "the session of a client that has greeted is nowhere"
        guard.go(page, f"/sessions/{newest}")
        for one in some:
            client.docmd("VRFY", re.sub(r"[\r\n]", " ", one.text))
        client.docmd("NOOP", "the end")
        expect(page.locator(".wire .line").filter(has_text="NOOP the end")).to_be_visible()
        guard.check(page)


def test_what_is_typed_and_what_an_address_says_is_harmless(guard: Guard, box: Box) -> None:
    page = guard.visitor.context.new_page()
    fields = (("/sessions", "q"), ("/sessions", "helo"), ("/messages/delete", "q"), ("/inboxes", "q"))
    chunks = list(_chunks(box.payloads))
    for path, name, words in [("/", "q", one) for one in chunks] + [(*one, chunks[0]) for one in fields]:
        page.goto(f"{box.url}{path}?{urlencode({name: words})}")
        guard.check(page)


def _chunks(payloads: Sequence[Payload]) -> Iterator[str]:
    """The payloads, as many at once as a query takes."""
    words = ""
    for one in payloads:
        if len(words) + len(one.text) > LONGEST_QUERY:
            yield words
            words = ""
        words += f" {one.text}"
    yield words


@pytest.mark.parametrize("way", ["", "/preview"], ids=["page", "preview"])
def test_without_scripts_a_hostile_document_is_harmless_too(guard_without_scripts: Guard, box: Box, way: str) -> None:
    guard, path = guard_without_scripts, f"/messages/{box.document}{way}"
    page = guard.visitor.open(path)
    guard.visitor.settle(page)
    assert "the end" in page.frames[-1].locator("body").inner_text(), "what is harmless is shown"
    assert page.url == box.url + path
    guard.nothing_happened()


def test_no_link_of_a_message_runs_anything_when_it_is_clicked(guard: Guard, box: Box) -> None:
    path = f"/messages/{box.document}/preview"
    page = guard.visitor.open(path)
    for name in ("one", "two", "three", "four", "five", "six", "seven", "eight"):
        page.get_by_text(name, exact=True).click(force=True)
    guard.visitor.settle(page)
    assert page.url == box.url + path
    guard.nothing_happened()


def test_remote_images_come_when_they_are_asked_for_and_nothing_else_does(guard: Guard, box: Box, trap: Trap) -> None:
    path = f"/messages/{box.document}"
    page = guard.open(path)
    with page.expect_navigation():
        page.get_by_role("link", name="load images once").click()
    guard.visitor.settle(page)
    assert "/img.png" in trap.paths or "/srcset.png" in trap.paths, "the trap does see what comes"
    for sent in trap.paths:
        assert sent.endswith((".png", ".webp", ".cur", ".svg")), f"{sent} is no image"
    assert {referrer for _, referrer in trap.calls} == {""}, "the sender learns no address of ours"
    assert guard.visitor.hits == []
    assert page.url == f"{box.url}{path}?remote=1"


def test_a_link_of_a_message_opens_in_a_new_tab_that_knows_nothing_of_us(guard: Guard, box: Box, trap: Trap) -> None:
    raw = f"From: a@x.test\r\nSubject: Link\r\nContent-Type: text/html\r\n\r\n<a href='{trap.url}/welcome'>Go</a>\r\n"
    number = box.put(raw.encode())
    page = guard.open(f"/messages/{number}")
    with page.expect_popup() as opened:
        page.frame_locator("iframe.preview").get_by_text("Go").click()
    opened.value.wait_for_load_state()
    assert opened.value.evaluate("() => window.opener === null && document.referrer === ''")
    assert ("/welcome", "") in trap.calls
    assert page.url == f"{box.url}/messages/{number}"
