"""LMTP: one greeting of its own, and at the end of content one reply for each recipient (RFC 2033)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.wire.catching import UNAVAILABLE, Catcher
from tests.wire.dialling import Dial
from tests.wire.test_chunking import bdat

THREE = b"MAIL FROM:<a@b>\r\nRCPT TO:<one@d>\r\nRCPT TO:<>\r\nRCPT TO:<two@d>\r\nRCPT TO:<one@d>\r\n"
"""Five commands; three of the four recipients are taken."""


@pytest.fixture
def lmtp(start_catcher: Callable[..., Catcher]) -> Catcher:
    return start_catcher(kind="lmtp", max_message_size=1000, breakable=True)


def greeted(catcher: Catcher) -> Dial:
    client = Dial(catcher)
    assert client.say("LHLO x").startswith("250-catcher.test\n250-PIPELINING\n250-SIZE 1000\n")
    return client


def test_the_greeting_and_the_session_say_that_it_is_lmtp(lmtp: Catcher) -> None:
    with Dial(lmtp) as client:
        assert client.greeting == "220 catcher.test LMTP Pillarbox"
        assert client.say("EHLO x") == "500 5.5.1 Error: this is LMTP, send LHLO"
        assert client.say("HELO x") == "500 5.5.1 Error: this is LMTP, send LHLO"
        assert client.say("MAIL FROM:<a@b>").startswith("503 5.5.1")
        assert client.say("LHLO") == "501 Syntax: LHLO hostname"
        assert client.say("LHLO client.test").startswith("250-catcher.test\n")
        commands = client.say("HELP")
        assert commands.startswith("214 2.0.0 Commands: LHLO MAIL RCPT ")
        assert client.say("QUIT") == "221 2.0.0 Bye"
    facts = lmtp.ended().facts
    assert (facts.greeting, facts.helo, facts.outcome) == ("LHLO", "client.test", "quit")
    assert facts.listener == f"lmtp 127.0.0.1:{lmtp.port}"


def test_the_greeting_of_lmtp_is_unknown_to_smtp(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        assert client.greeting == "220 catcher.test ESMTP Pillarbox"
        assert client.say("LHLO x") == "500 5.5.2 Error: command not recognized"


@pytest.mark.parametrize(
    "content", [b"DATA\r\nhello\r\n.\r\n", bdat(b"hello\r\n"), bdat(b"hel", b"lo\r\n")], ids=["DATA", "BDAT", "BDATs"]
)
def test_each_recipient_that_was_taken_gets_a_reply_in_order(lmtp: Catcher, content: bytes) -> None:
    with greeted(lmtp) as client:
        client.send(THREE + content + b"NOOP\r\nQUIT\r\n")
        said = client.rest().decode().splitlines()
    kept = lmtp.messages()[0].id
    assert said[-5:] == [
        f"250 2.0.0 <one@d> Ok: queued as {kept}",
        f"250 2.0.0 <two@d> Ok: queued as {kept}",
        f"250 2.0.0 <one@d> Ok: queued as {kept}",
        "250 2.0.0 Ok",
        "221 2.0.0 Bye",
    ]
    assert len(said) == 5 + 5 + content.count(b"BDAT") - content.count(b"LAST") + content.count(b"DATA")
    assert lmtp.message() == b"hello\r\n"
    session = lmtp.ended()
    assert session.messages == (kept,)
    assert [line for line in lmtp.lines(session.id) if "queued" in line] == [f"S: {line}" for line in said[-5:-2]]


@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        (b"DATA\r\n" + b"x" * 1000 + b"\r\n.\r\n", "552 5.3.4 <{}> Message size exceeds fixed limit"),
        (bdat(b"x" * 1001), "552 5.3.4 <{}> Chunk exceeds message size limit"),
        (bdat(b"x" * 1001, b"y"), "551 5.0.0 <{}> Discarded 1 bytes after earlier error"),
    ],
)
def test_a_refusal_is_told_for_each_recipient_too(lmtp: Catcher, content: bytes, verdict: str) -> None:
    with greeted(lmtp) as client:
        client.send(THREE + content + b"QUIT\r\n")
        said = client.rest().decode().splitlines()
    assert said[-4:] == [*(verdict.format(name) for name in ("one@d", "two@d", "one@d")), "221 2.0.0 Bye"]
    assert lmtp.messages() == []


def test_a_failing_store_is_told_for_each_recipient_and_the_session_goes_on(lmtp: Catcher) -> None:
    with greeted(lmtp) as client:
        lmtp.breakable.broken = UNAVAILABLE
        client.send(THREE)
        client.replies(5)
        client.say("DATA")
        client.send(b"lost\r\n.\r\n")
        assert client.codes(3) == [451] * 3
        lmtp.breakable.broken = None
        client.send(b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n" + bdat(b"kept") + b"QUIT\r\n")
        assert client.codes(4) == [250, 250, 250, 221]
    assert lmtp.message() == b"kept"


@pytest.mark.parametrize(
    ("before", "command"),
    [(b"", b"DATA\r\n"), (b"MAIL FROM:<a@b>\r\n", b"DATA\r\n"), (b"MAIL FROM:<a@b>\r\n", bdat(b"x"))],
)
def test_content_without_a_recipient_gets_one_503(lmtp: Catcher, before: bytes, command: bytes) -> None:
    with greeted(lmtp) as client:
        client.send(before)
        client.replies(before.count(b"\n"))
        client.send(command)
        assert client.reply().startswith("503 5.5.1")
        assert client.say("NOOP") == "250 2.0.0 Ok"


def test_an_address_in_utf8_makes_no_reply_in_utf8(lmtp: Catcher) -> None:
    with greeted(lmtp) as client:
        client.send("MAIL FROM:<a@b> SMTPUTF8\r\nRCPT TO:<ü@d>\r\n".encode() + bdat(b"x"))
        assert client.replies(3)[-1] == f"250 2.0.0 <?@d> Ok: queued as {lmtp.messages()[0].id}"
