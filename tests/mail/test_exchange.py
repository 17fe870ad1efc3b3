"""Which command each reply answers."""

from __future__ import annotations

import pytest

from pillarbox.mail import transcript
from pillarbox.mail.exchange import answered
from pillarbox.mail.transcript import Record


def c(line: str) -> Record:
    return transcript.line(0, "client", "command", line.encode() + b"\r\n")


def s(line: str) -> Record:
    return transcript.line(0, "server", "reply", line.encode() + b"\r\n")


CONTENT = Record(0, "client", "data", b"", 10, 7)
CHUNK = Record(0, "client", "data", b"", 10, 7, False, 0)
RESPONSE = transcript.masked(0, "********", 20)
TLS = transcript.event(0, "tls", "TLS 1.3")


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([s("220 x"), c("EHLO x"), s("250-x"), s("250 HELP")], {2: 1, 3: 1}),
        ([c("MAIL"), c("RCPT"), c("DATA"), s("250 x"), s("550 x"), s("554 x")], {3: 0, 4: 1, 5: 2}),
        ([c("DATA"), s("354 x"), CONTENT, s("250 x"), s("250 further")], {1: 0, 3: 2}),
        ([c("BDAT 10"), CHUNK, c("BDAT 10 LAST"), CHUNK, s("250 x"), s("250 x")], {4: 0, 5: 2}),
        ([c("AUTH LOGIN"), s("334 x"), RESPONSE, s("334 x"), RESPONSE, s("235 x")], {1: 0, 3: 2, 5: 4}),
        ([c("STARTTLS"), CONTENT, s("220 x"), TLS, c("EHLO x"), s("250 x")], {2: 0, 5: 4}),
        ([s("250 of a command before"), c("QUIT"), s("221 x"), s("421 x")], {2: 1}),
    ],
)
def test_replies_answer_in_the_order_of_what_was_said(records: list[Record], expected: dict[int, int]) -> None:
    found = answered(transcript.entries(records))
    assert {reply: entry.seq for reply, entry in found.items()} == expected
