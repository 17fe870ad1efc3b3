"""Octets and text made visible."""

from __future__ import annotations

from pillarbox.web.pages.visible import Piece, head, line_end, pieces, text_pieces


def test_ordinary_text_is_one_piece() -> None:
    assert pieces("Grüße, 注文\r\n\tnext".encode()) == (Piece("Grüße, 注文\n\tnext", False),)
    assert pieces(b"") == ()


def test_line_ends_that_are_none_in_smtp_are_marked() -> None:
    assert pieces(b"a\rb\nc\r\nd") == (
        Piece("a", False),
        Piece("\\r", True),
        Piece("b", False),
        Piece("\\n", True),
        Piece("\nc\nd", False),
    )


def test_controls_and_octets_that_are_not_utf8_are_marked_together() -> None:
    assert pieces(b"\0\x1b\xff\x7f!") == (Piece("\\0\\x1B\\xFF\\x7F", True), Piece("!", False))


def test_what_is_invisible_or_turns_the_line_around_is_named() -> None:
    assert text_pieces("a\u202eb\u200b\u0085") == (
        Piece("a", False),
        Piece("U+202E", True),
        Piece("b", False),
        Piece("U+200BU+0085", True),
    )


def test_a_line_shows_how_it_ended_unless_it_ended_well() -> None:
    assert line_end(b"NOOP\r\n") == ()
    assert line_end(b"NOOP\n") == (Piece("\\n", True),)
    assert line_end(b"NOOP\r") == (Piece("\\r", True),)
    assert line_end(b"NOO") == (Piece("no line end", True),)


def test_line_ends_and_blanks_have_signs_when_asked_for() -> None:
    assert pieces(b"a\tb  \r\n c\nd\r\n", signs=True) == (
        Piece("a"),
        Piece("→", sign=True),
        Piece("b"),
        Piece("··", sign=True),
        Piece("\\r\\n", sign=True),
        Piece("\n"),
        Piece(" c"),
        Piece("\\n", True),
        Piece("\nd"),
        Piece("\\r\\n", sign=True),
        Piece("\n"),
    )


def test_the_head_ends_with_a_whole_line_where_it_can() -> None:
    assert head(b"ab\ncd\nef", 7) == b"ab\ncd\n"
    assert head(b"abcdefgh", 4) == b"abcd"
    assert head(b"ab", 4) == b"ab"
