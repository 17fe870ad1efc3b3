"""Sessions found by what was said in them, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pillarbox.box import SessionQuery
from pillarbox.mail import spoken, transcript
from pillarbox.mail.session import Auth, Outcome
from pillarbox.storage import journal
from pillarbox.storage.store import SqlStore
from tests.storage.conftest import Open
from tests.storage.inside import Inside, count
from tests.storage.mails import NOON, Talk, deliver, settled, whose


def found(store: SqlStore, query: str, **more: object) -> list[int]:
    page = store.sessions(replace(SessionQuery(said=spoken.wanted(query)), **more))  # type: ignore[arg-type]
    return [session.id for session in page.items]


def talk(store: SqlStore, *lines: bytes, outcome: Outcome | None = "quit", user: str | None = None) -> Talk:
    """A session with these lines, ended in that way; None leaves it open."""
    one = Talk()
    one.open(store)
    records = [
        transcript.line(300 + n, "server" if line[:3].isdigit() else "client", "reply", line)
        if line[:3].isdigit()
        else transcript.line(300 + n, "client", "command", line)
        for n, line in enumerate(lines)
    ]
    facts = replace(one.facts, auth=Auth("PLAIN", user) if user else None)
    if outcome is not None:
        facts = replace(facts, outcome=outcome, ended_at=NOON)
    store.save_session(one.key, facts, [one.segment(*records)] if records else [])
    return one


def test_sessions_are_found_by_words_codes_and_verbs(store: SqlStore) -> None:
    talk(store, b"RCPT TO:<ada@x>\r\n", b"550 5.1.1 No such user\r\n")
    talk(store, b"VRFY ada\r\n", b"252 2.0.0 ada\r\n", outcome="dropped")
    talk(store, b"NOOP\r\n", b"250 2.0.0 Ok\r\n", user="anna")
    settled(store)
    assert found(store, "code:550") == [1]
    assert found(store, "code:5xx") == [1]
    assert found(store, "code:5.1.1") == [1]
    assert found(store, "verb:VRFY") == [2]
    assert found(store, "ada") == [2, 1]
    assert found(store, "ada -user") == [2]
    assert found(store, "-ada") == [3]
    assert found(store, "anna") == [3]
    assert found(store, "ada nobody") == []
    assert found(store, "client example") == [3, 2, 1]


def test_a_session_that_is_still_open_is_found_by_what_it_has_said(store: SqlStore) -> None:
    talk(store, b"NOOP\r\n")
    speaking = talk(store, b"VRFY bob\r\n", outcome=None)
    talk(store, b"VRFY bob\r\n")
    settled(store)
    assert found(store, "bob") == [3, 2]
    assert found(store, "bob", limit=1) == [3]
    assert found(store, "bob", limit=1, before=3) == [2]
    store.save_session(speaking.key, replace(speaking.facts, outcome="quit", ended_at=NOON), [])
    settled(store)
    assert found(store, "bob") == [3, 2]


def test_a_session_that_ends_while_a_search_begins_is_found(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    talk(store, b"VRFY bob\r\n")
    settled(store)
    monkeypatch.setattr(store, "hear_sessions", lambda: 0)
    assert found(store, "bob") == [1]
    monkeypatch.undo()
    assert store.hear_sessions() == 1
    assert found(store, "bob") == [1]


def test_other_filters_hold_together_with_what_was_said(store: SqlStore) -> None:
    talk(store, b"VRFY bob\r\n", outcome="dropped")
    talk(store, b"VRFY bob\r\n")
    talk(store, b"VRFY bob\r\n", outcome=None)
    settled(store)
    assert found(store, "bob", outcome="dropped") == [1]
    assert found(store, "bob", outcome="open") == [3]
    assert found(store, "bob", helo="other") == []


def test_the_content_of_a_message_is_not_what_was_said(store: SqlStore) -> None:
    one = Talk()
    one.open(store)
    deliver(store, one.delivery())
    one.close(store)
    settled(store)
    assert found(store, "morning") == []
    assert found(store, "verb:DATA") == [1]


def test_pages_of_what_was_said_are_keyed(store: SqlStore) -> None:
    for _ in range(5):
        talk(store, b"VRFY bob\r\n")
    settled(store)
    first = store.sessions(SessionQuery(said=spoken.wanted("bob"), limit=2))
    assert [one.id for one in first.items] == [5, 4]
    assert (first.next, first.total, first.total_exact) == (4, 5, True)
    assert found(store, "bob", limit=3, before=4) == [3, 2, 1]


@pytest.mark.parametrize("word", ["o'neill", '"x', "a\\b", "東京", "ﬁn", "x" * 300])
def test_odd_words_are_found_as_they_were_said(store: SqlStore, word: str) -> None:
    talk(store, f"NOOP {word}\r\n".encode())
    settled(store)
    assert found(store, word) == [1]


def test_a_query_of_many_words_is_answered(store: SqlStore) -> None:
    talk(store, b"NOOP all of it\r\n")
    settled(store)
    many = [f"w{n}" for n in range(300)]
    assert found(store, " ".join(f"-{word}" for word in many)) == [1]
    assert found(store, " ".join(f"-{word}" for word in [*many, "it"])) == []
    assert found(store, " ".join(many)) == []


def test_a_session_of_more_words_than_a_database_holds_is_found_all_the_same(store: SqlStore) -> None:
    talk(store, *(f"NOOP {n}{'д' * 190}\r\n".encode() for n in range(4_000)))
    talk(store, b"VRFY bob\r\n")
    settled(store)
    assert found(store, "verb:NOOP") == [1]
    assert found(store, "bob") == [2]


def test_a_session_that_is_damaged_keeps_no_other_from_being_found(
    store: SqlStore, inside: Inside, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        talk(store, b"VRFY bob\r\n", b"252 2.0.0 bob\r\n")
    settled(store)
    inside.run("UPDATE segment SET encoding = 'zstd' WHERE session_id = 1 AND seq > 0")
    assert found(store, "bob") == [2]
    assert found(store, "client example") == [2, 1]
    assert {whose(record) for record in caplog.records} == {(1, None)}
    assert "A part of the session cannot be read" in caplog.text


def test_each_end_is_looked_at_once(store: SqlStore, inside: Inside) -> None:
    for _ in range(3):
        talk(store, b"NOOP\r\n")
    settled(store)
    assert store.hear_sessions() == 3
    assert store.hear_sessions() == 0
    assert count(inside, "session_search") == 3


def test_no_event_is_trimmed_before_its_session_can_be_found(
    store: SqlStore, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "KEPT_ROWS", 4)
    for _ in range(10):
        talk(store, b"NOOP\r\n")
    settled(store)
    store.purge(NOON)
    assert count(inside, "session_search") == 10
    assert count(inside, "event") == 4
    assert len(found(store, "noop")) == 10


def test_a_session_that_was_lost_is_found_after_the_restart(url: str, open_at: Open) -> None:
    first = open_at(url)
    talk(first, b"VRFY bob\r\n", outcome=None)
    settled(first)
    first.close()
    second = open_at(url)
    if second.url.startswith("sqlite"):
        assert found(second, "bob", outcome="lost") == [1]
    assert found(second, "bob") == [1]
