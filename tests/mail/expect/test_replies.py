"""Which verb a reply answers, in the conversations that are not one command and one reply after the other."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pillarbox.mail import transcript
from pillarbox.mail.envelope import Envelope, Sender
from pillarbox.mail.expect import Evidence, ReplyCheck
from pillarbox.mail.expect.replies import failed
from pillarbox.mail.message import Mail
from pillarbox.mail.session import Facts
from pillarbox.mail.transcript import Record, line


def evidence(*records: Record, complete: bool = True) -> Evidence:
    return Evidence(
        envelope=Envelope(Sender("")),
        mail=Mail(),
        facts=Facts(listener="lmtp", peer="127.0.0.1:1", started_at=datetime(2026, 11, 23, tzinfo=UTC)),
        entries=transcript.entries(records),
        complete=complete,
    )


def said(text: str) -> Record:
    return line(0, "client", "command", f"{text}\r\n".encode())


def answered(text: str) -> Record:
    return line(0, "server", "reply", f"{text}\r\n".encode())


LMTP = [
    answered("220 mail.test LMTP"),
    said("LHLO client.test"),
    answered("250-mail.test"),
    answered("250 PIPELINING"),
    said("MAIL FROM:<a@x.test>"),
    said("rcpt TO:<b@x.test>"),
    said("RCPT TO:<c@x.test>"),
    said("DATA"),
    answered("250 2.1.0 Ok"),
    answered("250 2.1.5 Ok"),
    answered("550 5.1.1 No such user"),
    answered("354 Go on"),
    transcript.content(0, b"Subject: x\r\n\r\n"),
    answered("250 2.0.0 Kept"),
    answered("452 4.2.2 Full"),
    said("NOOP"),
    answered("250 2.0.0 Fine"),
]
AUTH = [
    said("EHLO client.test"),
    answered("250 AUTH LOGIN"),
    transcript.masked(0, "AUTH LOGIN", 12),
    answered("334 VXNlcm5hbWU6"),
    transcript.masked(0, "********", 10),
    answered("535 5.7.8 No"),
]
BDAT = [
    said("BDAT 5"),
    transcript.chunk(0, b"hello", 5, 0),
    answered("250 2.0.0 Taken"),
    said("BDAT 5 LAST"),
    transcript.last_chunk(0, 5, 5),
    answered("250 2.6.0 Kept"),
]


@pytest.mark.parametrize(
    ("records", "check"),
    [
        (LMTP, ReplyCheck(code=220)),
        (LMTP, ReplyCheck(verb="LHLO", code=250)),
        (LMTP, ReplyCheck(verb="RCPT", code=250, enhanced="2.1.5")),
        (LMTP, ReplyCheck(verb="RCPT", code=550, enhanced="5.1.1")),
        (LMTP, ReplyCheck(verb="DATA", code=354)),
        (LMTP, ReplyCheck(verb="DATA", code=250, enhanced="2.0.0")),
        (LMTP, ReplyCheck(verb="DATA", code=452)),
        (LMTP, ReplyCheck(verb="NOOP")),
        (AUTH, ReplyCheck(verb="AUTH", code=334)),
        (AUTH, ReplyCheck(verb="AUTH", code=535)),
        (BDAT, ReplyCheck(verb="BDAT", code=250, enhanced="2.6.0")),
        (BDAT, ReplyCheck(enhanced="2.0.0")),
    ],
)
def test_a_reply_belongs_to_what_it_answers(records: list[Record], check: ReplyCheck) -> None:
    assert failed("transcript.0", check, evidence(*records)) == ()


@pytest.mark.parametrize(
    ("records", "check", "reason"),
    [
        (
            LMTP,
            ReplyCheck(verb="MAIL", code=550),
            "transcript.0 is not there: wanted 550 to MAIL; there was\n  MAIL: 250 2.1.0 Ok",
        ),
        (
            LMTP,
            ReplyCheck(verb="NOOP", code=452),
            "transcript.0 is not there: wanted 452 to NOOP; there was\n  NOOP: 250 2.0.0 Fine",
        ),
        (LMTP, ReplyCheck(verb="QUIT"), "transcript.0 is not there: the client did not say QUIT."),
        (AUTH, ReplyCheck(verb="EHLO", enhanced="2.0.0"), "wanted 2.0.0 to EHLO; there was\n  EHLO: 250 AUTH LOGIN"),
        ([], ReplyCheck(code=250), "transcript.0 is not there: wanted 250; there was no reply."),
        ([said("a\x1b[2J")], ReplyCheck(verb="A"), "transcript.0 is not there: the client did not say A."),
    ],
)
def test_a_reply_that_was_not_given_is_told_with_those_that_were(
    records: list[Record], check: ReplyCheck, reason: str
) -> None:
    (failure,) = failed("transcript.0", check, evidence(*records))
    assert failure.reason.endswith(reason)
    assert failure.standing == "false"


def test_a_reply_that_may_still_be_given_is_pending() -> None:
    (failure,) = failed("transcript.0", ReplyCheck(verb="QUIT", code=221), evidence(*LMTP, complete=False))
    assert failure.standing == "pending"
    assert failure.reason.endswith("nothing answered QUIT so far, and the session is still open.")
