from __future__ import annotations

from dataclasses import replace

import pytest

from pillarbox.mail import transcript
from pillarbox.mail.match.refusal import LONGEST, named, reason, went_wrong
from pillarbox.mail.session import Facts
from pillarbox.mail.transcript import Entry
from tests.mail.match.rows import NOON

FACTS = Facts(listener="smtp 127.0.0.1:1025", peer="127.0.0.1:52114", started_at=NOON, outcome="quit")


def talk(*lines: str) -> list[Entry]:
    """`C: …` and `S: …` as a transcript has them."""
    records = []
    for line in lines:
        side, text = line.split(": ", 1)
        if side == "C":
            records.append(transcript.line(0, "client", "command", f"{text}\r\n".encode()))
        else:
            records.append(transcript.line(0, "server", "reply", f"{text}\r\n".encode()))
    return transcript.entries(records)


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (
            ["S: 220 ready", "C: MAIL FROM:<a@b>", "S: 250 2.1.0 Ok", "C: RCPT TO:<x>", "S: 550 5.1.1 No such user"],
            "550 5.1.1 at RCPT: No such user",
        ),
        (
            ["C: RCPT TO:<x>", "S: 550 5.1.1 No", "C: DATA", "S: 503 5.5.1 No recipient"],
            "503 5.5.1 at DATA: No recipient",
        ),
        (
            ["C: MAIL FROM:<a>", "S: 530 Authentication required", "C: HELP", "S: 502 What"],
            "530 at MAIL: Authentication required",
        ),
        (["C: FROB x", "S: 500 5.5.2 Unknown"], "500 5.5.2 at FROB: Unknown"),
        (["S: 421 4.7.0 Too many connections"], "421 4.7.0 at the connect: Too many connections"),
        (["C: RCPT TO:<x>", "S: 550-first", "S: 550 last"], "550 at RCPT: last"),
    ],
)
def test_the_last_refusal_that_mail_depends_on_is_the_reason(lines: list[str], text: str) -> None:
    assert reason(FACTS, talk(*lines)) == text


def test_content_that_was_refused_was_refused_at_data() -> None:
    entries = transcript.entries(
        [
            transcript.line(0, "client", "command", b"DATA\r\n"),
            transcript.line(0, "server", "reply", b"354 Go on\r\n"),
            transcript.lost_content(0, b"x", 1),
            transcript.line(0, "server", "reply", b"552 5.3.4 Too large\r\n"),
        ]
    )
    assert reason(FACTS, entries) == "552 5.3.4 at DATA: Too large"


def test_without_a_refusal_the_row_says_why() -> None:
    assert reason(replace(FACTS, reason="The client left in the middle of DATA."), ()) == (
        "The client left in the middle of DATA."
    )
    assert reason(replace(FACTS, outcome="timeout"), talk("S: 220 ready")) == "It ended as timeout."


def test_a_reason_is_one_line_without_control_characters() -> None:
    found = reason(FACTS, talk("C: RCPT TO:<x>", "S: 550 5.1.1 \x1b[2J" + "x" * 1_000))
    assert found.startswith("550 5.1.1 at RCPT: ␛[2Jxx")
    assert len(found) == LONGEST


def test_a_session_went_wrong_when_it_was_refused_or_had_an_error() -> None:
    assert not went_wrong(FACTS)
    assert not went_wrong(replace(FACTS, outcome="dropped"))
    assert went_wrong(replace(FACTS, errors=1))
    assert went_wrong(replace(FACTS, outcome="refused"))
    assert went_wrong(replace(FACTS, outcome="dropped", reason="The client left in the middle of DATA."))


def test_what_a_session_named_is_found_in_any_case() -> None:
    assert "ada@example.org" in named(talk("C: RCPT TO:<ADA@example.org>", "S: 550 bob@example.org"))
    assert "bob" not in named(talk("C: HELO bob", "S: 550 bob"))
