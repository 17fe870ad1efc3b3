from __future__ import annotations

import pytest

from pillarbox.mail.envelope import Envelope, Recipient, Sender
from pillarbox.smtp import command
from pillarbox.smtp.dialogue import Dialogue
from pillarbox.smtp.extensions import Offer
from pillarbox.smtp.policy import Policy

LARGEST = 1000


def dialogue(*lines: str, **options: object) -> Dialogue:
    """A dialogue after these lines."""
    policy = Policy(**{"hostname": "host", "max_message_size": LARGEST, **options})  # type: ignore[arg-type]
    begun = Dialogue(policy, Offer(policy))
    for line in lines:
        answer(begun, line)
    return begun


def answer(dialogue: Dialogue, line: str) -> str:
    read = command.parse(line.encode() + b"\r\n")
    assert isinstance(read, command.Command)
    return str(getattr(dialogue, read.verb.lower())(read.arg))


HELO = ("HELO x",)
MAIL = ("EHLO x", "MAIL FROM:<a@b>")
RCPT = (*MAIL, "RCPT TO:<c@d>")
UTF8 = ("EHLO x", "MAIL FROM:<a@b> SMTPUTF8")


@pytest.mark.parametrize(
    ("before", "line", "reply"),
    [
        ((), "HELO", "501 Syntax: HELO hostname"),
        ((), "EHLO", "501 Syntax: EHLO hostname"),
        ((), "HELO a b", "250 host"),
        ((), "MAIL FROM:<a@b>", "503 5.5.1 Error: send HELO/EHLO first"),
        ((), "RCPT TO:<a@b>", "503 5.5.1 Error: need MAIL command"),
        ((), "DATA", "503 5.5.1 Error: need RCPT command"),
        ((), "DATA x", "503 5.5.1 Error: need RCPT command"),
        ((), "RSET", "250 2.0.0 Ok"),
        ((), "NOOP", "250 2.0.0 Ok"),
        ((), "NOOP x y", "250 2.0.0 Ok"),
        ((), "QUIT", "221 2.0.0 Bye"),
        ((), "RSET x", "501 5.5.4 Syntax: RSET"),
        ((), "QUIT x", "501 5.5.4 Syntax: QUIT"),
        ((), "VRFY", "501 5.5.4 Syntax: VRFY address [SMTPUTF8]"),
        ((), "VRFY a@b", "252 2.0.0 a@b"),
        ((), "VRFY <a@b>", "252 2.0.0 <a@b>"),
        ((), "VRFY postmaster", "252 2.0.0 postmaster"),
        ((), 'VRFY "a b"@c', '252 2.0.0 "a b"@c'),
        ((), "VRFY <>", "501 5.1.3 Bad recipient address syntax"),
        ((), "VRFY a b", "501 5.1.3 Bad recipient address syntax"),
        ((), "VRFY ü@b", "553 5.6.7 Must declare SMTPUTF8 to send unicode address"),
        ((), "VRFY ü@b smtputf8", "252 2.0.0 ü@b"),
        ((), "VRFY a" + "ü" * 252 + " smtputf8", "252 2.0.0 a" + "ü" * 249),  # as much as a line of 512 octets holds
        ((), "VRFY ü@b ſmtputf8", "501 5.1.3 Bad recipient address syntax"),
        ((), "ETRN x", "503 5.5.1 Error: send HELO/EHLO first"),
        (HELO, "ETRN example.test", "251 2.0.0 OK, no messages waiting for node example.test"),
        (("EHLO x",), "ETRN @example.test", "251 2.0.0 OK, no messages waiting for node @example.test"),
        (("EHLO x",), "ETRN #queue", "251 2.0.0 OK, no messages waiting for node #queue"),
        (("EHLO x",), "ETRN", "501 5.5.4 Syntax: ETRN node, @node or #queue"),
        (("EHLO x",), "ETRN a b", "501 5.5.4 Syntax: ETRN node, @node or #queue"),
        (("EHLO x",), "ETRN a@b", "501 5.5.4 Syntax: ETRN node, @node or #queue"),
        (MAIL, "ETRN x", "503 5.5.1 Error: MAIL transaction in progress"),
        (("EHLO x",), "MAIL FROM:<a@b> RET=FULL ENVID=x+2By", "250 2.1.0 Ok"),
        (("EHLO x",), "MAIL FROM:<a@b> RET=ALL", "501 5.5.4 Bad RET parameter syntax"),
        (("EHLO x",), "MAIL FROM:<a@b> ENVID=+0D+0A", "501 5.5.4 Bad ENVID parameter syntax"),
        (MAIL, "RCPT TO:<c@d> NOTIFY=SUCCESS ORCPT=rfc822;c@d", "250 2.1.5 Ok"),
        (MAIL, "RCPT TO:<c@d> NOTIFY=NEVER,DELAY", "501 5.5.4 Error: Bad NOTIFY parameter syntax"),
        (MAIL, "RCPT TO:<c@d> ORCPT=rfc822", "501 5.5.4 Error: Bad ORCPT parameter syntax"),
        (MAIL, "RCPT TO:<c@d> ORCPT=utf-8;ü@d", "250 2.1.5 Ok"),
        ((), "HELP", "214 2.0.0 Commands: HELO EHLO MAIL RCPT DATA RSET NOOP VRFY ETRN AUTH BDAT HELP QUIT"),
        ((), "HELP MAIL", "214 2.0.0 Commands: HELO EHLO MAIL RCPT DATA RSET NOOP VRFY ETRN AUTH BDAT HELP QUIT"),
        (HELO, "MAIL FROM:<a@b>", "250 2.1.0 Ok"),
        (HELO, "MAIL FROM:<>", "250 2.1.0 Ok"),
        (HELO, "MAIL FROM:a@b", "250 2.1.0 Ok"),
        (HELO, "MAIL FROM: <a@b>", "250 2.1.0 Ok"),
        (HELO, "mail from:  a@b size=1", "250 2.1.0 Ok"),
        (HELO, "MAIL FROM:<a@b> SIZE=10 BODY=8BITMIME SMTPUTF8", "250 2.1.0 Ok"),
        (HELO, "MAIL", "501 5.5.4 Syntax: MAIL FROM:<address>"),
        (HELO, "MAIL FROM:", "501 5.5.4 Syntax: MAIL FROM:<address>"),
        (HELO, "MAIL <a@b>", "501 5.5.4 Syntax: MAIL FROM:<address>"),
        (HELO, "MAIL FROM <a@b>", "501 5.5.4 Syntax: MAIL FROM:<address>"),
        (HELO, "MAIL TO:<a@b>", "501 5.5.4 Syntax: MAIL FROM:<address>"),
        (HELO, "MAIL FROM:<a@b", "501 5.1.7 Bad sender address syntax"),
        (HELO, "MAIL FROM:<a b@c>", "501 5.1.7 Bad sender address syntax"),
        (HELO, "MAIL FROM:<a@b> FOO=1", "555 5.5.4 Unsupported option: FOO=1"),
        (HELO, "MAIL FROM:<a@b> BODY=9BIT", "555 5.5.4 Unsupported option: BODY=9BIT"),
        (HELO, "MAIL FROM:<a@b> NOTIFY=NEVER", "555 5.5.4 Unsupported option: NOTIFY=NEVER"),
        (HELO, "MAIL FROM:<a@b> SIZE=1000", "250 2.1.0 Ok"),
        (HELO, "MAIL FROM:<a@b> SIZE=1001", "552 5.3.4 Message size exceeds fixed limit"),
        (HELO, "MAIL FROM:<a@b> SIZE=x", "501 5.5.4 Bad message size syntax"),
        (HELO, "MAIL FROM:<ü@b>", "553 5.6.7 Must declare SMTPUTF8 to send unicode address"),
        (HELO, "MAIL FROM:<ü@b> SMTPUTF8", "250 2.1.0 Ok"),
        (HELO, "RCPT TO:<a@b>", "503 5.5.1 Error: need MAIL command"),
        (MAIL, "MAIL FROM:<a@b>", "503 5.5.1 Error: nested MAIL command"),
        (MAIL, "DATA", "554 5.5.1 Error: no valid recipients"),
        (MAIL, "RCPT TO:<a@b>", "250 2.1.5 Ok"),
        (MAIL, "RCPT TO: a@b", "250 2.1.5 Ok"),
        (MAIL, "RCPT TO:<postmaster>", "250 2.1.5 Ok"),
        (MAIL, "RCPT TO:<>", "501 5.1.3 Bad recipient address syntax"),
        (MAIL, "RCPT TO:<a@b", "501 5.1.3 Bad recipient address syntax"),
        (MAIL, "RCPT", "501 5.5.4 Syntax: RCPT TO:<address>"),
        (MAIL, "RCPT FROM:<a@b>", "501 5.5.4 Syntax: RCPT TO:<address>"),
        (MAIL, "RCPT TO:<a@b> RET=FULL", "555 5.5.4 Unsupported option: RET=FULL"),
        (MAIL, "RCPT TO:<ü@b>", "553 5.6.7 Must declare SMTPUTF8 to send unicode address"),
        (UTF8, "RCPT TO:<ü@b>", "250 2.1.5 Ok"),
        (RCPT, "DATA x", "501 5.5.4 Syntax: DATA"),
        (RCPT, "DATA", "354 End data with <CR><LF>.<CR><LF>"),
        ((*RCPT, "RSET"), "DATA", "503 5.5.1 Error: need RCPT command"),
        ((*RCPT, "RSET"), "MAIL FROM:<a@b>", "250 2.1.0 Ok"),
        ((*RCPT, "RSET x"), "DATA", "354 End data with <CR><LF>.<CR><LF>"),
        ((*RCPT, "EHLO y"), "RCPT TO:<a@b>", "503 5.5.1 Error: need MAIL command"),
        ((*RCPT, "HELO y"), "DATA", "503 5.5.1 Error: need RCPT command"),
        ((*RCPT, "EHLO"), "DATA", "354 End data with <CR><LF>.<CR><LF>"),
    ],
)
def test_each_line_has_its_reply(before: tuple[str, ...], line: str, reply: str) -> None:
    assert answer(dialogue(*before), line) == reply


def test_ehlo_lists_the_extensions() -> None:
    lines = answer(dialogue(), "EHLO x").splitlines()
    assert lines == [
        "250 host",
        "PIPELINING",
        "SIZE 1000",
        "VRFY",
        "ETRN",
        "AUTH PLAIN LOGIN CRAM-MD5 XOAUTH2 OAUTHBEARER",
        "ENHANCEDSTATUSCODES",
        "8BITMIME",
        "DSN",
        "SMTPUTF8",
        "CHUNKING",
        "BINARYMIME",
        "LIMITS RCPTMAX=1000",
        "HELP",
    ]


def test_the_envelope_is_what_was_sent() -> None:
    begun = dialogue("EHLO x", "MAIL FROM:<A@b> SIZE=1 BODY=8bitmime", "RCPT TO:<@x:c@d>", 'RCPT TO:"e f"@g')
    assert begun.envelope() == Envelope(
        Sender("A@b", {"SIZE": "1", "BODY": "8bitmime"}), (Recipient("@x:c@d"), Recipient('"e f"@g'))
    )


def test_the_envelope_has_requests_for_reports_decoded() -> None:
    begun = dialogue(
        "EHLO x", "MAIL FROM:<a@b> ret=full ENVID=q+2Br", "RCPT TO:<c@d> NOTIFY=DELAY orcpt=rfc822;e+3Df@d"
    )
    assert begun.envelope() == Envelope(
        Sender("a@b", {"RET": "full", "ENVID": "q+r"}),
        (Recipient("c@d", {"NOTIFY": "DELAY", "ORCPT": "rfc822;e=f@d"}),),
    )


def test_the_null_sender_is_empty() -> None:
    assert dialogue("HELO x", "MAIL FROM:<>", "RCPT TO:<a@b>").envelope().mail_from == Sender("")


def test_a_refused_mail_begins_no_transaction() -> None:
    assert not dialogue("HELO x", "MAIL FROM:<a@b> FOO").in_transaction
    assert not dialogue("HELO x", "MAIL FROM:<a@b> SIZE=1001").in_transaction


def test_recipients_over_the_limit_are_put_off() -> None:
    begun = dialogue(*RCPT, max_recipients=2)
    assert answer(begun, "RCPT TO:<e@f>").startswith("250")
    assert answer(begun, "RCPT TO:<g@h>") == "452 4.5.3 Error: too many recipients"
    assert answer(begun, "DATA").startswith("354")
    assert [recipient.address for recipient in begun.envelope().rcpt_to] == ["c@d", "e@f"]


def test_without_a_limit_any_number_of_recipients_is_taken() -> None:
    begun = dialogue(*MAIL, max_recipients=0)
    assert {answer(begun, f"RCPT TO:<{number}@b>") for number in range(2000)} == {"250 2.1.5 Ok"}


@pytest.mark.parametrize(
    ("hidden", "line", "reply"),
    [
        ("SIZE", "MAIL FROM:<a@b> SIZE=1", "555 5.5.4 Unsupported option: SIZE=1"),
        ("8BITMIME", "MAIL FROM:<a@b> BODY=7BIT", "555 5.5.4 Unsupported option: BODY=7BIT"),
        ("SMTPUTF8", "MAIL FROM:<a@b> SMTPUTF8", "555 5.5.4 Unsupported option: SMTPUTF8"),
        ("SMTPUTF8", "MAIL FROM:<ü@b>", "553 5.6.7 Must declare SMTPUTF8 to send unicode address"),
        ("DSN", "MAIL FROM:<a@b> RET=FULL", "555 5.5.4 Unsupported option: RET=FULL"),
        ("SMTPUTF8", "VRFY ü@b SMTPUTF8", "501 5.1.3 Bad recipient address syntax"),
    ],
)
def test_the_parameters_of_a_hidden_extension_are_refused(hidden: str, line: str, reply: str) -> None:
    assert answer(dialogue("EHLO x", hide_extensions=frozenset({hidden})), line) == reply
