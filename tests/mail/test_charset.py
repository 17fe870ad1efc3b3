from __future__ import annotations

import codecs
from encodings.aliases import aliases

import pytest

from pillarbox.mail import charset
from pillarbox.mail.parse import parse


def read(content: bytes, label: str | None = None, kind: str = "plain") -> tuple[str | None, set[str]]:
    declared = f"; charset={label}" if label else ""
    mail = parse(f"Subject: x\r\nContent-Type: text/{kind}{declared}\r\n\r\n".encode() + content)
    return mail.text if kind == "plain" else mail.html, {defect.code for defect in mail.defects}


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("gb2312", "gb18030"),
        ("GBK", "gb18030"),
        ("x-gbk", "gb18030"),
        ("shift_jis", "cp932"),
        ("Shift-JIS", "cp932"),
        ("x-sjis", "cp932"),
        ("windows-31j", "cp932"),
        ("euc-kr", "cp949"),
        ("ks_c_5601-1987", "cp949"),
        ("x-windows-949", "cp949"),
        ("us-ascii", "cp1252"),
        ("ascii", "cp1252"),
        ("latin1", "cp1252"),
        ("ISO-8859-1", "cp1252"),
        ("iso_8859-1", "cp1252"),
        ("windows-874", "cp874"),
        ("iso-8859-8-i", "iso8859_8"),
        ("x-mac-cyrillic", "mac_cyrillic"),
        ("UTF-8", "utf_8"),
        ("utf8", "utf_8"),
        ("utf-16le", "utf_16_le"),
        ("iso-8859-15", "iso8859_15"),
        ("windows-1251", "cp1251"),
        ("koi8-r", "koi8_r"),
        ("koi8-u", "koi8_u"),
        ("big5", "big5"),
        ("iso-2022-jp", "iso2022_jp"),
        ("euc-jp", "euc_jp"),
    ],
)
def test_a_label_is_read_as_senders_mean_it(label: str, codec: str) -> None:
    assert charset.codec(label) == codec


@pytest.mark.parametrize(
    "label",
    [
        *("punycode", "idna", "undefined", "unicode_escape", "raw_unicode_escape", "base64", "zlib", "bz2", "hex"),
        *("rot13", "uu", "quopri", "mbcs", "oem", "no-such-charset", "aliases", "../x", "x" * 100, "", "\x00"),
    ],
)
def test_a_codec_that_is_no_charset_of_mail_is_refused(label: str) -> None:
    assert charset.codec(label) is None


def test_every_known_label_names_a_text_codec_that_this_python_has() -> None:
    for label in {*aliases, *aliases.values()}:
        name = charset.codec(label)
        if name is not None:
            assert codecs.lookup(name)._is_text_encoding, label


@pytest.mark.parametrize(
    ("label", "written"),
    [
        ("utf-8", "Grüße ✓ 東京"),
        ("iso-8859-1", "Grüße"),
        ("iso-8859-15", "5 €"),
        ("windows-1251", "Привет"),
        ("koi8-r", "Привет"),
        ("gb2312", "你好"),
        ("big5", "你好"),
        ("shift_jis", "日本語"),
        ("euc-jp", "日本語"),
        ("iso-2022-jp", "日本語"),
        ("euc-kr", "안녕"),
        ("windows-874", "สวัสดี"),
        ("iso-8859-8-i", "שלום"),
        ("utf-16", "Grüße"),
        ("utf-16be", "Grüße"),
        ("utf-7", "Grüße"),
    ],
)
def test_text_is_decoded_with_the_charset_it_names(label: str, written: str) -> None:
    assert read(
        written.encode(label.removesuffix("-i")) if label != "windows-874" else written.encode("cp874"), label
    ) == (
        written,
        set(),
    )


def test_text_labelled_latin_1_holds_the_characters_of_windows_1252() -> None:
    assert read(b"\x93quoted\x94 \x96 \x80 5", "iso-8859-1") == ("“quoted” – € 5", set())


def test_text_without_a_label_is_utf8_if_that_is_valid() -> None:
    assert read("Grüße".encode()) == ("Grüße", {"charset-missing"})
    assert read(b"plain") == ("plain", set())


def test_text_without_a_label_and_not_utf8_is_windows_1252() -> None:
    assert read("Grüße".encode("cp1252")) == ("Grüße", {"charset-missing"})


def test_html_without_a_label_is_read_by_its_meta_tag() -> None:
    page = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251"><p>Привет'
    assert read(page.encode("cp1251"), kind="html") == (page, {"charset-missing"})
    page = "<meta charset='iso-2022-jp'><p>日本語"
    assert read(page.encode("iso-2022-jp"), kind="html") == (page, set())


def test_utf8_labelled_as_a_single_byte_charset_is_utf8_and_a_defect() -> None:
    assert read("Grüße".encode(), "iso-8859-1") == ("Grüße", {"charset-mislabelled"})
    assert read("Привет".encode(), "us-ascii") == ("Привет", {"charset-mislabelled"})
    assert read("Привет".encode(), "koi8-r") == ("Привет", {"charset-mislabelled"})


def test_an_unknown_or_denied_charset_is_as_none_and_a_defect() -> None:
    assert read("Grüße".encode(), "x-martian") == ("Grüße", {"charset-unknown"})
    assert read("Grüße".encode("cp1252"), "punycode") == ("Grüße", {"charset-unknown"})


def test_octets_that_the_charset_does_not_have_are_shown_as_such() -> None:
    assert read(b"a\xffb", "utf-8") == ("a\ufffdb", {"charset-undecodable"})


def test_nul_and_lone_surrogates_become_replacement_characters() -> None:
    assert read(b"a\x00b", "utf-8") == ("a\ufffdb", {"nul-in-text"})
    text, _ = read(b"+2AA-", "utf-7")
    assert text == "\ufffd"


def test_a_byte_order_mark_is_not_shown() -> None:
    assert read(b"\xef\xbb\xbfhello") == ("hello", set())
    assert read("hello".encode("utf-16")) == ("hello", set())


def test_line_ends_of_a_text_are_line_feeds() -> None:
    assert read(b"a\r\nb\r\n\r\nc") == ("a\nb\n\nc", set())
