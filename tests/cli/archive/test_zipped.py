"""Zips that were made to do harm, or came to harm: each thing is a sentence, and the good messages are read."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pillarbox.cli.archive.item import Item, Unread
from pillarbox.cli.archive.zipped import ZipSource

LIMIT = 100_000
GOOD = b"Subject: good\r\n\r\n"


def line(file: str = "1.eml", raw: bytes = GOOD, *, said: dict[str, object] | None = None, **other: Any) -> bytes:
    right = {
        "id": 1,
        "file": file,
        "size": len(raw),
        "sha256": hashlib.sha256(raw).hexdigest(),
        "received_at": "2026-11-23T22:14:09.123456Z",
        "inbox": "default",
        "mail_from": {"address": "", "params": {"SMTPUTF8": True}},
        "rcpt_to": [{"address": "ada@example.org", "params": {"NOTIFY": "NEVER"}}],
        "read": True,
        "pinned": False,
        "tags": ["a"],
    }
    return json.dumps(right | other | (said or {})).encode() + b"\n"


def pack(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def read(path: Path, limit: int = LIMIT) -> list[bytes | tuple[str, str]]:
    return [(one.name, one.why) if isinstance(one, Unread) else one.raw for one in ZipSource(path, limit)]


def test_a_manifest_says_everything(tmp_path: Path) -> None:
    source = ZipSource(pack(tmp_path / "x.zip", {"1.eml": GOOD, "manifest.jsonl": line(future="x")}), LIMIT)
    (one,) = source
    assert (source.kind, source.count) == ("a zip of pillarbox export", 1)
    assert isinstance(one, Item)
    assert one.raw == GOOD
    assert one.sender is not None
    assert one.sender.params == {"SMTPUTF8": True}
    assert one.recipients is not None
    assert one.recipients[0].params == {"NOTIFY": "NEVER"}
    assert one.received_at is not None
    assert one.received_at.isoformat() == "2026-11-23T22:14:09.123456+00:00"
    assert (one.inbox, one.read, one.pinned, one.tags) == ("default", True, False, ("a",))


def test_a_zip_without_a_manifest_is_its_eml_files(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.zip", {"a/b.EML": GOOD, "../../c.eml": GOOD, "d.txt": b"x"})
    assert ZipSource(path, LIMIT).kind == "a zip of .eml files"
    assert read(path) == [GOOD, GOOD]
    assert read(pack(tmp_path / "y.zip", {"d.txt": b"x"})) == [
        ("y.zip", "there is neither a manifest.jsonl nor an .eml file in it")
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (line("2.eml"), "the manifest names it, and it is not in the archive"),
        (line("../../etc/passwd"), "the manifest names it, and it is not in the archive"),
        (line("/etc/passwd"), "the manifest names it, and it is not in the archive"),
        (line("1.eml"), "the manifest names it a second time"),
        (line("3.eml", sha256="0" * 64), "its SHA-256 is not the one that the manifest says"),
        (line("3.eml", size=1), "the manifest says 1 octets, and it has 17"),
        (line("3.eml", size=10**18), f"the manifest says {10**18} octets, and it has 17"),
        (b"\n", "it is no JSON"),
        (b"\xff\xfe\n", "it is no JSON"),
        (b"[" * 100_000 + b"\n", "it is no JSON"),
        (b"1" * 10_000 + b"\n", "it is no JSON"),
        (b"[]\n", "it is no JSON object"),
        (b"{}\n", "its file is missing, or not what an export writes"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_told_and_the_next_one_read(tmp_path: Path, wrong: bytes, said: str) -> None:
    last = b"Subject: last\r\n\r\n"
    files = {"1.eml": GOOD, "3.eml": GOOD, "last.eml": last}
    found = read(pack(tmp_path / "x.zip", {**files, "manifest.jsonl": line() + wrong + line("last.eml", last)}))
    assert found[0] == GOOD
    assert found[2] == last
    assert isinstance(found[1], tuple)
    assert found[1][1] == said


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("file", ""), ("file", 1), ("file", "\ud800"), ("size", -1), ("size", True), ("size", 1.0), ("size", 2**63),
        ("sha256", "x"), ("sha256", None), ("received_at", "yesterday"), ("received_at", "2026-11-23T22:14:09"),
        ("received_at", "0001-01-01T00:00:00+14:00"), ("inbox", ""), ("inbox", None), ("read", 1), ("pinned", "no"),
        ("tags", "a"), ("tags", [1]), ("tags", ["\udfff"]), ("mail_from", None), ("mail_from", "a@x"),
        ("mail_from", {"address": 1}), ("mail_from", {"address": "\ud800"}),
        ("mail_from", {"address": "a", "params": []}),
        ("mail_from", {"address": "a", "params": {"SIZE": 1}}), ("mail_from", {"address": "a", "params": {"X": False}}),
        ("rcpt_to", None), ("rcpt_to", ["a@x"]), ("rcpt_to", {"address": "a"}),
    ],
)  # fmt: skip
def test_a_field_is_what_it_says_or_it_is_named(tmp_path: Path, field: str, value: object) -> None:
    found = read(pack(tmp_path / "x.zip", {"1.eml": GOOD, "manifest.jsonl": line(said={field: value})}))
    assert found[0] == ("line 1 of manifest.jsonl", f"its {field} is missing, or not what an export writes")


def test_messages_that_the_manifest_does_not_name_are_told(tmp_path: Path) -> None:
    found = read(pack(tmp_path / "x.zip", {"1.eml": GOOD, "left.eml": GOOD, "note.txt": b"", "manifest.jsonl": line()}))
    assert found == [GOOD, ("left.eml", "manifest.jsonl does not name it")]


def test_a_bomb_is_told_by_its_size_and_never_unpacked(tmp_path: Path) -> None:
    bomb = b"\0" * (LIMIT + 1)
    path = pack(
        tmp_path / "x.zip", {"1.eml": GOOD, "bomb.eml": bomb, "manifest.jsonl": line("bomb.eml", bomb) + line()}
    )
    assert read(path) == [("bomb.eml", f"it has {LIMIT + 1} octets, more than the {LIMIT} that are taken"), GOOD]


def lying(path: Path, declared: int) -> Path:
    """An archive whose one entry unpacks to more than it says, in both places where it says so."""
    pack(path, {"1.eml": b"\0" * 50_000_000})
    content = path.read_bytes()
    path.write_bytes(content.replace((50_000_000).to_bytes(4, "little"), declared.to_bytes(4, "little")))
    return path


def test_a_bomb_that_lies_about_its_size_is_read_no_further_than_it_says(tmp_path: Path) -> None:
    assert read(lying(tmp_path / "x.zip", 1000)) == [("1.eml", "it is damaged in the archive")]


def test_a_manifest_that_never_ends_is_left(tmp_path: Path) -> None:
    found = read(pack(tmp_path / "x.zip", {"1.eml": GOOD, "manifest.jsonl": line() + b"\n" * 1_000_000}))
    assert found[0] == GOOD
    assert found[-1] == (
        "line 3 of manifest.jsonl",
        "the manifest has more lines than the archive has files, and what follows is not read",
    )
    found = read(pack(tmp_path / "y.zip", {"1.eml": GOOD, "2.eml": GOOD, "manifest.jsonl": line() + b" " * 5_000_000}))
    assert found[0] == GOOD
    assert found[1][1] == "it has more than 4194304 octets, and what follows is not read"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packings_that_unpack_without_bounds_are_not_read(tmp_path: Path, method: int) -> None:
    why = "it is packed in a way that is not read here; pack it by deflate"
    assert read(pack(tmp_path / "x.zip", {"1.eml": GOOD}, method)) == [("1.eml", why)]
    assert read(pack(tmp_path / "y.zip", {"1.eml": GOOD, "manifest.jsonl": line()}, method)) == [
        ("manifest.jsonl", why)
    ]


def flagged(content: bytes) -> bytes:
    """The encryption bit set in the local header and in the directory."""
    return content.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01").replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
    )


def test_what_is_encrypted_is_told(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.zip", {"1.eml": GOOD})
    path.write_bytes(flagged(path.read_bytes()))
    assert read(path) == [("1.eml", "it is encrypted")]


def whole() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1.eml", GOOD * 1000)
        archive.writestr("manifest.jsonl", line(raw=GOOD * 1000))
    return file.getvalue()


@pytest.mark.parametrize("cut", range(0, len(whole()) - 1, 7))
def test_a_zip_that_is_cut_off_is_a_sentence(tmp_path: Path, cut: int) -> None:
    (tmp_path / "x.zip").write_bytes(whole()[:cut])
    assert read(tmp_path / "x.zip") == [("x.zip", "it is no whole zip file: cut off, or damaged")]


def spoilt(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


@pytest.mark.parametrize("at", range(len(whole())))
def test_a_zip_with_any_octet_spoilt_gives_sentences_and_no_wrong_message(tmp_path: Path, at: int) -> None:
    (tmp_path / "x.zip").write_bytes(spoilt(whole(), at))
    for one in read(tmp_path / "x.zip"):
        assert isinstance(one, tuple) or one == GOOD * 1000


def test_nothing_is_written_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["../up.eml", "/tmp/abs.eml", "a/../../b.eml", "..\\c.eml", "C:\\d.eml"]
    folder = tmp_path / "in" / "here"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    lines = b"".join(line(name) for name in names)
    path = pack(tmp_path / "x.zip", {**dict.fromkeys(names, GOOD), "manifest.jsonl": lines})
    before = sorted(tmp_path.rglob("*"))
    assert read(path) == [GOOD] * len(names)
    assert sorted(tmp_path.rglob("*")) == before
