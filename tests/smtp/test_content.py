from __future__ import annotations

import random

import pytest

from pillarbox.mail.transcript import KEPT_CONTENT, stuff
from pillarbox.smtp.content import Content

CASES = [
    (b".\r\n", b""),
    (b"\r\n.\r\n", b"\r\n"),
    (b"a\r\n.\r\n", b"a\r\n"),
    (b"a\r\nb\r\n.\r\n", b"a\r\nb\r\n"),
    (b"..\r\n.\r\n", b".\r\n"),
    (b"a\r\n..\r\n..b\r\n.\r\n", b"a\r\n.\r\n.b\r\n"),
    (b".a\r\n.b\r\n.\r\n", b"a\r\nb\r\n"),
    (b"a\n.\n\r\n.\r\n", b"a\n.\n\r\n"),
    (b"a\n.\r\nb\r\n.\r\n", b"a\n.\r\nb\r\n"),
    (b"a\r\n.\nb\r\n.\r\n", b"a\r\n\nb\r\n"),
    (b"a\r.\rb\r\n.\r\n", b"a\r.\rb\r\n"),
    (b"a\r\n.\rb\r\n.\r\n", b"a\r\n\rb\r\n"),
    (b"a\r\n.\r\r\n.\r\n", b"a\r\n\r\r\n"),
    (b"a\r\r\n.\r\n", b"a\r\r\n"),
    (b"a.\r\n.\r\n", b"a.\r\n"),
    (b"\0\xff\x80\r\n.\r\n", b"\0\xff\x80\r\n"),
]
"""What follows DATA, and the message that it is."""


def feed(content: Content, *blocks: bytes) -> bytes | None:
    for block in blocks:
        assert not content.complete
        rest = content.feed(block)
    return rest


@pytest.mark.parametrize(("wire", "message"), CASES)
def test_dots_are_taken_off_and_nothing_else_is_changed(wire: bytes, message: bytes) -> None:
    content = Content(0)
    assert feed(content, wire) == b""
    assert content.complete
    assert not content.over
    assert content.size == len(message)
    assert content.take()[0] == message


@pytest.mark.parametrize(("wire", "message"), CASES)
def test_the_wire_is_kept_exactly_when_doubling_dots_does_not_give_it_back(wire: bytes, message: bytes) -> None:
    content = Content(0)
    feed(content, wire)
    assert content.take()[1] == (None if stuff(message) == wire else wire)


@pytest.mark.parametrize(("wire", "message"), CASES)
def test_it_does_not_matter_where_the_octets_are_cut(wire: bytes, message: bytes) -> None:
    for cut in range(1, len(wire)):
        content = Content(0)
        assert feed(content, wire[:cut], wire[cut:] + b"QUIT\r\n") == b"QUIT\r\n"
        assert content.take()[0] == message
    content = Content(0)
    feed(content, *(wire[at : at + 1] for at in range(len(wire))))
    assert content.take()[0] == message


@pytest.mark.parametrize(
    "end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\r\n.\r", b"\r\n. \r\n", b"\r\n.\r\r\n"]
)
def test_only_one_end_is_the_end(end: bytes) -> None:
    content = Content(0)
    assert content.feed(b"a" + end) is None
    assert not content.complete
    assert content.feed(b"\r\n.\r\n") == b""


@pytest.mark.parametrize(("wire", "message"), CASES)
def test_a_message_of_exactly_the_limit_is_taken_and_one_octet_more_is_not(wire: bytes, message: bytes) -> None:
    for cut in range(1, len(wire)):
        blocks = [block for block in (wire[:cut], wire[cut:] + b"rest") if block]
        exact = Content(len(message) or 1)
        assert feed(exact, *blocks) in (b"", b"rest")
        assert not exact.over
        if len(message) > 1:
            short = Content(len(message) - 1)
            assert feed(short, *blocks) in (b"", b"rest")
            assert short.over
            assert short.size == len(message)
            assert short.kept == wire


def test_over_the_limit_only_the_beginning_is_kept() -> None:
    line = b"." + b"x" * 97 + b"\r\n"
    wire = (b"." + line) * 20_000 + b".\r\n"
    rng = random.Random(1)
    content = Content(300_000)
    at = 0
    while at < len(wire):
        step = rng.randrange(1, 70_000)
        rest = content.feed((wire + b"NOOP\r\n")[at : at + step])
        at += step
        if content.complete:
            break
    assert rest is not None
    assert b"NOOP\r\n".startswith(rest)
    assert content.over
    assert content.size == len(line) * 20_000
    assert content.kept == wire[:KEPT_CONTENT]
    assert len(content._data) <= 70_000


def test_content_that_breaks_off_is_counted_and_shown_as_far_as_it_came() -> None:
    content = Content(0)
    content.feed(b"a\r\n..b\r\nc")
    assert (content.complete, content.size, content.kept) == (False, 8, b"a\r\n..b\r\nc")


def test_random_content_survives_any_cutting() -> None:
    rng = random.Random(2)
    for _ in range(2000):
        message = b"".join(rng.choice([b"\r", b"\n", b".", b"\r\n", b"a", b"\r\n."]) for _ in range(rng.randrange(12)))
        message = message.removesuffix(b"\r") + b"\r\n" if message else b""
        wire = stuff(message)
        content = Content(0)
        at, rest = 0, None
        while rest is None:
            step = rng.randrange(1, 6)
            rest = content.feed(wire[at : at + step])
            at += step
        assert rest == b""
        assert content.take() == (message, None)
