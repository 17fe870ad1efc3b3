from __future__ import annotations

import pytest

from pillarbox.mail.transcript import KEPT_CONTENT
from pillarbox.smtp.intake import FULL, Intake, Line


def intake(*blocks: bytes, longest: int = 20) -> Intake:
    """An intake that was fed these blocks, a microsecond apart."""
    fed = Intake(longest)
    for at_us, block in enumerate(blocks):
        fed.feed(block, at_us)
    return fed


def test_there_is_no_line_before_its_end() -> None:
    waiting = intake(b"NO", b"OP\r")
    assert waiting.line() is None
    assert waiting.waiting == 5


def test_a_line_has_the_time_of_its_last_octet() -> None:
    waiting = intake(b"NO", b"OP\r", b"\nRSET\r\nQU", b"IT\r\n")
    assert [waiting.line() for _ in range(4)] == [
        Line(b"NOOP\r\n", 2, 6),
        Line(b"RSET\r\n", 2, 6),
        Line(b"QUIT\r\n", 3, 6),
        None,
    ]


def test_a_bare_line_feed_ends_a_command_line() -> None:
    assert intake(b"NOOP\n").line() == Line(b"NOOP\n", 0, 5)


def test_a_line_that_is_too_long_is_let_go_while_it_comes() -> None:
    waiting = intake(longest=20)
    for at_us in range(1000):
        waiting.feed(b"x" * 1000, at_us)
        assert waiting.line() is None
        assert waiting.waiting == 0
    waiting.feed(b"y\r\nNOOP\r\n", 5000)
    line = waiting.line()
    assert line is not None
    assert (line.size, line.at_us, len(line.data)) == (1_000_003, 5000, KEPT_CONTENT)
    assert waiting.line() == Line(b"NOOP\r\n", 5000, 6)


def test_a_line_somewhat_too_long_is_handed_on_whole() -> None:
    waiting = intake(b"x" * 15, longest=20)
    assert waiting.line() is None
    waiting.feed(b"x" * 15, 7)
    assert waiting.line() is None
    waiting.feed(b"\r\n", 8)
    assert waiting.line() == Line(b"x" * 30 + b"\r\n", 8, 32)


def test_content_begins_with_what_is_waiting() -> None:
    waiting = intake(b"DATA\r\na\r\n.", b"\r\nNOOP\r\n")
    assert waiting.line() == Line(b"DATA\r\n", 0, 6)
    content = waiting.content(0)
    assert content.complete
    assert content.take() == (b"a\r\n", None)
    assert waiting.content_at_us() == 1
    assert waiting.line() == Line(b"NOOP\r\n", 1, 6)


def test_content_is_read_as_it_comes_and_what_follows_is_a_line() -> None:
    waiting = intake(b"DATA\r\n")
    waiting.line()
    content = waiting.content(0)
    waiting.feed(b"a\r\n", 5)
    assert waiting.line() is None
    waiting.feed(b".\r\nQUIT\r\n", 6)
    assert content.complete
    assert waiting.content_at_us() == 6
    assert waiting.line() == Line(b"QUIT\r\n", 6, 6)


@pytest.mark.parametrize("blocks", [(b"NOOP\r\nQUI",), (b"NOOP\r\nQ", b"UI")])
def test_what_nobody_took_up_is_left_over(blocks: tuple[bytes, ...]) -> None:
    waiting = intake(*blocks)
    waiting.line()
    assert waiting.left_over() == Line(b"QUI", len(blocks) - 1, 3)
    assert waiting.left_over() is None


def test_nothing_is_left_over_of_content() -> None:
    waiting = intake(b"DATA\r\n")
    waiting.line()
    content = waiting.content(0)
    waiting.feed(b"abc", 1)
    waiting.stop_content()
    waiting.feed(b"def", 2)
    assert content.kept == b"abc"
    assert waiting.left_over() == Line(b"def", 2, 3)


def test_the_beginning_of_a_line_too_long_is_left_over() -> None:
    waiting = intake(b"x" * 100, longest=20)
    assert waiting.line() is None
    waiting.feed(b"y", 1)
    assert waiting.left_over() == Line(b"x" * 100 + b"y", 1, 101)


def test_no_more_is_held_back_at_the_close_than_the_transcript_keeps() -> None:
    waiting = intake(b"a")
    waiting.closing = True
    for _ in range(20):
        waiting.feed(b"b" * 65536, 1)
    assert waiting.waiting == KEPT_CONTENT
    rest = waiting.left_over()
    assert rest is not None
    assert (len(rest.data), rest.size) == (KEPT_CONTENT, 1 + 20 * 65536)


def test_it_says_when_it_is_full() -> None:
    waiting = intake(b"NOOP\r\n" * (FULL // 6))
    assert not waiting.full
    waiting.feed(b"NOOP\r\n", 1)
    assert waiting.full
    waiting.line()
    assert not waiting.full
