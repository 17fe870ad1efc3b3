"""The short ways that usual mail takes give what the general way gives, whatever the octets are."""

from __future__ import annotations

import re
from encodings.aliases import aliases

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pillarbox.mail import charset, encoded, headers, memory, parse
from pillarbox.mail.message import Digest, Mail

RUNS = 600

NAMES = st.sampled_from(
    [
        *(
            b"From",
            b"to",
            b"Cc",
            b"Reply-To",
            b"Subject",
            b"subject",
            b"Date",
            b"Message-ID",
            b"X-Y",
            b"Bcc",
            b"Sender",
        ),
        *(b"Content-Type", b"Content-Transfer-Encoding", b"Content-Disposition", b"MIME-Version", b"List-Id"),
        *(b"\xff", b""),
    ]
)
VALUES = st.sampled_from(
    [
        *(b" a@x.test", b" Ann <a@x.test>, b@x.test", b" =?utf-8?q?=C3=A9?=", b"", b" caf\xc3\xa9", b" caf\xe9"),
        *(b" Tue, 24 Nov 2026 03:55:01 +0000 (UTC)", b" yesterday", b" <1@x.test>", b" one\r\n two", b" one\n\ttwo"),
        *(
            b" text/plain; charset=utf-8",
            b" text/html",
            b" text/plain; charset=utf-16",
            b" multipart/mixed; boundary=b",
        ),
        *(b" base64", b" quoted-printable", b" 7bit", b" attachment; filename=a", b" a\rb", b" x" * 120, b" a\x00b"),
        *(b" \r\n ", b" \x0c", b"\t"),
    ]
)
COLONS = st.sampled_from([b":", b":", b":", b" :", b"\t:", b""])
ENDS = st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r", b"\r\n ", b"\r\n\r\n", b"\n\n", b"\n\r", b""])
FIELD = st.tuples(NAMES, COLONS, VALUES, ENDS).map(b"".join)
STARTS = st.sampled_from([b"", b"", b"", b"\r\n", b"\n", b" ", b"\xef\xbb\xbf", b"From x\r\n", b"\r"])
BODIES = st.one_of(
    st.sampled_from(
        [b"", b"\r\n", b"Hello\r\nyou\r\n", b"\r\n--b\r\n\r\nx\r\n--b--\r\n", b"aGVsbG8=", b"a \r\n.\n\x00"]
    ),
    st.binary(max_size=60),
)
MESSAGES = st.tuples(
    STARTS, st.lists(FIELD, max_size=8).map(b"".join), st.sampled_from([b"\r\n", b"\n", b""]), BODIES
).map(b"".join)


def ignore(code: str) -> None:
    """For a defect that does not matter here."""


def the_general_way(raw: bytes) -> tuple[Digest, Mail]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(headers, "MAX_SOUND", -1)
        patch.setattr(headers, "block", lambda raw: headers.BlankLines(raw).after(0))
        patch.setattr(memory, "LONGEST", -1)
        return parse.digest(raw), parse.parse(raw)


@given(MESSAGES)
@example(b"Subject: a\r\n b\r\nSubject: c\r\n\r\n")
@example(b"a: b\r\nTo: c@x.test")
@example(b"a: b\n\n\r\nbody")
@example(b"a: b\n\r\n\nbody")
@settings(max_examples=RUNS, deadline=None, derandomize=True)
def test_a_message_is_the_same_whichever_way_it_is_read(raw: bytes) -> None:
    for _ in range(2):  # the second time everything is remembered
        assert (parse.digest(raw), parse.parse(raw)) == the_general_way(raw)


def test_the_short_way_is_taken_for_a_usual_block_and_only_there() -> None:
    usual = b"Subject: one\r\n two\r\nX-a:\r\nTO : a@x.test\n"
    assert headers._sound(usual) == ((b"Subject", b"one\r\n two"), (b"X-a", b""), (b"TO", b"a@x.test"))
    for odd in (b"", b"Subject: one", b" a: b\r\n", b"Subject: one\r\ntwo\r\n", b"a: b\r\n\rc: d\r\n", b"\r\n", b"a\n"):
        assert headers._sound(odd) is None, odd
    assert headers._sound(b"a: b\n" * 2_001) is None


@given(st.lists(FIELD, max_size=6).map(b"".join))
@settings(max_examples=RUNS, deadline=None, derandomize=True)
def test_a_header_value_is_decoded_the_same(value: bytes) -> None:
    quick: list[str] = []
    slow: list[str] = []
    general = charset.valid(encoded.decode(headers.undecorated(value, slow.append), slow.append))
    assert (headers.decode(value, quick.append), quick) == (general, slow)


@given(st.one_of(st.binary(max_size=40), st.text(st.characters(max_codepoint=127), max_size=40).map(str.encode)))
@example(b"+AOk- ~{<:Ky2;~} \x1b$B%F\x1b(B a\x00\\~\x0e\x0f")
@settings(max_examples=100, deadline=None, derandomize=True)
def test_a_body_in_ascii_is_the_same_text_in_every_charset(data: bytes) -> None:
    for label in (None, "x-unknown", *sorted(aliases), *sorted(set(aliases.values()))):
        for html in (False, True):
            quick: list[str] = []
            slow: list[str] = []
            found = charset.text(data, label, html=html, note=quick.append)
            general = charset.valid(charset._decoded(data, label, html, slow.append))
            if "\ufffd" in general and b"\x00" in data:
                slow.append("nul-in-text")
            assert (found, quick) == (general.replace("\r\n", "\n").removeprefix("\ufeff"), slow), (label, html)


@given(
    st.lists(st.one_of(st.sampled_from([" ", "\r\n", "word " * 60, "x" * 150, "\x1c", "\u200b"]), st.text(max_size=9)))
)
@example(["x" * 199, " ", "y" * 300])
@example(["word " * 60, "\x07\u200b"])
@settings(max_examples=RUNS, deadline=None, derandomize=True)
def test_the_snippet_is_that_of_the_first_two_thousand_characters(pieces: list[str]) -> None:
    text = "".join(pieces)
    start = text.lstrip()[:4000].replace("\r\n", "\n")[:2000]
    seen = start if start.isascii() else parse._UNSEEN.sub("", start)
    line = " ".join(seen.split())
    whole = line if line.isprintable() else re.sub("[\x00-\x1f\x7f]+", " ", line)
    assert parse._snippet(text) == whole[:200].rstrip()
