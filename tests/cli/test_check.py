from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.running import Running
from tests.service.test_listeners import has_ipv6

Start = Callable[..., Running]


def test_a_running_catcher_is_ready(pillarbox: Run, shared_server: Running) -> None:
    done = pillarbox("check", "--url", shared_server.url)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{shared_server.url} is ready.\n", "")


def test_the_address_may_come_from_a_variable_and_end_with_a_slash(pillarbox: Run, shared_server: Running) -> None:
    assert pillarbox("check", PILLARBOX_URL=f"{shared_server.url}/").returncode == 0


def test_no_password_is_needed(pillarbox: Run, start_server: Start) -> None:
    server = start_server("--web-auth", "ada:secret")
    assert pillarbox("check", "--url", server.url).returncode == 0


def test_a_name_that_is_not_allowed_does_not_hinder_it(pillarbox: Run, start_server: Start) -> None:
    server = start_server("--http", "0.0.0.0:0")
    assert pillarbox("check", "--url", server.url).returncode == 0


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no ::1")
def test_a_new_address_works_as_an_old_one(pillarbox: Run, start_server: Start) -> None:
    server = start_server("--http", "[::1]:0")
    assert server.url.startswith("http://[::1]:")
    assert pillarbox("check", "--url", server.url).returncode == 0


def test_a_unix_socket_works_too(pillarbox: Run, start_server: Start, tmp_path: Path) -> None:
    server = start_server("--http", f"unix:{tmp_path / 'http'}")
    assert pillarbox("check", "--url", server.url).returncode == 0
    server.stop()
    done = pillarbox("check", "--url", server.url)
    assert done.returncode == 1
    assert "No such file" in done.stderr


def test_a_catcher_that_is_not_there_is_not_ready(pillarbox: Run, nobody: str) -> None:
    done = pillarbox("check", "--url", nobody)
    assert (done.returncode, done.stdout) == (1, "")
    said = f"pillarbox: Nothing is ready at {nobody} (Connection refused); is pillarbox running there?\n"
    assert done.stderr == said


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            b'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 42\r\n\r\n{"detail": "The database does not answer"}',
            "is not ready: 503 The database does not answer",
        ),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno", "is not ready: 404 Not Found"),
        (b"220 mail.example.test ESMTP\r\n", "does not speak HTTP; is that the address of the pages?"),
        (b"", "Nothing is ready at"),
    ],
)
def test_whatever_else_answers_is_not_ready(pillarbox: Run, answer: bytes, said: str) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def reply() -> None:
            client, _ = listener.accept()
            with client:
                client.recv(1000)
                client.sendall(answer)

        thread = threading.Thread(target=reply)
        thread.start()
        done = pillarbox("check", "--url", f"http://127.0.0.1:{listener.getsockname()[1]}")
        thread.join()
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert "\r" not in done.stderr
    assert "Traceback" not in done.stderr
