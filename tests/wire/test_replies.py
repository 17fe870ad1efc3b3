"""What a client is answered, over a real socket; the tables of the pure parts stand in tests/smtp."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.wire.catching import Catcher
from tests.wire.dialling import Dial

EHLO = """250-catcher.test
250-PIPELINING
250-SIZE 100000000
250-VRFY
250-ETRN
250-AUTH PLAIN LOGIN CRAM-MD5 XOAUTH2 OAUTHBEARER
250-ENHANCEDSTATUSCODES
250-8BITMIME
250-DSN
250-SMTPUTF8
250-CHUNKING
250-BINARYMIME
250-LIMITS RCPTMAX=1000
250 HELP"""


def test_the_greeting_names_host_and_program(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        assert client.greeting == "220 catcher.test ESMTP Pillarbox"


def test_a_whole_transaction(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        assert client.say("EHLO client.test") == EHLO
        assert client.say("MAIL FROM:<a@example.test> SIZE=30 BODY=8BITMIME") == "250 2.1.0 Ok"
        assert client.say("RCPT TO:<b@example.test>") == "250 2.1.5 Ok"
        assert client.say("DATA") == "354 End data with <CR><LF>.<CR><LF>"
        client.send(b"Subject: x\r\n\r\nhello\r\n.\r\n")
        reply = client.reply()
        (summary,) = catcher.messages()
        assert reply == f"250 2.0.0 Ok: queued as {summary.id}"
        assert client.say("QUIT") == "221 2.0.0 Bye"
        assert client.rest() == b""
    assert catcher.message() == b"Subject: x\r\n\r\nhello\r\n"
    session = catcher.ended()
    assert (session.facts.outcome, session.facts.reason, session.messages) == ("quit", None, (summary.id,))
    assert (session.facts.greeting, session.facts.helo) == ("EHLO", "client.test")


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("HELO", "501 Syntax: HELO hostname"),
        ("EHLO", "501 Syntax: EHLO hostname"),
        ("HELO client.test", "250 catcher.test"),
        ("EHLO client.test", EHLO),
        ("MAIL FROM:<a@b>", "503 5.5.1 Error: send HELO/EHLO first"),
        ("RCPT TO:<a@b>", "503 5.5.1 Error: need MAIL command"),
        ("DATA", "503 5.5.1 Error: need RCPT command"),
        ("FOO", "500 5.5.2 Error: command not recognized"),
        ("LHLO client.test", "500 5.5.2 Error: command not recognized"),
        ("EXPN list", "502 5.5.1 Error: command not implemented"),
        ("TURN", "502 5.5.1 Error: command not implemented"),
        ("SEND FROM:<a@b>", "502 5.5.1 Error: command not implemented"),
        ("STARTTLS", "502 5.5.1 Error: command not implemented"),
        ("AUTH PLAIN AGEAYg==", "503 5.5.1 Error: send HELO/EHLO first"),
        ("ETRN example.test", "503 5.5.1 Error: send HELO/EHLO first"),
        ("", "500 5.5.2 Error: bad syntax"),
        ("   ", "500 5.5.2 Error: bad syntax"),
        ("NO\0OP", "500 5.5.2 Error: bad syntax"),
        ("NO\rOP", "500 5.5.2 Error: bad syntax"),
        ("NOOP ü", "500 5.5.2 Error: bad syntax"),
        (b"NOOP \xff", "500 5.5.2 Error: bad UTF-8 syntax"),
        ("NOOP", "250 2.0.0 Ok"),
        ("noop whatever", "250 2.0.0 Ok"),
        ("RSET", "250 2.0.0 Ok"),
        ("RSET x", "501 5.5.4 Syntax: RSET"),
        ("DATA x", "503 5.5.1 Error: need RCPT command"),
        ("QUIT x", "501 5.5.4 Syntax: QUIT"),
        ("VRFY a@b", "252 2.0.0 a@b"),
        ("VRFY", "501 5.5.4 Syntax: VRFY address [SMTPUTF8]"),
        ("HELP", "214 2.0.0 Commands: HELO EHLO MAIL RCPT DATA RSET NOOP VRFY ETRN AUTH BDAT HELP QUIT"),
    ],
)
def test_a_line_is_answered_and_the_session_goes_on(catcher: Catcher, line: str | bytes, reply: str) -> None:
    with Dial(catcher) as client:
        assert client.say(line) == reply
        assert client.say("NOOP") == "250 2.0.0 Ok"


def test_a_line_ended_by_a_bare_line_feed_is_answered(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        client.send(b"NOOP\nRSET\nQUIT\n")
        assert client.codes(3) == [250, 250, 221]


@pytest.mark.parametrize(
    ("length", "code"), [(512, 250), (513, 500), (565, 500), (566, 500), (70_000, 500), (3_000_000, 500)]
)
def test_a_command_line_over_its_length_is_skipped_whole(catcher: Catcher, length: int, code: int) -> None:
    with Dial(catcher) as client:
        client.send(b"NOOP " + b"x" * (length - 7) + b"\r\nRSET\r\n")
        assert client.codes(2) == [code, 250]


def test_extensions_lengthen_the_mail_line(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        client.say("EHLO x")
        assert client.say(f"MAIL FROM:<{'a' * 1150}@b> SIZE=1").startswith("250")
        client.say("RSET")
        assert client.say(f"MAIL FROM:<{'a' * 1170}@b> SIZE=1") == "500 5.5.2 Error: command line too long"


@pytest.mark.parametrize("first", ["GET / HTTP/1.1", "POST / HTTP/1.1", "OPTIONS * HTTP/1.1", "Host: x", "Subject: x"])
def test_another_protocol_is_shown_the_door(catcher: Catcher, first: str) -> None:
    after = b"\r\nEHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n"
    with Dial(catcher) as client:
        client.send(first.encode() + after)
        assert client.rest() == b"221 2.7.0 Error: I can break rules, too. Goodbye.\r\n"
    session = catcher.ended()
    assert session.facts.outcome == "refused"
    assert session.facts.reason == f"221 2.7.0 Error: I can break rules, too. Goodbye. (in answer to {first})"
    assert catcher.messages() == []
    assert catcher.crossed(session.id)[0] == first.encode() + after


def test_a_long_request_line_is_shown_the_door_too(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        client.send(b"GET /" + b"x" * 5000 + b" HTTP/1.1\r\n")
        assert client.rest().startswith(b"221 2.7.0")
    assert catcher.ended().facts.outcome == "refused"


@pytest.mark.parametrize("line", ["BDAT 20", "BDAT 20 LAST", "BDAT", "bdat x", "BDAT 20\r", "BDAT" + " " * 600 + "20"])
def test_a_chunk_that_is_not_offered_is_never_read_as_commands(
    start_catcher: Callable[..., Catcher], line: str
) -> None:
    catcher = start_catcher(hide_extensions=frozenset({"CHUNKING"}))
    with Dial(catcher) as client:
        client.say("EHLO x")
        client.send(line.encode() + b"\r\nMAIL FROM:<evil@b>\r\nNOOP\r\n")
        refusal = client.rest().decode().splitlines()
    assert len(refusal) == 1
    assert refusal[0][:3] in ("502", "500")
    session = catcher.ended()
    assert session.facts.outcome == "refused"
    assert catcher.crossed(session.id)[0].endswith(b"MAIL FROM:<evil@b>\r\nNOOP\r\n")


@pytest.mark.parametrize(
    ("before", "code"), [(b"", 503), (b"MAIL FROM:<a@b>\r\n", 554), (b"MAIL FROM:<a@b>\r\nRCPT TO:<>\r\n", 554)]
)
def test_what_follows_a_refused_data_is_never_read_as_commands(catcher: Catcher, before: bytes, code: int) -> None:
    with Dial(catcher) as client:
        client.say("EHLO x")
        client.send(before + b"DATA\r\nMAIL FROM:<evil@b>\r\nRCPT TO:<evil@b>\r\n.\r\nNOOP\r\n")
        replies = client.rest().decode().splitlines()
    assert len(replies) == before.count(b"\r\n") + 1
    assert replies[-1].startswith(str(code))
    session = catcher.ended()
    assert session.facts.outcome == "refused"
    assert session.facts.reason is not None
    assert session.facts.reason.endswith("(in answer to DATA)")


def test_a_client_that_waits_for_the_refusal_of_data_may_go_on(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        client.say("EHLO x")
        assert client.say("DATA").startswith("503")
        assert client.say("RSET") == "250 2.0.0 Ok"


def test_replies_of_a_pipelined_group_leave_in_one_write(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        client.say("EHLO x")
        client.send(b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<>\r\nFOO\r\nRCPT TO:<e@f>\r\nDATA\r\n")
        assert client.codes(6) == [250, 250, 501, 500, 250, 354]
        client.send(b"x\r\n.\r\nQUIT\r\n")
        assert client.codes(2) == [250, 221]
    session = catcher.ended()
    entries = catcher.transcript(session.id).entries
    group = [entry for entry in entries if entry.side == "server"][-8:-2]
    assert [entry.code for entry in group] == [250, 250, 501, 500, 250, 354]
    assert len({entry.at_us for entry in group}) == 1
    assert [entry.seq for entry in group] == list(range(group[0].seq, group[0].seq + 6))


def test_a_whole_session_in_one_write_is_answered_and_stored(catcher: Catcher) -> None:
    session = b"EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nhello\r\n.\r\n"
    with Dial(catcher) as client:
        client.send(session * 3 + b"QUIT\r\n")
        assert client.codes(16) == [250, 250, 250, 354, 250] * 3 + [221]
    assert [catcher.raw(summary.id) for summary in catcher.messages()] == [b"hello\r\n"] * 3


def test_thousands_of_pipelined_commands_are_all_answered(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        client.send(b"NOOP\r\n" * 60_000 + b"QUIT\r\n")
        assert client.rest() == b"250 2.0.0 Ok\r\n" * 60_000 + b"221 2.0.0 Bye\r\n"


@pytest.mark.parametrize(
    ("hidden", "line", "code"),
    [
        ("VRFY", "VRFY a@b", 502),
        ("HELP", "HELP", 502),
        ("ETRN", "ETRN example.test", 502),
        ("AUTH", "AUTH PLAIN AGEAYg==", 502),
        ("DSN", "MAIL FROM:<a@b> RET=FULL", 555),
        ("LIMITS", "NOOP", 250),
        ("SIZE", "MAIL FROM:<a@b> SIZE=1", 555),
        ("8BITMIME", "MAIL FROM:<a@b> BODY=8BITMIME", 555),
        ("SMTPUTF8", "MAIL FROM:<a@b> SMTPUTF8", 555),
        ("PIPELINING", "NOOP", 250),
    ],
)
def test_a_hidden_extension_is_neither_listed_nor_taken(
    start_catcher: Callable[..., Catcher], hidden: str, line: str, code: int
) -> None:
    with Dial(start_catcher(hide_extensions=frozenset({hidden}))) as client:
        assert hidden not in client.say("EHLO x")
        assert client.say(line).startswith(str(code))


def test_without_enhanced_codes_replies_have_none(start_catcher: Callable[..., Catcher]) -> None:
    with Dial(start_catcher(hide_extensions=frozenset({"enhancedstatuscodes"}))) as client:
        assert "ENHANCED" not in client.say("EHLO x")
        assert client.say("MAIL FROM:<a@b>") == "250 Ok"
        assert client.say("FOO") == "500 Error: command not recognized"
        assert client.say("QUIT") == "221 Bye"


def test_an_ipv6_listener_shows_its_addresses_in_brackets(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher(host="::1")
    with Dial(catcher) as client:
        port = client.sock.getsockname()[1]
        client.say("QUIT")
    facts = catcher.ended().facts
    assert (facts.listener, facts.peer) == (f"smtp [::1]:{catcher.port}", f"[::1]:{port}")
