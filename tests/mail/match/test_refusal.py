from __future__ import annotations

from dataclasses import replace

import pytest

from pillarbox.mail import transcript
from pillarbox.mail.match import Conditions
from pillarbox.mail.match.refusal import LONGEST, Bearing, bearing, named, only_hung_up, reason, went_wrong
from pillarbox.mail.session import Facts, Outcome
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


@pytest.mark.parametrize("shown", [True, False])
def test_a_password_that_was_refused_was_refused_at_auth(shown: bool) -> None:
    answer = transcript.line(0, "client", "auth", b"d3Jvbmc=\r\n") if shown else transcript.masked(0, "********", 10)
    entries = transcript.entries(
        [
            transcript.line(0, "client", "auth", b"AUTH LOGIN\r\n"),
            transcript.line(0, "server", "reply", b"334 UGFzc3dvcmQ6\r\n"),
            answer,
            transcript.line(0, "server", "reply", b"535 5.7.8 Wrong password\r\n"),
        ]
    )
    assert reason(FACTS, entries) == "535 5.7.8 at AUTH: Wrong password"


def hung_up(after: list[str], *, outcome: Outcome = "dropped", errors: int = 0, taken: bool = True) -> bool:
    """Whether a client that leaves in such a way only hung up: its mail `taken`, `after` is said then."""
    record = transcript.content(0, b"x") if taken else transcript.lost_content(0, b"x", 1)
    content, accepted = transcript.entries([record, transcript.line(0, "server", "reply", b"250 2.0.0 Ok\r\n")])
    sent = [replace(content, message_id=7 if taken else None), accepted]
    return only_hung_up(
        replace(FACTS, outcome=outcome, errors=errors), [*talk("C: DATA", "S: 354 Go"), *sent, *talk(*after)]
    )


def test_a_client_that_leaves_without_quit_after_its_mail_was_taken_only_hung_up() -> None:
    assert hung_up([])
    assert hung_up(["C: RSET", "S: 250 Ok"])
    assert not hung_up(["C: MAIL FROM:<a@b>", "S: 250 Ok"])
    assert not hung_up([], taken=False)
    assert not hung_up([], errors=1)
    assert not hung_up([], outcome="timeout")


@pytest.mark.parametrize(
    ("wanted", "said", "username", "found"),
    [
        (Conditions(to="Ada@example.org"), "rcpt to:<ada@example.org>", None, "meant"),
        (Conditions(to="*@example.org"), "rcpt to:<bob@example.org>", None, "meant"),
        (Conditions(to="ada@example.org"), "mail from:<a@b> rcpt to:<bob@example.org>", None, "other"),
        (Conditions(to="ada@example.org"), "mail from:<a@b>", None, "unknown"),
        (Conditions(to="ada@example.org"), "", None, "unknown"),
        (Conditions(subject="x"), "rcpt to:<bob@example.org>", None, "unknown"),
        (Conditions(inbox="shop"), "rcpt to:<bob@shop.inbox.test>", None, "meant"),
        (Conditions(inbox="shop"), "rcpt to:<bob+shop@example.org>", None, "meant"),
        (Conditions(inbox="shop"), "rcpt to:<bob@example.org>", "Shop", "meant"),
        (Conditions(inbox="shop"), "rcpt to:<bob@shop2.inbox.test>", "shop2", "other"),
    ],
)
def test_a_session_is_meant_by_the_address_or_the_inbox_that_it_names(
    wanted: Conditions, said: str, username: str | None, found: Bearing
) -> None:
    assert bearing(wanted, said, username) == found
