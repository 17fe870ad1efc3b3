"""The transcript is what crossed the wire, octet for octet, as a proxy in between saw it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.naming import short
from tests.smtp.test_content import CASES
from tests.wire.catching import Catcher
from tests.wire.dialling import Dial, Proxy


@pytest.mark.parametrize(
    "wire",
    [
        b"QUIT\r\n",
        b"EHLO x\r\nNOOP\nRSET\r\nQUIT\r\n",
        b"EHLO x\r\n\r\n  \r\nFOO bar\r\nNO\0OP\r\nNO\rOP\r\nNOOP\r\r\nQUIT\r\n",
        "EHLO x\r\nMAIL FROM:<ü@b>\r\nVRFY ü\r\nNOOP ü\r\nQUIT\r\n".encode(),
        b"NOOP \xff\xfe\r\n\x16\x03\x01\x02\r\n\x00\r\nQUIT\r\n",
        b"NOOP " + b"x" * 600 + b"\r\nNOOP " + b"y" * 200_000 + b"\r\nQUIT\r\n",
        b"EHLO x\r\nNOO",
        b"EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nSubject: cut\r\n.a\r\n..b\r\n\0\xffhal",
        b"EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nx\r\n.",
        b"x" * 1000,
        b"",
        b"POST / HTTP/1.1\r\nHost: x\r\n\r\nEHLO x\r\nMAIL FROM:<a@b>\r\n",
        b"QUIT\r\nMAIL FROM:<a@b>\r\nand more",
        b"FOO\r\n" * 30,
        *(
            b"EHLO x\r\n" + b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n" + content + b"QUIT\r\n"
            for content, _ in CASES
        ),
    ],
    ids=short,
)
def test_the_transcript_and_the_store_give_back_what_a_proxy_saw(catcher: Catcher, proxy: Proxy, wire: bytes) -> None:
    with Dial(proxy) as client:
        client.send(wire)
        client.half_close()
        client.rest()
    session = catcher.ended()
    assert catcher.crossed(session.id) == proxy.crossed()
    assert catcher.transcript(session.id).complete


def test_many_messages_of_one_session_are_given_back(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher(max_message_size=2000)
    proxy = Proxy(catcher)
    with Dial(proxy) as client:
        client.say("EHLO x")
        for content, _ in CASES:
            client.envelope()
            client.send(content)
            assert client.reply().startswith("250")
            client.envelope()
            client.send(b"too large " * 300 + b"\r\n..\r\n.single\r\n.\r\n")
            assert client.reply().startswith("552")
        client.say("QUIT")
    session = catcher.ended()
    assert catcher.crossed(session.id) == proxy.crossed()
    assert list(session.messages) == [summary.id for summary in catcher.messages()]
    proxy.close()


def test_the_secret_of_an_auth_that_is_not_offered_is_not_kept(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher(hide_extensions=frozenset({"AUTH"}))
    with Dial(catcher) as client:
        client.say("EHLO x")
        assert client.say("AUTH PLAIN AGFuZHJldwBzZWNyZXQ=").startswith("502")
        assert client.say("auth login YW5kcmV3").startswith("502")
        client.send(b"AUTH XOAUTH2 " + b"c2VjcmV0" * 200 + b"\r\n")
        assert client.reply().startswith("500")
        client.say("QUIT")
    session = catcher.ended()
    masked = [entry for entry in catcher.transcript(session.id).entries if entry.masked]
    assert [entry.text for entry in masked] == ["AUTH PLAIN ********", "auth login ********", "AUTH XOAUTH2 ********"]
    assert [entry.size for entry in masked] == [33, 21, 1615]
    assert session.facts.reason is not None
    assert "c2VjcmV0" not in session.facts.reason


def test_the_secrets_of_an_auth_in_several_lines_are_not_kept(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        client.say("EHLO x")
        client.send(b"AUTH LOGIN\r\nYW5kcmV3\r\nc2VjcmV0\r\nNOOP\r\nQUIT\r\n")
        client.rest()
    said = [entry.text for entry in catcher.transcript(catcher.ended().id).entries if entry.side == "client"]
    assert said == ["EHLO x", "AUTH LOGIN", "********", "********", "NOOP", "QUIT"]


def test_content_of_which_nothing_came_is_no_entry(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        client.say("EHLO x")
        client.envelope()
    kinds = [entry.kind for entry in catcher.transcript(catcher.ended().id).entries]
    assert "data" not in kinds


def test_a_refused_data_stays_the_reason_when_its_content_is_read_as_commands(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        client.say("EHLO x")
        assert client.say("DATA").startswith("503")
        client.say("hello")
        client.say("QUIT")
    assert catcher.ended().facts.reason == "503 5.5.1 Error: need RCPT command (in answer to DATA)"


def test_a_client_that_talks_before_the_greeting_is_shown_to_have(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        client.send(b"EHLO x\r\nQUIT\r\n")
        client.rest()
    entries = [entry for entry in catcher.transcript(catcher.ended().id).entries if entry.side != "event"]
    assert [entry.side for entry in entries[:2]] == ["server", "client"]


def test_a_session_without_a_word_is_kept(catcher: Catcher) -> None:
    with Dial(catcher):
        pass
    session = catcher.ended()
    assert (session.facts.outcome, session.facts.commands, session.messages) == ("dropped", 0, ())
    assert session.facts.reason == "The client closed the connection without QUIT."
    assert catcher.lines(session.id) == [
        f"*: {session.facts.peer} connected to smtp 127.0.0.1:{catcher.port}",
        "S: 220 catcher.test ESMTP Pillarbox",
        "*: The client closed the connection.",
    ]


def test_an_incidental_refusal_is_no_reason(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        client.say("VRFY")
        client.say("EXPN x")
        client.say("QUIT")
    facts = catcher.ended().facts
    assert (facts.outcome, facts.reason, facts.errors, facts.worst_reply) == ("quit", None, 2, 502)


def test_the_last_refusal_that_mattered_is_the_reason(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        client.say("EHLO x")
        client.say("MAIL FROM:<a@b>")
        client.say("RCPT TO:<broken@")
        client.say("RSET x")
    facts = catcher.ended().facts
    assert facts.outcome == "dropped"
    assert facts.reason == "501 5.1.3 Bad recipient address syntax (in answer to RCPT TO:<broken@)"
