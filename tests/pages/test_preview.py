"""The frame's document: what it may contain and under which policy it goes out."""

from __future__ import annotations

import base64

from pillarbox.web.pages.preview import runs
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
    assert "src" not in blocked.attributes
    loaded = reader.get(f"/messages/{message.id}/preview?remote=1").css_first("img")
    assert loaded is not None
    assert loaded.attributes["src"] == "http://cdn.example/a.png"


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
