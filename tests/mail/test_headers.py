from __future__ import annotations

import pytest

from pillarbox.mail import headers
from pillarbox.mail.parse import parse


def fields(raw: bytes) -> tuple[tuple[str, str], ...]:
    return parse(raw).headers


def codes(raw: bytes) -> set[str]:
    return {defect.code for defect in parse(raw).defects}


def subject(raw: bytes) -> str:
    return parse(b"Subject: " + raw + b"\r\n\r\n").subject


def test_headers_keep_their_order_their_spelling_and_their_duplicates() -> None:
    raw = b"Received: one\r\nX-b: 1\r\nreceived: two\r\nX-B: 2\r\n\r\n"
    assert fields(raw) == (("Received", "one"), ("X-b", "1"), ("received", "two"), ("X-B", "2"))
    assert codes(raw) == set()


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_a_folded_subject_is_unfolded_and_keeps_its_white_space(end: bytes) -> None:
    assert parse(b"Subject: one" + end + b" two" + end + b"\tthree" + end + end).subject == "one two\tthree"


def test_white_space_before_the_colon_is_no_part_of_the_name() -> None:
    assert fields(b"Subject : x\n\n") == (("Subject", "x"),)


def test_an_empty_value_is_a_header_too() -> None:
    assert fields(b"Subject:\r\nX-Empty: \r\n\r\nbody") == (("Subject", ""), ("X-Empty", ""))


def test_valid_utf8_in_a_header_is_read_as_utf8() -> None:
    assert subject("Größe ✓".encode()) == "Größe ✓"


def test_other_8_bit_octets_in_a_header_are_read_as_windows_1252() -> None:
    assert subject("Größe – „x“".encode("cp1252")) == "Größe – „x“"
    assert "header-not-utf8" in codes(b"Subject: \xe9\r\n\r\n")


def test_a_line_without_a_colon_is_skipped_when_headers_follow() -> None:
    raw = b"From: a@x.test\r\nthis is no header\r\n with a fold\r\nSubject: x\r\n\r\nbody"
    assert fields(raw) == (("From", "a@x.test"), ("Subject", "x"))
    assert parse(raw).text == "body"
    assert codes(raw) == {"header-without-colon"}


def test_the_from_line_of_a_mailbox_file_is_skipped() -> None:
    raw = b"From bob@x.test Mon Nov 23 10:00:00 2026\nSubject: x\n\nbody"
    assert fields(raw) == (("Subject", "x"),)
    assert codes(raw) == {"header-without-colon"}


def test_the_body_starts_at_a_line_without_a_colon_when_no_header_follows() -> None:
    raw = b"Subject: x\r\nHello, no blank line here\r\nsecond line\r\n\r\nthird"
    assert fields(raw) == (("Subject", "x"),)
    assert parse(raw).text == "Hello, no blank line here\nsecond line\n\nthird"
    assert codes(raw) == {"missing-blank-line"}


def test_a_message_without_headers_is_all_text() -> None:
    raw = b"Just some words\r\nand more\r\n"
    assert fields(raw) == ()
    assert parse(raw).text == "Just some words\nand more\n"
    assert codes(raw) == {"no-headers"}


def test_a_message_that_starts_with_a_blank_line_has_no_headers() -> None:
    raw = b"\r\nSubject: x\r\n\r\nbody"
    assert fields(raw) == ()
    assert parse(raw).text == "Subject: x\n\nbody"


def test_a_message_of_headers_only_has_an_empty_text() -> None:
    mail = parse(b"From: andrey@x.test\r\nSubject: hi\r\n")
    assert (mail.subject, mail.text) == ("hi", "")


def test_no_octets_at_all_are_a_message() -> None:
    mail = parse(b"")
    assert (mail.headers, mail.text, mail.defects, len(mail.parts)) == ((), "", (), 1)


def test_a_byte_order_mark_before_the_first_header_is_ignored() -> None:
    assert parse(b"\xef\xbb\xbfSubject: x\n\n").subject == "x"


def test_a_bare_carriage_return_in_a_header_is_a_defect_and_a_space() -> None:
    assert subject(b"a\rBcc: b@x.test") == "a Bcc: b@x.test"
    assert "bare-cr-in-header" in codes(b"Subject: a\rBcc: b@x.test\r\n\r\n")


def test_a_nul_in_a_header_is_a_defect_and_a_replacement_character() -> None:
    assert subject(b"a\x00b") == "a\ufffdb"
    assert codes(b"Subject: a\x00b\r\n\r\n") == {"nul-in-header"}


def test_a_header_that_may_stand_once_and_stands_twice_is_a_defect() -> None:
    raw = b"Subject: first\r\nSubject: second\r\n\r\n"
    assert parse(raw).subject == "first"
    assert codes(raw) == {"repeated-header"}


def test_a_value_is_read_up_to_64_kilobytes() -> None:
    raw = b"Subject: " + b"x" * 70_000 + b"\r\n\r\n"
    assert len(parse(raw).subject) == headers.MAX_VALUE
    assert codes(raw) == {"header-too-long"}


def test_at_most_2_000_headers_are_read_and_the_body_is_still_found() -> None:
    raw = b"X: y\r\n" * 2_001 + b"\r\nbody"
    assert len(fields(raw)) == 2_000
    assert parse(raw).text == "body"
    assert codes(raw) == {"too-many-headers"}


def test_at_most_a_megabyte_of_headers_is_read_and_the_body_is_still_found() -> None:
    raw = b"Subject: x\r\n" + (b"X: " + b"y" * 9_000 + b"\r\n") * 200 + b"\r\nbody"
    assert 100 < len(fields(raw)) < 120
    assert parse(raw).text == "body"
    assert codes(raw) == {"headers-too-large"}
