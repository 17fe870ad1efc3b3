from __future__ import annotations

import pytest

from pillarbox.mail.message import Part
from pillarbox.mail.parse import content, parse


def multipart(*lines: bytes, boundary: bytes = b"boundary=b", kind: bytes = b"mixed") -> bytes:
    return b"Content-Type: multipart/" + kind + b"; " + boundary + b"\r\n\r\n" + b"\r\n".join(lines)


def codes(raw: bytes) -> set[str]:
    return {defect.code for defect in parse(raw).defects}


def leaves(raw: bytes) -> list[bytes]:
    parts = parse(raw).parts
    inner = {part.parent for part in parts}
    return [content(raw, part) for part in parts if part.n not in inner]


def test_parts_are_numbered_depth_first_and_know_their_parents() -> None:
    raw = multipart(
        *(b"--b", b"Content-Type: multipart/alternative; boundary=c", b""),
        *(b"--c", b"", b"text", b"--c", b"Content-Type: text/html", b"", b"html", b"--c--"),
        *(b"--b", b"Content-Type: image/png", b"", b"png", b"--b--", b""),
    )
    assert [(part.n, part.parent, part.content_type) for part in parse(raw).parts] == [
        (0, None, "multipart/mixed"),
        (1, 0, "multipart/alternative"),
        (2, 1, "text/plain"),
        (3, 1, "text/html"),
        (4, 0, "image/png"),
    ]
    assert leaves(raw) == [b"text", b"html", b"png"]
    assert codes(raw) == set()


def test_the_line_break_before_a_delimiter_belongs_to_it() -> None:
    assert leaves(multipart(b"--b", b"", b"one", b"", b"--b", b"", b"two", b"--b--")) == [b"one\r\n", b"two"]
    assert leaves(multipart(b"--b", b"", b"one", b"--b--").replace(b"\r\n", b"\n")) == [b"one"]


def test_preamble_and_epilogue_are_no_parts() -> None:
    raw = multipart(b"preamble", b"--b", b"", b"one", b"--b--", b"epilogue", b"--b", b"", b"no part")
    assert leaves(raw) == [b"one"]
    assert codes(raw) == set()


def test_a_delimiter_is_the_whole_line() -> None:
    raw = multipart(
        b"--b", b"", b"--b1234 is text", b"--bb", b"-- b", b" --b", b"x --b", b"--b--x", b"--b \t", b"", b"2", b"--b-- "
    )
    assert leaves(raw) == [b"--b1234 is text\r\n--bb\r\n-- b\r\n --b\r\nx --b\r\n--b--x", b"2"]


def test_boundaries_that_are_prefixes_of_each_other_are_told_apart() -> None:
    raw = multipart(
        *(b"--Apple-Mail-1", b"Content-Type: multipart/alternative; boundary=Apple-Mail-10", b""),
        *(b"--Apple-Mail-10", b"", b"inner", b"--Apple-Mail-10--"),
        *(b"--Apple-Mail-1", b"", b"outer", b"--Apple-Mail-1--"),
        boundary=b"boundary=Apple-Mail-1",
    )
    assert leaves(raw) == [b"inner", b"outer"]
    assert codes(raw) == set()


def test_a_nested_multipart_may_use_the_boundary_of_its_parent() -> None:
    raw = multipart(
        *(b"--b", b"Content-Type: multipart/alternative; boundary=b", b"", b"--b", b"", b"inner", b"--b--"),
        *(b"--b", b"", b"outer", b"--b--"),
    )
    assert leaves(raw) == [b"inner", b"outer"]


def test_the_delimiter_of_the_parent_ends_an_unclosed_child() -> None:
    raw = multipart(
        *(b"--b", b"Content-Type: multipart/alternative; boundary=c", b"", b"--c", b"", b"inner"),
        *(b"--b", b"", b"outer", b"--b--"),
    )
    assert leaves(raw) == [b"inner", b"outer"]
    assert [(defect.code, defect.part) for defect in parse(raw).defects] == [("boundary-not-closed", 1)]


def test_a_missing_end_boundary_ends_at_the_end() -> None:
    raw = multipart(b"--b", b"", b"one", b"--b", b"", b"two", b"")
    assert leaves(raw) == [b"one", b"two\r\n"]
    assert codes(raw) == {"boundary-not-closed"}


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        (b"x=y", "boundary-missing"),
        (b'boundary=""', "boundary-missing"),
        (b"boundary=never", "boundary-not-found"),
    ],
)
def test_a_multipart_without_a_boundary_that_occurs_is_shown_as_text(declared: bytes, code: str) -> None:
    raw = multipart(b"--b", b"", b"one", b"--b--", boundary=declared)
    mail = parse(raw)
    assert mail.text == "--b\n\none\n--b--"
    assert [(part.n, part.content_type) for part in mail.parts] == [(0, "text/plain")]
    assert codes(raw) == {code}


@pytest.mark.parametrize(
    "declared",
    [
        b"boundary=----=_Part_1",
        b'boundary="----=_Part_1"',
        b"boundary*0=----=; boundary*1=_Part_1",
        b"boundary*1=_Part_1; boundary*0=----=",
        b"boundary*=us-ascii''----%3D_Part_1",
        b'boundary="----=\r\n\t_Part_1"',
        b'boundary="----=\r\n _Part_1"',
        b'\r\n boundary="----=_Part_1"',
        b'boundary="----=_Part_1  "',
        b'boundary="----=_Part_1',
    ],
)
def test_a_boundary_is_found_however_it_is_declared(declared: bytes) -> None:
    raw = multipart(b"------=_Part_1", b"", b"one", b"------=_Part_1--", boundary=declared)
    assert leaves(raw) == [b"one"]


def test_a_boundary_that_was_folded_at_a_space_of_its_own_is_found() -> None:
    raw = multipart(b"--one two", b"", b"part", b"--one two--", boundary=b'boundary="one\r\n two"')
    assert leaves(raw) == [b"part"]


def test_a_boundary_may_hold_8_bit_octets() -> None:
    raw = multipart(b"--\xe9\xff", b"", b"part", b"--\xe9\xff--", boundary=b'boundary="\xe9\xff"')
    assert leaves(raw) == [b"part"]


def test_empty_parts_and_parts_of_headers_only_are_parts() -> None:
    raw = multipart(
        *(b"--b", b"", b"--b", b"Content-Type: image/png", b"--b", b"Content-Type: image/gif", b"", b"--b--")
    )
    assert [part.content_type for part in parse(raw).parts[1:]] == ["text/plain", "image/png", "image/gif"]
    assert leaves(raw) == [b"", b"", b""]


def test_delimiters_in_a_row_enclose_no_part() -> None:
    assert leaves(multipart(b"--b", b"--b", b"--b", b"", b"one", b"--b", b"--b--")) == [b"one"]


def test_a_part_without_headers_and_without_a_blank_line_is_text() -> None:
    assert leaves(multipart(b"--b", b"Hello there", b"", b"more", b"--b--")) == [b"Hello there\r\n\r\nmore"]


def test_parts_of_a_digest_are_messages() -> None:
    raw = multipart(b"--b", b"", b"Subject: x", b"", b"y", b"--b--", kind=b"digest")
    assert parse(raw).parts[1].content_type == "message/rfc822"
    assert leaves(raw) == [b"Subject: x\r\n\r\ny"]


def test_an_enclosed_message_is_an_exact_slice_and_a_leaf() -> None:
    inner = b"Subject:  odd   spaces\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\none\n--c--\n"
    raw = multipart(b"--b", b"Content-Type: message/rfc822", b"", inner, b"--b--")
    mail = parse(raw)
    assert [part.content_type for part in mail.parts] == ["multipart/mixed", "message/rfc822"]
    assert content(raw, mail.parts[1]) == inner
    assert parse(content(raw, mail.parts[1])).text == "one"


def test_a_base64_encoded_message_is_decoded_first() -> None:
    raw = multipart(
        *(b"--b", b"Content-Type: message/rfc822", b"Content-Transfer-Encoding: base64", b""),
        *(b"U3ViamVjdDogaGkNCg0KeA==", b"--b--"),
    )
    assert leaves(raw) == [b"Subject: hi\r\n\r\nx"]


def test_a_message_that_only_claims_to_be_base64_is_taken_as_it_stands() -> None:
    raw = multipart(
        *(b"--b", b"Content-Type: message/rfc822", b"Content-Transfer-Encoding: base64", b""),
        *(b"Subject: hi", b"", b"x", b"--b--"),
    )
    assert leaves(raw) == [b"Subject: hi\r\n\r\nx"]


def test_an_encoding_on_a_multipart_is_ignored() -> None:
    raw = b"Content-Transfer-Encoding: base64\r\n" + multipart(b"--b", b"", b"one", b"--b--")
    assert leaves(raw) == [b"one"]
    assert codes(raw) == {"encoding-on-multipart"}


def test_at_most_2_000_parts_are_read() -> None:
    raw = multipart(*(b"--b", b"", b"x") * 2_500, b"--b--")
    assert len(parse(raw).parts) == 2_000
    assert codes(raw) == {"too-many-parts"}


def test_multiparts_open_to_a_depth_of_20() -> None:
    raw = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(30))
    parts = parse(raw).parts
    assert [part.parent for part in parts] == [None, *range(20)]
    assert parts[20].content_type == "multipart/mixed"
    assert "too-deep" in codes(raw)


def test_slices_lie_within_their_parents_and_follow_each_other() -> None:
    raw = multipart(
        *(b"--b", b"Content-Type: multipart/mixed; boundary=c", b"", b"--c", b"", b"x", b"--c", b"", b"y", b"--c--"),
        *(b"--b", b"", b"z", b"--b--"),
    )
    parts = parse(raw).parts
    assert raw[parts[1].start : parts[1].end] == b"--c\r\n\r\nx\r\n--c\r\n\r\ny\r\n--c--"

    def within(inner: Part, outer: Part) -> bool:
        return outer.start <= inner.start <= inner.end <= outer.end

    assert all(within(part, parts[part.parent]) for part in parts if part.parent is not None)
