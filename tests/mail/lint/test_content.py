from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pillarbox.mail.parse import digest

HEADERS = {
    "From": "Anna <anna@example.org>",
    "To": "Bob <bob@example.com>",
    "Subject": "Hello",
    "Date": "Mon, 23 Nov 2026 12:00:00 +0000",
    "Message-ID": "<1@example.org>",
}
MIME = "MIME-Version: 1.0\r\n"


def mail(headers: str = "", body: str | bytes = "Hello.\r\n", *, without: str = "", **changed: str) -> bytes:
    """A good message with more headers, other values for some (`Message_ID=`), or `without` one."""
    fields = {**HEADERS, **{name.replace("_", "-"): value for name, value in changed.items()}}
    kept = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if name != without)
    head = (kept + headers).encode("utf-8", "surrogateescape")
    return head + b"\r\n" + (body if isinstance(body, bytes) else body.encode())


def codes(raw: bytes) -> list[str]:
    return [one.code for one in digest(raw).lint]


def multipart(kind: str, *parts: str, parameter: str = "; boundary=b", end: str = "--b--\r\n") -> bytes:
    return mail(
        f"{MIME}Content-Type: multipart/{kind}{parameter}\r\n", "".join(f"--b\r\n{one}\r\n" for one in parts) + end
    )


PLAIN = "Content-Type: text/plain\r\n\r\nHello"
HTML = "Content-Type: text/html\r\n\r\n<p>Hello</p>"
TEXT = f"{MIME}Content-Type: text/plain; charset="


@pytest.mark.parametrize(
    "raw",
    [
        mail(),
        mail(body=""),
        mail(body="x" * 998 + "\r\n"),
        mail(body=("x" * 998 + "\r\n") * 50),
        mail(body="x" * 998),
        mail(body="..\r\n.\r\n\r\n.x\r\n"),
        mail(f"{TEXT}utf-8\r\nContent-Transfer-Encoding: 8bit\r\n", "Grüße\r\n"),
        mail(f"{TEXT}iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n", b"Gr\xfc\xdfe\r\n"),
        mail(Subject="=?utf-8?q?Gr=C3=BC=C3=9Fe?= =?utf-8?b?4pyT?="),
        mail("Sender: anna@example.org\r\n", From="anna@example.org, bob@example.org"),
        mail("Received: a\r\nReceived: b\r\nX-A: 1\r\nX-A: 2\r\n"),
        mail("Cc: c@example.org\r\n", without="To"),
        mail("Bcc:\r\n"),
        mail("List-Id: <x.test>\r\nList-Unsubscribe: <https://x.test/u>\r\n", "Unsubscribe\r\n"),
        mail("Precedence: first-class\r\n"),
        multipart("alternative", PLAIN, HTML),
        multipart("mixed", PLAIN, "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA"),
        mail(Message_ID="\r\n <1@example.org>"),
    ],
)
def test_good_mail_has_no_finding(raw: bytes) -> None:
    assert codes(raw) == []


@pytest.mark.parametrize(
    ("code", "header", "raw"),
    [
        ("missing-date", "Date", mail(without="Date")),
        ("missing-from", "From", mail(without="From")),
        ("missing-message-id", "Message-ID", mail(without="Message-ID")),
        ("missing-to", "To", mail(without="To")),
        ("missing-subject", "Subject", mail(without="Subject")),
        ("missing-sender", "Sender", mail(From="anna@example.org, bob@example.org")),
        ("missing-mime-version", "MIME-Version", mail("Content-Type: text/plain\r\n")),
        ("missing-list-unsubscribe", "List-Unsubscribe", mail("List-Id: <x.test>\r\n")),
        ("missing-list-unsubscribe", "List-Unsubscribe", mail("Precedence: bulk\r\n")),
        ("missing-list-unsubscribe", "List-Unsubscribe", mail(body="To UNsubscribe, click here.\r\n")),
        ("repeated-header", "Date", mail("Date: Mon, 23 Nov 2026 12:00:00 +0000\r\n")),
        ("repeated-header", "From", mail("From: anna@example.org\r\n", From="anna@example.org", Sender="a@x.test")),
        ("repeated-header", "Message-ID", mail("Message-Id: <2@example.org>\r\n")),
        ("repeated-header", "Subject", mail("Subject: again\r\n")),
        ("malformed-header", None, mail("no colon here\r\nX: y\r\n")),
        ("malformed-date", "Date", mail(Date="yesterday")),
        ("malformed-from", "From", mail(From="Anna")),
        ("malformed-from", "From", mail(From="undisclosed:;")),
        ("malformed-address", None, mail(To='"Bob <bob@example.com>')),
        ("malformed-message-id", "Message-ID", mail(Message_ID="<12345>")),
        ("malformed-message-id", "Message-ID", mail(Message_ID="1@example.org")),
        ("bcc-header", "Bcc", mail("Bcc: c@example.org\r\n")),
        ("encoded-word-too-long", "Subject", mail(Subject=f"=?utf-8?q?{'a' * 70}?=")),
        ("malformed-encoded-word", None, mail(Subject="=?utf-8?b?/////w==?=")),
        ("bare-cr", None, mail(body="a\rb\r\n")),
        ("bare-lf", None, mail(body="a\nb\r\n")),
        ("nul", None, mail(body="a\x00b\r\n")),
        ("line-too-long", None, mail(body="x" * 999 + "\r\n")),
        ("line-too-long", None, mail(body="a\r\n" * 700 + "x" * 999)),
        ("line-too-long", None, mail(f"X: {'y' * 1000}\r\n")),
        ("multipart-without-boundary", "Content-Type", multipart("mixed", PLAIN, parameter="")),
        ("boundary-not-found", "Content-Type", mail(f"{MIME}Content-Type: multipart/mixed; boundary=b\r\n")),
        ("boundary-not-closed", None, multipart("mixed", PLAIN, end="")),
        ("malformed-content-type", "Content-Type", mail(f"{MIME}Content-Type: text\r\n")),
        ("malformed-encoding", "Content-Transfer-Encoding", mail("Content-Transfer-Encoding: 9bit\r\n")),
        (
            "malformed-encoding",
            "Content-Transfer-Encoding",
            multipart("mixed", PLAIN, parameter="; boundary=b\r\nContent-Transfer-Encoding: base64"),
        ),
        ("8bit-not-declared", "Content-Transfer-Encoding", mail(f"{TEXT}utf-8\r\n", "Grüße\r\n")),
        (
            "charset-undecodable",
            "Content-Type",
            mail(f"{TEXT}utf-8\r\nContent-Transfer-Encoding: 8bit\r\n", b"Gr\xfc\xdfe\r\n"),
        ),
        (
            "charset-mislabelled",
            "Content-Type",
            mail(f"{TEXT}iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n", "Grüße\r\n"),
        ),
        ("charset-unknown", "Content-Type", mail(f"{TEXT}klingon\r\n")),
        ("charset-missing", "Content-Type", mail("Content-Transfer-Encoding: 8bit\r\n", "Grüße\r\n")),
        ("html-without-text", "Content-Type", mail(f"{MIME}Content-Type: text/html\r\n", "<p>Hello</p>\r\n")),
    ],
)
def test_each_fault_is_found_alone(code: str, header: str | None, raw: bytes) -> None:
    assert [(one.code, one.header) for one in digest(raw).lint] == [(code, header)]


@pytest.mark.parametrize("body", ["a\n.\nb\r\n", "a\n.\r\nb\r\n", "a\r.\rb\r\n", "a\r.\r\nb\r\n"])
def test_a_lone_dot_with_another_line_end_is_an_attempt_to_smuggle(body: str) -> None:
    assert "smuggling-attempt" in codes(mail(body=body))


def test_a_line_of_999_octets_and_a_bare_line_feed_is_too_long() -> None:
    assert codes(mail(body="x" * 999 + "\n" + "y\r\n" * 600)) == ["bare-lf", "line-too-long"]


def test_a_repeated_header_says_how_often_it_stands() -> None:
    [one] = digest(mail("Subject: b\r\nSubject: c\r\n")).lint
    assert one.message == "Subject stands 3 times and may stand once."


PIECES = st.sampled_from(
    [b"From: a@x\r\n", b"Date: x\r\n", b"\r\n", b"\n", b"\r", b".", b"\x00", b"\xff", b"=?utf-8?q?", b"?=", b"x" * 999,
     b"Content-Type: multipart/mixed; boundary=b\r\n", b"--b\r\n", b"--b--", b": ",
     b"Content-Type: text/html; charset=",
     b"utf-8", b"klingon", b"unsubscribe", b"List-Id:", b"Bcc: <", b"Message-ID: <a@", b"Subject"]
)  # fmt: skip


@given(st.one_of(st.binary(), st.lists(PIECES, max_size=40).map(b"".join)))
def test_no_octets_break_it_and_the_list_stays_short(raw: bytes) -> None:
    found = digest(raw).lint
    assert found, "mail without Date cannot be by chance without findings" if b"Date" not in raw else raw
    assert len(found) <= 40
    assert len({(one.code, one.header) for one in found}) == len(found)
