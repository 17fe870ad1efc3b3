"""The search field: what it suggests, why a query cannot be read, and the page that explains the language."""

from __future__ import annotations

from urllib.parse import urlencode

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pillarbox.mail import spoken
from pillarbox.mail.query import operators
from pillarbox.web import query_words
from tests.pages.conftest import Reader, words
from tests.pages.mails import plain
from tests.web.world import World

HOSTILE = 'Evil" onfocus="alert(1)'


def fragment(reader: Reader, q: str, at: int | None = None, where: str = "", **more: str) -> LexborHTMLParser:
    query = {"q": q, "at": str(len(q) if at is None else at), **more}
    return reader.get(f"/search/suggestions{where}?{urlencode(query)}")


def suggested(reader: Reader, q: str, at: int | None = None, where: str = "", **more: str) -> list[str]:
    return [one.attributes["data-text"] or "" for one in fragment(reader, q, at, where, **more).css("[role=option]")]


def only(page: LexborHTMLParser, selector: str) -> LexborNode:
    found = page.css(selector)
    assert len(found) == 1, selector
    return found[0]


def test_every_operator_of_the_parsers_is_explained_and_its_values_are_those_that_it_knows() -> None:
    assert set(query_words.OPERATORS) == set(operators.READERS)
    assert set(query_words.SAID) == set(spoken.READERS)
    assert {text for text, _ in query_words.CHOICES["is"]} == set(operators.STATES)
    assert {text for text, _ in query_words.CHOICES["has"]} == set(operators.FLAGS)
    assert set(query_words.CHOICES) <= set(operators.READERS)
    for code, _note in query_words.CODES:
        spoken.read_code(code)


def test_operators_and_their_values_are_suggested_at_the_caret(world: World, reader: Reader) -> None:
    assert suggested(reader, "") == [f"{name}:" for name in query_words.OPERATORS]
    assert suggested(reader, "invoice -FR") == ["from:"]
    assert suggested(reader, "fr invoice", at=2) == ["from:"]
    page = fragment(reader, "invoice fr")
    assert only(page, "ul").attributes == {"data-start": "8", "data-end": "10", "data-begun": None, "data-short": None}
    assert words(only(page, "[role=option]")) == "from: who sent it: envelope, From, Reply-To"
    assert suggested(reader, "is:") == ["is:unread", "is:read", "is:pinned"]
    assert suggested(reader, "is:un") == ["is:unread"]
    assert suggested(reader, "is:unread") == []
    assert suggested(reader, "newer:") == ["newer:15m", "newer:1h", "newer:24h", "newer:7d", "newer:30d"]
    assert len(suggested(reader, "since:")) == 7
    assert suggested(reader, "code:4")[0] == "code:4xx"
    assert suggested(reader, "subject:x") == suggested(reader, "zzz") == []


def test_addresses_tags_and_inboxes_of_the_mail_that_is_there_are_suggested(world: World, reader: Reader) -> None:
    told = world.talk(plain(sender="Frida Shop <frida@shop.example>"), plain(sender=f"{HOSTILE} <frank@x.example>"))
    world.take(plain(sender="anna@example.org"), "carol@checkout.inbox.test")
    world.client.patch(f"/api/v1/messages/{told.messages[0].id}", json={"tags": ["to do", 'a"b']}).raise_for_status()
    assert suggested(reader, "from:fr") == ["from:frank@x.example", "from:frida@shop.example"]
    assert suggested(reader, "from:shop") == ["from:shop@example.org", "from:frida@shop.example"]
    assert suggested(reader, "from:", inbox="checkout")[0] == "from:anna@example.org"
    assert "from:frida@shop.example" not in suggested(reader, "from:", inbox="checkout")
    assert suggested(reader, "to:car") == ["to:carol@checkout.inbox.test"]
    assert suggested(reader, "inbox:ch") == ["inbox:checkout"]
    assert suggested(reader, "tag:") == ['tag:"to do"']
    name = only(fragment(reader, "from:frank"), "bdi.meaning")
    assert "onfocus" in words(name)
    assert name.parent is not None
    assert not name.parent.css("[onfocus]")


def test_sessions_have_operators_of_their_own(reader: Reader) -> None:
    assert suggested(reader, "", where="/sessions") == ["code:", "verb:"]
    assert suggested(reader, "denied verb:AU", where="/sessions") == ["verb:AUTH"]
    assert "code:550" in suggested(reader, "code:55", where="/sessions")
    page = reader.get("/sessions")
    assert only(page, "input[name=q]").attributes["data-suggest"] == "/search/suggestions/sessions"
    assert "5xx" in [one.attributes["value"] for one in page.css("#known-code option")]


def test_any_text_is_answered_and_a_caret_that_is_none_refused(reader: Reader) -> None:
    for q in ("x" * 5000, "\x00", "a" * 1999 + '"', "🙂:" * 9, "from:" * 300, "((((((((((", '"'):
        fragment(reader, q)
        fragment(reader, q, at=10**15)
    for query in ("at=x", "at=-1", "q=a&at=99999999999999999999"):
        assert reader.ask(f"/search/suggestions?{query}").status_code == 400


def test_a_query_that_cannot_be_read_is_explained_in_place_with_its_mend(reader: Reader) -> None:
    for page in (reader.get("/?q=a+is%3Aunred", 400), fragment(reader, "a is:unred")):
        place = only(page, ".wrong")
        assert "is: does not know “unred”; write is:unread, is:read or is:pinned." in words(place)
        assert words(only(page, ".wrong mark")) == "unred"
        mend = only(page, ".wrong a")
        assert mend.attributes["href"] == "/?q=a+is%3Aunread"
        assert mend.attributes["data-query"] == "a is:unread"
    field = only(reader.get("/?q=a+is%3Aunred", 400), "input[name=q]")
    assert (field.attributes["aria-invalid"], field.attributes["aria-describedby"]) == ("true", "wrong")
    place = only(fragment(reader, 'a "<b>'), ".wrong")
    assert (place.attributes["data-from"], place.attributes["data-to"]) == ("2", "6")
    assert not place.css("b")
    assert fragment(reader, "a is:unread").css_first(".wrong") is None
    assert fragment(reader, "is:purple").css_first(".wrong a") is None


def test_where_nothing_is_found_a_word_that_nearly_is_an_operator_is_pointed_out(world: World, reader: Reader) -> None:
    world.talk(plain())
    meant = only(reader.get("/?q=form%3Ashop"), "#rows .empty a")
    assert (words(meant), meant.attributes["href"]) == ("from:shop", "/?q=from%3Ashop")
    assert reader.get("/?q=nothing").css_first("#rows .empty a") is None
    assert reader.get("/?q=newest%3Ashop+absent").css_first("#rows .empty a") is None


def test_the_whole_language_is_explained_on_a_page(reader: Reader) -> None:
    link = only(reader.get("/"), '[data-does="search-help"]')
    page = reader.get(link.attributes["href"] or "")
    shown = words(only(page, ".search-help"))
    assert all(f"{name}:" in shown for name in operators.READERS)
    assert "invoice OR receipt" in shown
