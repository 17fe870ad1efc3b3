"""`pillarbox serve` from outside: what it says at the start, where it listens, how it ends."""

from __future__ import annotations

import http.client
import json
import os
import signal
import smtplib
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pillarbox
from pillarbox.settings import TcpAddress
from tests import running
from tests.running import DidNotStart, Running
from tests.service.test_listeners import bound, has_ipv6

Start = Callable[..., Running]


def test_the_ready_file_tells_where_everything_is(server: Running) -> None:
    ready = server.ready
    assert ready == {
        "pid": server.process.pid,
        "version": pillarbox.__version__,
        "url": f"http://127.0.0.1:{ready['http'][0]['port']}",
        "http": [{"host": "127.0.0.1", "port": ready["http"][0]["port"]}],
        "smtp": [{"host": "127.0.0.1", "port": ready["smtp"][0]["port"]}],
        "smtps": [],
        "lmtp": [],
    }


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0_and_removes_the_ready_file(
    server: Running, tmp_path: Path, number: signal.Signals
) -> None:
    assert (tmp_path / "ready.json").exists()
    assert server.stop(number) == 0
    assert not (tmp_path / "ready.json").exists()
    assert "Traceback" not in server.errors


def test_the_start_prints_the_addresses_and_a_line_that_sends_a_first_mail(server: Running) -> None:
    assert f"takes mail on 127.0.0.1:{server.smtp_port} and delivers none" in server.greeting
    assert server.url in server.greeting
    line = next(line for line in server.greeting.splitlines() if "First mail" in line)
    command = line.split(None, 2)[2].split()
    assert os.spawnv(os.P_WAIT, command[0], command) == 0
    assert get(server, "/api/v1/messages")["total"] == 3


def test_the_default_listens_on_both_loopbacks(start_server: Start) -> None:
    if not has_ipv6():
        pytest.skip("this machine has no ::1")
    server = start_server("--smtp", ":0", "--http", ":0")
    for kind in ("smtp", "http"):
        addresses = server.ready[kind]
        assert [address["host"] for address in addresses] == ["127.0.0.1", "::1"]
        assert len({address["port"] for address in addresses}) == 1
    for host in ("127.0.0.1", "::1"):
        with smtplib.SMTP(host, server.smtp_port, local_hostname="localhost") as client:
            assert client.noop()[0] == 250


def test_several_listeners_and_sockets_serve_the_same_box(start_server: Start, tmp_path: Path) -> None:
    server = start_server(
        "--smtp", "127.0.0.1:0", "--smtp", "127.0.0.1:0", "--smtp", f"unix:{tmp_path / 'smtp'}",
        "--http", f"unix:{tmp_path / 'http'}",
    )  # fmt: skip
    assert len(server.ready["smtp"]) == 3
    assert server.ready["smtp"][2] == {"path": str(tmp_path / "smtp")}
    assert server.url == f"unix:{tmp_path / 'http'}"
    for address in server.ready["smtp"][:2]:
        send_one(address["host"], address["port"])
    assert server.stop() == 0
    assert not (tmp_path / "smtp").exists()
    assert not (tmp_path / "http").exists()


def test_a_taken_port_is_one_sentence_and_exit_code_2(start_server: Start) -> None:
    with bound(TcpAddress("127.0.0.1", 0)) as taken:
        port = taken[0].port
        for flag in ("--smtp", "--http"):
            with pytest.raises(DidNotStart) as failure:
                start_server(flag, f"127.0.0.1:{port}")
            assert failure.value.code == 2
            said = failure.value.errors.splitlines()[-1]
            assert said.startswith(f"pillarbox: Port {port} on 127.0.0.1 is taken by ")
            assert f"use {flag} :" in said
            assert "Traceback" not in failure.value.errors


@pytest.mark.parametrize(
    ("database", "said"),
    [
        ("sqlite:////proc/no/such/folder/x.db", "/proc/no/such"),
        ("mysql://localhost/x", "mysql"),
        ("nothing at all", "database URL cannot be read"),
        ("postgresql+psycopg://pillarbox@127.0.0.1:1/x?connect_timeout=2", "127.0.0.1"),
    ],
)
def test_a_database_that_cannot_be_opened_is_one_sentence_and_exit_code_2(
    start_server: Start, database: str, said: str
) -> None:
    with pytest.raises(DidNotStart) as failure:
        start_server("--database", database)
    assert failure.value.code == 2
    assert said in failure.value.errors
    assert failure.value.errors.startswith("pillarbox: ")
    assert failure.value.errors.count("\n") == 1


def test_a_database_of_a_newer_program_is_one_sentence_and_exit_code_2(
    server: Running, start_server: Start, tmp_path: Path
) -> None:
    assert server.stop() == 0
    before = server.errors
    with sqlite3.connect(tmp_path / "pillarbox.db") as database:
        database.execute("UPDATE schema_info SET revision = '9999', compatible_from = '9999'")
    database.close()
    with pytest.raises(DidNotStart) as failure:
        start_server()
    assert failure.value.code == 2
    said = failure.value.errors.removeprefix(before)
    assert said.startswith("pillarbox: ")
    assert said.count("\n") == 1
    assert "newer" in said


def test_a_second_process_on_one_database_is_told_the_pid_of_the_first(
    server: Running, start_server: Start, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(DidNotStart) as failure:
        start_server("--database", f"sqlite:///{tmp_path / 'pillarbox.db'}", folder=other)
    assert failure.value.code == 2
    assert str(server.process.pid) in failure.value.errors
    assert get(server, "/api/v1/messages")["total"] == 0


def test_a_ready_file_that_cannot_be_written_is_one_sentence_and_nothing_is_left(
    start_server: Start, tmp_path: Path
) -> None:
    with pytest.raises(DidNotStart) as failure:
        start_server("--ready-file", str(tmp_path / "missing" / "ready.json"))
    assert failure.value.code == 2
    assert "--ready-file" in failure.value.errors


def test_a_ready_file_below_something_that_is_no_folder_is_one_sentence_too(
    start_server: Start, tmp_path: Path
) -> None:
    (tmp_path / "letter").write_text("Dear Ada")
    with pytest.raises(DidNotStart) as failure:
        start_server("--ready-file", str(tmp_path / "letter" / "ready.json"))
    assert failure.value.code == 2
    assert "cannot be written (Not a directory)" in failure.value.errors
    assert failure.value.errors.count("\n") == 1


def test_a_ready_file_in_a_folder_that_may_not_be_searched_is_one_sentence_too() -> None:
    """By a process of an ordinary user: root may search everything."""
    program = """
import os, sys
from pathlib import Path
from pillarbox.errors import UsageError
from pillarbox.service import endpoints
if os.getuid() == 0:
    os.setgid(65534); os.setuid(65534)
try:
    endpoints.write(Path(sys.argv[1]), endpoints.Endpoints("1", "", (), (), ""))
except UsageError as error:
    print(error)
"""
    with tempfile.TemporaryDirectory() as folder:
        closed = Path(folder) / "closed"
        closed.mkdir(0o600)
        Path(folder).chmod(0o755)
        path = closed / "ready.json"
        done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=False)
    assert done.stdout.startswith(f"The ready file {path} cannot be written (Permission denied)"), done.stderr


@pytest.mark.parametrize("name", [".", "/", "/dev/null", "socket"])
def test_a_ready_file_replaces_nothing_but_a_file(start_server: Start, tmp_path: Path, name: str) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "socket"))
    with pytest.raises(DidNotStart) as failure:
        start_server("--ready-file", name)
    assert failure.value.code == 2
    assert failure.value.errors.count("\n") == 1
    assert "is there and is not a file; name another with --ready-file" in failure.value.errors
    assert not Path("/dev/null").is_file()
    assert (tmp_path / "socket").is_socket()


def test_an_extension_that_there_is_not_cannot_be_hidden(start_server: Start) -> None:
    with pytest.raises(DidNotStart) as failure:
        start_server("--hide-extension", "pipelning")
    assert failure.value.code == 2
    assert "Did you mean PIPELINING?" in failure.value.errors


def test_a_value_that_is_found_wrong_late_is_told_as_its_writer_wrote_it(start_server: Start, tmp_path: Path) -> None:
    with pytest.raises(DidNotStart) as failure:
        start_server(variables={"PILLARBOX_HIDE_EXTENSION": "pipelning"})
    assert failure.value.errors.startswith("pillarbox: PILLARBOX_HIDE_EXTENSION says 'pipelning', but there are only ")
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    with pytest.raises(DidNotStart) as failure:
        start_server(variables={"PILLARBOX_DATABASE": "mysql://localhost/x"}, folder=tmp_path / "a")
    assert failure.value.errors.startswith("pillarbox: PILLARBOX_DATABASE: Pillarbox has no store for mysql://")
    file = tmp_path / "pillarbox.toml"
    file.write_text("database = 'mysql://localhost/x'\nsmtp = '127.0.0.1:0'\nhttp = '127.0.0.1:0'\n")
    with pytest.raises(DidNotStart) as failure:
        start_server("--config", str(file), folder=tmp_path / "b")
    assert failure.value.errors.startswith(
        f"pillarbox: The key database in {file}: Pillarbox has no store for mysql://"
    )


def test_two_flags_that_name_one_address_are_both_named(start_server: Start, tmp_path: Path) -> None:
    with bound(TcpAddress("127.0.0.1", 0)) as free:
        port = free[0].port
    pairs = {
        (
            "--smtp",
            f"127.0.0.1:{port}",
            "--http",
            f"127.0.0.1:{port}",
        ): f"--http and --smtp both name 127.0.0.1:{port};",
        ("--smtp", f":{port}", "--http", f"0.0.0.0:{port}"): f"--http and --smtp both name 0.0.0.0:{port};",
        ("--smtp", f":{port}", "--smtp", f":{port}"): f"--smtp names 127.0.0.1:{port} twice;",
        (
            "--smtp",
            f"unix:{tmp_path}/s",
            "--http",
            f"unix:{tmp_path}/s",
        ): f"--http and --smtp both name unix:{tmp_path}/s;",
    }
    for number, (flags, said) in enumerate(pairs.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        with pytest.raises(DidNotStart) as failure:
            start_server(*flags, folder=folder)
        assert failure.value.code == 2
        assert failure.value.errors == f"pillarbox: {said} give each listener an address of its own.\n"


def test_settings_reach_the_listener(start_server: Start) -> None:
    server = start_server(
        "--hostname", "mail.example.test", "--hide-extension", "smtputf8", "--max-recipients", "1", "--max-errors", "3",
        variables={"PILLARBOX_MAX_MESSAGE_SIZE": "1M"},
    )  # fmt: skip
    with smtplib.SMTP(server.smtp_host, server.smtp_port, local_hostname="localhost") as client:
        assert client.ehlo()[1].startswith(b"mail.example.test")
        assert client.esmtp_features["size"] == str(1024**2)
        assert not client.has_extn("smtputf8")
        client.mail("a@example.test")
        assert client.rcpt("b@example.test")[0] == 250
        assert client.rcpt("c@example.test")[0] == 452
        assert client.docmd("WHAT")[0] == 500
        assert client.docmd("WHAT")[0] in (500, 421)


def test_it_warns_when_others_can_reach_it_without_a_password(start_server: Start) -> None:
    server = start_server("--http", "0.0.0.0:0")
    assert server.url == f"http://127.0.0.1:{server.ready['http'][0]['port']}"
    assert get(server, "/api/v1/messages")["total"] == 0
    assert "Everybody who can reach 0.0.0.0:" in server.errors
    assert "--web-auth" in server.errors


@pytest.mark.parametrize("flags", [("--http", "0.0.0.0:0", "--web-auth", "ada:secret"), ()])
def test_it_does_not_warn_when_they_cannot(start_server: Start, flags: tuple[str, ...]) -> None:
    server = start_server(*flags)
    assert "Everybody" not in server.errors


def test_a_misspelt_variable_is_told(start_server: Start) -> None:
    server = start_server(variables={"PILLARBOX_MAX_ERROR": "1"})
    assert "did you mean PILLARBOX_MAX_ERRORS?" in server.errors


def test_a_stream_and_an_open_transaction_do_not_keep_it_from_ending(server: Running) -> None:
    stream = http.client.HTTPConnection("127.0.0.1", server.ready["http"][0]["port"], timeout=60)
    stream.request("GET", "/api/v1/events")
    answer = stream.getresponse()
    assert answer.status == 200
    with socket.create_connection((server.smtp_host, server.smtp_port), timeout=60) as waiting:
        assert waiting.recv(1000).startswith(b"220 ")
        assert server.stop() == 0
        assert waiting.recv(1000).startswith(b"421 4.3.2")
    answer.read()
    stream.close()


def test_a_second_signal_ends_it_in_spite_of_an_open_transaction(server: Running) -> None:
    with socket.create_connection((server.smtp_host, server.smtp_port), timeout=60) as sender:
        dialogue(sender, b"EHLO x\r\n", b"MAIL FROM:<a@x.test>\r\n", b"RCPT TO:<b@x.test>\r\n", b"DATA\r\n")
        sender.sendall(b"Subject: never ended\r\n")
        server.process.send_signal(signal.SIGINT)
        # The listener is closed when the first signal has been heard.
        while accepts(server):
            pass
        assert server.stop(signal.SIGINT) == 0


def test_a_delivery_that_was_begun_is_finished_while_it_stops(server: Running, start_server: Start) -> None:
    with socket.create_connection((server.smtp_host, server.smtp_port), timeout=60) as sender:
        dialogue(sender, b"EHLO x\r\n", b"MAIL FROM:<a@x.test>\r\n", b"RCPT TO:<b@x.test>\r\n", b"DATA\r\n")
        sender.sendall(b"Subject: begun\r\n")
        server.process.send_signal(signal.SIGTERM)
        while accepts(server):
            pass
        sender.sendall(b"\r\nand ended\r\n.\r\n")
        assert sender.recv(1000).startswith(b"250 2.0.0")
    assert server.stop() == 0
    assert get(start_server(), "/api/v1/messages")["messages"][0]["subject"] == "begun"


def test_json_logs_are_objects_and_nothing_else_is_printed(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "pillarbox", "--smtp", "127.0.0.1:0", "--http", "0.0.0.0:0", "--log-format", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=running.environment(PILLARBOX_DATABASE="sqlite://"),
        text=True,
    )
    assert process.stderr is not None
    lines = [json.loads(process.stderr.readline()) for _ in range(2)]
    process.terminate()
    out, rest = process.communicate(timeout=60)
    lines += [json.loads(line) for line in rest.splitlines()]
    assert (process.returncode, out) == (0, "")
    assert {"warning", "info"} <= {line["level"] for line in lines}
    started = next(line for line in lines if line["message"] == "Every listener accepts.")
    assert started["smtp"][0]["host"] == "127.0.0.1"


def dialogue(sock: socket.socket, *commands: bytes) -> None:
    """Send commands one by one, each after the whole reply to the one before."""
    replies = sock.makefile("rb")
    assert replies.readline().startswith(b"220 ")
    for command in commands:
        sock.sendall(command)
        while (line := replies.readline())[3:4] == b"-":
            pass
        assert line[:1] in (b"2", b"3"), line


def accepts(server: Running) -> bool:
    try:
        with socket.create_connection((server.smtp_host, server.smtp_port), timeout=60) as probe:
            probe.recv(1)
    except OSError:
        return False
    return True


def send_one(host: str, port: int) -> None:
    with smtplib.SMTP(host, port, local_hostname="localhost") as client:
        client.sendmail("a@example.test", ["b@example.test"], b"Subject: one\r\n\r\ntext\r\n")


def get(server: Running, path: str) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", server.ready["http"][0]["port"], timeout=60)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()
    assert answer.status == 200, body
    assert isinstance(body, dict)
    return body
