from __future__ import annotations

import pytest

from pillarbox.mail import transcript
from pillarbox.mail.lint import Wire, of_session
from pillarbox.mail.lint.wire import MOST
from pillarbox.mail.session import Outcome
from pillarbox.mail.transcript import KEPT_CONTENT
from tests.mail.lint.talk import DATA, END, GREETING, SENT, records

TO = SENT[2:]
HELO = ["S: 220 mx", "C: HELO app.test", "S: 250 mx"]
BARE = ["S: 220 mx", "C: EHLO app.test", "S: 250 mx"]


def codes(*lines: str, outcome: Outcome = "quit") -> list[tuple[str, int | None]]:
    return [(one.code, one.entry) for one in of_session(records(*lines), outcome)]


@pytest.mark.parametrize(
    "lines",
    [
        [*GREETING, *SENT, *DATA, *END],
        [*GREETING, *SENT, *DATA, *SENT, *DATA, *END],
        [*GREETING, *SENT, "-C: DATA", "S: 354 go on", "D: 7", "S: 250 Ok", *END],
        [*GREETING, "C: mail FROM:<> size=7", "S: 250 Ok", "C: rcpt TO:<Postmaster>", "S: 250 Ok", *DATA, *END],
        [*GREETING, 'C: MAIL FROM:<"a b"@x.test> BODY=8BITMIME', "S: 250 Ok", *END],
        ["S: 220 mx", "C: EHLO [192.0.2.1]", "S: 250 mx", *END],
        ["S: 220 mx", "C: EHLO [IPv6:2001:db8::1]", "S: 250 mx", *END],
        ["S: 220 mx", "C: EHLO localhost", "S: 250 mx", *END],
        ["S: 220 mx", "C: HELO app.test", "S: 500 send LHLO", "C: LHLO app.test", "S: 250 mx", *END],
        ["S: 220 mx", "C: \x16\x03\x01 a ClientHello\n", "S: 554 no", "*: disconnect"],
        ["S: 220 mx", "C: EHLO app.test", "S: 502 no", "C: HELO app.test", "S: 250 mx", *END],
        [*GREETING, "*: tls", "C: EHLO app.test", "S: 250 PIPELINING", "A: AUTH PLAIN ********", "S: 235 Ok", *END],
        [*GREETING, "C: AUTH CRAM-MD5", "S: 334 x", "A: ********", "S: 235 Ok", *END],
        [*GREETING, "C: AUTH LOGIN", "S: 502 no", *END],
        [*GREETING, "C: STARTTLS", "S: 220 go", "*: tls", "C: EHLO app.test", "S: 250 mx", *END],
        [*GREETING, "C: STARTTLS", "S: 454 no", "L: QUI", "*: disconnect"],
        [*GREETING, "C: STARTTLS", "S: 220 go", "L: \x16\x03\x01 broken", "*: disconnect"],
        [*GREETING, "C: MAIL FROM:<é@x.test> SMTPUTF8", "S: 250 Ok", "C: RCPT TO:<é@x.test>", "S: 250 Ok", *END],
        [*GREETING, "C: MAIL FROM:<a@x.test> SMTPUTF8", "S: 250 Ok", "C: RCPT TO:<é@x.test>", "S: 250 Ok", *END],
        [
            *GREETING,
            "C: MAIL FROM:<a@x.test> SIZE=105",
            "S: 250 Ok",
            *TO,
            "C: DATA",
            "S: 354",
            "D: 100",
            "S: 250",
            *END,
        ],
        [*GREETING, "C: MAIL FROM:<a@x.test> SIZE=900", "S: 250 Ok", "C: RSET", "S: 250 Ok", *SENT, *DATA, *END],
        [*GREETING, "C: MAIL FROM:<a@x.test> SIZE=900", "S: 250 Ok", "L: half of it", "*: disconnect"],
        [],
    ],
)
def test_a_good_conversation_has_no_finding(lines: list[str]) -> None:
    assert codes(*lines) == []


@pytest.mark.parametrize(
    ("code", "entry", "lines"),
    [
        ("early-talker", 1, ["S: 220 mx", "-C: EHLO app.test", "S: 250 mx", *END]),
        ("early-talker", 1, ["S: 421 mx", "-L: EHLO app.test", "*: disconnect"]),
        ("helo-instead-of-ehlo", 1, [*HELO, *SENT, *DATA, *END]),
        ("helo-name", 1, ["S: 220 mx", "C: EHLO my_host", "S: 250 mx", *END]),
        ("helo-name", 1, ["S: 220 mx", "C: EHLO 192.0.2.1", "S: 250 mx", *END]),
        ("helo-name", 1, ["S: 220 mx", "C: EHLO", "S: 501 no", *END]),
        ("helo-name", 1, ["S: 220 mx", "C: EHLO -x.test", "S: 250 mx", *END]),
        ("helo-name", 1, ["S: 220 mx", "C: EHLO привет.test", "S: 250 mx", *END]),
        ("pipelining-not-offered", 5, [*BARE, *SENT[:2], "-C: RCPT TO:<b@x.test>", "S: 250 Ok", *END]),
        ("pipelining-not-offered", 4, [*BARE, SENT[0], SENT[2], "S: 250 Ok", "S: 250 Ok", *END]),
        ("pipelining-past-end", 4, [*GREETING, "-C: NOOP", "S: 250 Ok", *END]),
        ("pipelining-past-end", 10, [*GREETING, *SENT, "C: DATA", "S: 354 go on", "-D: 7", "S: 250 Ok", *END]),
        ("auth-in-clear", 4, [*GREETING, "A: AUTH PLAIN ********", "S: 235 Ok", *END]),
        ("auth-in-clear", 6, [*GREETING, "C: AUTH LOGIN", "S: 334 x", "A: ********", "S: 235 Ok", *END]),
        ("starttls-injection", 5, [*GREETING, "C: STARTTLS", "L: NOOP", "S: 220 go", "*: tls", *END]),
        ("starttls-injection", 6, [*GREETING, "C: STARTTLS", "S: 220 go", "L: NOOP", "*: disconnect"]),
        ("starttls-injection", 5, [*GREETING, "C: STARTTLS", "A: ********", "S: 220 go", "*: tls", *END]),
        ("starttls-injection", 6, [*GREETING, "C: STARTTLS", "S: 220 go", "A: ********", "*: disconnect"]),
        ("command-line-end", 4, [*GREETING, "C: NOOP\n", "S: 250 Ok", *END]),
        ("command-line-end", 1, ["S: 220 mx", "C: EHLO app.test\n", "S: 250 mx", *END]),
        ("command-line-end", 4, [*GREETING, "C: MAIL FROM:<a@x.test>\n", "S: 250 Ok", *END]),
        ("address-without-brackets", 4, [*GREETING, "C: MAIL FROM:a@x.test", "S: 250 Ok", *END]),
        ("address-without-brackets", 6, [*GREETING, *SENT[:2], "C: RCPT TO: <b@x.test>", "S: 250 Ok", *END]),
        ("utf8-without-smtputf8", 4, [*GREETING, "C: MAIL FROM:<é@x.test>", "S: 553 no", *END]),
        ("utf8-without-smtputf8", 6, [*GREETING, *SENT[:2], "C: RCPT TO:<é@x.test>", "S: 553 no", *END]),
        (
            "size-wrong",
            4,
            [*GREETING, "C: MAIL FROM:<a@x.test> SIZE=89", *SENT[1:], "C: DATA", "S: 354", "D: 100", *END],
        ),
        ("size-wrong", 4, [*GREETING, "C: MAIL FROM:<a@x.test> size=111", *SENT[1:], "C: DATA", "S: 354", "D: 100"]),
    ],
)
def test_each_fault_is_told_once_beside_its_line(code: str, entry: int, lines: list[str]) -> None:
    assert codes(*lines) == [(code, entry)]


@pytest.mark.parametrize(
    "wire", [b"a\n.\nb\r\n.\r\n", b"a\n.\r\nb\r\n.\r\n", b"a\r\n.\nb\r\n.\r\n", b"a\r\n.\rb\r\n.\r\n"]
)
def test_a_lone_dot_with_another_line_end_is_an_attempt_to_smuggle(wire: bytes) -> None:
    talk = records(*GREETING, *SENT, "C: DATA", "S: 354 go on")
    talk.append(transcript.Record(200, "client", "data", wire, len(wire), 1))
    assert [one.code for one in of_session(talk, "quit")] == ["smuggling-attempt"]


def test_nothing_is_said_of_the_end_of_a_line_whose_end_is_not_kept() -> None:
    talk = records(*GREETING)
    talk.append(transcript.Record(50, "client", "command", b"x" * KEPT_CONTENT, KEPT_CONTENT + 100))
    assert of_session(talk, "refused") == ()


def test_a_client_that_leaves_without_quit_is_told_so_at_its_disconnect() -> None:
    assert codes(*GREETING, "*: disconnect", outcome="dropped") == [("no-quit", 4)]
    assert codes(*GREETING, "*: disconnect", outcome="timeout") == []
    assert codes("*: connect", "*: disconnect", outcome="dropped") == []
    # Between plain text and TLS nothing is understood.
    starttls = [*GREETING, "C: STARTTLS"]
    assert codes(*starttls, "S: 220 go", "*: disconnect", outcome="dropped") == []
    assert codes(*starttls, "S: 220 go", "*: tls", "*: disconnect", outcome="dropped") == [("no-quit", 7)]
    assert codes(*starttls, "S: 454 no", "*: disconnect", outcome="dropped") == [("no-quit", 6)]


def test_a_message_gets_the_findings_of_its_session_and_its_own_transaction_only() -> None:
    wire = Wire()
    first = records(*HELO, "C: MAIL FROM:a@x.test", "S: 250 Ok", *TO, "C: DATA", "S: 354 go on", "D: 7")
    wire.feed(first, 0)
    wired = wire.message()
    assert [(one.code, one.entry) for one in wired.findings] == [
        ("helo-instead-of-ehlo", 1),
        ("address-without-brackets", 3),
    ]
    assert (wired.mail, wired.content) == (3, len(first) - 1)
    second = records("S: 250 Ok", *SENT, "C: DATA", "S: 354 go on", "D: 7")
    wire.feed([record._replace(at_us=record.at_us + 1000) for record in second], len(first))
    wired = wire.message()
    assert [(one.code, one.entry) for one in wired.findings] == [("helo-instead-of-ehlo", 1)]
    assert wired.mail == len(first) + 1


def test_a_new_greeting_takes_the_place_of_the_old_one() -> None:
    wire = Wire()
    talk = records(*HELO, "C: EHLO app.test", "S: 250 mx", *SENT, "C: DATA", "S: 354 go on", "D: 7")
    wire.feed(talk, 0)
    assert wire.message().findings == ()
    assert [one.code for one in of_session(talk, "quit")] == ["helo-instead-of-ehlo"]


def test_a_session_of_many_faults_lists_so_many_of_one_kind() -> None:
    lines = ["C: MAIL FROM:a@x.test", "S: 250 Ok", "C: RSET", "S: 250 Ok"] * (MOST + 50)
    assert len(codes(*GREETING, *lines, *END)) == MOST


def test_records_are_heard_once_however_often_they_are_told() -> None:
    talk = records(*GREETING, "C: NOOP\n", "S: 250 Ok")
    wire = Wire(listing=True)
    for start in (0, 0, 2):
        wire.feed(talk[start:], start)
    assert [one.entry for one in wire.everything()] == [4]
    assert wire.next == len(talk)
