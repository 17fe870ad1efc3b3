"""An inbox as tests use it, over a real catcher and real SMTP; the failure texts as texts."""

from __future__ import annotations

import asyncio
import re
import smtplib
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from pillarbox.client import call
from pillarbox.testing import Catcher, ExpectationFailed, Inbox, Message, Reached, question
from tests.testing.mails import SENDER, message, send


@pytest.fixture
def inbox(catcher: Catcher) -> Inbox:
    return catcher.inbox()


@contextmanager
def sent_meanwhile(inbox: Inbox, *subjects: str) -> Iterator[None]:
    """Mail that is on its way while the block runs."""

    def deliver() -> None:
        for subject in subjects:
            send(inbox.smtp, inbox.address("anna"), subject)

    sending = threading.Timer(0.05, deliver)
    sending.start()
    try:
        yield
    finally:
        sending.join()


def test_mail_is_in_the_inbox_by_its_address_and_by_its_user_name(inbox: Inbox) -> None:
    send(inbox.smtp, inbox.address("anna"))
    send(inbox.smtp, "bob@example.org", "For Bob", login=True)
    assert [one.subject for one in inbox.messages] == ["Welcome", "For Bob"]
    assert [one.auth and one.auth.username for one in inbox.sessions] == [None, inbox.name]
    assert inbox.address("anna") == f"anna@{inbox.name}.inbox.test"


def test_each_inbox_has_its_own_mail_only_and_a_name_gives_the_same_again(catcher: Catcher) -> None:
    one, other = catcher.inbox(), catcher.inbox()
    send(one.smtp, one.address("anna"))
    assert len(one.messages) == 1
    assert other.messages == ()
    assert other.sessions == ()
    assert catcher.inbox(one.name.upper()).messages == one.messages


def test_a_wait_ends_when_the_mail_is_there(inbox: Inbox) -> None:
    with sent_meanwhile(inbox, "Later"):
        found = inbox.wait_for(
            subject="later", to=inbox.address("anna"), from_=SENDER, header={"message-id": "example"}
        )
    assert (found.subject, found.text) == ("Later", "Your code is 482913.\n")


def test_several_are_waited_for_together_and_one_after_the_other(inbox: Inbox) -> None:
    with sent_meanwhile(inbox, "Same", "Same", "Same"):
        assert [one.subject for one in inbox.wait_for_all(2)[:2]] == ["Same", "Same"]
        first = inbox.wait_for(subject="Same")
        second = inbox.wait_for(subject="Same", after=first)
        third = inbox.wait_for(subject="Same", after=str(second.id))
    assert [first, second, third] == list(inbox.messages)


def test_a_wait_longer_than_a_catcher_holds_one_goes_on_in_pieces(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call, "LONGEST_WAIT", 0.01)
    with sent_meanwhile(inbox, "Late"):
        assert inbox.wait_for(subject="Late", timeout=30).subject == "Late"
    with pytest.raises(ExpectationFailed):
        inbox.wait_for(subject="Never", timeout=0.03)


def test_expected_mail_is_given_back_when_all_that_is_asserted_holds(inbox: Inbox) -> None:
    made = message(inbox.address("anna"), "Your invoice")
    made.add_alternative('<p>Hello <a class="button" href="https://example.org/confirm/1">Confirm</a></p>', "html")
    made.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="invoice.pdf")
    with smtplib.SMTP(inbox.smtp.host, inbox.smtp.port) as client:
        client.send_message(made)
    [found] = inbox.expect(
        {"to": inbox.address("anna")},
        count=1,
        within=0,
        subject=re.compile("^your INVOICE$", re.IGNORECASE),
        from_=SENDER,
        text={"contains": "482913"},
        html=[{"css": "a.button", "text": "Confirm", "attr": {"href": re.compile("/confirm/[0-9]+$")}}],
        attachments=[{"filename": "invoice.pdf", "size": 8}],
        auth={"absent": True},
    )
    assert found.subject == "Your invoice"
    assert found.header("x-none") is None


def test_an_expectation_that_fails_says_the_first_difference_first(inbox: Inbox) -> None:
    send(inbox.smtp, inbox.address("anna"), "Welcome, ada")
    with pytest.raises(ExpectationFailed) as failed:
        inbox.expect({"to": inbox.address("anna")}, within=0, subject="Welcome, Ada", text="No code.")
    [result] = failed.value.failure.results
    number = inbox.messages[0].id
    assert str(failed.value).splitlines()[:5] == [
        f"Message {number} came, but is not as asserted: subject and 1 more thing.",
        "subject differs first at character 10; only capital and small letters differ.",
        "  wanted: Welcome, Ada",
        "  actual: Welcome, ada",
        "                   ^",
    ]
    assert f'  message {number}, "Welcome, ada":\n    text ' in str(failed.value)
    assert (result.passed, result.wanted, result.actual) == (False, "Welcome, Ada", "Welcome, ada")


def test_a_wait_that_fails_says_what_came_and_which_session_was_refused(inbox: Inbox) -> None:
    send(inbox.smtp, inbox.address("anna"), "Welcome")
    with smtplib.SMTP(inbox.smtp.host, inbox.smtp.port) as client:
        client.ehlo()
        client.mail(SENDER)
        client.docmd(f"RCPT TO:<{inbox.address('bob')}> FOO=bar")
    with pytest.raises(ExpectationFailed) as failed:
        inbox.wait_for(to=inbox.address("bob"), timeout=0.05)
    said = str(failed.value)
    assert said.startswith(f"No message to {inbox.address('bob')} in the inbox {inbox.name} came within 0.05 s.")
    assert "555 5.5.4 at RCPT: Unsupported option: FOO=bar" in said
    assert f'to: wanted "{inbox.address("bob")}", actual "{inbox.address("anna")}"' in said
    assert [one.reason for one in failed.value.failure.refused_sessions] == [
        "555 5.5.4 at RCPT: Unsupported option: FOO=bar"
    ]
    assert "555 5.5.4" in str(inbox.sessions[-1].reason)


def test_what_was_refused_is_known_at_once_and_while_the_session_goes_on(inbox: Inbox) -> None:
    with smtplib.SMTP(inbox.smtp.host, inbox.smtp.port) as client:
        client.ehlo()
        client.mail(SENDER)
        client.docmd(f"RCPT TO:<{inbox.address('anna')}> FOO=bar")
        [open_one] = inbox.sessions
        assert (open_one.outcome, open_one.worst_reply) == ("open", 555)
    [ended] = inbox.sessions
    assert (ended.id, ended.outcome, ended.worst_reply) == (open_one.id, "quit", 555)


def test_never_holds_while_nothing_comes_and_ends_at_once_when_something_does(inbox: Inbox) -> None:
    inbox.never(within=0.05)
    send(inbox.smtp, inbox.address("anna"), "Welcome")
    seen = inbox.wait_for()
    inbox.never(within=0.05, to=inbox.address("bob"))
    inbox.never(within=0.05, after=seen)
    with sent_meanwhile(inbox, "Again"), pytest.raises(ExpectationFailed, match="“Again”, came, and none was to come"):
        inbox.never(within=50, subject="Again")


def test_an_inbox_that_was_cleared_is_empty(inbox: Inbox) -> None:
    send(inbox.smtp, inbox.address("anna"))
    inbox.clear()
    assert inbox.messages == ()


def test_all_messages_and_sessions_come_however_many_pages_they_are(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(question, "PAGE", 2)
    for number in range(5):
        send(inbox.smtp, inbox.address("anna"), str(number))
    assert [one.subject for one in inbox.messages] == ["0", "1", "2", "3", "4"]
    assert [len(one.messages) for one in inbox.sessions] == [1] * 5


def test_the_twin_for_event_loops_has_the_same_names_and_does_the_same(catcher: Catcher) -> None:
    async def use(inbox: Inbox) -> Message:
        aio = inbox.aio
        waiting = asyncio.create_task(aio.wait_for(subject="Welcome"))
        await asyncio.to_thread(send, inbox.smtp, inbox.address("anna"))
        found = await waiting
        assert await aio.wait_for_all(1) == (found,)
        assert await aio.expect({"to": inbox.address("anna")}, subject="Welcome") == (found,)
        await aio.never(within=0, subject="Goodbye")
        assert await aio.messages == (found,)
        assert [one.messages for one in await aio.sessions] == [(found.id,)]
        with pytest.raises(ExpectationFailed):
            await aio.wait_for(subject="Goodbye", timeout=0)
        with pytest.raises(ExpectationFailed):
            await aio.never(within=5)
        await aio.clear()
        assert await aio.messages == ()
        return found

    inbox = catcher.inbox()
    public = {name for name in dir(type(inbox.aio)) if not name.startswith("_")}
    settings = {"django", "flask_mail", "fastapi_mail"}
    assert {name for name in dir(Inbox) if not name.startswith("_")} - settings - {"smtp", "address", "name"} == public
    assert asyncio.run(use(inbox)).subject == "Welcome"


def test_a_failure_is_one_of_the_test_and_shows_none_of_our_frames(inbox: Inbox) -> None:
    with pytest.raises(AssertionError) as failed:
        inbox.wait_for(timeout=0)
    assert type(failed.value).__module__ == "pillarbox.testing"
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__
    frames = [frame for frame, _ in traceback.walk_tb(failed.value.__traceback__)]
    ours = [frame for frame in frames if "pillarbox" in frame.f_globals["__name__"]]
    assert ours
    assert [frame.f_code.co_name for frame in ours if not frame.f_locals.get("__tracebackhide__")] == []


def test_a_misspelt_condition_or_assertion_is_refused(inbox: Inbox) -> None:
    misspelt: Any = {"subjct": "Welcome"}
    for use in (inbox.wait_for, inbox.never, inbox.expect):
        with pytest.raises(TypeError, match="There is nothing called 'subjct' here; did you mean subject"):
            use(**misspelt)
    with pytest.raises(TypeError, match="did you mean subject"):
        inbox.expect(misspelt)


def test_a_catcher_that_runs_elsewhere_gives_inboxes_too(catcher: Catcher) -> None:
    reached = Reached(catcher.url)
    assert (reached.smtp_host, reached.smtp_port) == (catcher.smtp_host, catcher.smtp_port)
    inbox = reached.inbox(ttl=600)
    send(inbox.smtp, inbox.address("anna"))
    assert catcher.inbox(inbox.name).wait_for().subject == "Welcome"
    assert reached.made == [inbox]
