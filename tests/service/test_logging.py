"""What a catcher that runs writes to its log while clients do their worst."""

from __future__ import annotations

import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import running
from tests.running import Running
from tests.wire.dialling import Dial

EVIL = "evil\x0b\x1b[2J\x85\u2028\u202e2026-11-23T22:14:09.123Z info pillarbox.y: forged"

TEXT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (info|warning|error|critical) [a-z._]+: [^\n]+")


@pytest.fixture
def json_server(tmp_path: Path) -> Iterator[Running]:
    """With `--log-format json` nothing is said on standard output: the first line of the log says that it is ready."""
    folder = tmp_path
    ready, errors = folder / "ready.json", folder / "stderr.txt"
    command = [sys.executable, "-m", "pillarbox", "serve", "--log-format", "json", "--ready-file", str(ready)]
    command += ["--smtp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--database", f"sqlite:///{folder / 'pillarbox.db'}"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=running.environment(), cwd=folder
    )
    assert process.stderr is not None
    first = process.stderr.readline()
    errors.write_bytes(first)
    server = Running(process, json.loads(ready.read_text("utf-8")), "", errors)
    yield server
    server.kill()


def lines_of(server: Running) -> list[dict[str, Any]]:
    """Stop it; every line that it wrote."""
    assert isinstance(server.process, subprocess.Popen)
    server.process.send_signal(signal.SIGTERM)
    out, errors = server.process.communicate(timeout=running.STOP_LIMIT)
    assert (server.process.returncode, out) == (0, b"")
    first = server.errors
    return [json.loads(line) for line in (first + errors.decode("ascii")).splitlines()]


def refuse_poison(folder: Path) -> None:
    """From now on the database refuses messages with this subject."""
    with closing(sqlite3.connect(folder / "pillarbox.db", isolation_level=None)) as database:
        database.execute(
            "CREATE TRIGGER refusal BEFORE INSERT ON message WHEN NEW.subject = 'poison' "
            "BEGIN SELECT RAISE(ABORT, 'refused by the test'); END"
        )


def misbehave(server: Running) -> None:
    """Three sessions that end badly, with what an attacker would like to see in a log, and one that ends well."""
    with Dial(server) as dial:
        dial.say(f"EHLO {EVIL}")
        dial.say(f"RCPT TO:<{EVIL}>")
        dial.say("QUIT")
        dial.rest()
    with Dial(server) as dial:
        dial.send(f"GET /{EVIL} HTTP/1.1\r\n".encode())
        dial.reply()
        dial.half_close()
        dial.rest()
    with Dial(server) as dial:
        assert dial.transaction(b"Subject: poison\r\n\r\nvery private\r\n.\r\n").startswith("451")
        assert dial.say("AUTH PLAIN AGFkYQBzZXNhbWU=").startswith("235")
        dial.say("QUIT")
        dial.rest()
    with Dial(server) as dial:
        assert dial.transaction(b"Subject: fine\r\n\r\nvery private\r\n.\r\n").startswith("250")
        dial.say("QUIT")
        dial.rest()


def test_json_lines_carry_the_session_that_they_are_about(json_server: Running, tmp_path: Path) -> None:
    server = json_server
    refuse_poison(tmp_path)
    misbehave(server)
    sessions = httpx.get(f"{server.api}/sessions").json()["sessions"]
    peers = {session["peer"]: session["id"] for session in sessions}
    lines = lines_of(server)
    assert all(list(line)[:4] == ["at", "level", "logger", "message"] for line in lines)
    ends = {line["session_id"]: line for line in lines if line["logger"] == "pillarbox.session"}
    assert sorted(ends) == [1, 2, 3]
    for number, line in ends.items():
        assert peers[line["peer"]] == number
        session = next(session for session in sessions if session["id"] == number)
        for name in ("outcome", "reason", "listener", "helo", "commands", "errors", "worst_reply"):
            assert line[name] == session[name]
        assert line["messages"] == len(session["messages"]) == 0
    stored = [line for line in lines if line["message"].startswith("A message could not be stored")]
    assert [peers[line["peer"]] for line in stored] == [3]
    refused = [line for line in lines if line["message"].startswith("The database refused a write")]
    # A batch that holds what others said as well is nobody's.
    assert {peers[line["peer"]] for line in refused if "peer" in line} == {3}
    assert "writer.py" in refused[0]["exception"]


def test_json_lines_tell_start_and_stop_and_what_uvicorn_has_to_say(json_server: Running) -> None:
    server = json_server
    host, port = server.ready["http"][0].values()
    with socket.create_connection((host, port), timeout=running.START_LIMIT) as web:
        web.sendall(b"\x00 no request\r\n\r\n")
        assert web.recv(1000).startswith(b"HTTP/1.1 400")
    first, *between, stopping, stopped = lines_of(server)
    assert (first["message"], first["smtp"]) == ("Every listener accepts.", server.ready["smtp"])
    (said,) = between
    assert (said["logger"], said["level"]) == ("uvicorn.error", "warning")
    assert stopping["message"].startswith("Stopping after SIGTERM")
    assert stopped["message"] == "Stopped."


def test_wrong_use_is_a_json_line_too_once_the_format_is_known(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pillarbox", "serve", "--log-format", "json"]
    command += ["--smtp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--database", "sqlite:////nowhere/x.db"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=running.environment(), cwd=tmp_path, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    line = json.loads(done.stderr)
    assert line["level"] == "critical"
    assert "There is no folder /nowhere" in line["message"]


def test_a_client_can_neither_forge_a_line_of_text_nor_move_the_cursor(server: Running, tmp_path: Path) -> None:
    refuse_poison(tmp_path)
    misbehave(server)
    assert server.stop() == 0
    lines = server.errors.splitlines()
    assert all(TEXT.fullmatch(line) or line.startswith("    ") for line in lines)
    assert all(line.isprintable() for line in lines)
    assert [line for line in lines if line.startswith("2026-11-23")] == []
    ends = [line.split(": ", 1)[1] for line in lines if " pillarbox.session: " in line]
    assert [end.split("]")[0] for end in ends] == ["[session 1", "[session 2", "[session 3"]
    assert "forged" in ends[0]


def test_neither_contents_nor_secrets_get_into_the_log(server: Running, tmp_path: Path) -> None:
    refuse_poison(tmp_path)
    misbehave(server)
    assert server.stop() == 0
    for secret in ("very private", "AGFkYQBzZXNhbWU=", "sesame"):
        assert secret not in server.errors


def test_a_session_that_ends_well_is_not_told(server: Running) -> None:
    with Dial(server) as dial:
        dial.transaction(b"Subject: fine\r\n\r\n.\r\n")
        dial.say("QUIT")
        dial.rest()
    with Dial(server) as dial:
        dial.half_close()
        dial.rest()
    assert server.stop() == 0
    assert "pillarbox.session" not in server.errors


def test_a_flood_of_refusals_does_not_fill_the_disk(server: Running) -> None:
    for _ in range(150):
        with Dial(server) as dial:
            dial.send(b"GET / HTTP/1.1\r\n")
            dial.half_close()
            dial.rest()
    assert server.stop() == 0
    told = [line for line in server.errors.splitlines() if " pillarbox.session: " in line]
    assert len(told) == 100
    assert re.search(r"\(what else is like this is left out for \d+ s\)$", told[-1])
