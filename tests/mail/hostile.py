"""Mail that was built to be expensive, each by its size in octets.

`HOSTILE` maps a name that says what the mail does to a function from a size to the raw message of about that size.
`NAMED` are those that mail parsers are known to fall over: they are tried at 5 MB, the others at 1 MB.
"""

from __future__ import annotations

import base64
from collections.abc import Callable

Builder = Callable[[int], bytes]

HOSTILE: dict[str, Builder] = {}
NAMED: set[str] = set()
HEAD = b"From: a@x.test\r\nTo: b@x.test\r\nMIME-Version: 1.0\r\n"


def hostile(build: Builder) -> Builder:
    HOSTILE[build.__name__] = build
    return build


def named(build: Builder) -> Builder:
    NAMED.add(build.__name__)
    return hostile(build)


def _header(name: bytes, piece: bytes, size: int, before: bytes = b"", after: bytes = b"") -> bytes:
    return name + b": " + before + piece * (size // len(piece)) + after + b"\r\n\r\nbody\r\n"


def _body(content_type: bytes, piece: bytes, size: int, more: bytes = b"") -> bytes:
    return HEAD + b"Content-Type: " + content_type + b"\r\n" + more + b"\r\n" + piece * (size // len(piece))


# Structure


@named
def multiparts_nested_80_000_deep(size: int) -> bytes:
    """80,000 deep at 5 MB."""
    piece = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n"
    return b"".join(piece % (n, n) for n in range(max(1, size * 80_000 // 5_000_000)))


@named
def ten_thousand_parts(size: int) -> bytes:
    part = b"--b\r\nContent-Type: text/plain\r\n\r\n" + b"x" * max(1, size // 10_000 - 40) + b"\r\n"
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * 10_000 + b"--b--\r\n"


@named
def tiny_parts(size: int) -> bytes:
    return _body(b"multipart/mixed; boundary=b", b"--b\r\n\r\n", size)


@hostile
def parts_without_a_blank_line(size: int) -> bytes:
    return _body(b"multipart/mixed; boundary=b", b"--b\nA: b\n", size)


@named
def boundaries_that_are_prefixes_of_each_other(size: int) -> bytes:
    heads = []
    for n in range(1, 50):
        heads.append(b"Content-Type: multipart/mixed; boundary=" + b"b" * n + b"\r\n\r\n--" + b"b" * n + b"\r\n")
    look_alikes = b"".join(b"--" + b"b" * n + b"x\r\n" for n in range(1, 50))
    return b"".join(heads) + look_alikes * (size // len(look_alikes))


@named
def lines_that_start_like_the_boundary(size: int) -> bytes:
    return _body(b"multipart/mixed; boundary=b", b"--b1234\n", size, b"\r\n--b\r\n")


@named
def messages_nested_100_deep(size: int) -> bytes:
    return b"Content-Type: message/rfc822\r\n\r\n" * 100 + b"x" * size


@hostile
def multiparts_with_one_boundary(size: int) -> bytes:
    return _body(b"multipart/mixed; boundary=b", b"--b\nContent-Type: multipart/mixed; boundary=b\n\n", size)


# Headers


@named
def subject_of_encoded_words(size: int) -> bytes:
    return _header(b"Subject", b"=?utf-8?q?a?= ", size)


@named
def subject_of_broken_encoded_words(size: int) -> bytes:
    return _header(b"Subject", b"=?", size)


@hostile
def subject_of_unended_encoded_words(size: int) -> bytes:
    return _header(b"Subject", b"=?utf-8?q?a", size)


@named
def subject_of_folds_of_one_character(size: int) -> bytes:
    return _header(b"Subject", b"a\r\n ", size)


@named
def to_of_addresses(size: int) -> bytes:
    return _header(b"To", b"Bob <bob@x.test>, ", size)


@named
def to_of_quotes(size: int) -> bytes:
    return _header(b"To", b'"', size | 1)


@hostile
def to_of_escaped_quotes(size: int) -> bytes:
    return _header(b"To", b'\\"', size, b'"')


@named
def to_of_parentheses(size: int) -> bytes:
    return _header(b"To", b"(", size)


@hostile
def to_of_angle_brackets(size: int) -> bytes:
    return _header(b"To", b"<", size)


@hostile
def to_of_quotes_in_angle_brackets(size: int) -> bytes:
    return _header(b"To", b'<"\\"', size)


@hostile
def to_of_spaces(size: int) -> bytes:
    return _header(b"To", b" ", size, b"a", b"b")


@named
def content_type_of_semicolons(size: int) -> bytes:
    return _header(b"Content-Type", b";", size, b"text/plain")


@hostile
def content_type_of_parameters(size: int) -> bytes:
    return _header(b"Content-Type", b'; a*0="b', size, b"text/plain")


@hostile
def content_type_of_spaces(size: int) -> bytes:
    return _header(b"Content-Type", b" ", size, b"text/plain; a", b"x")


@named
def a_boundary_as_long_as_the_mail(size: int) -> bytes:
    boundary = b"b" * (size // 2)
    return HEAD + b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n\r\n--' + boundary + b"\r\n"


@hostile
def two_million_headers(size: int) -> bytes:
    return b"A:\r\n" * (size // 4)


@hostile
def lines_that_are_no_headers(size: int) -> bytes:
    return b"A: b\n" + b"x\n" * (size // 2)


@hostile
def header_names_without_a_colon(size: int) -> bytes:
    return b"a" * size


@hostile
def date_of_numbers(size: int) -> bytes:
    return _header(b"Date", b"1 ", size)


# Bodies


@named
def charset_punycode(size: int) -> bytes:
    return _body(b"text/plain; charset=punycode", b"a-", size)


@hostile
def charset_utf_7(size: int) -> bytes:
    return _body(b"text/plain; charset=utf-7", b"+2AA-", size)


@hostile
def charset_of_bytes_that_do_not_exist(size: int) -> bytes:
    return _body(b"text/plain; charset=iso-2022-jp", b"\xff", size)


@named
def only_newlines(size: int) -> bytes:
    return b"\n" * size


@named
def only_soft_line_breaks(size: int) -> bytes:
    return _body(b"text/plain", b"=\r\n", size, b"Content-Transfer-Encoding: quoted-printable\r\n")


@hostile
def quoted_printable_of_spaces(size: int) -> bytes:
    return _body(b"text/plain", b" ", size, b"Content-Transfer-Encoding: quoted-printable\r\n") + b"x \r\n"


@hostile
def base64_of_padding(size: int) -> bytes:
    return _body(b"text/plain", b"=", size, b"Content-Transfer-Encoding: base64\r\n")


@hostile
def uuencode_of_bad_lines(size: int) -> bytes:
    return _body(b"text/plain", b"\x7fa\n", size, b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n")


# HTML


def _html(piece: str, size: int, before: str = "") -> bytes:
    return HEAD + b"Content-Type: text/html\r\n\r\n" + (before + piece * (size // len(piece))).encode()


@hostile
def html_nested_deep(size: int) -> bytes:
    return _html("<div>", size)


@hostile
def html_hidden_and_never_shown(size: int) -> bytes:
    return _html('<div style="display:none">', size)


@hostile
def html_of_less_than_signs(size: int) -> bytes:
    return _html("<", size)


@hostile
def html_of_tags_that_never_end(size: int) -> bytes:
    return _html("<a ", size)


@hostile
def html_of_attributes(size: int) -> bytes:
    return _html('b="c" ', size, "<a ")


@hostile
def html_of_quotes(size: int) -> bytes:
    return _html("=\"'", size, "<a ")


@hostile
def html_of_comments(size: int) -> bytes:
    return _html("<!--", size)


@hostile
def html_of_scripts(size: int) -> bytes:
    return _html("<script>", size)


@hostile
def html_of_long_references(size: int) -> bytes:
    return _html("9", size, "&#")


@hostile
def html_of_references(size: int) -> bytes:
    return _html("&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", size)


@hostile
def html_of_cids(size: int) -> bytes:
    image = b"--b\r\nContent-Type: image/png\r\nContent-ID: <a>\r\n\r\n\r\n"
    page = b"--b\r\nContent-Type: text/html\r\n\r\n" + b"cid:a " * (size // 6) + b"\r\n"
    return HEAD + b"Content-Type: multipart/related; boundary=b\r\n\r\n" + page + image + b"--b--\r\n"


@hostile
def text_of_combining_marks(size: int) -> bytes:
    return _body(b"text/plain; charset=utf-8", "\u0301\u0316".encode(), size)


@hostile
def base64_message_in_a_message(size: int) -> bytes:
    inner = base64.encodebytes(b"Subject: inner\r\n\r\n" + b"x" * (size * 3 // 4))
    return b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + inner


# Calendars


@hostile
def calendar_of_guests(size: int) -> bytes:
    event = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"
    return b"Content-Type: text/calendar\r\n\r\n" + event + b"ATTENDEE;CN=a:mailto:a@x.test\r\n" * (size // 31)


@hostile
def calendars_of_folds(size: int) -> bytes:
    part = b"--b\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n"
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + (part + b"\r\n " * 100) * (size // 352)
