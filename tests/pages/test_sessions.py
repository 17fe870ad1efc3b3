"""One session's page, without JavaScript."""

from __future__ import annotations

from pillarbox.mail import transcript
from tests.pages.conftest import Reader, words
from tests.pages.mails import plain
from tests.web.world import World


def test_the_reason_of_a_failure_stands_before_the_transcript(world: World, reader: Reader) -> None:
    told = world.talk(outcome="timeout", reason="The client said nothing for 5 minutes.")
    page = words(reader.get(f"/sessions/{told.session_id}"))
    assert "The client said nothing for 5 minutes." in page
    assert page.index("said nothing") < page.index("220 mail.test ESMTP")


def test_each_line_says_whose_it_is_and_when(world: World, reader: Reader) -> None:
    records = [
        transcript.line(1_500_000, "client", "command", b"RCPT TO:<nobody@x>\r\n"),
        transcript.line(2_501_000, "server", "reply", b"550 5.1.1 No such user\r\n"),
        transcript.event(2_600_000, "disconnect", "The client closed the connection."),
    ]
    told = world.talk(records=records)
    rows = {
        words(row.css_first(".line")): row for row in reader.get(f"/sessions/{told.session_id}").css(".wire tbody tr")
    }
    asked = rows["RCPT TO:<nobody@x>"]
    refused = rows["550 5.1.1 No such user"]
    ended = rows["The client closed the connection."]
    assert (asked.attributes["class"] or "").split() == ["client", "refused"]
    assert (refused.attributes["class"] or "").split() == ["server", "bad"]
    assert (ended.attributes["class"] or "").split() == ["event"]
    assert words(refused.css_first(".at")) == "2.501"
    assert words(refused.css_first(".since")) == "+1,001"
    assert words(asked.css_first(".side")) == "C"
    assert words(refused.css_first(".side")) == "S"


def test_control_octets_of_a_line_are_made_visible(world: World, reader: Reader) -> None:
    odd = transcript.line(1_500_000, "client", "command", b"NO\0OP \xe9\xe2\x80\xae\n")
    told = world.talk(records=[odd])
    marks = [mark.text() for mark in reader.get(f"/sessions/{told.session_id}").css(".wire .mark")]
    assert marks == ["\\0", "\\xE9U+202E", "\\n"]


def test_content_is_folded_with_its_size_and_leads_to_its_message(world: World, reader: Reader) -> None:
    told = world.talk(plain(body="In the fold"))
    page = reader.get(f"/sessions/{told.session_id}")
    content = page.css_first(".wire details")
    assert content is not None
    assert "open" not in content.attributes
    assert f"message {told.messages[0].id}" in words(content.css_first("summary"))
    assert "In the fold" in words(content)
    link = content.css_first("summary a")
    assert link is not None
    reader.get(link.attributes["href"] or "")
    assert "Hello" in words(page.css_first("#session-messages"))


def test_content_of_a_deleted_message_is_said_to_be_deleted(world: World, reader: Reader) -> None:
    told = world.talk(plain())
    world.client.delete(f"/api/v1/messages/{told.messages[0].id}").raise_for_status()
    page = words(reader.get(f"/sessions/{told.session_id}"))
    assert f"message {told.messages[0].id}, deleted" in page


def test_content_that_was_refused_is_kept_here(world: World, reader: Reader) -> None:
    told = world.talk(records=[transcript.lost_content(1_000_000, b"Subject: half\r\n\r\nhal", 20)])
    content = reader.get(f"/sessions/{told.session_id}").css_first(".wire details")
    assert "not stored" in words(content)
    assert "Subject: half" in words(content)


def test_a_long_transcript_has_pages(world: World, reader: Reader) -> None:
    noops = [
        transcript.line(1_000_000 + number, "client", "command", f"NOOP {number}\r\n".encode()) for number in range(900)
    ]
    told = world.talk(records=noops)
    first = reader.get(f"/sessions/{told.session_id}")
    assert len(first.css(".wire tbody tr")) == 500
    later = next(link for link in first.css("#transcript .strip a") if words(link) == "later lines")
    second = reader.get(later.attributes["href"] or "")
    assert words(second.css(".wire .line")[-1]) == "NOOP 899"
    assert len(first.css(".wire tbody tr")) + len(second.css(".wire tbody tr")) == 903


def test_the_transcript_can_be_downloaded(world: World, reader: Reader) -> None:
    told = world.talk()
    link = reader.get(f"/sessions/{told.session_id}").css_first("a[download]")
    assert link is not None
    got = reader.ask(link.attributes["href"] or "")
    assert got.status_code == 200
    assert "C: EHLO app.example.org" in got.text


def test_a_session_that_is_not_there_says_so(reader: Reader) -> None:
    assert "There is no session 9." in words(reader.get("/sessions/9", 404))
    assert "There is no session x." in words(reader.get("/sessions/x", 404))


def test_figures_count_mail_and_how_sessions_ended(world: World, reader: Reader) -> None:
    world.talk(plain())
    world.talk(outcome="dropped")
    page = reader.get("/stats")
    totals = words(page.css_first(".totals"))
    # Each conversation of this world leaves one more message behind, in an inbox of its own.
    assert "Messages 3" in totals
    assert "Unread 3" in totals
    assert "Sessions 2" in totals
    table = words(page.css_first(".columns"))
    assert "dropped 1" in table
    assert "quit 1" in table
    assert "without a message 1" in table
