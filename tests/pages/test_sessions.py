"""One session's page, without JavaScript."""

from __future__ import annotations

from pillarbox.mail import transcript
from pillarbox.mail.transcript import Record
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


def test_tls_and_a_log_in_are_events_of_their_own(world: World, reader: Reader) -> None:
    records = [
        transcript.event(1_000_000, "tls", "TLS 1.3 TLS_AES_256_GCM_SHA384, SNI mail.test"),
        transcript.masked(1_100_000, "AUTH PLAIN ********", 30),
        Record(1_200_000, "event", "auth", b"Authenticated as anna with PLAIN.", 0),
    ]
    told = world.talk(records=records)
    rows = reader.get(f"/sessions/{told.session_id}").css(".wire tbody tr")
    seen = {(row.attributes["class"] or ""): words(row.css_first(".line")) for row in rows}
    assert seen["event tls"] == "TLS 1.3 TLS_AES_256_GCM_SHA384, SNI mail.test"
    assert seen["client auth"].startswith("AUTH PLAIN ********")
    assert seen["event auth"] == "Authenticated as anna with PLAIN."


def test_a_line_that_was_long_in_coming_is_marked(world: World, reader: Reader) -> None:
    records = [transcript.line(at, "client", "command", b"NOOP\r\n") for at in (1_000, 500_000, 1_000_000)]
    told = world.talk(records=records)
    slow = reader.get(f"/sessions/{told.session_id}").css(".wire .since.slow")
    assert [words(cell) for cell in slow] == ["+500"]


def test_control_octets_of_a_line_are_made_visible(world: World, reader: Reader) -> None:
    odd = transcript.line(1_500_000, "client", "command", b"NO\0OP \xe9\xe2\x80\xae\n")
    told = world.talk(records=[odd])
    marks = [mark.text() for mark in reader.get(f"/sessions/{told.session_id}").css(".wire .mark")]
    assert marks == ["\\0", "\\xE9U+202E", "\\n"]


def test_content_is_folded_with_its_size_and_leads_to_its_message(world: World, reader: Reader) -> None:
    told = world.talk(plain(body="In the fold"))
    page = reader.get(f"/sessions/{told.session_id}")
    content = page.css_first(".wire .carried details")
    assert content is not None
    assert "open" not in content.attributes
    assert words(content.css_first("summary")).endswith("of content")
    assert "In the fold" in words(content)
    link = page.css_first(".wire .carried > p a")
    assert words(link) == f"message {told.messages[0].id}"
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


def test_words_lead_to_what_they_mean(world: World, reader: Reader) -> None:
    page = reader.get(f"/sessions/{world.talk(plain()).session_id}")
    for word, meaning in (("EHLO", "RFC 5321"), ("354", "RFC 5321"), ("2.0.0", "RFC 3463")):
        link = next(link for link in page.css(".wire a.word") if words(link) == word)
        entry = page.css_first(link.attributes["href"] or "")
        assert meaning in words(entry)
    targets = {link.attributes["href"] for link in page.css(".wire a.word")}
    assert all(page.css_first(target or "") is not None for target in targets)


def test_line_ends_and_blanks_are_shown_by_an_address(world: World, reader: Reader) -> None:
    told = world.talk(plain(body="tab\tand end  "))
    quiet = reader.get(f"/sessions/{told.session_id}")
    assert quiet.css_first(".wire.ends") is None
    assert quiet.css(".wire .sign") == []
    link = quiet.css_first("a[data-ends]")
    assert link is not None
    shown = reader.get(link.attributes["href"] or "")
    assert shown.css_first(".wire.ends") is not None
    assert {words(sign) for sign in shown.css(".wire .sign")} == {"→", "··", "\\r\\n"}


def test_a_long_session_is_read_and_drawn_by_the_page(world: World, reader: Reader) -> None:
    noops = [
        transcript.line(1_000_000 + number, "client", "command", f"NOOP {number}\r\n".encode())
        for number in range(5200)
    ]
    told = world.talk(records=noops)
    last = next(link for link in reader.get(f"/sessions/{told.session_id}").css(".pager a") if words(link) == "last")
    page = reader.get(last.attributes["href"] or "")
    assert words(page.css_first(".pager")).startswith("Lines 5,001 to 5,203 of 5,203")
    assert words(page.css_first(".waterfall figcaption")) == "Where the time went, lines 5,001 to 5,203"
    assert "too long" in words(page.css_first("#session-lint"))
    past = reader.get(f"/sessions/{told.session_id}?start=999999999")
    assert words(past.css(".wire .line")[-1]) == "NOOP 5199"


def test_lint_stands_beside_its_line_and_in_a_list(world: World, reader: Reader) -> None:
    clear = [transcript.masked(1_000_000, "AUTH PLAIN ********", 30)]
    told = world.talk(records=clear)
    page = reader.get(f"/sessions/{told.session_id}")
    row = next(row for row in page.css(".wire tbody tr") if "AUTH PLAIN" in words(row))
    assert "without TLS" in words(row.css_first(".finding.warning"))
    listed = page.css_first("#session-lint ol")
    assert "without TLS" in words(listed)
    link = next(link for link in page.css("#session-lint a") if (link.attributes["href"] or "").endswith("#e3"))
    assert row.attributes["id"] == "e3"
    assert words(link) == "line 4"


def test_what_lint_says_of_content_stands_beside_its_line_and_leads_to_the_message(
    world: World, reader: Reader
) -> None:
    told = world.talk(b"Subject: bare\nLF\r\n\r\nx\r\n")
    page = reader.get(f"/sessions/{told.session_id}")
    row = next(row for row in page.css(".wire tbody tr") if "of content" in words(row))
    assert words(row.css_first(".finding.error")).startswith("error: A line feed stands without a carriage return.")
    assert "A line feed stands" in words(page.css_first("#session-lint"))
    link = next(link for link in row.css(".carried > p a") if "finding" in words(link))
    assert words(link) == f"{told.messages[0].lint_count} findings"
    tab = words(reader.get(link.attributes["href"] or "").css_first(".findings"))
    assert "has no Date header" in tab, "what is about a header stands with the message"
    assert "has no Date header" not in words(page)


def test_a_long_reply_is_one_row_that_unfolds_to_lines_with_links_of_their_own(world: World, reader: Reader) -> None:
    offers = b"".join(b"250-X%d\r\n" % number for number in range(9)) + b"250 X9\r\n"
    records = [
        transcript.line(1_000_000, "client", "command", b"EHLO again\r\n"),
        transcript.line(1_000_100, "server", "reply", offers),
    ]
    page = reader.get(f"/sessions/{world.talk(records=records).session_id}")
    (rest,) = page.css(".wire tr.rest")
    assert words(rest.css_first("summary")) == "6 more: X4 X5 X6 X7 X8 X9"
    assert [words(line.css_first("bdi")) for line in rest.css(".folded")] == [
        *(f"250-X{n}" for n in range(4, 9)),
        "250 X9",
    ]
    for line in rest.css(".folded"):
        link = line.css_first(".at a")
        assert link is not None
        assert link.attributes["href"] == f"#{line.attributes['id']}"
    ids = [node.attributes["id"] for node in page.css(".wire [id]")]
    assert ids == [f"e{number}" for number in range(len(ids))], "each line stands there once and in its order"


def test_a_session_can_be_done_again(world: World, reader: Reader) -> None:
    told = world.talk(plain(), plain(subject="Second"))
    page = reader.get(f"/sessions/{told.session_id}/again?message={told.messages[1].id}")
    assert [words(head) for head in page.css(".again h2")] == ["swaks", "curl", "Python"]
    assert all("Second" in pre.text() for pre in page.css(".again pre"))
    chosen = page.css_first("option[selected]")
    assert words(chosen) == str(told.messages[1].id)
    assert "has no message 99" in words(reader.get(f"/sessions/{told.session_id}/again?message=99", 404))


def test_a_session_over_a_unix_socket_is_done_again_over_it(world: World, reader: Reader) -> None:
    told = world.talk(plain(), listener="lmtp unix:/run/mail box/lmtp")
    swaks, curl, python = (pre.text() for pre in reader.get(f"/sessions/{told.session_id}/again").css(".again pre"))
    assert "--socket '/run/mail box/lmtp'" in swaks
    assert "--unix-socket '/run/mail box/lmtp'" in curl
    assert "smtplib.LMTP('/run/mail box/lmtp')" in python


def test_a_session_that_the_server_died_in_is_not_followed(world: World, reader: Reader) -> None:
    told = world.talk(outcome="lost")
    page = reader.get(f"/sessions/{told.session_id}")
    assert "The end of this transcript is missing" in words(page)
    assert "still open" not in words(page.css_first("#transcript"))
    html = page.css_first("html")
    assert html is not None
    assert "data-follow" not in html.attributes
