"""The Headers tab: each header explained, the way that the message came, the block as sent. Without JavaScript."""

from __future__ import annotations

from datetime import UTC, datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pillarbox.mail.session import Auth, Tls
from tests.pages.conftest import Reader, words
from tests.web.world import World

ARRIVED = datetime(2026, 11, 23, 19, 14, 9, tzinfo=UTC)
RAW = (
    b"Received: from relay.test (relay.test [192.0.2.7]) by in.test with ESMTPSA id 4A; "
    b"Mon, 23 Nov 2026 22:14:03 +0300\r\n"
    b"Received: by app.test with HTTP; Mon, 23 Nov 2026 19:14:06 +0000\r\n"
    b"DKIM-Signature: v=1; d=shop.test; s=s1;\r\n\tbh=abc=\r\n"
    b"From: =?utf-8?Q?Caf=C3=A9?= <shop@shop.test>\r\n"
    b"To: a@x.test, B <b@x.test>\r\n"
    b"Subject: One\r\nSubject: Two\x1b[2J\r\n"
    b"Date: Mon, 23 Nov 2026 22:14:06 +0300\r\n"
    b"Expires: soon\r\n"
    b"Subjct: <b>misspelt</b>\r\n\r\nHello\r\n"
)


def row(page: LexborHTMLParser, name: str) -> LexborNode:
    return next(one for one in page.css("#headers > div") if words(one.css_first("dt")).split()[0] == name)


def test_each_header_leads_to_what_it_is_for(world: World, reader: Reader) -> None:
    message = world.take(RAW, received_at=ARRIVED)
    page = reader.get(f"/messages/{message.id}?tab=headers")
    names = " ".join(words(one.css_first("dt")).split()[0] for one in page.css("#headers > div"))
    assert names == "Received Received DKIM-Signature From To Subject Subject Date Expires Subjct"
    explained = {}
    for one in page.css("#headers > div"):
        link = one.css_first("dt a.word")
        assert link is not None
        explained[words(link)] = words(page.css_first(f".words {link.attributes['href']}"))
    assert "RFC 5321 section 4.4" in explained["Received"]
    assert "Not a registered header" in explained["Subjct"]
    assert words(row(page, "Subjct").css_first("dd")) == "<b>misspelt</b>"


def test_values_are_taken_apart_and_what_is_wrong_stands_with_them(world: World, reader: Reader) -> None:
    message = world.take(RAW, received_at=ARRIVED)
    page = reader.get(f"/messages/{message.id}?tab=headers")
    signature = row(page, "DKIM-Signature")
    assert [words(one) for one in signature.css(".said > div")] == ["v 1", "d shop.test", "s s1", "bh abc="]
    assert words(signature.css_first("details")).endswith("v=1; d=shop.test; s=s1; bh=abc=")
    assert words(row(page, "From").css_first("details")) == "as sent =?utf-8?Q?Caf=C3=A9?= <shop@shop.test>"
    assert [words(one) for one in row(page, "To").css(".said > div")] == ["a@x.test", "B b@x.test"]
    assert "3 s before it arrived" in words(row(page, "Date"))
    assert "cannot be read as a date" in words(row(page, "Expires"))
    assert words(row(page, "Subject").css_first("dt")) == "Subject one of 2"
    assert "only once stands several times" in words(page.css_first(".panel > .findings"))


def test_the_way_is_told_from_the_first_hop_to_this_catcher(world: World, reader: Reader) -> None:
    tls, auth = Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", None), Auth("PLAIN", "ada")
    message = world.talk(RAW, tls=tls, auth=auth).messages[0]
    page = reader.get(f"/messages/{message.id}?tab=headers")
    first, second, here = page.css(".route li:not(.since)")
    assert "app.test HTTP" in words(first)
    assert "3 s earlier by its clock" in words(second)
    assert "in.test from relay.test 192.0.2.7 ESMTPSA" in words(second)
    assert second.css_first(".stop a").attributes["href"] == "#h1"  # type: ignore[union-attr]
    assert "this catcher from app.example.org 127.0.0.1 ESMTPSA TLS 1.3 logged in · session" in words(here)
    protocol = here.css_first("a.word")
    assert protocol is not None
    assert "RFC 3848" in words(page.css_first(f".words {protocol.attributes['href']}"))
    straight = reader.get(f"/messages/{world.take(b'Subject: x' + bytes((13, 10)) * 2).id}?tab=headers")
    assert "it came straight here" in words(straight.css_first(".route"))


def test_the_block_can_be_seen_as_it_was_sent(world: World, reader: Reader) -> None:
    message = world.take(RAW)
    page = reader.get(f"/messages/{message.id}?tab=headers")
    switch = page.css_first('[data-does="as-sent"]')
    assert switch is not None
    page = reader.get(switch.attributes["href"] or "")
    block = page.css_first(".panel pre")
    assert block is not None
    assert "DKIM-Signature: v=1; d=shop.test; s=s1;\\r\\n\n→bh=abc=\\r\\n" in block.text()
    assert "Subject: Two\\x1B[2J" in block.text()
    assert "Hello" not in block.text()
    assert words(page.css_first('[data-does="as-sent"]')) == "Show explained"


def test_more_headers_than_a_page_bears_are_left_to_the_block(world: World, reader: Reader) -> None:
    message = world.take(b"".join(b"X-%d: %s\r\n" % (n, b"y" * 5000 if n == 3 else b"z") for n in range(450)) + b"\r\n")
    page = reader.get(f"/messages/{message.id}?tab=headers")
    assert len(page.css("#headers > div")) == 400
    assert "50 headers more are in the block as sent" in words(page.css_first(".panel"))
    assert "and 1,000 more characters" in words(row(page, "X-3"))
    nothing = reader.get(f"/messages/{world.take(b'').id}?tab=headers")
    assert "has no headers" in words(nothing.css_first(".panel"))
