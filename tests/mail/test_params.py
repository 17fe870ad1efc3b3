from __future__ import annotations

import pytest

from pillarbox.mail import params
from pillarbox.mail.parse import parse


def unheard(code: str) -> None:
    """Takes a defect that the test is not about."""


def parameter(value: bytes, name: str) -> str | None:
    return params.content_type(value, unheard).text(name, unheard)


def filename(written: bytes) -> str | None:
    return parse(b"Content-Disposition: attachment; " + written + b"\r\n\r\n").parts[0].filename


@pytest.mark.parametrize(
    ("value", "name", "expected"),
    [
        (b"text/plain; charset=utf-8", "charset", "utf-8"),
        (b'TEXT/Plain ; CharSet = "UTF-8"', "charset", "UTF-8"),
        (b"text/plain;charset=utf-8;format=flowed", "format", "flowed"),
        (b"text/plain; ;; charset=utf-8;", "charset", "utf-8"),
        (b"text/plain charset=utf-8", "charset", "utf-8"),
        (b'multipart/mixed; boundary="a;b" charset=x', "boundary", "a;b"),
        (b'multipart/mixed; boundary="a;b" charset=x', "charset", "x"),
        (b"multipart/mixed; boundary=----=_Part_1", "boundary", "----=_Part_1"),
        (b'application/x; name="no end quote.pdf; size=3', "name", "no end quote.pdf"),
        (b'application/x; name="no end quote.pdf; size=3', "size", "3"),
        (b"application/x; name=two words.pdf; a=b", "name", "two words.pdf"),
        (b'application/x; name="C:\\dir\\file.txt"', "name", "C:\\dir\\file.txt"),
        (b'application/x; name="a\\"b"', "name", 'a"b'),
        (b"application/x; name=first; name=second", "name", "first"),
        (b"application/x; name=", "name", None),
        (b"application/x", "name", None),
    ],
)
def test_parameters_are_read_as_senders_write_them(value: bytes, name: str, expected: str | None) -> None:
    assert parameter(value, name) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (b"filename=a.txt", "a.txt"),
        (b"filename*=utf-8''%e2%82%ac%20rates.txt", "€ rates.txt"),
        (b"filename*=iso-8859-1'en'%A3.txt", "£.txt"),
        (b"filename*0=long; filename*1=name.txt", "longname.txt"),
        (b"filename*1=name.txt; filename*0=long", "longname.txt"),
        (b"filename*0*=utf-8''%e2%82; filename*1*=%ac.txt", "€.txt"),
        (b"filename*0*=utf-8''%e2%82%ac; filename*1=\"%20.txt\"", "€%20.txt"),
        (b"filename*10=k; filename*2=c; filename*0=a", "ack"),
        (b"filename=plain.txt; filename*=utf-8''star.txt", "star.txt"),
        (b"filename*=utf-8''star.txt; filename=plain.txt", "star.txt"),
        (b"filename*=\"utf-8''quoted%20star.txt\"", "quoted star.txt"),
        (b"filename*=no-such-charset''%c3%a9", "é"),
        (b"filename*=plain%20without%20charset", "plain without charset"),
        (b'filename="=?utf-8?Q?=C3=9Cber.txt?="', "Über.txt"),
        (b"filename==?utf-8?B?w5xiZXIudHh0?=", "Über.txt"),
        (b'filename="=?utf-8?Q?=C3?=\r\n =?utf-8?Q?=9Cber.txt?="', "Über.txt"),
        ('filename="Über.txt"'.encode(), "Über.txt"),
        ('filename="Über.txt"'.encode("cp1252"), "Über.txt"),
        (b'filename="a\x00b.txt"', "a\ufffdb.txt"),
        (b'filename="../../etc/passwd"', "../../etc/passwd"),
        (b'filename=""', None),
    ],
)
def test_file_names_are_decoded_by_all_the_ways_in_use(written: bytes, expected: str | None) -> None:
    assert filename(written) == expected


def test_the_name_of_the_content_type_stands_in_for_a_missing_file_name() -> None:
    assert parse(b"Content-Type: application/pdf; name*=utf-8''%c3%a9.pdf\r\n\r\n").parts[0].filename == "é.pdf"


@pytest.mark.parametrize(
    ("shown", "offered"),
    [
        ("a.txt", "a.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\evil.exe", "evil.exe"),
        (".htaccess", "htaccess"),
        ("...", "part"),
        ("a\rb\nc\ufffd.txt", "abc.txt"),
        ("Über €.pdf", "Über €.pdf"),
        ("txt.\u202eexe", "txt._exe"),
        ("", "part"),
        (None, "part"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_a_file_name_is_cleaned_for_download(shown: str | None, offered: str) -> None:
    assert params.download_name(shown) == offered


@pytest.mark.parametrize("value", [b"", b"text", b";;;;", b"text/", b"/plain", b"te xt/pl ain/x", b"=?utf-8?q?x?="])
def test_a_type_that_is_none_is_text(value: bytes) -> None:
    mail = parse(b"Content-Type: " + value + b"\r\n\r\nhello")
    assert (mail.parts[0].content_type, mail.text) == ("text/plain", "hello")
    assert "content-type-invalid" in {defect.code for defect in mail.defects}


def test_a_comment_after_a_charset_is_no_part_of_it() -> None:
    assert parse(b"Content-Type: text/plain; charset=us-ascii (Plain text)\r\n\r\n").parts[0].charset == "us-ascii"


def test_at_most_300_parameters_are_read() -> None:
    value = b"text/plain" + b"".join(b"; p%d=x" % n for n in range(301))
    codes: list[str] = []
    assert len(params.content_type(value, codes.append).raw) == 300
    assert codes == ["too-many-parameters"]
