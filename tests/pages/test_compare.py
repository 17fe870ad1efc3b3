"""Two messages beside each other, without JavaScript."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from pillarbox.web.security import PREVIEW_SANDBOX
from tests.pages.conftest import Reader, words
from tests.pages.mails import plain, with_html
from tests.web.world import World


def summary(page: LexborHTMLParser) -> dict[str, str]:
    return {
        words(row.css_first("th")): row.attributes["class"] or ""
        for row in page.css('[aria-labelledby="summary"] tr[class]')
    }


def build(number: int, html: str) -> bytes:
    raw = with_html(html, f"Order {number} confirmed")
    return raw.replace(
        b"MIME-Version",
        b"Date: Mon, 23 Nov 2026 22:14:0%d +0300\r\nX-Build: %d\r\nMIME-Version" % (number % 10, number),
    )


def test_what_is_different_is_told_part_by_part(world: World, reader: Reader) -> None:
    first = world.take(build(76, "<p>Hello <b>Ada</b>, order 76</p><p>Bye</p>"))
    second = world.take(
        build(77, "<p>Hello <b>Ada</b>, order 77</p><p>Bye</p><p><i>new</i></p>"), "ada@example.org", "b@x"
    )
    page = reader.get(f"/compare?a={first.id}&b={second.id}")
    assert summary(page) == {
        "Subject": "changed",
        "From": "same",
        "To": "same",
        "Mail from": "same",
        "Rcpt to": "changed",
        "Size": "changed",
        "Parts": "same",
        "Attachments": "same",
        "Findings": "same",
    }
    section = page.css_first('[aria-labelledby="fields"]')
    assert section is not None
    assert words(section.css_first("h2")) == "Headers · 2 are different"
    assert [words(one) for one in section.css("table")[0].css("tbody th")] == ["Subject", "X-Build"]
    assert [words(one) for one in section.css("table")[0].css("ins")] == ["77", "77"]
    assert [words(one) for one in section.css("details")[0].css("tbody th")] == ["Date"]
    html = page.css_first('[aria-labelledby="html"]')
    assert html is not None
    assert [(words(one), words(other)) for one, other in zip(html.css("del"), html.css("ins"), strict=False)] == [
        ("76", "77")
    ]
    assert [words(row.css_first(".right")) for row in html.css("tr.added")] == ["<p>", "<i>new</i>", "</p>"]
    frames = page.css("iframe")
    assert [frame.attributes["src"] for frame in frames] == [f"/messages/{one.id}/preview" for one in (first, second)]
    assert {frame.attributes["sandbox"] for frame in frames} == {PREVIEW_SANDBOX}
    assert not world.box.summary(first.id).read


def test_two_messages_that_are_the_same_say_so(world: World, reader: Reader) -> None:
    first, second = world.take(plain(body="Hello\r\n" * 20)), world.take(plain(body="Hello\r\n" * 20))
    page = reader.get(f"/compare?a={first.id}&b={second.id}")
    assert set(summary(page).values()) == {"same"}
    assert "Text · the same" in words(page.css_first('[aria-labelledby="text"]'))
    assert "Neither message has HTML" in words(page.css_first('[aria-labelledby="html"]'))
    assert page.css(".diff") == []


def test_the_one_before_of_the_same_sender_and_subject_is_found(world: World, reader: Reader) -> None:
    world.take(plain("Order 75"), "eve@example.org")
    wanted = world.take(plain("Order 76"))
    world.take(plain("Order 76"), "eve@example.org")
    world.take(plain("Invoice 3"))
    world.take(plain("Order 76", sender="other@example.org"))
    world.take(plain("Order 76"), inbox="elsewhere")
    newest = world.take(plain("Order 77"))
    menu = reader.get(f"/messages/{newest.id}").css_first('.menu a[data-does="compare-previous"]')
    assert menu is not None
    page = reader.get(menu.attributes["href"] or "")
    assert [one.attributes["href"] for one in page.css(".sides a")] == [
        f"/messages/{one.id}" for one in (wanted, newest)
    ]
    alone = reader.get(f"/compare?b={wanted.id - 1}")
    assert "none of the same sender and subject" in words(alone.css_first("main"))
    assert [field.attributes["value"] for field in alone.css("form input")] == ["", str(wanted.id - 1)]


def test_any_two_can_be_chosen_and_a_wrong_number_is_told(world: World, reader: Reader) -> None:
    first, second = world.take(plain("One")), world.take(with_html("<p>x</p>"))
    menu = reader.get(f"/messages/{second.id}").css_first(".menu form")
    assert menu is not None
    field = menu.css_first('input[name="a"]')
    assert field is not None
    page = reader.get(f"{menu.attributes['action']}?a={first.id}&b={second.id}")
    assert f"Only message {first.id} has it" in words(page.css_first('[aria-labelledby="text"]'))
    swapped = page.css_first(".compare-head .actions a")
    assert swapped is not None
    assert swapped.attributes["href"] == f"/compare?a={second.id}&b={first.id}"
    assert "Which two messages?" in words(reader.get("/compare").css_first("main"))
    assert "no message 99" in words(reader.get(f"/compare?a={first.id}&b=99", 404))
    assert "Must be a number" in words(reader.get("/compare?a=x&b=1", 400))


def test_lines_that_are_the_same_are_folded_and_hostile_words_stay_text(world: World, reader: Reader) -> None:
    lines = [f"line {n}" for n in range(40)]
    first = world.take(plain("<script>a</script>", "\r\n".join(lines)))
    lines[20] = "<img src=x onerror=alert(1)>\x1b[2J"
    second = world.take(plain("<script>b</script>", "\r\n".join(lines)))
    page = reader.get(f"/compare?a={first.id}&b={second.id}")
    text = page.css_first('[aria-labelledby="text"]')
    assert text is not None
    assert [words(one) for one in text.css("summary")] == ["17 lines are the same", "16 lines are the same"]
    assert words(text.css_first("tr.changed .right")) == "<img src=x onerror=alert(1)>␛[2J"
    assert page.css(".compare script, .compare img") == []


def test_very_long_texts_are_cut_and_that_is_said(world: World, reader: Reader) -> None:
    first = world.take(plain(body="a\r\n" * 4005))
    second = world.take(plain(body="b\r\n" * 10))
    shown = words(reader.get(f"/compare?a={first.id}&b={second.id}").css_first('[aria-labelledby="text"]'))
    assert "lines more are not shown" in shown
    assert "at the end were not compared" in shown
