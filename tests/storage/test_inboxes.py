"""Inboxes in the store, the same on each kind of database: settled, made, let go of, removed with their mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pillarbox.box import Change, Delivery, MessageQuery, Selection, SessionQuery
from pillarbox.events import Event
from pillarbox.mail import spoken, transcript
from pillarbox.mail.session import Auth
from pillarbox.storage import changes, inboxes
from pillarbox.storage import sessions as stored_sessions
from pillarbox.storage.store import SqlStore
from tests.storage.inside import Inside, count, counters, indexed, totals
from tests.storage.mails import NOON, Talk, deliver, delivery, mail, orders, settled

Clock = Callable[[float], None]


def names(store: SqlStore) -> list[str]:
    return [one.name for one in store.inboxes()]


def held(store: SqlStore, inbox: str) -> list[int]:
    """The numbers of the messages in it, oldest first."""
    return [one.id for one in reversed(store.messages(MessageQuery(inbox=inbox, limit=500)).items)]


@pytest.fixture
def clock(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Turns the database's clock on by so many seconds."""
    database, ahead = store._database, 0.0
    now = database.now

    def turn(seconds: float) -> None:
        nonlocal ahead
        ahead += seconds

    monkeypatch.setattr(database, "now", lambda connection: now(connection) + int(ahead * 1_000_000))
    return turn


def authenticated(username: str, *recipients: str) -> Delivery:
    talk = Talk()
    talk.facts = replace(talk.facts, auth=Auth("PLAIN", username))
    return replace(talk.delivery(), envelope=delivery(None, *recipients).envelope)


def test_a_message_is_in_the_inbox_that_it_names(store: SqlStore) -> None:
    store.make_inbox("there", None)
    given = [
        (delivery(None, "a@new.inbox.test"), "new"),
        (delivery(None, "a+there@x"), "there"),
        (delivery(None, "a+nowhere@x"), "default"),
        (delivery(mail(headers="X-Inbox: Header\r\n"), "a@x"), "header"),
        (delivery(mail(headers="X-Inbox: Header\r\n"), "a@new.inbox.test"), "new"),
        (delivery(mail(headers="X-Inbox: Header\r\n"), "a+there@x"), "there"),
        (delivery(mail(headers="X-Inbox: no name\r\n"), "a@x"), "default"),
        (delivery(mail(headers="X-Inbox: header\r\n"), "a@new.inbox.test", inbox="said"), "said"),
        (authenticated("There", "a@x"), "there"),
        (authenticated("shop", "a@x"), "default"),
        (authenticated("there", "a+new@x"), "new"),
        (delivery(None, "b@x", "a@first.inbox.test", "a@second.inbox.test"), "first"),
    ]
    summaries = deliver(store, *(one for one, _ in given))
    assert [one.inbox for one in summaries] == [inbox for _, inbox in given]
    assert [one.inbox for one in reversed(store.messages(MessageQuery()).items)] == [inbox for _, inbox in given]
    assert names(store) == ["default", "first", "header", "new", "said", "there"]


def test_a_message_can_choose_what_one_before_it_in_the_same_transaction_has_made(store: SqlStore) -> None:
    summaries = deliver(
        store,
        delivery(None, "a+late@x"),
        delivery(None, "a@late.inbox.test"),
        delivery(None, "a+late@x"),
        authenticated("late", "a@x"),
    )
    assert [one.inbox for one in summaries] == ["default", "late", "late", "late"]


def test_one_that_is_made_has_a_password_and_says_so(store: SqlStore, events: list[Event]) -> None:
    made = store.make_inbox("signup", None)
    assert made is not None
    assert (made.name, made.total, made.unread, made.expires_at) == ("signup", 0, 0, None)
    assert store.inbox("signup") == made
    assert store.password("signup") == made.password != ""
    assert made.password not in repr(made)
    assert store.make_inbox("signup", None) is None
    assert store.password("nobody") is None
    assert store.inbox("nobody") is None
    settled(store)
    assert [(event.kind, event.inbox) for event in events] == [("inbox.changed", "signup")]


def test_one_made_by_mail_has_a_password_too(store: SqlStore) -> None:
    deliver(store, delivery(None, "a@one.inbox.test"), delivery(None, "a@two.inbox.test"))
    assert len({one.password for one in store.inboxes()} - {""}) == 3


def test_an_inbox_goes_with_its_mail_in_one_step_and_the_rest_follows(
    store: SqlStore, inside: Inside, events: list[Event]
) -> None:
    talk = Talk()
    talk.open(store)
    kept, *gone = deliver(store, talk.delivery(), *(delivery(mail(str(n)), "a@signup.inbox.test") for n in range(5)))
    talk.close(store)
    store.change(Selection(ids=(gone[0].id,)), Change(pinned=True))
    store.delete(Selection(ids=(gone[1].id,)))
    assert store.remove_inbox("signup")
    assert names(store) == ["default"]
    assert held(store, "signup") == []
    assert [one.id for one in store.messages(MessageQuery()).items] == [kept.id]
    assert store.message(gone[0].id) is None
    assert counters(inside) == totals(inside)
    assert store.counts().messages == 1
    settled(store)
    told = [
        (event.kind, event.inbox, event.ids) for event in events if event.kind in ("inbox.changed", "message.deleted")
    ]
    assert told[0] == ("inbox.changed", "signup", ())
    assert next(one for one in told if one[0] == "message.deleted")[1:] == ("signup", (gone[1].id,))
    assert {one[1] for one in told} == {"signup"}
    assert sorted(number for one in told for number in one[2]) == [one.id for one in gone]
    assert store.restore([one.id for one in gone]) == 0
    assert count(inside, "inbox") == 2, "its row stays as long as the mail can be seen in the database"
    store.purge(datetime.now(UTC))
    assert count(inside, "message") == count(inside, "inbox") == 1
    assert indexed(inside) == [kept.id]
    assert counters(inside) == totals(inside)
    assert count(inside, "session") == 1


def test_a_removed_name_is_free_at_once(store: SqlStore, inside: Inside) -> None:
    first = store.make_inbox("signup", None)
    deliver(store, delivery(None, "a@signup.inbox.test"))
    assert store.remove_inbox("signup")
    assert not store.remove_inbox("signup")
    (chosen, made) = deliver(store, delivery(None, "a+signup@x"), delivery(None, "a@signup.inbox.test"))
    assert (chosen.inbox, made.inbox) == ("default", "signup")
    again = store.inbox("signup")
    assert first is not None
    assert again is not None
    assert again.password != first.password
    assert (again.total, held(store, "signup")) == (1, [made.id])
    store.purge(datetime.now(UTC))
    assert held(store, "signup") == [made.id]
    assert counters(inside) == totals(inside)


def test_one_whose_time_is_up_is_gone_for_mail_at_once(store: SqlStore, inside: Inside, clock: Clock) -> None:
    made = store.make_inbox("brief", 10)
    assert made is not None
    assert made.expires_at is not None
    assert (made.expires_at - made.created_at).total_seconds() == 10
    (before,) = deliver(store, delivery(None, "a+brief@x"))
    assert before.inbox == "brief"
    clock(10)
    chosen, by_name, after = deliver(
        store, delivery(None, "a+brief@x"), authenticated("brief", "a@x"), delivery(None, "a@brief.inbox.test")
    )
    assert (chosen.inbox, by_name.inbox, after.inbox) == ("default", "default", "brief")
    again = store.inbox("brief")
    assert again is not None
    assert again.expires_at is None
    assert again.password != made.password
    assert held(store, "brief") == [after.id]
    assert store.expire() is None
    assert store.message(before.id) is None
    assert held(store, "brief") == [after.id]
    assert counters(inside) == totals(inside)


def test_expiry_lets_go_of_those_that_are_due_and_says_when_the_next_one_is(
    store: SqlStore, inside: Inside, events: list[Event], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inboxes, "PIECE", 2)
    assert store.expire() is None
    for number in range(5):
        store.make_inbox(f"brief{number}", 10)
    store.make_inbox("longer", 100)
    store.make_inbox("always", None)
    deliver(store, *(delivery(None, f"a@brief{number}.inbox.test") for number in range(5)))
    left = store.expire()
    assert left is not None
    assert 0 < left <= 10
    clock(10)
    left = store.expire()
    assert left is not None
    assert 0 < left <= 90
    assert names(store) == ["always", "default", "longer"]
    assert store.messages(MessageQuery()).items == ()
    settled(store)
    gone = [event.inbox for event in events if event.kind == "message.deleted"]
    assert sorted(str(name) for name in gone) == [f"brief{number}" for number in range(5)]
    store.purge(datetime.now(UTC) + timedelta(minutes=1))
    assert count(inside, "inbox") == 3
    assert counters(inside) == totals(inside)


def test_an_expired_name_can_be_made_anew_before_anybody_looks(store: SqlStore, clock: Clock) -> None:
    first = store.make_inbox("brief", 10)
    assert store.make_inbox("brief", 10) is None
    clock(10)
    again = store.make_inbox("brief", None)
    assert first is not None
    assert again is not None
    assert again.password != first.password


def test_nothing_to_do_is_no_transaction(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.make_inbox("longer", 1000)
    done = orders(store, monkeypatch)
    store.expire()
    assert done == []
    assert not store.remove_inbox("nobody")
    assert done == ["release"]


@pytest.fixture
def reopened(url: str, open_at: Callable[[str], SqlStore]) -> Callable[[SqlStore], SqlStore]:
    def reopen(store: SqlStore) -> SqlStore:
        store.close()
        return open_at(url)

    return reopen


def test_what_was_begun_before_a_crash_is_finished_after_it(
    store: SqlStore, inside: Inside, reopened: Callable[[SqlStore], SqlStore]
) -> None:
    deliver(store, delivery(None, "a@signup.inbox.test"))
    store._writer.order(lambda connection: inboxes.release(connection, database=store._database, name="signup"))
    store = reopened(store)
    assert names(store) == ["default"]
    assert len(store.messages(MessageQuery()).items) == 1
    assert [one.inbox for one in store.messages(MessageQuery()).items] == ["signup"]
    assert store.expire() is None
    assert store.messages(MessageQuery()).items == ()
    store.purge(datetime.now(UTC))
    assert count(inside, "inbox") == 1


def test_a_transaction_that_fails_has_made_no_inbox(store: SqlStore, inside: Inside) -> None:
    inside.refuse("message", "subject", "poison")
    with pytest.raises(Exception, match="refused"):
        deliver(store, delivery(mail("poison"), "a@signup.inbox.test"))
    assert names(store) == ["default"]
    (summary,) = deliver(store, delivery(mail("fine"), "a+signup@x"))
    assert summary.inbox == "default"
    (summary,) = deliver(store, delivery(mail("fine"), "a@signup.inbox.test"))
    assert held(store, "signup") == [summary.id]


def sessions(store: SqlStore, inbox: str, **more: Any) -> list[int]:
    return [one.id for one in store.sessions(SessionQuery(inbox=inbox, **more)).items]


def conversation(
    store: SqlStore, *lines: bytes, brings: Delivery | None = None, user: str | None = None, ended: bool = True
) -> int:
    """The number of a session in which the client said these lines."""
    talk = Talk()
    talk.facts = replace(talk.facts, auth=Auth("PLAIN", user) if user is not None else None)
    talk.open(store)
    if brings is not None:
        deliver(store, replace(talk.delivery(), raw=brings.raw, envelope=brings.envelope, inbox=brings.inbox))
    records = [transcript.line(500 + n, "client", "command", line) for n, line in enumerate(lines)]
    facts = replace(talk.facts, outcome="quit", ended_at=NOON) if ended else talk.facts
    store.save_session(talk.key, facts, [talk.segment(*records)] if records else [])
    settled(store)
    assert talk.key.id is not None
    return talk.key.id


def test_the_sessions_of_an_inbox_brought_its_mail_came_as_it_or_named_it(store: SqlStore) -> None:
    refused = conversation(store, b"MAIL FROM:<a@x>\r\n", b"RCPT TO:<ada@signup.inbox.test> NOTIFY=NEVER\r\n")
    plus = conversation(store, b"rcpt to: <@relay:ada+SignUp@x> ORCPT=rfc822;a+other@x\r\n")
    sender = conversation(store, b"MAIL FROM:ada@SignUp.Inbox.Test\r\n")
    conversation(store, b"RCPT TO:<signup@other.inbox.test>\r\n", b"VRFY ada@signup.inbox.test\r\n")
    conversation(store, b"RCPT TO:<ada@signup.example>\r\n", user="shop")
    came_as = conversation(store, user="SignUp")
    header = conversation(store, brings=delivery(mail(headers="X-Inbox: signup\r\n"), "a@x"))
    elsewhere = conversation(store, brings=delivery(None, "a@x"))
    still_open = conversation(store, b"RCPT TO:<ada@signup.inbox.test>\r\n", ended=False)
    expected = [still_open, header, came_as, sender, plus, refused]
    assert sessions(store, "signup") == expected
    page = store.sessions(SessionQuery(inbox="signup", limit=4))
    assert ([one.id for one in page.items], page.total, page.total_exact) == (expected[:4], 6, True)
    assert page.next is not None
    assert sessions(store, "signup", before=page.next) == expected[4:]
    assert sessions(store, "other") == [refused + 3]
    assert sessions(store, "default") == [elsewhere]
    assert sessions(store, "nobody") == []
    assert sessions(store, "signup", user="SignUp") == [came_as]
    assert sessions(store, "signup", said=spoken.wanted("verb:MAIL")) == [sender, refused]
    assert sessions(store, "signup", without_messages=True, said=spoken.wanted("-verb:MAIL")) == [
        still_open, came_as, plus
    ]  # fmt: skip


def test_the_sessions_of_an_inbox_stay_when_it_goes_and_what_they_said_finds_them(store: SqlStore) -> None:
    named = conversation(store, b"RCPT TO:<a@signup.inbox.test>\r\n", brings=delivery(None, "a@signup.inbox.test"))
    header = conversation(store, brings=delivery(mail(headers="X-Inbox: signup\r\n"), "a@x"))
    assert sessions(store, "signup") == [header, named]
    store.remove_inbox("signup")
    assert sessions(store, "signup") == [named]
    assert store.session(header) is not None


def test_the_sessions_of_a_large_inbox_are_walked_and_not_gathered(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_sessions, "MAX_TOTAL", 2)
    brought = [conversation(store, brings=delivery(None, "a@signup.inbox.test")) for _ in range(4)]
    conversation(store, brings=delivery(None, "a@x"))
    named = conversation(store, b"RCPT TO:<a@signup.inbox.test>\r\n")
    page = store.sessions(SessionQuery(inbox="signup", limit=2))
    assert [one.id for one in page.items] == [named, brought[-1]]
    assert sessions(store, "signup", before=page.next) == brought[-2::-1]


def test_a_small_inbox_goes_in_one_transaction_and_a_large_one_in_pieces(
    store: SqlStore, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "LITTLE", 3)
    deliver(store, *(delivery(None, "a@small.inbox.test") for _ in range(3)))
    deliver(store, *(delivery(None, "a@large.inbox.test") for _ in range(10)))
    done = orders(store, monkeypatch)
    assert store.remove_inbox("small")
    assert done == ["release"]
    assert store.remove_inbox("large")
    assert done == ["release", "release", "hide"]
    assert store.messages(MessageQuery()).items == ()
    assert counters(inside) == totals(inside)
