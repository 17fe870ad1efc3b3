from __future__ import annotations

import pytest

from pillarbox.smtp import command
from pillarbox.smtp.command import Command
from pillarbox.smtp.replies import BAD_SYNTAX, BAD_UTF8, RULE_BREAKER, Reply


@pytest.mark.parametrize(
    ("line", "read"),
    [
        (b"NOOP\r\n", Command("NOOP", "")),
        (b"noop\r\n", Command("NOOP", "")),
        (b"NOOP\n", Command("NOOP", "")),
        (b"  NOOP  x  y \r\n", Command("NOOP", "x  y")),
        (b"NOOP\tx\r\n", Command("NOOP", "x")),
        (b"MAIL FROM:<a@b>  SIZE=1\r\n", Command("MAIL", "FROM:<a@b>  SIZE=1")),
        ("MAIL FROM:<ü@b>\r\n".encode(), Command("MAIL", "FROM:<ü@b>")),
        ("rcpt TO:<ü@b>\r\n".encode(), Command("RCPT", "TO:<ü@b>")),
        ("VRFY ü\r\n".encode(), Command("VRFY", "ü")),
        (b"FOO\r\n", Command("FOO", "")),
        (b"X Y:\r\n", Command("X", "Y:")),
        (b"NOOP\x0bx\r\n", Command("NOOP\x0bX", "")),
        (b"NOOP \x0bx\x0c\r\n", Command("NOOP", "\x0bx\x0c")),
    ],
)
def test_a_line_is_read_as_verb_and_argument(line: bytes, read: Command) -> None:
    assert command.parse(line) == read


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        (b"\r\n", BAD_SYNTAX),
        (b"\n", BAD_SYNTAX),
        (b" \t \r\n", BAD_SYNTAX),
        (b"NO\rOP\r\n", BAD_SYNTAX),
        (b"NOOP\r\r\n", BAD_SYNTAX),
        (b"\rNOOP\r\n", BAD_SYNTAX),
        (b"NO\0OP\r\n", BAD_SYNTAX),
        (b"MAIL FROM:<a\0@b>\r\n", BAD_SYNTAX),
        (b"MAIL FROM:<a\r@b>\r\n", BAD_SYNTAX),
        ("NOOP ü\r\n".encode(), BAD_SYNTAX),
        ("EHLO ü\r\n".encode(), BAD_SYNTAX),
        ("FÜ\r\n".encode(), BAD_SYNTAX),
        (b"MAIL FROM:<\xff@b>\r\n", BAD_UTF8),
        (b"NOOP \xff\r\n", BAD_UTF8),
        (b"\xff\xfe\r\n", BAD_UTF8),
        (b"\0\r\n", BAD_SYNTAX),
    ],
)
def test_a_line_that_cannot_be_read_is_refused(line: bytes, refusal: Reply) -> None:
    assert command.parse(line) is refusal


@pytest.mark.parametrize(
    "line",
    [
        b"GET / HTTP/1.1\r\n",
        b"get /\r\n",
        b"HEAD / HTTP/1.0\r\n",
        b"POST / HTTP/1.1\r\n",
        b"PUT /x\r\n",
        b"PATCH /x\r\n",
        b"DELETE /x\r\n",
        b"OPTIONS *\r\n",
        b"CONNECT a:25\r\n",
        b"POST\r\n",
        b"POST /\0 HTTP/1.1\r\n",
        "POST /ü HTTP/1.1\r\n".encode(),
        b"Host: x\r\n",
        b"host:x\r\n",
        b"Subject: x\r\n",
        b"MAIL: x\r\n",
        b":\r\n",
        b"  Host: x\r\n",
        b".\r\n",
        b"1\r\n",
        b"\x1b[A\r\n",
        b"<html>\r\n",
        b"\x0bNOOP\r\n",
        "ü\r\n".encode(),
    ],
)
def test_a_line_of_another_protocol_is_told_from_a_command(line: bytes) -> None:
    assert command.parse(line) is RULE_BREAKER


def test_the_verb_is_found_in_a_line_that_is_refused() -> None:
    assert command.verb_of(b" bdat 5\r\r\n") == b"BDAT"
    assert command.verb_of(b"\r\n") == b""
