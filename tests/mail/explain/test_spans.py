from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pillarbox.mail import transcript
from pillarbox.mail.explain import spans
from pillarbox.mail.explain.spans import MAX_SPANS
from pillarbox.mail.transcript import Entry, Kind, Side


def entry(text: str, side: Side = "client", kind: Kind = "command") -> Entry:
    return Entry(0, 0, side, kind, text, len(text))


def told(text: str, side: Side = "client", kind: Kind = "command", answers: str | None = None) -> list[tuple[str, str]]:
    """Each explained piece with the title of its explanation."""
    found = spans(entry(text, side, kind), answers)
    return [(span.text, span.explanation.title) for span in found if span.explanation is not None]


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        ("EHLO app.test", [("EHLO", "Hello"), ("app.test", "The client's name")]),
        ("quit", [("quit", "Goodbye")]),
        (
            "MAIL FROM:<a@x.test> SIZE=120 BODY=8BITMIME NEW=1",
            [
                ("MAIL", "Begin a message"),
                ("<a@x.test>", "Envelope sender"),
                ("SIZE=120", "Announced size"),
                ("BODY=8BITMIME", "8-bit content"),
            ],
        ),
        ("MAIL FROM:<>", [("MAIL", "Begin a message"), ("<>", "Null sender")]),
        ("mail from: a@x.test", [("mail", "Begin a message"), ("a@x.test", "Envelope sender")]),
        (
            'MAIL FROM:<"a > b"@x.test> SIZE=120',
            [("MAIL", "Begin a message"), ('<"a > b"@x.test>', "Envelope sender"), ("SIZE=120", "Announced size")],
        ),
        (
            "RCPT TO:<b@x.test> NOTIFY=NEVER",
            [("RCPT", "Name a recipient"), ("<b@x.test>", "Envelope recipient"), ("NOTIFY=NEVER", "Never report")],
        ),
        (
            "BDAT 120 LAST",
            [("BDAT", "Send a chunk of the content"), ("120", "Length of the chunk"), ("LAST", "Last chunk")],
        ),
        ("XYZZY a b", []),
        ("   ", []),
        ("", []),
    ],
)
def test_a_client_line_is_cut_into_what_it_says(line: str, pieces: list[tuple[str, str]]) -> None:
    assert told(line) == pieces


def test_a_log_in_explains_its_mechanism_and_its_responses() -> None:
    assert told("AUTH PLAIN ********", kind="auth") == [
        ("AUTH", "Log in"),
        ("PLAIN", "Name and password in one response"),
        ("********", "Log-in data"),
    ]
    assert told("********", kind="auth") == [("********", "Log-in data")]
    assert told("*", kind="auth") == [("*", "Broken off")]
    assert told("334 VXNlcm5hbWU6", "server", "reply", "AUTH")[1] == ("VXNlcm5hbWU6", "Challenge")


@pytest.mark.parametrize(
    ("line", "answers", "pieces"),
    [
        ("250 2.1.0 Ok", "MAIL", [("250", "250 Done"), ("2.1.0", "2.1.0 Address")]),
        ("550 5.1.1 nobody", None, [("550", "550 Refused"), ("5.1.1", "5.1.1 No such mailbox")]),
        ("550 4.1.1 nobody", None, [("550", "550 Refused")]),
        ("250-SIZE 100", "EHLO", [("250", "250 Done"), ("SIZE", "Largest message")]),
        ("250-SIZE 100", "MAIL", [("250", "250 Done")]),
        ("250-mail.test", "EHLO", [("250", "250 Done")]),
        (
            "250-AUTH PLAIN NEW LOGIN",
            "ehlo",
            [
                ("250", "250 Done"),
                ("AUTH", "Log-in"),
                ("PLAIN", "Name and password in one response"),
                ("LOGIN", "Name and password, one after the other"),
            ],
        ),
        (
            "250 LIMITS RCPTMAX=1000",
            "LHLO",
            [("250", "250 Done"), ("LIMITS", "Limits told"), ("RCPTMAX=1000", "Most recipients")],
        ),
        ("220 mail.test ESMTP", None, [("220", "220 Ready")]),
        ("what", None, []),
        ("250", None, [("250", "250 Done")]),
    ],
)
def test_a_server_line_is_cut_into_what_it_says(line: str, answers: str | None, pieces: list[tuple[str, str]]) -> None:
    assert told(line, "server", "reply", answers) == pieces


def test_an_event_explains_itself_as_a_whole() -> None:
    found = spans(transcript.entries((transcript.event(0, "tls", "TLSv1.3 TLS_AES_256_GCM_SHA384"),))[0])
    assert [(span.text, span.explanation is not None) for span in found] == [("TLSv1.3 TLS_AES_256_GCM_SHA384", True)]


SIDES: list[tuple[Side, Kind]] = [
    ("client", "command"), ("client", "auth"), ("client", "data"), ("server", "reply"), ("event", "limit"),
]  # fmt: skip
WORDS = "MAIL RCPT FROM: TO: <> <a@b> SIZE=1 AUTH PLAIN 250 - 250- 5.1.1 SIZE LIMITS BDAT LAST * EHLO VRFY 334"
PIECES = [*WORDS.split(), " ", "\t", "\x1f", "\u2028", "\u3000"]
LINES = st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join))


@given(LINES, st.sampled_from(SIDES), st.sampled_from([None, "EHLO", "AUTH", ""]))
def test_the_spans_joined_are_the_line_whatever_it_is(text: str, place: tuple[Side, Kind], answers: str | None) -> None:
    found = spans(entry(text, *place), answers)
    assert "".join(span.text for span in found) == text
    assert all(span.text for span in found)


@pytest.mark.parametrize(
    "text", ["AUTH PLAIN" + " x" * 50_000, "MAIL FROM:" + "<" * 100_000, " " * 100_000, "250-AUTH" + " PLAIN" * 9999]
)
def test_a_long_line_gives_few_spans(text: str) -> None:
    for place in SIDES:
        found = spans(entry(text, *place), "EHLO")
        assert len(found) <= MAX_SPANS + 1
        assert "".join(span.text for span in found) == text
