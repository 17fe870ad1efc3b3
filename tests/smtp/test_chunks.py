from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pillarbox.mail.transcript import KEPT_CONTENT
from pillarbox.smtp import chunks, replies
from pillarbox.smtp.chunks import LARGEST, Announced, Chunks
from pillarbox.smtp.intake import Intake


@pytest.mark.parametrize(
    ("arg", "announced"),
    [
        ("0", Announced(0, False)),
        ("86", Announced(86, False)),
        ("86 LAST", Announced(86, True)),
        ("0 last", Announced(0, True)),
        ("5 \t LaSt", Announced(5, True)),
        ("0005", Announced(5, False)),
        (str(LARGEST), Announced(LARGEST, False)),
        ("0" * 400 + "7 LAST", Announced(7, True)),
    ],
)
def test_a_count_is_read(arg: str, announced: Announced) -> None:
    assert chunks.parse(arg) == announced


@pytest.mark.parametrize(
    "arg",
    [
        *("", "LAST", "-1", "-0", "+5", "0x10", "5.0", "5,0", "1e3", "5LAST", "5 LAST x", "5 LASTX", "5 FIRST", "5 5"),
        *("5 LAST LAST", "5\x0bLAST", "٥", "５", "5 ＬＡＳＴ", "²", "<5>", str(LARGEST + 1), "9" * 400),
    ],
)
def test_a_count_that_nobody_can_read_is_none(arg: str) -> None:
    assert chunks.parse(arg) is None


@given(
    message=st.lists(st.binary(max_size=40), min_size=1, max_size=8),
    cuts=st.lists(st.integers(1, 400), max_size=40),
)
def test_any_split_of_the_octets_gives_the_same_message(message: list[bytes], cuts: list[int]) -> None:
    wire = b"".join(b"BDAT %d\r\n%b" % (len(part), part) for part in message) + b"QUIT\r\n"
    places = sorted({0, len(wire), *(cut for cut in cuts if cut < len(wire))})
    intake, made, current = Intake(512), Chunks(), None
    commands: list[bytes] = []
    for begin, end in pairwise(places):
        intake.feed(wire[begin:end], end)
        while not intake.in_content and (line := intake.line()) is not None:
            commands.append(line.data)
            announced = chunks.parse(line.data[5:-2].decode()) if line.data.startswith(b"BDAT") else None
            if announced is not None:
                current = made.begin(announced.octets)
                intake.chunk(current)
    assert current is not None
    assert current.missing == 0
    assert commands == [*(b"BDAT %d\r\n" % len(part) for part in message), b"QUIT\r\n"]
    assert made.size == len(b"".join(message))
    assert made.take() == b"".join(message)
    assert intake.waiting == 0


def test_a_chunk_knows_its_place_and_its_beginning() -> None:
    made = Chunks()
    first = made.begin(5)
    assert first.feed(b"ab") is None
    assert (first.crossed, first.missing, first.offset, first.kept) == (2, 3, 0, b"ab")
    assert first.feed(b"cdeQUIT") == b"QUIT"
    second = made.begin(2)
    assert second.feed(b"fg") == b""
    assert (second.offset, second.kept) == (5, b"fg")
    assert made.take() == b"abcdefg"


def test_a_refused_chunk_is_counted_and_adds_nothing() -> None:
    made = Chunks()
    made.begin(3).feed(b"abc")
    made.refuse(replies.CHUNK_TOO_LARGE)
    assert made.size == 0
    refused = made.begin(4)
    assert refused.feed(b"defgNOOP") == b"NOOP"
    assert (refused.crossed, refused.kept, made.size) == (4, b"defg", 0)


def test_of_all_refused_chunks_together_no_more_is_kept_than_the_transcript_keeps() -> None:
    made = Chunks()
    made.refuse(replies.CHUNK_TOO_LARGE)
    kept = 0
    for _ in range(10):
        chunk = made.begin(100_000)
        for _ in range(10):
            chunk.feed(b"x" * 10_000)
        assert chunk.crossed == 100_000
        kept += len(chunk.kept)
    assert kept == KEPT_CONTENT


def test_of_taken_chunks_no_more_is_kept_for_the_transcript_either() -> None:
    made = Chunks()
    kept = 0
    for _ in range(5):
        chunk = made.begin(100_000)
        chunk.feed(b"x" * 100_000)
        kept += len(chunk.kept)
    assert (kept, made.size) == (KEPT_CONTENT, 500_000)
