"""File names that strangers chose, as a header and as what is saved."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pillarbox.web import disposition

HOSTILE = [
    ("invoice.pdf", "invoice.pdf"),
    ("../../etc/passwd", "passwd"),
    ("/etc/passwd", "passwd"),
    ("..\\..\\boot.ini", "boot.ini"),
    ("C:\\temp\\a.txt", "a.txt"),
    ("..", ""),
    (".", ""),
    ("", ""),
    ("/", ""),
    (".bashrc", "bashrc"),
    ('a"b.txt', "a_b.txt"),
    ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie_ x=1.txt"),
    ("a\x00b.txt", "ab.txt"),
    ("gepj.\u202efdp.exe", "gepj.fdp.exe"),
    ("\ufeffa\u200b.txt", "a.txt"),
    ("Grüße aus Köln.txt", "Grüße aus Köln.txt"),
    ("счёт.pdf", "счёт.pdf"),
    ("請求書.pdf", "請求書.pdf"),
    ("a;b=c.txt", "a;b=c.txt"),
    ("100%41.txt", "100%41.txt"),
    ("trailing. . .", "trailing"),
    ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
    ("a." + "b" * 300, "a." + "b" * 148),
]


@pytest.mark.parametrize(("sent", "kept"), HOSTILE)
def test_a_file_name_becomes_no_path_and_no_header(sent: str, kept: str) -> None:
    assert disposition.safe_name(sent) == kept


@pytest.mark.parametrize(("sent", "kept"), HOSTILE)
def test_the_header_carries_the_name_in_both_forms(sent: str, kept: str) -> None:
    header = disposition.header("attachment", disposition.part_name(sent, 3, "application/pdf"))
    match = re.fullmatch(r"attachment; filename=\"([ -~]+)\"; filename\*=UTF-8''([A-Za-z0-9._~%-]+)", header)
    assert match is not None
    assert unquote(match[2]) == (kept or "part-3.pdf")
    assert '"' not in match[1]
    assert "%" not in match[1]


@given(st.text(max_size=400))
def test_no_name_at_all_breaks_the_header(sent: str) -> None:
    header = disposition.header("inline", disposition.part_name(sent, 0, "text/plain"))
    header.encode("latin-1")
    assert re.fullmatch(r"inline; filename=\"[ -~]*\"; filename\*=UTF-8''[A-Za-z0-9._~%-]+", header)
    name = unquote(header.partition("UTF-8''")[2])
    assert 0 < len(name) <= disposition.LONGEST
    assert not re.search(r"[/\\\x00-\x1f\x7f]", name)
    assert name.strip(".") != ""


@pytest.mark.parametrize(
    ("declared", "shown"),
    [
        ("image/png", "inline"),
        ("image/gif", "inline"),
        ("text/plain", "inline"),
        ("application/pdf", "inline"),
        ("image/svg+xml", "attachment"),
        ("image/svg", "attachment"),
        ("text/html", "attachment"),
        ("text/xml", "attachment"),
        ("application/xhtml+xml", "attachment"),
        ("message/rfc822", "attachment"),
        ("multipart/mixed", "attachment"),
        ("application/octet-stream", "attachment"),
        ("text/javascript", "attachment"),
        ("image/", "attachment"),
        ("image/png\r\nx: y", "attachment"),
        ("", "attachment"),
    ],
)
def test_only_what_a_browser_shows_without_running_it_is_inline(declared: str, shown: str) -> None:
    assert disposition.kind(declared) == shown


@pytest.mark.parametrize(
    ("declared", "charset", "header"),
    [
        ("text/plain", "koi8-r", "text/plain; charset=koi8-r"),
        ("text/plain", None, "text/plain"),
        ("text/plain", 'utf-8"; x=', "text/plain"),
        ("text/plain", "a\r\nb", "text/plain"),
        ("application/pdf", "utf-8", "application/pdf"),
        ("text/html\r\nx: y", None, "application/octet-stream"),
        ("text", None, "application/octet-stream"),
        ("", None, "application/octet-stream"),
        ("text/pl ain", None, "application/octet-stream"),
    ],
)
def test_a_media_type_is_one_or_is_octets(declared: str, charset: str | None, header: str) -> None:
    assert disposition.content_type(declared, charset) == header


def test_a_media_type_too_long_for_a_header_is_octets() -> None:
    assert disposition.content_type("image/" + "x" * 128, None) == "application/octet-stream"
    assert disposition.kind("image/" + "x" * 128) == "attachment"
    assert disposition.content_type("image/" + "x" * 127, None) == "image/" + "x" * 127
