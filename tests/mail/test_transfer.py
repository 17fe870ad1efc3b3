from __future__ import annotations

import binascii

import pytest

from pillarbox.mail import transfer


def noted(data: bytes, encoding: str) -> set[str]:
    codes: list[str] = []
    transfer.decode(data, encoding, codes.append)
    return set(codes)


@pytest.mark.parametrize(
    ("value", "token"),
    [
        ("base64", "base64"),
        (" BASE64 ", "base64"),
        ("base64; charset=utf-8", "base64"),
        ("quoted-printable (comment)", "quoted-printable"),
        ('"base64"', "base64"),
        ("", ""),
    ],
)
def test_the_encoding_is_cut_at_a_semicolon_or_a_space(value: str, token: str) -> None:
    assert transfer.token(value) == token


@pytest.mark.parametrize(
    ("written", "read", "clean"),
    [
        (b"aGVsbG8=", b"hello", True),
        (b"aGVs\r\nbG8=\r\n", b"hello", True),
        (b"aGVsbG8", b"hello", False),
        (b"aG!V*s bG8=", b"hello", False),
        (b"aGVsbG8hQ", b"hello!", False),
        (b"aGVsbG8=aGVsbG8=", b"hello", False),
        (b"aGVsbG8=\r\n-- \r\nA footer", b"hello", False),
        (b"Q", b"", False),
        (b"", b"", True),
        (b"====", b"", True),
    ],
)
def test_base64_is_read_as_far_as_it_goes(written: bytes, read: bytes, clean: bool) -> None:
    assert transfer.decode(written, "base64") == read
    assert noted(written, "base64") == (set() if clean else {"base64-invalid"})


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"caf=C3=A9", b"caf\xc3\xa9"),
        (b"caf=c3=a9", b"caf\xc3\xa9"),
        (b"soft =\r\nbreak", b"soft break"),
        (b"soft =\nbreak", b"soft break"),
        (b"soft =  \r\nbreak", b"soft break"),
        (b"trailing  \t\r\nspace \n.", b"trailing\r\nspace\n."),
        (b"kept =20\r\n", b"kept  \r\n"),
        (b"8-bit \xe9 stays", b"8-bit \xe9 stays"),
        (b"=XY and = alone", b"=XY and = alone"),
        (b"=\rx\ny", b"=\rx\ny"),
        (b"end=", b"end"),
    ],
)
def test_quoted_printable_is_read_leniently(written: bytes, read: bytes) -> None:
    assert transfer.decode(written, "quoted-printable") == read


def test_an_equals_sign_that_encodes_nothing_is_a_defect() -> None:
    assert noted(b"a = b", "quoted-printable") == {"quoted-printable-invalid"}
    assert noted(b"a=3Db=\r\nc", "quoted-printable") == set()


def uuencoded(data: bytes, end: bytes = b"\n") -> bytes:
    lines = [binascii.b2a_uu(data[at : at + 45]).rstrip(b"\n") for at in range(0, len(data), 45)]
    return end.join([b"begin 644 a.bin", *lines, b"`", b"end", b""])


@pytest.mark.parametrize("encoding", sorted(transfer.UUENCODE))
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_uuencode_is_decoded(encoding: str, end: bytes) -> None:
    data = bytes(range(256)) * 3
    assert transfer.decode(b"some words" + end + uuencoded(data, end), encoding) == data
    assert noted(uuencoded(data, end), encoding) == set()


def test_uuencode_without_its_end_or_with_too_long_lines_is_still_read() -> None:
    data = bytes(range(100))
    whole = uuencoded(data)
    assert transfer.uudecode(whole.replace(b"`\nend\n", b"")) == data
    assert noted(whole.replace(b"`\nend\n", b""), "uuencode") == {"uuencode-invalid"}
    assert (
        transfer.uudecode(whole.replace(b"\n", b"!!\n").replace(b"a.bin!!", b"a.bin").replace(b"end!!", b"end")) == data
    )


def test_uuencode_without_a_begin_line_is_taken_as_it_stands() -> None:
    assert transfer.uudecode(b"no begin here\n") == b"no begin here\n"
    assert noted(b"no begin here\n", "uuencode") == {"uuencode-invalid"}


@pytest.mark.parametrize("encoding", ["", "7bit", "8bit", "binary"])
def test_what_is_not_encoded_is_taken_as_it_stands(encoding: str) -> None:
    data = bytes(range(256))
    assert transfer.decode(data, encoding) == data
    assert noted(data, encoding) == set()


def test_an_unknown_encoding_is_taken_as_it_stands_and_is_a_defect() -> None:
    assert transfer.decode(b"data", "x-martian") == b"data"
    assert noted(b"data", "x-martian") == {"encoding-unknown"}
