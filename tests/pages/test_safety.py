"""What holds for every page: its policy, no inline code, and only addresses that lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

import pytest
from fastapi.routing import APIRoute
from selectolax.lexbor import LexborHTMLParser

from pillarbox import resources
from pillarbox.box import MessageQuery
from pillarbox.web import static_files
from pillarbox.web.pages import routes
from pillarbox.web.security import PAGE_POLICY
from pillarbox.web.templating import environment
from tests.pages.conftest import Reader, words
from tests.pages.mails import plain, with_html
from tests.web.world import World

TABS = ("text", "html", "headers", "parts", "raw", "envelope", "transcript", "lint")
EVIL = '<img src=x onerror="alert(1)"><script>alert(2)</script><style>*{}</style><a href="javascript:alert(3)">x</a>'


@pytest.fixture
def full(world: World) -> list[str]:
    """Every page there is, over mail that tries its worst."""
    message = world.talk(with_html(EVIL, subject=EVIL), plain(EVIL, EVIL, EVIL), outcome="dropped", reason=EVIL)
    world.take(plain(), inbox="fruit")
    number = message.messages[0].id
    return [
        "/",
        "/?q=hello",
        "/inboxes/fruit",
        f"/messages/{number}",
        f"/messages/{number}?remote=1",
        *(f"/messages/{one.id}?tab={tab}" for one in message.messages for tab in TABS),
        f"/messages/{number}?tab=headers&sent=1",
        f"/messages/{number}?tab=raw&ends=1",
        f"/messages/{number}/again",
        f"/compare?a={number}&b={message.messages[1].id}",
        "/compare",
        "/messages/delete",
        "/sessions",
        f"/sessions/{message.session_id}",
        "/stats",
        "/docs",
        "/nothing/here",
        f"/?q={EVIL}",
    ]


def test_no_page_has_code_or_style_in_it(full: list[str], reader: Reader) -> None:
    for address in full:
        page = LexborHTMLParser(reader.ask(address).text)
        for node in page.css("*"):
            names = set(node.attributes)
            assert not {name for name in names if name.startswith("on")}, f"{address}: {node.html}"
            assert "style" not in names, f"{address}: {node.html}"
            assert node.tag != "style", address
            if node.tag == "script":
                assert node.text() == "", address
                assert (node.attributes["src"] or "").startswith("/static/"), address
            for name in ("href", "src", "action"):
                assert not (node.attributes.get(name) or "").lower().startswith(("javascript:", "data:")), address


def test_every_page_carries_the_policy(full: list[str], reader: Reader) -> None:
    for address in full:
        answer = reader.ask(address)
        assert answer.headers["content-security-policy"] == PAGE_POLICY, address
        assert answer.headers["x-content-type-options"] == "nosniff"


def _addresses(page: LexborHTMLParser) -> Iterator[str]:
    for node in page.css("[href], [src]"):
        yield node.attributes.get("href") or node.attributes.get("src") or ""


def _kind(target: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Searches for one thing or another lead to the same pages, again and again."""
    path, query = urlsplit(target).path, parse_qsl(urlsplit(target).query)
    return path, tuple((name, value if name == "tab" else "") for name, value in query)


def test_every_link_of_every_page_leads_somewhere_on_this_server(full: list[str], reader: Reader) -> None:
    seen, kinds = set(full), set()
    waiting = list(full)
    while waiting:
        here = waiting.pop()
        answer = reader.ask(here)
        if here != "/nothing/here":
            assert answer.status_code == 200, here
        path = urlsplit(here).path
        if "text/html" not in answer.headers["content-type"] or path.endswith("/preview") or path.startswith("/api/"):
            continue  # what a stranger wrote is no page of ours
        for found in _addresses(LexborHTMLParser(answer.text)):
            target = urljoin(here, found).split("#")[0]
            assert urlsplit(target).netloc == "", f"{here} leads to {found}"
            if _kind(target) not in kinds and target not in seen and "/api/v1/events" not in target:
                seen.add(target)
                kinds.add(_kind(target))
                waiting.append(target)
    assert len(seen) > 40


def test_all_addresses_stand_under_the_root_path(start_world: Callable[..., World]) -> None:
    world = start_world(root_path="/mail")
    message = world.take(with_html("<p>Hi</p>"))
    reader = Reader(world)
    try:
        for address in ("/mail/", f"/mail/messages/{message.id}", "/mail/sessions", "/mail/stats", "/mail/nothing"):
            page = LexborHTMLParser(reader.ask(address).text)
            found = [one for one in _addresses(page) if not one.startswith("#")]
            found += [form.attributes["action"] or "" for form in page.css("form[action]")]
            assert found
            for one in found:
                assert one.startswith("/mail/"), f"{address} has {one}"
        sheet = LexborHTMLParser(reader.ask("/mail/").text).css_first("link[rel=stylesheet]")
        assert sheet is not None
        assert reader.ask(sheet.attributes["href"] or "").status_code == 200
    finally:
        reader.close()


def test_static_files_are_kept_for_ever_at_an_address_that_changes(reader: Reader) -> None:
    sheet = reader.get("/").css_first("link[rel=stylesheet]")
    assert sheet is not None
    address = sheet.attributes["href"] or ""
    answer = reader.ask(address)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/css")
    old = re.sub(r"/static/[0-9a-f]+/", "/static/0000000000000000/", address)
    assert reader.ask(old).status_code == 404
    assert reader.ask(address.replace("app.css", "..%2f..%2fpyproject.toml")).status_code == 404


def test_a_refusal_is_a_page_with_a_sentence_and_the_mend(reader: Reader) -> None:
    page = words(reader.get("/nothing/here", 404))
    assert "There is nothing at this address." in page
    assert "The list has everything that is kept." in page


def test_a_program_gets_no_page(world: World) -> None:
    answer = world.client.get("/messages/9", headers={"Accept": "application/json"})
    assert answer.headers["content-type"] == "application/problem+json"


def test_no_template_turns_escaping_off() -> None:
    assert environment().autoescape is True
    templates = list(resources.folder("templates").rglob("*.html"))
    assert templates
    for template in templates:
        source = template.read_text("utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape|Markup", source), template.name


def test_no_module_or_sheet_reaches_for_another_server() -> None:
    for name, file in static_files.read(resources.folder("static")).files.items():
        if name == "vendor/htmx/htmx.min.js":
            continue  # held by its settings in base.html, and by the policy
        source = file.content.decode().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|//[a-z]+\.|@import|\beval\b|innerHTML\s*=|document\.write", source), name


FORMS = (
    "/messages/picked", "/messages/read", "/messages/delete", "/messages/restore", "/messages/{id}/delete", "/inboxes",
    "/inboxes/fruit/delete", "/settings",
)  # fmt: skip


def test_no_form_is_taken_from_a_page_of_another_site(world: World) -> None:
    known = [one for one in routes.build(world.box, world.config).routes if isinstance(one, APIRoute)]
    posts = {one.path for one in known if "POST" in (one.methods or ())}
    pages = {path.replace("{message}", "{id}").replace("{name}", "fruit") for path in posts}
    assert pages == set(FORMS)
    message = world.take(plain(), inbox="fruit")
    fields = {"action": "delete", "id": str(message.id), "all": "1", "language": "ru", "deletion": "1"}
    for form in FORMS:
        for origin in ({"Origin": "https://evil.test"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
            answer = world.client.post(form.format(id=message.id), data=fields, headers=origin)
            assert (answer.status_code, "set-cookie" in answer.headers) == (403, False), form
    assert [one.id for one in world.box.messages(MessageQuery(inbox="fruit")).items] == [message.id]
    assert not world.box.summary(message.id).read


ODD = ("-1", "9223372036854775808", "\u0663", "\x00(((((((((", "newer:999999999d %(n)s{}\u202e")
ASKED = {
    "/": ("q", "before", "deleted", "inbox"),
    "/messages/{id}": ("tab", "q", "before", "width", "dark"),
    "/messages/{id}?tab=raw": ("start",),
    "/messages/{id}?tab=parts": ("part",),
    "/messages/{id}/again": ("tool",),
    "/compare": ("a", "b"),
    "/search/suggestions": ("q", "at", "inbox"),
    "/search/suggestions/sessions": ("q", "at"),
    "/stats": ("q", "span", "inbox"),
    "/settings": ("saved",),
}


def test_whatever_an_address_asks_for_is_answered_or_refused_in_a_sentence(world: World, reader: Reader) -> None:
    number = world.take(plain()).id
    for path, names in ASKED.items():
        address = path.format(id=number)
        for name in names:
            for odd in ODD:
                query = f"{'&' if '?' in address else '?'}{name}={quote(odd)}&{name}={quote(odd)}"
                answer = reader.ask(address + query)
                assert answer.status_code in (200, 400, 404), address + query
                assert "text/html" in answer.headers["content-type"] or answer.status_code == 200
    assert reader.ask(f"/compare?a=0&b={number}").status_code == 404
