"""`pillarbox import` as people use it: what it says it found, what it could not take, and why."""

from __future__ import annotations

import os
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.archive.test_sources import HOG
from tests.cli.archive.test_zipped import flagged, line
from tests.cli.conftest import Caught, Run
from tests.running import Running

Start = Callable[..., Running]
RAW = b"Return-Path: <r@x.test>\r\nFrom: a@x.test\r\nTo: b@x.test\r\nSubject: x\r\n\r\nx\r\n"


def listed(server: Running) -> list[dict[str, Any]]:
    found = httpx.get(f"{server.api}/messages").json()["messages"]
    assert isinstance(found, list)
    return found[::-1]


def raw(server: Running, number: int) -> bytes:
    return httpx.get(f"{server.api}/messages/{number}/raw").content


def test_several_archives_of_several_kinds(
    pillarbox: Run, shared_server: Running, caught: Caught, tmp_path: Path
) -> None:
    (tmp_path / "hog").mkdir()
    (tmp_path / "hog" / HOG).write_bytes(b"HELO:<app>\r\nFROM:<>\r\nTO:<c@x.test>\r\nTO:<d@x.test>\r\n\r\n" + RAW)
    os.utime(tmp_path / "hog" / HOG, (1, 1))
    (tmp_path / "mail").write_bytes(b"From e@x.test Mon Nov 23 22:14:09 2026\nTo: b@x.test\n\nx\n\n")
    (tmp_path / "one.eml").write_bytes(RAW)
    done = pillarbox("import", "hog", "mail", "one.eml", "--url", shared_server.url)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "hog is a folder of MailHog.",
        "mail is an mbox.",
        "one.eml is a message.",
        f"3 messages imported into {shared_server.url}.",
    ]
    hog, mbox, eml = caught()
    assert (hog["mail_from"], hog["rcpt_to"]) == ("", ["c@x.test", "d@x.test"])
    assert hog["received_at"] == "1970-01-01T00:00:01.000000Z"
    assert (mbox["mail_from"], mbox["rcpt_to"]) == ("e@x.test", ["b@x.test"])
    assert mbox["received_at"] == "2026-11-23T22:14:09.000000Z"
    assert (eml["mail_from"], eml["rcpt_to"]) == ("r@x.test", ["b@x.test"])
    assert [raw(shared_server, one["id"]) for one in (hog, mbox, eml)] == [RAW, b"To: b@x.test\r\n\r\nx\r\n", RAW]
    assert {one["inbox"] for one in (hog, mbox, eml)} == {"default"}


def test_an_inbox_that_is_named_takes_everything(
    pillarbox: Run, shared_server: Running, caught: Caught, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("1.eml", b"Subject: good\r\n\r\n")
        archive.writestr("manifest.jsonl", line(said={"inbox": "there"}))
    assert pillarbox("import", "x.zip", "--url", shared_server.url).returncode == 0
    assert pillarbox("import", "x.zip", "--inbox", "here", "--url", shared_server.url).returncode == 0
    assert [one["inbox"] for one in caught()] == ["there", "here"]
    assert [(one["read"], one["tags"]) for one in caught()] == [(True, ["a"])] * 2


def test_everything_that_can_be_is_imported_and_the_rest_told(
    pillarbox: Run, start_server: Start, tmp_path: Path
) -> None:
    server = start_server("--max-message-size", "1000", "--max-recipients", "2")
    good = b"Subject: good\r\n\r\n"
    many = [{"address": f"{number}@x.test"} for number in range(3)]
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for name in ("1.eml", "2.eml", "3.eml", "4.eml", "5.eml", "6.eml"):
            archive.writestr(name, good)
        archive.writestr("large.eml", b"x" * 1001)
        archive.writestr(
            "manifest.jsonl",
            line("1.eml")
            + line("2.eml", said={"rcpt_to": many})
            + line("3.eml", said={"mail_from": {"address": "a\r\nDATA"}})
            + line("4.eml", said={"inbox": "no such name!"})
            + line("5.eml", said={"tags": ["\x1b[2J"]})
            + line("large.eml", b"x" * 1001)
            + line("\x1b[31m../../../etc/passwd" + "x" * 300)
            + line("6.eml"),
        )
    done = pillarbox("import", "x.zip", "--url", server.url)
    assert done.returncode == 1
    told = done.stderr.splitlines()
    assert told[0] == "pillarbox: 2.eml: body.envelope.rcpt_to: Must be at most 2 recipients."
    assert told[1].startswith("pillarbox: 3.eml: body.envelope.mail_from.address: Must not contain control characters.")
    assert told[2].startswith("pillarbox: 4.eml: inbox: ")
    assert told[3].startswith("pillarbox: 5.eml: it is imported as message 2, but without read and tags: body.tags.0: ")
    assert told[4] == "pillarbox: large.eml: it has 1001 octets, more than the 1000 that are taken"
    assert told[5].startswith("pillarbox: ␛[31m../../../etc/passwdxxx")
    assert told[5].endswith("x…: the manifest names it, and it is not in the archive")
    assert len(told) == 6
    assert done.stdout.splitlines()[-1] == f"2 messages imported into {server.url}; 6 could not be."
    assert len(listed(server)) == 3
    assert sorted(one.name for one in tmp_path.iterdir() if one.suffix in (".zip", ".eml")) == ["x.zip"]


@pytest.mark.parametrize(
    "spoil",
    [lambda whole: whole[:-30], lambda whole: whole[: len(whole) // 2], lambda whole: whole[:4], flagged],
    ids=["cut at the end", "cut in the middle", "cut at the start", "encrypted"],
)  # fmt: skip
def test_a_zip_that_cannot_be_read_is_a_sentence(
    pillarbox: Run, shared_server: Running, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1.eml", RAW)
        archive.writestr("manifest.jsonl", line("1.eml", RAW))
    (tmp_path / "x.zip").write_bytes(spoil((tmp_path / "x.zip").read_bytes()))
    done = pillarbox("import", "x.zip", "--url", shared_server.url)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stdout.splitlines()[-1] == f"0 messages imported into {shared_server.url}; 1 could not be."


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing"], "missing cannot be read (No such file or directory)"),
        (["."], ". cannot be imported: there is no message in it"),
        (["x.eml", "missing"], "missing cannot be read"),
        (["x.eml", "--inbox", "a b"], "--inbox says 'a b'"),
        ([], "required: SOURCE"),
    ],
)
def test_wrong_use_is_a_sentence_and_imports_nothing(
    pillarbox: Run, shared_server: Running, tmp_path: Path, arguments: list[str], said: str
) -> None:
    before = listed(shared_server)
    if "x.eml" in arguments:
        (tmp_path / "x.eml").write_bytes(RAW)
    else:
        (tmp_path / "empty").mkdir()
        arguments = ["empty" if one == "." else one for one in arguments]
        said = said.replace(". cannot", "empty cannot")
    done = pillarbox("import", *arguments, "--url", shared_server.url)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert said in done.stderr
    assert listed(shared_server) == before


def test_a_catcher_that_keeps_nothing_ends_it_after_three(pillarbox: Run, server: Running, tmp_path: Path) -> None:
    (tmp_path / "box").mkdir()
    for number in range(9):
        (tmp_path / "box" / f"{number}.eml").write_bytes(RAW)
    connection = sqlite3.connect(tmp_path / "pillarbox.db", isolation_level=None)
    connection.execute("CREATE TRIGGER full BEFORE INSERT ON message BEGIN SELECT RAISE(ABORT, 'full'); END")
    connection.close()
    done = pillarbox("import", "box", "--url", server.url)
    assert done.returncode == 1
    *each, last = done.stderr.splitlines()
    assert [one.split(":")[1] for one in each] == [" 0.eml", " 1.eml", " 2.eml"]
    assert last == f"pillarbox: {server.url} keeps no mail now; what follows was not tried."


def test_a_catcher_that_is_not_there_ends_it(pillarbox: Run, nobody: str, tmp_path: Path) -> None:
    (tmp_path / "x.eml").write_bytes(RAW)
    done = pillarbox("import", "x.eml", "--url", nobody)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Nothing answers at" in done.stderr
