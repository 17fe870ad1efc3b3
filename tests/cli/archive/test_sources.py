"""Each archive is told by what is in it, whatever it is called."""

from __future__ import annotations

import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pillarbox.cli.archive.item import Item, Unread
from pillarbox.cli.archive.sources import source
from pillarbox.errors import UsageError

LIMIT = 10_000
RAW = b"Subject: x\r\n\r\nx\r\n"
MBOX = b"From a@x.test Mon Nov 23 22:14:09 2026\nSubject: x\n\nx\n\n"
HOG = "Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm8=@mailhog.example"


def items(path: Path) -> list[Item]:
    found = list(source(str(path), LIMIT))
    assert all(isinstance(one, Item) for one in found), found
    return [one for one in found if isinstance(one, Item)]


def told(path: Path) -> list[str]:
    return [one.why for one in source(str(path), LIMIT) if isinstance(one, Unread)]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("x.eml", RAW, "a message"),
        ("x.eml", b"", "a message"),
        ("x.eml", b"no header at all", "a message"),
        ("x.eml", MBOX, "a message"),
        ("x", RAW, "a message"),
        ("x.txt", b"\xef\xbb\xbfSubject: x\r\n", "a message"),
        ("x", MBOX, "an mbox"),
        ("Inbox", MBOX, "an mbox"),
        ("x.mbox", b"", "an mbox"),
        (HOG, b"HELO:<x>\r\nFROM:<>\r\n\r\n", "a message"),
    ],
)
def test_a_file_is_told_by_its_content(tmp_path: Path, name: str, content: bytes, kind: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert source(str(tmp_path / name), LIMIT).kind == kind


def test_a_zip_is_one_by_any_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "backup", "w") as archive:
        archive.writestr("1.eml", RAW)
    assert source(str(tmp_path / "backup"), LIMIT).kind == "a zip of .eml files"


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n", b"hello world\n", b"<html>"])
def test_what_is_no_mail_is_refused_with_the_mend(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(UsageError, match=r"is nothing that can be imported.* ends with \.eml\.$"):
        source(str(tmp_path / "x"), LIMIT)


def test_what_is_not_there_or_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        source(str(tmp_path / "missing"), LIMIT)
    with pytest.raises(UsageError, match="NUL"):
        source("a\0b", LIMIT)
    with pytest.raises(UsageError, match="neither a file nor a folder"):
        source("/dev/null", LIMIT)
    with pytest.raises(UsageError, match=r"no \.eml file, no Maildir, nothing of MailHog"):
        source(str(tmp_path), LIMIT)


def test_a_folder_of_eml_files_is_in_the_order_of_numbers(tmp_path: Path) -> None:
    for number in (10, 9, 100, 1):
        (tmp_path / f"{number}.eml").write_bytes(b"%d" % number)
    (tmp_path / ".1.eml.part").write_bytes(b"half")
    (tmp_path / "notes.txt").write_bytes(b"x")
    assert [one.raw for one in items(tmp_path)] == [b"1", b"9", b"10", b"100"]


def test_what_mailpit_dumps_is_in_the_order_of_its_times(tmp_path: Path) -> None:
    for name, seconds in (("b5sEzsnMJM3ziJgZX5D9mh", 3), ("VDeqkZXaP7bhLBmZ3vBDHV", 1), ("aaaaaaaaaaaaaaaaaaaaaa", 2)):
        (tmp_path / f"{name}.eml").write_bytes(b"Subject: %d\r\n" % seconds)
        os.utime(tmp_path / f"{name}.eml", (seconds, seconds))
    found = items(tmp_path)
    assert [one.raw for one in found] == [b"Subject: 1\r\n", b"Subject: 2\r\n", b"Subject: 3\r\n"]
    assert found[0].received_at == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert (found[0].sender, found[0].recipients) == (None, None)


def test_mailhogs_folder_gives_message_and_envelope(tmp_path: Path) -> None:
    head = b"HELO:<app.test>\r\nFROM:<a@x.test>\r\nTO:<b@x.test>\r\nTO:<c@x.test>\r\n\r\n"
    (tmp_path / HOG).write_bytes(head + RAW)
    (tmp_path / HOG.replace("Zm9v", "AAAA")).write_bytes(b"Return-Path: <r@x.test>\r\n" + RAW)
    os.utime(tmp_path / HOG, (5, 5))
    found = source(str(tmp_path), LIMIT)
    assert (found.kind, found.count) == ("a folder of MailHog", 2)
    first, second = items(tmp_path)
    assert first.raw == RAW
    assert first.sender is not None
    assert first.recipients is not None
    assert (first.sender.address, [one.address for one in first.recipients]) == ("a@x.test", ["b@x.test", "c@x.test"])
    assert second.raw == b"Return-Path: <r@x.test>\r\n" + RAW
    assert second.sender is None


def test_a_message_that_looks_like_mailhogs_is_left_alone_in_an_eml_file(tmp_path: Path) -> None:
    raw = b"HELO:<x>\r\nFROM:<a@x.test>\r\n\r\nx"
    (tmp_path / "1.eml").write_bytes(raw)
    assert items(tmp_path)[0].raw == raw
    assert items(tmp_path / "1.eml")[0].raw == raw


def test_a_maildir_gives_flags_times_and_order(tmp_path: Path) -> None:
    for place, name in (
        ("cur", "1700000002.M5P7Q1.host,S=12,W=13:2,FS"),
        ("cur", "1700000001.M000009P7.host:2,RST"),
        ("new", "1700000001.M8P7.host"),
        ("new", "1700000003.7_1.host:2,S"),
        (".Sent/cur", "1700000004.x:2,"),
        ("tmp", "1700000000.half"),
    ):
        (tmp_path / place).mkdir(parents=True, exist_ok=True)
        (tmp_path / place / name).write_bytes(name.encode())
    found = items(tmp_path)
    assert source(str(tmp_path), LIMIT).kind == "a Maildir"
    assert [one.name[:12] for one in found] == [
        "1700000001.M", "1700000001.M", "1700000002.M", "1700000003.7", "1700000004.x"
    ]  # fmt: skip
    assert [one.received_at.microsecond for one in found if one.received_at] == [8, 9, 5, 0, 0]
    assert [(one.read, one.pinned) for one in found] == [
        (False, False), (True, False), (True, True), (False, False), (False, False)
    ]  # fmt: skip
    assert all(one.raw == one.name.encode() for one in found)


def test_a_maildir_of_strange_names_takes_the_times_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "cur").mkdir()
    for name in ("strange", "99999999999.x", "0.x"):
        (tmp_path / "cur" / name).write_bytes(RAW)
        os.utime(tmp_path / "cur" / name, (7, 7))
    years = {one.name: one.received_at.year for one in items(tmp_path) if one.received_at}
    assert years == {"strange": 1970, "99999999999.x": 5138, "0.x": 1970}


@pytest.mark.parametrize("inside", ["cur", "."])
def test_links_and_pipes_inside_of_a_folder_are_not_followed(tmp_path: Path, inside: str) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    place = tmp_path / "box" / inside
    place.mkdir(parents=True)
    (place / "1.eml").symlink_to(secret)
    os.mkfifo(place / "2.eml")
    (place / "3.eml").symlink_to("/dev/zero")
    assert told(tmp_path / "box") == [
        "it is a link, which is not followed", "it is no file", "it is a link, which is not followed"
    ]  # fmt: skip


def test_a_link_that_is_named_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real.eml").write_bytes(RAW)
    (tmp_path / "x.eml").symlink_to("real.eml")
    assert items(tmp_path / "x.eml")[0].raw == RAW


@pytest.mark.parametrize("place", ["1.eml", "new/1"])
def test_a_file_over_the_limit_is_told_without_being_read(tmp_path: Path, place: str) -> None:
    (tmp_path / place).parent.mkdir(exist_ok=True)
    with (tmp_path / place).open("wb") as file:
        file.truncate(1 << 40)
    assert told(tmp_path) == [f"it has {1 << 40} octets, more than the {LIMIT} that are taken"]
