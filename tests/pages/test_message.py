"""One message's page and its tabs, without JavaScript."""

from __future__ import annotations

import pytest

from pillarbox.web.security import PREVIEW_SANDBOX
from tests.pages.conftest import Reader, words
from tests.pages.mails import plain, with_html
from tests.web.world import World

TABS = ("preview", "text", "html", "headers", "parts", "raw", "envelope", "transcript", "lint")


def test_opening_a_message_marks_it_read(world: World, reader: Reader) -> None:
    message = world.take(plain())
    assert not world.box.summary(message.id).read
    reader.get(f"/messages/{message.id}")
    assert world.box.summary(message.id).read
    assert reader.get("/").css("#rows .unread") == []


def test_looking_at_the_preview_alone_marks_nothing(world: World, reader: Reader) -> None:
    message = world.take(plain())
    reader.get(f"/messages/{message.id}/preview")
    assert not world.box.summary(message.id).read


def test_headers_and_envelope_stand_side_by_side(world: World, reader: Reader) -> None:
    message = world.take(plain(), "ada@example.org", "audit@example.org", sender="bounce@mailer.example")
    shown = words(reader.get(f"/messages/{message.id}").css_first(".facts"))
    assert "Shop <shop@example.org>" in shown
    assert "Mon, 23 Nov 2026 22:14:06 +0300" in shown
    assert "bounce@mailer.example differs from From" in shown
    assert "audit@example.org bcc" in shown


@pytest.mark.parametrize("tab", TABS)
def test_each_tab_has_an_address_of_its_own(world: World, reader: Reader, tab: str) -> None:
    message = world.talk(with_html("<p>Hello <b>Ada</b></p>")).messages[0]
    page = reader.get(f"/messages/{message.id}?tab={tab}")
    here = page.css_first('.tabs [aria-current="page"]')
    assert words(here).lower().split()[0] == tab
    assert {words(link).lower().split()[0] for link in page.css(".tabs a")} == set(TABS)


def test_the_tabs_show_what_they_say(world: World, reader: Reader) -> None:
    message = world.talk(with_html('<p>Hello <b>Ada</b></p><img src="cid:logo@shop">')).messages[0]

    def panel(tab: str) -> str:
        return words(reader.get(f"/messages/{message.id}?tab={tab}").css_first(".panel"))

    assert "made from its HTML" in panel("text")
    assert "Hello Ada" in panel("text")
    assert "<p>Hello <b>Ada</b></p>" in panel("html")
    assert "Subject With HTML" in panel("headers")
    assert "multipart/related" in panel("parts")
    assert "bill.pdf" in panel("parts")
    assert "cid:logo@shop" in panel("parts")
    assert "Content-ID: <logo@shop>" in panel("raw")
    assert "RCPT TO ada@example.org To" in panel("envelope")
    assert "354 Go on" in panel("transcript")


def test_tabs_say_how_much_stands_under_them(world: World, reader: Reader) -> None:
    message = world.talk(with_html("<p>Hello</p>")).messages[0]
    said = [words(tab) for tab in reader.get(f"/messages/{message.id}").css(".tabs a")]
    lines = len(world.box.transcript(message.session_id or 0).entries)
    headers = len(world.box.message(message.id).mail.headers)
    assert said[3:8] == [f"Headers {headers}", "Parts 5", "Raw", "Envelope", f"Transcript {lines}"]
    imported = world.take(plain())
    assert words(reader.get(f"/messages/{imported.id}").css(".tabs a")[7]) == "Transcript"


def test_a_tab_that_there_is_none_of_is_not_there(world: World, reader: Reader) -> None:
    message = world.take(plain())
    assert "no sideways tab" in words(reader.get(f"/messages/{message.id}?tab=sideways", 404))


@pytest.mark.parametrize("address", ["/messages/9", "/messages/x", "/messages/-1", "/messages/99999999999999999999"])
def test_a_message_that_is_not_there_says_so(reader: Reader, address: str) -> None:
    assert "There is no message" in words(reader.get(address, 404))


def test_one_time_codes_stand_in_the_header_with_the_words_around_them(world: World, reader: Reader) -> None:
    raw = b'Subject: Sign in\r\n\r\nYour code for <b>"order"</b> 4711 is 482 913.\r\n'
    page = reader.get(f"/messages/{world.take(raw).id}")
    (shown,) = page.css(".codes li")
    assert words(shown) == "Code 482913 Copy"
    assert shown.attributes["title"] == 'Your code for <b>"order"</b> 4711 is 482 913.'
    copied = shown.css("button")[0].attributes["data-copy"] or ""
    assert words(page.css_first(copied)) == "482913"
    many = b"Subject: Recovery codes\r\n\r\n" + b"".join(b"8213 44%02d\r\n" % n for n in range(10))
    assert len(reader.get(f"/messages/{world.take(many).id}").css(".codes li")) == 3
    assert reader.get(f"/messages/{world.take(plain()).id}").css(".codes") == []


def test_attachments_can_be_downloaded(world: World, reader: Reader) -> None:
    message = world.take(with_html("<p>Hi</p>"))
    page = reader.get(f"/messages/{message.id}")
    assert [words(link) for link in page.css(".attachments .shown")] == ["bill.pdf 8 B"]
    links = page.css(".attachments .saved")
    assert [words(link) for link in links] == ["Download bill.pdf"]
    got = reader.ask(links[0].attributes["href"] or "")
    assert got.status_code == 200
    assert got.content == b"%PDF-1.4"
    eml = page.css_first('a[download$=".eml"]')
    assert eml is not None
    assert reader.ask(eml.attributes["href"] or "").content == with_html("<p>Hi</p>")


def test_the_preview_frame_can_do_nothing_but_open_links(world: World, reader: Reader) -> None:
    message = world.take(with_html("<p>Hi</p>"))
    frame = reader.get(f"/messages/{message.id}").css_first("iframe")
    assert frame is not None
    assert frame.attributes["sandbox"] == PREVIEW_SANDBOX
    assert frame.attributes["src"] == f"/messages/{message.id}/preview"


def test_names_in_mail_are_text_and_kept_apart(world: World, reader: Reader) -> None:
    evil = '<script>alert(1)</script> "&amp;'
    message = world.take(plain(f"{evil} \u202egnp.exe", f"{evil}", sender=f'"{evil[:20]}" <x@example.org>'))
    for address in ("/", f"/messages/{message.id}", *(f"/messages/{message.id}?tab={tab}" for tab in TABS)):
        page = reader.get(address)
        assert [script.text() for script in page.css("script")] == [""]
        subject = page.css_first("#rows .subject bdi")
        assert subject is not None, "what direction it has must not reach its neighbours"
        assert evil in subject.text()


def test_deleting_a_message_can_be_undone(world: World, reader: Reader) -> None:
    message = world.take(plain())
    form = reader.get(f"/messages/{message.id}").css_first(f'form[action="/messages/{message.id}/delete"]')
    assert form is not None
    after = reader.press(form)
    assert after.css("#rows .row") == []
    reader.get(f"/messages/{message.id}", 404)
    notice = after.css_first("form.notice")
    assert notice is not None
    assert f"Message {message.id} was deleted." in words(notice)
    back = reader.press(notice)
    assert "Hello" in words(back.css_first("h1"))
    assert len(reader.get("/").css("#rows .row")) == 1


def test_a_message_keeps_the_list_that_it_was_opened_from(world: World, reader: Reader) -> None:
    world.take(plain("Red apple"), inbox="fruit")
    world.take(plain("Red cherry"), inbox="fruit")
    world.take(plain("Green apple"))
    link = reader.get("/inboxes/fruit?q=apple").css_first("#rows a")
    assert link is not None
    page = reader.get(link.attributes["href"] or "")
    assert [words(row) for row in page.css("#rows .subject")] == ["Red apple"]
    assert page.css_first('#rows a[aria-current="true"]') is not None
    back = page.css_first("a.back")
    assert back is not None
    assert back.attributes["href"] == "/inboxes/fruit?q=apple"


def test_the_raw_tab_shows_what_a_screen_would_swallow(world: World, reader: Reader) -> None:
    message = world.take(b"Subject: a\0b\r\nX: c\rd\r\n\r\n\xff\x1b[31mred\n\xe2\x80\xae.\r\n")
    panel = reader.get(f"/messages/{message.id}?tab=raw").css_first(".panel")
    assert panel is not None
    assert [mark.text() for mark in panel.css(".mark")] == ["\\0", "\\r", "\\xFF\\x1B", "\\n", "U+202E"]


def test_a_long_message_is_cut_and_the_whole_of_it_linked(world: World, reader: Reader) -> None:
    message = world.take(plain(body="line of text\r\n" * 60_000))
    panel = reader.get(f"/messages/{message.id}?tab=raw").css_first(".panel")
    assert panel is not None
    assert len(panel.text()) < 300_000
    assert panel.css_first(f'a[href="/api/v1/messages/{message.id}/raw"]') is not None


def test_an_empty_message_is_shown_as_what_it_is(world: World, reader: Reader) -> None:
    message = world.take(b"")
    assert "no subject" in words(reader.get(f"/messages/{message.id}").css_first("h1"))
    assert "no body to show" in words(reader.get(f"/messages/{message.id}"))
    assert "not one octet" in words(reader.get(f"/messages/{message.id}?tab=raw"))
    assert "no headers" in words(reader.get(f"/messages/{message.id}?tab=headers"))


def test_an_imported_message_has_no_transcript_and_says_why(world: World, reader: Reader) -> None:
    message = world.take(plain())
    assert "it came by no session" in words(reader.get(f"/messages/{message.id}?tab=transcript"))


def test_the_transcript_tab_shows_this_transaction_and_folds_the_rest(world: World, reader: Reader) -> None:
    told = world.talk(plain("One"), plain("Two"))
    page = reader.get(f"/messages/{told.messages[1].id}?tab=transcript")
    folded = page.css(".panel details.around")
    assert folded
    assert "EHLO app.example.org" in words(folded[0])
    own = page.css(".panel > .wire")
    assert len(own) == 1
    assert "Subject: Two" in words(own[0])
    assert "Subject: One" not in words(own[0])


def test_a_long_subject_and_a_long_file_name_are_cut_by_the_page_and_whole_in_their_titles(
    world: World, reader: Reader
) -> None:
    subject = " ".join(["order"] * 300)
    name = "n" * 300 + ".pdf"
    raw = (
        f'From: a@example.org\r\nSubject: {subject}\r\nContent-Type: application/pdf; name="{name}"\r\n'
        f'Content-Disposition: attachment; filename="{name}"\r\n\r\nx\r\n'
    )
    message = world.take(raw.encode())
    page = reader.get(f"/messages/{message.id}?tab=headers")
    heading, attachment = page.css_first("h1 bdi"), page.css_first(".attachments a")
    assert heading is not None
    assert heading.attributes["title"] == subject
    assert attachment is not None
    assert attachment.attributes["title"] == name
    assert subject in words(page.css_first(".panel-headers"))


def test_of_many_recipients_three_stand_there_and_the_others_unfold(world: World, reader: Reader) -> None:
    everybody = [f"person{number}@example.org" for number in range(200)]
    header = ",\r\n ".join(everybody)
    message = world.take(f"To: {header}\r\nSubject: Many\r\n\r\nHi\r\n".encode(), *everybody)
    page = reader.get(f"/messages/{message.id}")
    assert [words(one) for one in page.css(".others summary")] == ["and 197 more", "and 197 more"]
    assert [words(one) for one in page.css(".facts dd > .rcpt")] == everybody[:3]
    assert [words(one) for one in page.css(".others .rcpt")] == everybody[3:]


def test_up_to_six_recipients_all_stand_there(world: World, reader: Reader) -> None:
    six = [f"person{number}@example.org" for number in range(6)]
    message = world.take(f"To: {', '.join(six)}\r\nSubject: Six\r\n\r\nHi\r\n".encode(), *six)
    page = reader.get(f"/messages/{message.id}")
    assert [words(one) for one in page.css(".facts .rcpt")] == six
    assert page.css(".others") == []


def test_a_list_of_recipients_beyond_all_measure_goes_on_in_its_tab(world: World, reader: Reader) -> None:
    everybody = [f"person{number}@example.org" for number in range(600)]
    message = world.take(plain(), *everybody)
    page = reader.get(f"/messages/{message.id}")
    link = page.css_first(".others a")
    assert words(link) == "and 97 more"
    assert len(reader.get((link.attributes["href"] if link else "") or "").css(".envelope tbody tr")) == 601
