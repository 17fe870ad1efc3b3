"""What is expected here of line ends, headers and recipients is what Postfix 3.7 did with the same input."""

from __future__ import annotations

import io
import re
from email.utils import parsedate_to_datetime

import pytest

from pillarbox.cli.sendmail.submission import Author, Submission, submission

WHOLE = b"Message-ID: <1@x.test>\nDate: Sat, 28 Nov 2026 12:00:00 +0000\nFrom: a@x.test\n"


def read(data: bytes, *, dots_are_text: bool = False) -> Submission:
    return submission(io.BytesIO(data), dots_are_text=dots_are_text)


def completed(data: bytes, name: str = "") -> bytes:
    message = read(data)
    message.complete(Author("a@x.test", name), "host.test")
    return message.octets()


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (b"a\nb\n", b"a\r\nb\r\n"),
        (b"a\r\nb\r\n", b"a\r\nb\r\n"),
        (b"a\r\nb\n", b"a\r\nb\r\n"),
        (b"a\nb\r\r\nc\r\n", b"a\r\nb\r\nc\r\n"),
        (b"a\rb\n", b"a\rb\r\n"),
        (b"no end", b"no end\r\n"),
        (b"\xd0\x9f\x00\xff\n", b"\xd0\x9f\x00\xff\r\n"),
        (b"", b""),
    ],
)
def test_lines_end_as_smtp_wants_and_nothing_else_changes(given: bytes, sent: bytes) -> None:
    assert read(b"Subject: x\n\n" + given).octets() == b"Subject: x\r\n\r\n" + sent


def test_a_dot_alone_is_the_end_unless_dots_are_text() -> None:
    letter = b"Subject: x\n\na\n.\nb\n..\n"
    assert read(letter).body == b"\r\na\r\n"
    assert read(letter.replace(b"\n", b"\r\n")).body == b"\r\na\r\n"
    assert read(letter, dots_are_text=True).body == b"\r\na\r\n.\r\nb\r\n..\r\n"


def test_nothing_is_read_behind_the_end() -> None:
    pipe = io.BytesIO(b"Subject: x\n\na\n.\nthe program goes on with something else\n")
    submission(pipe, dots_are_text=False)
    assert pipe.read() == b"the program goes on with something else\n"


@pytest.mark.parametrize("line", [b"From anna Sat Nov 28 12:00:00 2026\n", b">From anna\n", b"From a\nFrom b\n"])
def test_the_separators_of_an_mbox_go(line: bytes) -> None:
    assert read(line + WHOLE + b"\nFrom the body\n").octets().startswith(b"Message-ID:")
    assert read(line + WHOLE + b"\nFrom the body\n").body == b"\r\nFrom the body\r\n"


@pytest.mark.parametrize(
    ("given", "body"),
    [
        (b"hello\nTo: x\n", b"\r\nhello\r\nTo: x\r\n"),
        (b"  led in\nSubject: x\n", b"\r\n  led in\r\nSubject: x\r\n"),
        (b"\nSubject: x\n", b"\r\nSubject: x\r\n"),
        (b"Subject: x\nX Y: z\n\na\n", b"\r\nX Y: z\r\n\r\na\r\n"),
        (b"Subject : x\n folded: y\n\na\n", b"\r\na\r\n"),
        (b"", b""),
    ],
)
def test_headers_end_at_the_first_line_that_is_none(given: bytes, body: bytes) -> None:
    assert read(given).body == body


def test_what_every_message_has_is_added_behind_the_headers() -> None:
    head, _, body = completed(b"Subject: x\n\nhi\n").partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert [line.partition(":")[0] for line in lines] == ["Subject", "Message-ID", "Date", "From"]
    assert re.fullmatch(r"Message-ID: <\S+@host\.test>", lines[1])
    assert parsedate_to_datetime(lines[2].removeprefix("Date: ")).tzinfo is not None
    assert lines[3] == "From: a@x.test"
    assert body == b"hi\r\n"


def test_what_is_there_stays_as_it_is() -> None:
    letter = b"FROM : b@x.test\ndate:\nMESSAGE-ID: none\nBcc: c@x.test\nReturn-Path: <d@x.test>\n\nhi\n"
    assert completed(letter) == letter.replace(b"\n", b"\r\n")


def test_a_message_without_headers_gets_them_and_a_blank_line() -> None:
    made = completed(b"just text\n")
    assert made.endswith(b"From: a@x.test\r\n\r\njust text\r\n")


def test_a_message_that_is_sent_on_gets_fields_of_its_own() -> None:
    made = completed(b"Resent-To: r@x.test\nTo: b@x.test\n\nhi\n")
    names = [line.partition(b":")[0] for line in made.partition(b"\r\n\r\n")[0].split(b"\r\n")]
    assert names == [b"Resent-To", b"To", b"Resent-Message-ID", b"Resent-Date", b"Resent-From"]


@pytest.mark.parametrize(
    ("name", "mailbox"),
    [
        ("", "a@x.test"),
        ("Anna", "Anna <a@x.test>"),
        ("Shop, The", '"Shop, The" <a@x.test>'),
        ("Анна", "=?utf-8?b?0JDQvdC90LA=?= <a@x.test>"),
        ("Anna\r\nBcc: all@x.test", '"Anna  Bcc: all@x.test" <a@x.test>'),
    ],
)
def test_a_name_is_quoted_or_encoded_and_ends_no_line(name: str, mailbox: str) -> None:
    assert Author("a@x.test", name).mailbox() == mailbox


def test_an_address_in_utf8_may_have_a_name() -> None:
    assert Author("анна@пример.test", "A").mailbox() == "A <анна@пример.test>"


@pytest.mark.parametrize(
    ("headers", "recipients"),
    [
        (b'To: Bob <bob@x.test>, "C, D" <carol@x.test>\n', ["bob@x.test", "carol@x.test"]),
        (b"Bcc: dora@x.test,\n  eve@x.test\nCc: f@x.test\n", ["dora@x.test", "eve@x.test", "f@x.test"]),
        (b"To: friends: a@x.test, b@x.test;\nBcc:\n", ["a@x.test", "b@x.test"]),
        (b"To: root\n", ["root"]),
        (b"To: (a comment) a@x.test (b@x.test)\n", ["a@x.test"]),
        ("To: почта@пример.test\n".encode(), ["почта@пример.test"]),
        (b"Resent-To: r@x.test\nTo: b@x.test\n", ["r@x.test"]),
        (b"Subject: x\n\nTo: b@x.test\n", []),
    ],
)
def test_recipients_are_those_of_the_headers(headers: bytes, recipients: list[str]) -> None:
    assert read(headers + b"\nhi\n").recipients() == recipients


def test_bcc_goes_whole_and_nothing_else() -> None:
    message = read(b"To: a@x.test\nBCC: b@x.test,\n c@x.test\nX-Bcc: d@x.test\nBcc: e@x.test\n\nBcc: text\n")
    message.without_bcc()
    assert message.octets() == b"To: a@x.test\r\nX-Bcc: d@x.test\r\n\r\nBcc: text\r\n"


@pytest.mark.parametrize(
    ("head", "utf8"),
    [(b"Subject: x", False), ("Subject: Тема".encode(), True), (b"Subject: \xff", False)],
)
def test_headers_in_utf8_are_noticed(head: bytes, utf8: bool) -> None:
    assert read(head + b"\n\n\xd0\x9f\n").utf8 is utf8
