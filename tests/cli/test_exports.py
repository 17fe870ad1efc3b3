"""`pillarbox export` as people use it: what it says, and what it does when something is in the way."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import pty
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from pillarbox.cli import exports
from pillarbox.cli.archive.item import Item
from pillarbox.cli.catcher import Catcher
from pillarbox.cli.exports import Listing
from pillarbox.cli.place import place
from tests.cli.conftest import Run
from tests.running import Running, environment
from tests.web.world import World

Start = Callable[..., Running]
RAW = b"From: a@x.test\r\nTo: b@x.test\r\nSubject: invoice\r\n\r\nx\r\n"


def post(url: str, raw: bytes = RAW, **params: str) -> int:
    headers = {"content-type": "message/rfc822"}
    answer = httpx.post(f"{url}/api/v1/messages", params=params, content=raw, headers=headers)
    return int(answer.raise_for_status().json()["id"])


def names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


@pytest.fixture
def listed(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[int]]:
    """Ids as they are exported, with two messages a page; `meanwhile` happens after the first walk."""
    monkeypatch.setattr(exports, "PAGE", 2)

    def listed(meanwhile: Callable[[], object] = lambda: None, **chosen: str) -> list[int]:
        catcher = Catcher(place(world.url, {}))
        listing = Listing(catcher, chosen.get("inbox"), chosen.get("q"))
        meanwhile()
        found = [row["id"] for row in listing]
        catcher.close()
        return found

    return listed


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 8])
def test_all_pages_are_walked_oldest_first(world: World, listed: Callable[..., list[int]], count: int) -> None:
    ids = [world.take().id for _ in range(count)]
    assert listed() == ids


def test_what_comes_meanwhile_is_left_and_what_goes_is_missing(world: World, listed: Callable[..., list[int]]) -> None:
    ids = [world.take().id for _ in range(9)]

    def meanwhile() -> None:
        for _ in range(3):
            world.take()
        world.client.delete("/api/v1/messages", params={"ids": f"{ids[1]},{ids[4]},{ids[8]}"}).raise_for_status()

    assert listed(meanwhile) == [one for at, one in enumerate(ids) if at not in (1, 4, 8)]


def test_what_is_restored_meanwhile_pushes_nothing_off_its_page(world: World, listed: Callable[..., list[int]]) -> None:
    ids = [world.take().id for _ in range(12)]
    gone = ids[1:11:2]
    world.client.delete("/api/v1/messages", params={"ids": ",".join(map(str, gone))}).raise_for_status()

    def meanwhile() -> None:
        world.client.post("/api/v1/messages/restore", json={"ids": gone}).raise_for_status()

    found = listed(meanwhile)
    assert found == sorted(found)
    assert set(ids) - set(gone) <= set(found)


def test_inbox_and_search_choose(pillarbox: Run, server: Running, tmp_path: Path) -> None:
    for inbox, raw in (("a", RAW), ("b", RAW), ("b", RAW.replace(b"invoice", b"other"))):
        post(server.url, raw, inbox=inbox)
    for flags, wanted in (
        (["--inbox", "b"], ["2.eml", "3.eml"]),
        (["-q", "invoice"], ["1.eml", "2.eml"]),
        (["--query", "invoice", "--inbox", "b"], ["2.eml"]),
        (["--inbox", "nobody"], []),
    ):
        done = pillarbox("export", "x.zip", "--force", *flags, PILLARBOX_URL=server.url)
        assert (done.returncode, done.stderr) == (0, "")
        said = f"{len(wanted)} {'message' if len(wanted) == 1 else 'messages'} exported to x.zip.\n"
        assert done.stdout == said
        assert names(tmp_path / "x.zip") == [*wanted, "manifest.jsonl"]


def test_a_manifest_has_a_line_a_message(pillarbox: Run, server: Running, tmp_path: Path) -> None:
    post(server.url, received_at="2026-11-23T22:14:09.000001Z", inbox="a")
    assert pillarbox("export", "x.zip", "--url", server.url).returncode == 0
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        assert archive.read("1.eml") == RAW
        assert [json.loads(line) for line in archive.read("manifest.jsonl").splitlines()] == [
            {
                "id": 1,
                "file": "1.eml",
                "size": len(RAW),
                "sha256": hashlib.sha256(RAW).hexdigest(),
                "received_at": "2026-11-23T22:14:09.000001Z",
                "inbox": "a",
                "mail_from": {"address": "a@x.test", "params": {}},
                "rcpt_to": [{"address": "b@x.test", "params": {}}],
                "subject": "invoice",
                "read": False,
                "pinned": False,
                "tags": [],
            }
        ]


def test_a_password_and_a_root_path_are_used(pillarbox: Run, start_server: Start) -> None:
    server = start_server("--web-auth", "ada:secret", "--root-path", "/mail")
    url = f"{server.url.removesuffix('/mail')}/mail"
    assert pillarbox("export", "1/", "--url", url, PILLARBOX_WEB_AUTH="ada:secret").returncode == 0
    assert pillarbox("export", "2/", "--url", url.replace("//", "//ada:secret@")).returncode == 0
    for variables in ({}, {"PILLARBOX_WEB_AUTH": "ada:wrong"}):
        done = pillarbox("export", "3/", "--url", url, **variables)
        assert done.returncode == 2
        assert "asks for a user name and a password; put them into PILLARBOX_WEB_AUTH" in done.stderr


def test_a_unix_socket_works_too(pillarbox: Run, start_server: Start, tmp_path: Path) -> None:
    server = start_server("--http", f"unix:{tmp_path / 'http'}")
    assert pillarbox("export", "1/", "--url", server.url).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["x.zip", "-q", "a\x01b"], 2, "q: Must not contain control characters."),
        (["x.zip", "--inbox", "../x"], 2, "inbox: "),
        (["x"], 2, "tells no format"),
        (["x.zip", "--format", "tar"], 2, "choose from"),
        (["/missing/x.zip"], 2, "/missing/x.zip cannot be written (No such file or directory)"),
        ([], 2, "required: TARGET"),
    ],
)
def test_wrong_use_is_a_sentence_and_leaves_nothing(
    pillarbox: Run, shared_server: Running, tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    done = pillarbox("export", *arguments, "--url", shared_server.url)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1)
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_catcher_that_is_not_there_is_exit_code_1(pillarbox: Run, nobody: str, tmp_path: Path) -> None:
    done = pillarbox("export", "x.zip", "--url", nobody)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"pillarbox: Nothing answers at {nobody} (Connection refused); is pillarbox running there?\n"
    assert not (tmp_path / "x.zip").exists()


def test_something_else_that_answers_is_no_catcher(pillarbox: Run, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as other:
        assert other.stdout is not None
        port = other.stdout.readline().split(" port ")[1].split()[0]
        (tmp_path / "api" / "v1").mkdir(parents=True)
        for content in (None, "no JSON", "[]", "{}"):
            if content is not None:
                (tmp_path / "api" / "v1" / "info").write_text(content)
            done = pillarbox("export", "x.zip", "--url", f"http://127.0.0.1:{port}")
            assert done.returncode == 1
            said = "answers 404" if content is None else "is no Pillarbox"
            assert said in done.stderr
            assert done.stderr.count("\n") == 1
        other.kill()


def chosen(target: str, world: World) -> argparse.Namespace:
    return argparse.Namespace(target=target, format=None, force=False, url=world.url, inbox=None, query=None)


class Full:
    """A target on a disk that is full after one message."""

    with_envelope = False
    abandoned = False

    def __init__(self) -> None:
        self.added = 0

    def begin(self) -> None: ...

    def add(self, item: Item) -> None:
        self.added += 1
        if self.added > 1:
            raise OSError(28, "No space left on device")

    def finish(self) -> None:
        raise AssertionError

    def abandon(self) -> None:
        self.abandoned = True


def test_a_full_disk_is_a_sentence(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(3):
        world.take()
    full = Full()
    monkeypatch.setattr(exports, "target", lambda *args, **kwargs: full)
    options = chosen("x", world)
    assert exports.export(options, {}) == 1
    assert capsys.readouterr().err == "pillarbox: x cannot be written (No space left on device).\n"
    assert full.abandoned


def test_a_catcher_that_goes_away_leaves_no_half_file(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [world.take().id for _ in range(3)]
    get = Catcher.get

    def away(self: Catcher, path: str, params: Any = ()) -> bytes:
        if path == f"/messages/{ids[1]}/raw":
            self.close()
            self.place = place("http://127.0.0.1:1", {})
            self._connection = self.place.connection(5)
        return get(self, path, params)

    monkeypatch.setattr(Catcher, "get", away)
    options = chosen(str(tmp_path / "x.zip"), world)
    assert exports.export(options, {}) == 1
    assert list(tmp_path.iterdir()) == []


def test_what_is_deleted_while_it_is_exported_is_said_and_no_error(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = [world.take().id for _ in range(3)]
    get = Catcher.get

    def deleting(self: Catcher, path: str, params: Any = ()) -> bytes:
        if path == f"/messages/{ids[1]}/raw":
            world.client.delete(f"/api/v1/messages/{ids[1]}").raise_for_status()
        return get(self, path, params)

    monkeypatch.setattr(Catcher, "get", deleting)
    options = chosen(str(tmp_path / "x.zip"), world)
    assert exports.export(options, {}) == 0
    said = capsys.readouterr()
    assert said.err == f"pillarbox: message {ids[1]}: it was deleted meanwhile\n"
    assert said.out == f"2 messages exported to {tmp_path / 'x.zip'}.\n"
    assert names(tmp_path / "x.zip") == [f"{ids[0]}.eml", f"{ids[2]}.eml", "manifest.jsonl"]


def test_a_terminal_has_a_bar(server: Running, tmp_path: Path) -> None:
    for _ in range(3):
        post(server.url)
    ours, theirs = pty.openpty()
    shown = b""

    def watch() -> None:
        nonlocal shown
        try:
            while block := os.read(ours, 65536):
                shown += block
        except OSError:  # Linux says so when the other end is closed
            pass

    thread = threading.Thread(target=watch)
    thread.start()
    command = [sys.executable, "-m", "pillarbox", "export", "x.zip", "--url", server.url]
    done = subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=theirs, cwd=tmp_path, env=environment(), check=False
    )
    os.close(theirs)
    thread.join()
    os.close(ours)
    assert done.returncode == 0
    assert b"] 1/3" in shown
    assert b"] 3/3" in shown


def test_memory_does_not_grow_with_the_number_of_messages(world: World, tmp_path: Path) -> None:
    """48 MB in twelve messages of 4 MB: what the process takes more than at its beginning is a few of them, not all."""
    for number in range(12):
        world.take(b"Subject: %d\r\n\r\n" % number + (b"%062d\r\n" % number) * 62_500)
    program = (
        "import re, sys\n"
        "from pillarbox.cli import main\n"
        "def peak(): return 1024 * int(re.search(r'VmHWM:\\s+([0-9]+) kB', open('/proc/self/status').read())[1])\n"
        "import pillarbox.cli.exports, pillarbox.cli.imports, zipfile\n"
        "before = peak()\n"
        f"flags = ['--url', {world.url!r}]\n"
        "targets = ['x.zip', 'x.mbox', 'x.maildir', 'x/']\n"
        "codes = [main(['export', target, *flags]) for target in targets] + [main(['import', *targets, *flags])]\n"
        "print(peak() - before, *codes, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=environment(),
        check=True,
    )
    grown, *codes = map(int, done.stderr.split())
    assert codes == [0] * 5
    assert grown < 36_000_000
