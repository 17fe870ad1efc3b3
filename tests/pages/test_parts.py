"""The tree of a message's parts, and each part shown as far as that is safe."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from pillarbox.mail.extract.invitations import invitations
from pillarbox.web.pages.parts import ROWS, when
from tests.pages.conftest import Reader, words
from tests.pages.mails import with_html
from tests.web.world import World

CALENDAR = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
SUMMARY:Release <b>party</b>
DTSTART;TZID=Europe/Berlin:20261204T180000
DTEND;TZID=Europe/Berlin:20261204T210000
LOCATION:Room 7\\, 2nd floor
ORGANIZER;CN=Shop:mailto:shop@example.org
ATTENDEE;CN=Anna;PARTSTAT=ACCEPTED:mailto:anna@example.org
RRULE:FREQ=YEARLY
END:VEVENT
END:VCALENDAR
"""
BERLIN = timezone(timedelta(hours=1), "CET")


def attached(*parts: tuple[str, str]) -> bytes:
    """A message with a text and parts of these types and contents; the first of them is part 2."""
    written = "".join(
        f'--m\r\nContent-Type: {kind}\r\nContent-Disposition: attachment; filename="part-{n}"\r\n\r\n{content}\r\n'
        for n, (kind, content) in enumerate(parts, 2)
    )
    head = "Subject: Parts\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n"
    return f"{head}--m\r\nContent-Type: text/plain\r\n\r\nHello\r\n{written}--m--\r\n".encode()


def test_an_attachment_is_shown_where_its_link_leads_and_saved_by_the_one_beside(world: World, reader: Reader) -> None:
    message = world.take(with_html("<p>Hi</p>"), inbox="fruit")
    link = reader.get(f"/messages/{message.id}?inbox=fruit").css_first(".attachments .shown")
    assert link is not None
    assert link.attributes["href"] == f"/messages/{message.id}?tab=parts&inbox=fruit&part=4"
    page = reader.get(link.attributes["href"] or "")
    assert words(page.css_first(".opened-part h2")) == "bill.pdf"
    assert page.css_first('.parts tr[aria-current="true"] .filename') is not None
    frame = page.css_first("iframe.pdf")
    assert frame is not None
    assert frame.attributes["src"] == f"/api/v1/messages/{message.id}/parts/4"
    assert words(page.css_first("#digest")) == world.box.message(message.id).mail.parts[4].sha256


def test_the_tree_says_size_encoding_charset_and_content_id_of_each_part(world: World, reader: Reader) -> None:
    message = world.take(with_html("<p>Hi</p>"))
    page = reader.get(f"/messages/{message.id}?tab=parts")
    rows = [words(row) for row in page.css(".parts tbody tr")]
    assert rows[2].startswith("2 text/html utf-8 HTML")
    assert rows[3].startswith("3 image/png inline cid:logo@shop base64 70 B")
    assert page.css(".opened-part") == []
    shares = [int(bar.attributes["width"] or "") for bar in page.css(".share .part")]
    assert max(shares) == 100
    assert all(0 < share <= 100 for share in shares)


@pytest.mark.parametrize("kind", ["image/png", "image/svg+xml"])
def test_a_picture_is_an_image_that_the_browser_loads(world: World, reader: Reader, kind: str) -> None:
    message = world.take(attached((kind, "<svg onload='canary(1)'><script>canary(2)</script></svg>")))
    opened = reader.get(f"/messages/{message.id}?tab=parts&part=2").css_first(".opened-part")
    assert opened is not None
    picture = opened.css_first("img")
    assert picture is not None
    assert picture.attributes["src"] == f"/api/v1/messages/{message.id}/parts/2"
    assert picture.attributes["alt"] == "The picture part-2"
    assert opened.css("svg:not(.icon), script, iframe, object, embed") == []
    assert ("Open in a tab" in words(opened)) == (kind == "image/png"), "an SVG can be saved only"


@pytest.mark.parametrize("kind", ["text/csv", "application/json", "application/atom+xml", "text/vcard", "text/html"])
def test_a_text_is_shown_as_text_and_cut(world: World, reader: Reader, kind: str) -> None:
    message = world.take(attached((kind, "a,<script>b</script>,\x1b[2J\r\n" + "x" * 300_000)))
    opened = reader.get(f"/messages/{message.id}?tab=parts&part=2").css_first(".opened-part")
    assert opened is not None
    shown = opened.css_first("pre")
    assert shown is not None
    assert shown.text().startswith("a,<script>b</script>,␛[2J")
    assert len(shown.text()) == 256 * 1024
    assert "characters more are not shown here" in words(opened)
    assert opened.css_first(f'a[href="/api/v1/messages/{message.id}/parts/2"]') is not None


def test_an_enclosed_message_is_shown_with_what_cannot_be_seen(world: World, reader: Reader) -> None:
    message = world.take(attached(("message/rfc822", "Subject: inner\r\n\r\na\0b")))
    opened = reader.get(f"/messages/{message.id}?tab=parts&part=2").css_first(".opened-part")
    assert "Subject: inner a\\0b" in words(opened)


def test_other_parts_are_not_shown_and_say_what_to_do(world: World, reader: Reader) -> None:
    message = world.take(attached(("application/zip", "PK")))
    assert "not shown here. Download it" in words(reader.get(f"/messages/{message.id}?tab=parts&part=2"))
    assert "holds others" in words(reader.get(f"/messages/{message.id}?tab=parts&part=0"))
    assert "has no part 9" in words(reader.get(f"/messages/{message.id}?tab=parts&part=9", 404))
    assert reader.ask(f"/messages/{message.id}?tab=parts&part=x").status_code == 400


def test_a_calendar_is_shown_as_its_events_in_the_readers_zone(world: World, reader: Reader) -> None:
    message = world.take(attached(("text/calendar; charset=utf-8", CALENDAR.replace("\n", "\r\n"))))
    opened = reader.get(f"/messages/{message.id}?tab=parts&part=2").css_first(".opened-part")
    shown = words(opened)
    assert "Release <b>party</b> REQUEST" in shown
    assert "Where Room 7, 2nd floor" in shown
    assert "Organiser Shop shop@example.org" in shown
    assert "Anna anna@example.org accepted" in shown
    assert "written for Europe/Berlin recurs" in shown
    assert "BEGIN:VCALENDAR" in shown
    broken = world.take(attached(("text/calendar", "BEGIN:NOTHING")))
    assert "no event" in words(reader.get(f"/messages/{broken.id}?tab=parts&part=2"))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("DTSTART:20261204T170000Z\nDTEND:20261204T200000Z", "Fri 4 Dec 2026 18:00 – 21:00 CET"),
        ("DTSTART:20261204T220000Z\nDTEND:20261205T020000Z", "Fri 4 Dec 2026 23:00 – Sat 5 Dec 2026 03:00 CET"),
        ("DTSTART:20261204T170000Z", "Fri 4 Dec 2026 18:00 CET"),
        ("DTSTART:20261204T170000\nDTEND:20261204T180000", "Fri 4 Dec 2026 17:00 – 18:00"),
        ("DTSTART:20261204T170000\nDTEND:20261204T180000Z", "Fri 4 Dec 2026 17:00"),
        ("DTSTART:20261204\nDTEND:20261205", "Fri 4 Dec 2026"),
        ("DTSTART:20261204\nDTEND:20261206", "Fri 4 Dec 2026 – Sat 5 Dec 2026"),
        ("DTSTART:20261204\nDTEND:20261205T100000Z", "Fri 4 Dec 2026"),
        ("DTSTART:20261204T170000Z\nDTEND:20261206", "Fri 4 Dec 2026 18:00 CET"),
        ("DTSTART:99991231T233000Z", "Fri 31 Dec 9999 23:30 UTC"),
        ("DTSTART:soon", ""),
        ("SUMMARY:x", ""),
    ],
)
def test_when_an_event_is(lines: str, said: str) -> None:
    text = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n"
    (event,) = invitations(text, 1, lambda _code: None)
    assert when(event, BERLIN) == said


def test_of_ten_thousand_parts_the_first_are_listed_and_any_can_be_opened(world: World, reader: Reader) -> None:
    message = world.take(attached(*[("text/x-note", f"note {n}") for n in range(2, 700)]))
    page = reader.get(f"/messages/{message.id}?tab=parts&part=699")
    assert len(page.css(".parts tbody tr")) == ROWS
    assert "200 parts more" in words(page.css_first(".panel"))
    assert "note 699" in words(page.css_first(".opened-part"))
