"""A database in trouble, seen from outside: mail is told 4xx, the process lives and says why, and goes on by itself."""

from __future__ import annotations

import os
import random
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.crash.test_kill import LIMIT, contents, listed
from tests.running import Running, environment
from tests.storage.cluster import Cluster, Missing, running_cluster

LARGE = 300_000


def content(octets: int = 100) -> bytes:
    return b"Subject: x\r\n\r\n" + random.randbytes(octets // 2).hex().encode() + b"\r\n"


def send(server: Running, raw: bytes) -> tuple[int, str]:
    """The reply to the end of the content."""
    with smtplib.SMTP(server.smtp_host, server.smtp_port, timeout=LIMIT) as client:
        client.ehlo("trouble.test")
        client.mail("a@b.test")
        client.rcpt("c@d.test")
        code, said = client.data(raw)
        return code, said.decode()


def ready(server: Running) -> tuple[int, str]:
    answer = httpx.get(f"{server.url}/readyz", timeout=LIMIT)
    return answer.status_code, answer.json().get("detail", "")


def wait_until_ready(server: Running) -> None:
    """It becomes so by itself: nothing is sent meanwhile."""
    deadline = time.monotonic() + LIMIT
    while ready(server)[0] != 200:
        assert time.monotonic() < deadline, ready(server)


def reasons(server: Running) -> list[str]:
    """Why sessions went wrong; the newest first."""
    answer = httpx.get(f"{server.api}/sessions", params={"code": 451}, timeout=LIMIT).json()["sessions"]
    answer += httpx.get(f"{server.api}/sessions", params={"code": 452}, timeout=LIMIT).json()["sessions"]
    return [one["reason"] for one in answer]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Called with a size: a file system of its own, or the same one made larger."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def resize(size: str) -> Path:
        options = f"size={size},mode=0700" if not folder.is_mount() else f"remount,size={size}"
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.skip(f"a file system cannot be mounted here ({done.stderr.strip()})")
        return folder

    yield resize
    if folder.is_mount():
        subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_is_told_452_and_mail_comes_in_again_when_it_has_room(
    small_disk: Callable[[str], Path], start_server: Callable[..., Running]
) -> None:
    server = start_server("--database", f"sqlite:///{small_disk('6m') / 'mail.db'}")
    taken = [content(LARGE)]
    code, said = send(server, taken[0])
    while code == 250:
        taken.append(content(LARGE))
        code, said = send(server, taken[-1])
    refused = taken.pop()
    # What still has room is not much: a smaller message, what a session says.
    while send(server, (small := content()))[0] == 250:
        taken.append(small)
    assert (code, said) == (452, "4.3.1 Error: insufficient system storage, try again later")
    assert ready(server) == (503, "The disk of the database is full.")
    assert len(listed(server, 0)) == len(taken) > 3
    small_disk("60m")
    wait_until_ready(server)
    assert send(server, refused)[0] == 250
    assert server.process.poll() is None
    why = "452 4.3.1 Error: insufficient system storage, try again later (in answer to data): "
    assert reasons(server) == [why + "The disk of the database is full."] * 2
    kept = contents(server, listed(server, 0))
    assert len(set(kept)) == len(kept) == len(taken) + 1
    assert "Traceback" not in server.errors


def test_a_server_that_stops_is_told_451_and_used_again_when_it_is_back(start_server: Callable[..., Running]) -> None:
    try:
        with running_cluster() as cluster:
            _stop_and_start(cluster, start_server)
    except Missing as reason:
        pytest.skip(str(reason))


def _stop_and_start(cluster: Cluster, start_server: Callable[..., Running]) -> None:
    server = start_server("--database", cluster.url(cluster.create()))
    assert send(server, content())[0] == 250
    cluster.stop()
    assert send(server, content()) == (451, "4.3.0 Error: the message could not be stored, try again later")
    assert ready(server) == (503, "The database does not answer.")
    assert httpx.get(f"{server.api}/messages", timeout=LIMIT).status_code == 503
    assert httpx.get(f"{server.url}/healthz", timeout=LIMIT).status_code == 200
    cluster.start()
    wait_until_ready(server)
    assert send(server, content())[0] == 250
    assert len(listed(server, 0)) == 2
    why = "451 4.3.0 Error: the message could not be stored, try again later (in answer to data): "
    assert reasons(server) == [why + "The database does not answer."]
    assert server.process.poll() is None
    server.stop()


def test_a_server_that_became_read_only_is_told_451_and_why(start_server: Callable[..., Running]) -> None:
    try:
        with running_cluster() as cluster:
            _make_read_only(cluster, start_server)
    except Missing as reason:
        pytest.skip(str(reason))


def _make_read_only(cluster: Cluster, start_server: Callable[..., Running]) -> None:
    name = cluster.create()
    server = start_server("--database", cluster.url(name))
    assert send(server, content())[0] == 250

    def read_only(switch: str) -> None:
        with cluster.connect() as connection:
            connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {switch}".encode())
            thrown_out = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            connection.execute(thrown_out.encode())

    read_only("on")
    assert send(server, content())[0] == 451
    assert ready(server) == (503, "The database is read-only.")
    assert len(listed(server, 0)) == 1
    read_only("off")
    wait_until_ready(server)
    assert send(server, content())[0] == 250
    server.stop()


def test_a_start_on_a_file_that_may_only_be_read_ends_with_a_sentence() -> None:
    """By a process of an ordinary user: root may write everything. What it needs is loaded while it may be read."""
    program = """
import concurrent.futures.thread, locale, os, sys
import pillarbox.cli.serve, pillarbox.service.run, pillarbox.service.service
from pillarbox.cli import main
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
sys.exit(main(["serve", "--smtp", ":0", "--http", ":0", "--database", "sqlite:///" + sys.argv[1]]))
"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mail.db"
        path.touch(0o444)
        path.chmod(0o444)
        Path(folder).chmod(0o777)
        command = [sys.executable, "-c", program, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment(), timeout=LIMIT)
        sentence = f"{path} cannot be written: mend its permissions, or use another --database."
        assert (done.returncode, sentence in done.stderr) == (2, True), done.stderr
        assert path.stat().st_size == 0
        assert os.listdir(folder) == ["mail.db"]
