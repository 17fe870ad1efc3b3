"""The list of sessions and what it is narrowed by, without JavaScript."""

from __future__ import annotations

from pillarbox.mail import transcript
from pillarbox.mail.session import Auth, Tls
from tests.pages.conftest import Reader, words
from tests.pages.mails import plain
from tests.web.world import World


def shown(reader: Reader, address: str) -> list[str]:
    return [link.attributes["href"] or "" for link in reader.get(address).css("#rows .session a")]


def test_a_row_says_how_a_session_ended_and_why(world: World, reader: Reader) -> None:
    world.talk(outcome="dropped", reason="The client closed the connection in the middle of DATA.")
    row = words(reader.get("/sessions").css_first("#rows .session"))
    for expected in ("dropped", "127.0.0.1:52114", "EHLO app.example.org", "in the middle of DATA", "0 messages"):
        assert expected in row


def test_a_client_without_quit_is_no_alarm_once_its_mail_was_taken(world: World, reader: Reader) -> None:
    world.talk(outcome="dropped", reason="The client closed the connection after DATA, without QUIT.")
    assert reader.get("/sessions").css_matches("#rows .session .pill.bad")
    world.talk(b"a: b\r\n\r\n", outcome="dropped")
    (mild,) = reader.get("/sessions?outcome=dropped").css("#rows .session .pill.warn")
    assert words(mild) == "dropped"


def test_the_filters_are_a_form(world: World, reader: Reader) -> None:
    delivered = world.talk(plain()).session_id
    dropped = world.talk(outcome="dropped").session_id

    def shown(address: str) -> list[str]:
        return [link.attributes["href"] or "" for link in reader.get(address).css("#rows .session a")]

    assert shown("/sessions") == [f"/sessions/{dropped}", f"/sessions/{delivered}"]
    assert shown("/sessions?outcome=dropped") == [f"/sessions/{dropped}"]
    assert shown("/sessions?messages=none") == [f"/sessions/{dropped}"]
    assert shown("/sessions?peer=10.0.0.1") == []
    form = reader.get("/sessions?outcome=dropped&messages=none").css_first("form.filters")
    assert form is not None
    assert form.css_first('option[value="dropped"][selected]') is not None
    assert form.css_first("input[type=checkbox][checked]") is not None


def test_each_other_filter_finds_its_sessions_and_no_others(world: World, reader: Reader) -> None:
    world.talk(plain())
    tls, user = Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", "mail.test"), Auth("PLAIN", "анна")
    told = world.talk(helo="other.example.org", peer="192.0.2.7:4711", tls=tls, auth=user)
    wanted = [f"/sessions/{told.session_id}"]
    for query in ("peer=192.0.2.7", "helo=OTHER.example", "user=анна", "tls=true"):
        assert shown(reader, f"/sessions?{query}") == wanted, query
    for query in ("peer=192.0.2.8", "helo=third", "user=bob"):
        assert shown(reader, f"/sessions?{query}") == [], query
    assert wanted[0] not in shown(reader, "/sessions?tls=false")
    row = words(reader.get("/sessions?tls=true").css_first("#rows .session"))
    for expected in ("192.0.2.7:4711", "EHLO other.example.org", "TLS 1.3", "анна (PLAIN)"):
        assert expected in row


def test_a_session_whose_only_mail_was_refused_is_an_alarm_and_one_that_delivered_is_milder(
    world: World, reader: Reader
) -> None:
    refused = transcript.line(1_600_000, "server", "reply", b"550 5.1.1 No such user\r\n")
    world.talk(records=[refused])
    assert reader.get("/sessions").css_matches("#rows .pill.bad")
    assert reader.get("/sessions").css_matches("#rows .verdict.bad")
    world.talk(plain(), records=[refused])
    first = reader.get("/sessions").css_first("#rows .session")
    assert first is not None
    assert first.css_matches(".pill.warn")
    assert first.css_matches(".verdict.warn")


def test_an_outcome_that_there_is_none_of_is_refused(reader: Reader) -> None:
    assert "outcome: Must be one of open, quit" in words(reader.get("/sessions?outcome=odd", 400))


def test_what_was_said_is_searched(world: World, reader: Reader) -> None:
    refused = transcript.line(1_600_000, "server", "reply", b"550 5.1.1 No such user\r\n")
    asked = transcript.line(1_500_000, "client", "command", b"RCPT TO:<nobody@x>\r\n")
    told = world.talk(records=[asked, refused], outcome="dropped")
    world.talk(plain())
    wanted = [f"/sessions/{told.session_id}"]
    assert shown(reader, "/sessions?q=code%3A550") == wanted
    assert shown(reader, "/sessions?q=nobody+-DATA") == wanted
    assert shown(reader, "/sessions?code=5xx") == wanted
    assert shown(reader, "/sessions?code=554") == []
    page = reader.get("/sessions?q=code%3A550&code=5.1.1&tls=false&since=2020-01-01T00:00")
    search = page.css_first('input[name="q"]')
    assert search is not None
    assert search.attributes["value"] == "code:550"
    assert page.css_first("details.more-filters[open]") is not None
    assert words(page.css_first("#rows .session")) != ""


def test_the_time_filters_are_read_as_the_form_has_them(world: World, reader: Reader) -> None:
    world.talk()
    assert shown(reader, "/sessions?since=2020-01-01T00:00&until=2090-01-01T00:00")
    assert shown(reader, "/sessions?until=2020-01-01T00:00") == []
    assert shown(reader, "/sessions?since=2090-01-01T00:00") == []


def test_a_filter_that_cannot_be_read_is_explained_beside_the_form_and_lists_nothing(
    world: World, reader: Reader
) -> None:
    world.talk()
    for query, field, name, sentence in (
        ("q=code%3Aabc", "q", "What was said", "no reply code: write one like 550"),
        ("q=%21%21", "q", "What was said", "There is no word in it"),
        ("code=none", "code", "Reply code", "no reply code"),
        ("since=yesterday", "since", "Begun from", "Must be a time like 2026-11-24T14:05."),
    ):
        page = reader.get(f"/sessions?{query}", 400)
        assert f"{name}: " in words(page.css_first("#wrong"))
        assert sentence in words(page.css_first("#wrong"))
        wrong = page.css_first('[aria-invalid="true"]')
        assert wrong is not None
        assert wrong.attributes["name"] == field
        assert page.css("#rows .session") == []


def test_the_next_page_keeps_every_filter(world: World, reader: Reader) -> None:
    for _ in range(51):
        world.talk(outcome="dropped")
    page = reader.get("/sessions?outcome=dropped&q=ehlo&messages=none&helo=app&tls=false")
    link = page.css_first("#rows .more a")
    assert link is not None
    older = link.attributes["href"] or ""
    for kept in ("outcome=dropped", "q=ehlo", "messages=none", "helo=app", "tls=false", "before="):
        assert kept in older
    assert len(shown(reader, older)) == 1
