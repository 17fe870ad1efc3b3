"""The frame's document: what it may contain and under which policy it goes out."""

from __future__ import annotations

import base64
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from pillarbox.web.pages.preview import HATCHED, Hatched, runs
from pillarbox.web.security import PREVIEW_POLICY, PREVIEW_REMOTE_POLICY
from tests.pages.conftest import Reader, words
from tests.pages.mails import PICTURE, plain, with_html
from tests.web.world import World


def test_the_document_carries_its_own_policy(world: World, reader: Reader) -> None:
    message = world.take(with_html("<p>Hi</p>"))
    answer = reader.ask(f"/messages/{message.id}/preview")
    assert answer.headers["content-security-policy"] == PREVIEW_POLICY
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-dns-prefetch-control"] == "off"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    remote = reader.ask(f"/messages/{message.id}/preview?remote=1")
    assert remote.headers["content-security-policy"] == PREVIEW_REMOTE_POLICY
    assert remote.headers["referrer-policy"] == "no-referrer"


def test_a_text_goes_out_under_the_same_policy(world: World, reader: Reader) -> None:
    message = world.take(plain(body="<script>alert(1)</script> see https://shop.example/a?b=1&c=2."))
    answer = reader.ask(f"/messages/{message.id}/preview")
    assert answer.headers["content-security-policy"] == PREVIEW_POLICY
    page = reader.get(f"/messages/{message.id}/preview")
    assert page.css_first("script") is None
    assert "<script>alert(1)</script>" in words(page)
    link = page.css_first("a")
    assert link is not None
    assert link.attributes["href"] == "https://shop.example/a?b=1&c=2"
    assert link.attributes["rel"] == "noopener noreferrer nofollow"


def test_the_messages_own_pictures_are_written_into_it(world: World, reader: Reader) -> None:
    message = world.take(with_html('<img src="cid:logo@shop" alt="logo"><img src="cid:missing@shop">'))
    shown = reader.get(f"/messages/{message.id}/preview").css("img")
    assert shown[0].attributes["src"] == "data:image/png;base64," + base64.b64encode(PICTURE).decode()
    assert "src" not in shown[1].attributes


def test_pictures_are_inlined_up_to_a_limit_however_often_they_are_used(world: World, reader: Reader) -> None:
    big = base64.b64encode(b"\x89PNG" + bytes(2 * 1024 * 1024)).decode()
    message = world.take(with_html('<img src="cid:logo@shop">' * 9).replace(base64.b64encode(PICTURE), big.encode()))
    answer = reader.ask(f"/messages/{message.id}/preview")
    assert answer.text.count("data:image/png") == 2
    assert len(answer.content) < 6 * 1024 * 1024


def test_a_part_that_is_no_picture_is_not_inlined(world: World, reader: Reader) -> None:
    raw = with_html('<img src="cid:logo@shop">').replace(b"Content-Type: image/png", b"Content-Type: text/html")
    message = world.take(raw)
    assert "data:" not in reader.ask(f"/messages/{message.id}/preview").text


def test_remote_pictures_have_no_address_until_asked_for(world: World, reader: Reader) -> None:
    message = world.take(with_html('<img src="http://cdn.example/a.png">'))
    blocked = reader.get(f"/messages/{message.id}/preview").css_first("img")
    assert blocked is not None
    picture = unquote(blocked.attributes["src"] or "")
    assert picture.startswith("data:image/svg+xml,<svg")
    assert "remote image blocked · cdn.example" in picture
    loaded = reader.get(f"/messages/{message.id}/preview?remote=1").css_first("img")
    assert loaded is not None
    assert loaded.attributes["src"] == "http://cdn.example/a.png"


def test_the_picture_in_the_place_of_a_blocked_one_says_what_is_not_there_whatever_its_words_are() -> None:
    hatched = Hatched()
    picture = hatched('evil"<x>&.example', "a\x00\x1b <script>'\"&  b" + "c" * 200) or ""
    assert picture.isascii()
    assert "<" not in picture
    assert '"' not in picture
    drawn = ElementTree.fromstring(unquote(picture.removeprefix("data:image/svg+xml,")))
    first, second = drawn.iter("{http://www.w3.org/2000/svg}text")
    assert (first.text or "").startswith("a␀␛ <script>'\"& bccc")
    assert second.text == 'remote image blocked · evil"<x>&.example'
    assert [hatched("a.example", "") is None for _ in range(HATCHED)].count(True) == 1, "then they are only hatched"


def test_the_strip_counts_what_is_remote_names_the_hosts_and_loads_images_when_asked(
    world: World, reader: Reader
) -> None:
    html = '<img src="http://cdn.example/a.png"><img src="https://CDN.example/b.png"><img src="//<b>.example/&quot;">'
    message = world.take(with_html(html + "<script src=//js.example></script>"))
    page = reader.get(f"/messages/{message.id}?width=390&dark=1")
    remote = page.css_first(".view .remote")
    assert words(remote).startswith("3 remote images blocked")
    assert [words(host) for host in page.css(".remote li")] == ["cdn.example 2", "<b>.example 1"]
    assert "1 reference of another kind" in words(remote)
    link = page.css_first('[data-does="images"]')
    assert link is not None
    loaded = reader.get(link.attributes["href"] or "")
    assert "3 remote images loaded, this once" in words(loaded.css_first(".view"))
    frame, stage, back = (
        loaded.css_first("iframe"),
        loaded.css_first(".stage"),
        loaded.css_first('[data-does="images"]'),
    )
    assert frame is not None
    assert frame.attributes["src"] == f"/messages/{message.id}/preview?remote=1"
    assert stage is not None
    assert (stage.attributes["data-width"], stage.attributes["data-scheme"]) == ("390", "dark"), "the rest stays"
    assert back is not None
    assert back.attributes["href"] == f"/messages/{message.id}?width=390&dark=1"
    only = world.take(with_html("<script src=//js.example></script>"))
    strip = reader.get(f"/messages/{only.id}").css_first(".view")
    assert "1 remote reference blocked" in words(strip)
    assert strip is not None
    assert strip.css('[data-does="images"]') == []


def test_a_width_and_colours_are_addresses_that_keep_each_other_and_the_list(world: World, reader: Reader) -> None:
    message = world.take(plain(), inbox="fruit")
    page = reader.get(f"/messages/{message.id}?inbox=fruit")
    stage = page.css_first(".stage")
    assert stage is not None
    assert {"data-width", "data-scheme"}.isdisjoint(stage.attributes), "left to what was last chosen in this browser"
    for name in ("width-tablet", "dark"):
        link = page.css_first(f'[data-does="{name}"]')
        assert link is not None
        page = reader.get(link.attributes["href"] or "")
    assert link is not None
    assert link.attributes["href"] == f"/messages/{message.id}?inbox=fruit&width=768&dark=1"
    assert [words(one) for one in page.css('.view [aria-current="true"]')] == ["768", "dark"]
    back = page.css_first('[data-does="dark"]')
    assert words(back) == "light", "the key for dark screens goes to and fro"


@pytest.mark.parametrize(("query", "mend"), [("width=391", "390, 768, full"), ("dark=yes", "0 or 1")])
def test_a_view_that_there_is_none_of_says_which_there_are(world: World, reader: Reader, query: str, mend: str) -> None:
    message = world.take(plain())
    assert mend in words(reader.get(f"/messages/{message.id}?{query}", 400))


def test_the_strip_says_when_nothing_in_a_mail_is_made_for_dark_screens(world: World, reader: Reader) -> None:
    plainly = world.take(with_html("<p>Hi</p>"))
    aware = world.take(with_html("<style>@media (prefers-color-scheme: dark) { p { color: #fff } }</style><p>Hi</p>"))
    assert reader.get(f"/messages/{plainly.id}").css(".undark") != []
    assert reader.get(f"/messages/{aware.id}").css(".undark") == []
    assert reader.get(f"/messages/{world.take(plain()).id}").css(".undark") == [], "our page of a text knows both"


def test_the_strip_lists_the_links_as_text(world: World, reader: Reader) -> None:
    links = "".join(f'<a href="https://shop.example/{n}">Shop {n}</a>' for n in range(120))
    message = world.take(with_html(f"<a href='javascript:alert(1)'>Go</a>{links}"))
    listed = reader.get(f"/messages/{message.id}").css_first(".view .links")
    assert words(listed).startswith("121 links Go javascript:alert(1) Shop 0 https://shop.example/0 Shop 1")
    assert "and 21 more" in words(listed)
    assert listed is not None
    assert listed.css("a") == []


def test_a_message_without_a_body_has_a_preview_that_says_so(world: World, reader: Reader) -> None:
    message = world.take(b"Subject: x\r\n\r\n")
    assert "no body" in words(reader.get(f"/messages/{message.id}/preview"))


def test_addresses_in_text_become_links_without_the_sentence_around_them() -> None:
    assert runs("See (https://a.example/x). And http://b.example!") == [
        ("See (", None),
        ("https://a.example/x", "https://a.example/x"),
        ("). And ", None),
        ("http://b.example", "http://b.example"),
        ("!", None),
    ]
    assert runs("javascript:alert(1) ftp://a") == [("javascript:alert(1) ftp://a", None)]
    assert runs("www.a.example/(x)") == [("www.a.example/(x)", "http://www.a.example/(x)")]
    assert runs("") == []
