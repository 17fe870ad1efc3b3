from __future__ import annotations

import mailbox
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pillarbox.cli.archive.item import Item, Unread
from pillarbox.cli.archive.mbox import MboxSource, MboxTarget, from_line, given_back, lost, read_from_line, written
from pillarbox.mail.envelope import Sender

LIMIT = 10_000
AT = datetime(2026, 11, 23, 22, 14, 9, tzinfo=UTC)


def write(path: Path, *raws: bytes) -> list[str | None]:
    target = MboxTarget(path, force=True)
    target.begin()
    told = [
        target.add(Item(name="x", id=number, raw=raw, sender=Sender("a@x.test"), received_at=AT))
        for number, raw in enumerate(raws)
    ]
    target.finish()
    return told


def read(path: Path, content: bytes | None = None, limit: int = LIMIT) -> list[bytes | str]:
    if content is not None:
        path.write_bytes(content)
    source = MboxSource(path, limit)
    found = [one.why if isinstance(one, Unread) else one.raw for one in source]
    assert source.count == len(found)
    return found


@given(st.lists(st.lists(st.sampled_from([b"\r\n", b"\r", b"\n", b"From ", b">", b"a 1:00", b"\x00", b"\xff"]))))
def test_what_is_not_told_comes_back_octet_for_octet(
    tmp_path_factory: pytest.TempPathFactory, mails: list[list[bytes]]
) -> None:
    path = tmp_path_factory.mktemp("mbox") / "x.mbox"
    raws = [b"".join(pieces) for pieces in mails]
    told = write(path, *raws)
    found = read(path)
    assert len(found) == len(raws)
    for raw, why, back in zip(raws, told, found, strict=True):
        assert (why is None) == (back == raw)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"a\r\n", None),
        (b"", None),
        (b"a\rb\r\n", None),
        (b"a\nb\r\n", "bare LF"),
        (b"a\r\r\n", "carriage returns before CRLF"),
        (b"a", "no line end at its end"),
        (b"a\nb", "and it has no line end"),
        (b"a\r", "no line end at its end"),
    ],
)
def test_what_mbox_cannot_carry_is_said_with_its_reason(raw: bytes, said: str | None) -> None:
    reason = lost(raw, written(raw))
    assert (reason is None) if said is None else (reason is not None and said in reason)


def test_from_lines_are_quoted_at_every_depth() -> None:
    raw = b"From a\r\n>From b\r\n>>From c\r\n>Fromage\r\n From d\r\n"
    assert written(raw) == b">From a\n>>From b\n>>>From c\n>Fromage\n From d\n"
    assert given_back(written(raw)) == raw


def test_other_readers_of_mbox_find_the_same_messages(tmp_path: Path) -> None:
    write(tmp_path / "x.mbox", b"Subject: 1\r\n\r\nFrom here\r\n", b"", b"Subject: 3\r\n\r\n\r\n\r\nx\r\n")
    box = mailbox.mbox(tmp_path / "x.mbox", create=False)
    assert [one["Subject"] for one in box] == ["1", None, "3"]
    assert [one.get_from() for one in box] == ["a@x.test Mon Nov 23 22:14:09 2026"] * 3


@pytest.mark.parametrize("sender", ["", "a@x.test", '"a b <c>"@x.test', "анна@пример.рф"])
def test_a_from_line_says_sender_and_time(sender: str) -> None:
    line = from_line(sender, AT)
    assert line.startswith(b"From ")
    assert read_from_line(line) == (Sender(sender), AT)


@pytest.mark.parametrize(
    ("line", "sender", "at"),
    [
        (b"From a@x.test  Mon Nov  3 02:14 2026\n", "a@x.test", datetime(2026, 11, 3, 2, 14, tzinfo=UTC)),
        (b"From a@x.test Tue Mar 03 12:13:14 +0200 2020\r\n", "a@x.test", datetime(2020, 3, 3, 10, 13, 14, tzinfo=UTC)),
        (b"From 12@xxx Tue Mar 03 12:13:14 +0000 2020\n", None, datetime(2020, 3, 3, 12, 13, 14, tzinfo=UTC)),
        (b"From a@x.test Tue Mar  3 12:13:14 MET 2020\n", "a@x.test", datetime(2020, 3, 3, 12, 13, 14, tzinfo=UTC)),
        (b"From root Tue Mar  3 12:13:14 2020\n", None, datetime(2020, 3, 3, 12, 13, 14, tzinfo=UTC)),
        (b'From "A" <a@x> Tue Mar  3 12:13:14 2020\n', None, datetime(2020, 3, 3, 12, 13, 14, tzinfo=UTC)),
        (b"From a\x00@x.test Tue Mar  3 12:13:14 2020\n", None, datetime(2020, 3, 3, 12, 13, 14, tzinfo=UTC)),
        (b"From \xff@x.test Tue Mar  3 12:13:14 2020\n", None, datetime(2020, 3, 3, 12, 13, 14, tzinfo=UTC)),
        (b"From a@x.test Tue Feb 30 12:13:14 2020\n", None, None),
        (b"From a@x.test Mon Jan  1 00:00:00 +1400 0001\n", None, None),
        (b"From a@x.test Tue Mar  3 99:13:14 2020\n", None, None),
        (b"From a@x.test yesterday 1:00\n", None, None),
    ],
)  # fmt: skip
def test_from_lines_of_other_programs_are_read_as_far_as_they_say_something(
    line: bytes, sender: str | None, at: datetime | None
) -> None:
    assert read_from_line(line) == (None if sender is None else Sender(sender), at)


FROM = b"From a@x.test Mon Nov 23 22:14:09 2026\n"


def test_a_file_with_crlf_is_taken_as_it_stands(tmp_path: Path) -> None:
    line = FROM.replace(b"\n", b"\r\n")
    content = line + b"a\r\n>From b\r\nbare\nLF\r\n\r\n" + line + b"c\r\n"
    assert read(tmp_path / "x.mbox", content) == [b"a\r\nFrom b\r\nbare\nLF\r\n", b"c\r\n"]


def test_a_from_line_that_is_none_belongs_to_the_message(tmp_path: Path) -> None:
    content = FROM + b"a\nFrom x 10:00\n\nFrom here on\n\n" + FROM + b"b\n"
    assert read(tmp_path / "x.mbox", content) == [b"a\r\nFrom x 10:00\r\n\r\nFrom here on\r\n", b"b\r\n"]


def test_a_file_without_the_last_line_end_is_read_to_its_end(tmp_path: Path) -> None:
    assert read(tmp_path / "x.mbox", FROM + b"a\nb") == [b"a\r\nb"]


@pytest.mark.parametrize("size", [LIMIT - 2, LIMIT - 1, 3 * LIMIT, 100 * LIMIT])
def test_a_message_over_the_limit_is_passed_over_and_the_next_one_read(tmp_path: Path, size: int) -> None:
    found = read(tmp_path / "x.mbox", FROM + b"x" * size + b"\n\n" + FROM + b"b\n")
    assert found[1] == b"b\r\n"
    assert isinstance(found[0], bytes) == (size + 2 <= LIMIT)
    if size + 2 > LIMIT:
        assert f"more than the {LIMIT} that are taken" in str(found[0])


def test_long_lines_are_no_boundaries(tmp_path: Path) -> None:
    raw = b"x" * 65_536 + b"From a 1:00\r\n\r\n" + b"y" * 65_535 + b"\r\nz\r\n"
    write(tmp_path / "x.mbox", raw, b"b\r\n")
    assert read(tmp_path / "x.mbox", limit=1 << 20) == [raw, b"b\r\n"]
