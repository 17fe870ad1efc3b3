from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pillarbox.cli.archive.item import Item, Target
from pillarbox.cli.archive.targets import FORMATS, Format, format_of, target
from pillarbox.errors import UsageError
from pillarbox.mail.envelope import Recipient, Sender

AT = datetime(2026, 11, 23, 22, 14, 9, 123456, tzinfo=UTC)
NAMES: dict[Format, str] = {"eml": "box/", "mbox": "box.mbox", "maildir": "box.maildir", "zip": "box.zip"}


def item(number: int = 42, raw: bytes = b"x\r\n", *, read: bool = False, pinned: bool = False) -> Item:
    return Item(
        name=str(number),
        id=number,
        raw=raw,
        sender=Sender("a@x.test"),
        recipients=(Recipient("b@x.test"),),
        received_at=AT,
        inbox="default",
        read=read,
        pinned=pinned,
    )


def export(made: Target, *items: Item) -> None:
    made.begin()
    for one in items:
        made.add(one)
    made.finish()


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a.zip", "zip"), ("A.ZIP", "zip"), ("a.mbox", "mbox"), ("mbox", "mbox"), ("a.mbx", "mbox"),
        ("Maildir", "maildir"), ("Maildir/", "maildir"), ("a.maildir", "maildir"), ("a/", "eml"), ("a.b/", "eml"),
    ],
)  # fmt: skip
def test_a_name_tells_the_format(name: str, told: str) -> None:
    assert format_of(name) == told


def test_a_folder_that_is_there_tells_the_format(tmp_path: Path) -> None:
    assert format_of(str(tmp_path)) == "eml"
    (tmp_path / "cur").mkdir()
    assert format_of(str(tmp_path)) == "maildir"


@pytest.mark.parametrize("name", ["backup", "backup.tar", "x.eml"])
def test_a_name_that_tells_nothing_is_refused_with_the_mend(name: str) -> None:
    with pytest.raises(UsageError, match=r"tells no format; end it with \.zip.* or say --format"):
        target(name, None, force=False)
    assert target(name, "zip", force=False)


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_there_is_not_overwritten_without_force(tmp_path: Path, form: Format) -> None:
    name = f"{tmp_path}/{NAMES[form]}"
    export(target(name, None, force=False), item())
    before = files(tmp_path)
    with pytest.raises(UsageError, match="--force"):
        export(target(name, None, force=False), item(43))
    assert files(tmp_path) == before
    export(target(name, None, force=True), item())
    assert files(tmp_path) == before


@pytest.mark.parametrize("form", ["eml", "maildir"])
def test_force_never_takes_anything_from_a_folder(tmp_path: Path, form: Format) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    export(target(str(tmp_path), form, force=True), item())
    assert (tmp_path / "mine.txt").read_text() == "mine"
    assert len(files(tmp_path)) == 2


@pytest.mark.parametrize("form", ["mbox", "zip"])
@pytest.mark.parametrize("there", [True, False])
def test_a_single_file_is_under_its_name_when_it_is_whole(tmp_path: Path, form: Format, *, there: bool) -> None:
    path = tmp_path / NAMES[form]
    if there:
        path.write_bytes(b"before")
    made = target(str(path), None, force=True)
    made.begin()
    made.add(item())
    assert (path.read_bytes() if path.exists() else None) == (b"before" if there else None)
    made.abandon()
    assert files(tmp_path) == ([path.name] if there else [])
    export(target(str(path), None, force=True), item())
    assert files(tmp_path) == [path.name]
    assert b"before" not in path.read_bytes()


@pytest.mark.parametrize("form", FORMATS)
def test_only_the_owner_may_read_it(tmp_path: Path, form: Format) -> None:
    export(target(f"{tmp_path}/{NAMES[form]}", None, force=False), item())
    made = list(tmp_path.rglob("*"))
    assert made
    assert [path for path in made if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


@pytest.mark.parametrize(
    ("read", "pinned", "name"),
    [
        (False, False, "new/1795472049.M123456Q42.pillarbox"),
        (True, False, "cur/1795472049.M123456Q42.pillarbox:2,S"),
        (False, True, "cur/1795472049.M123456Q42.pillarbox:2,F"),
        (True, True, "cur/1795472049.M123456Q42.pillarbox:2,FS"),
    ],
)
def test_a_maildir_has_marks_as_flags(tmp_path: Path, name: str, *, read: bool, pinned: bool) -> None:
    export(target(str(tmp_path), "maildir", force=False), item(read=read, pinned=pinned))
    assert files(tmp_path) == [name]
    assert (tmp_path / name).stat().st_mtime_ns == 1_795_472_049_123_456_000
    assert sorted(os.listdir(tmp_path)) == ["cur", "new", "tmp"]


def test_exporting_again_into_a_maildir_replaces_what_was_marked_meanwhile(tmp_path: Path) -> None:
    export(target(str(tmp_path), "maildir", force=False), item(), item(43))
    export(target(str(tmp_path), "maildir", force=True), item(read=True), item(43))
    assert [name[:4] for name in files(tmp_path)] == ["cur/", "new/"]


def test_a_link_that_stands_in_the_way_is_replaced_and_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"other")
    (tmp_path / "box").mkdir()
    (tmp_path / "box" / "42.eml").symlink_to(other)
    (tmp_path / "box" / ".42.eml.part").symlink_to(other)
    (tmp_path / "box.mbox").symlink_to(other)
    for name in ("box/", "box.mbox"):
        export(target(f"{tmp_path}/{name}", None, force=True), item())
    assert other.read_bytes() == b"other"


@pytest.mark.parametrize("form", FORMATS)
def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path, form: Format) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        target(str(tmp_path / "missing" / NAMES[form]), form, force=False).begin()
    (tmp_path / "there").mkdir()
    (tmp_path / "file").write_text("x")
    wrong = "file" if form in ("eml", "maildir") else "there"
    with pytest.raises(UsageError, match=r"is a (file|folder); name a (file|folder)"):
        target(str(tmp_path / wrong), form, force=True).begin()
