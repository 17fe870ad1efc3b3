from __future__ import annotations

import os
import pty
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Caught, Run
from tests.running import Running, environment

Start = Callable[..., Running]


def target(server: Running) -> str:
    return f"127.0.0.1:{server.smtp_port}"


def listed(server: Running) -> list[dict[str, object]]:
    found = httpx.get(f"{server.api}/messages").json()["messages"]
    assert isinstance(found, list)
    return found[::-1]


def raw(server: Running, number: int) -> bytes:
    return httpx.get(f"{server.api}/messages/{number}/raw").content


def test_without_a_file_three_samples_are_sent(pillarbox: Run, shared_server: Running, caught: Caught) -> None:
    done = pillarbox("send", "--smtp", target(shared_server))
    assert (done.returncode, done.stderr) == (0, "")
    plain, html, attached = caught()
    assert done.stdout.splitlines()[0] == f"plain text: 250 2.0.0 Ok: queued as {plain['id']}"
    assert done.stdout.splitlines()[-1] == f"3 messages sent to {target(shared_server)}."
    assert plain["subject"] == "Протокол SMTP"
    assert html["attachment_count"] == 0
    assert attached["attachment_count"] == 2
    whole = httpx.get(f"{shared_server.api}/messages/{html['id']}").json()
    assert whole["text"].startswith("Hello Ada")
    assert "cid:" in whole["html"]
    assert [part["filename"] for part in whole["attachments"]] == ["pillar.png"]
    parts = httpx.get(f"{shared_server.api}/messages/{attached['id']}").json()["attachments"]
    names = [part["filename"] for part in parts]
    assert names == ["figures.csv", "Отчёт за ноябрь.png"]
    assert whole["defects"] == []


@pytest.mark.parametrize(
    "content",
    [
        b"From: a@x.test\r\nTo: b@x.test\r\n\r\n.dot\r\n..two\r\n.\r\nend\r\n",
        b"To: b@x.test\r\n\r\nbare\nLF\n.\nand\rCR\r\n",
        b"To: b@x.test\r\nSubject: \xd0\x9f\xd1\x80\r\n\r\n\x00\xff\r\n",
        b"To: b@x.test\r\n\r\n",
    ],
)
def test_a_file_is_sent_as_its_bytes_stand(
    pillarbox: Run, shared_server: Running, caught: Caught, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "letter.eml").write_bytes(content)
    done = pillarbox("send", "letter.eml", "--smtp", target(shared_server))
    assert done.returncode == 0, done.stderr
    assert [raw(shared_server, one["id"]) for one in caught()] == [content]


def test_a_unix_text_file_is_sent_with_the_line_ends_of_mail(
    pillarbox: Run, shared_server: Running, caught: Caught, tmp_path: Path
) -> None:
    (tmp_path / "letter.eml").write_bytes(b"To: b@x.test\n\ntext without an end")
    assert pillarbox("send", "letter.eml", "--smtp", target(shared_server)).returncode == 0
    assert [raw(shared_server, one["id"]) for one in caught()] == [b"To: b@x.test\r\n\r\ntext without an end\r\n"]


def test_the_envelope_comes_from_flags_else_from_headers(
    pillarbox: Run, shared_server: Running, caught: Caught, tmp_path: Path
) -> None:
    (tmp_path / "letter.eml").write_bytes(b"From: Ada <a@x.test>\nTo: b@x.test\nCc: C <c@x.test>\n\n")
    assert pillarbox("send", "letter.eml", "--smtp", target(shared_server)).returncode == 0
    flags = ("--from", "", "--to", "d@x.test", "--to", "e@x.test")
    assert pillarbox("send", "letter.eml", *flags, "--smtp", target(shared_server)).returncode == 0
    first, second = caught()
    assert (first["mail_from"], first["rcpt_to"]) == ("a@x.test", ["b@x.test", "c@x.test"])
    assert (second["mail_from"], second["rcpt_to"]) == ("", ["d@x.test", "e@x.test"])


def test_several_files_are_sent_as_often_as_wanted(
    pillarbox: Run, shared_server: Running, caught: Caught, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.eml").write_text(f"To: b@x.test\nSubject: {name}\n\n")
    done = pillarbox("send", "one.eml", "two.eml", "--count", "6", "--smtp", target(shared_server))
    assert done.stdout == f"12 messages sent to {target(shared_server)}.\n"
    assert [message["subject"] for message in caught()] == ["one", "two"] * 6


def test_letters_beyond_ascii_in_addresses_are_sent_as_utf_8(
    pillarbox: Run, shared_server: Running, caught: Caught, tmp_path: Path
) -> None:
    (tmp_path / "letter.eml").write_text("To: b@x.test\n\n")
    done = pillarbox("send", "letter.eml", "--to", "почта@пример.test", "--smtp", target(shared_server))
    assert done.returncode == 0, done.stderr
    assert [message["rcpt_to"] for message in caught()] == [["почта@пример.test"]]


def test_a_message_that_is_refused_is_told_and_the_others_are_sent(
    pillarbox: Run, start_server: Start, tmp_path: Path
) -> None:
    server = start_server("--max-message-size", "1K")
    (tmp_path / "large.eml").write_text("To: b@x.test\n\n" + "x" * 70 + "\n" + "y\n" * 2000)
    (tmp_path / "small.eml").write_text("To: b@x.test\n\n")
    done = pillarbox("send", "large.eml", "small.eml", "--smtp", target(server))
    assert done.returncode == 1
    assert done.stderr.startswith("pillarbox: large.eml was refused: 552 5.3.4")
    assert done.stdout.splitlines()[-1] == f"1 message sent to {target(server)}."
    assert len(listed(server)) == 1


def test_a_message_without_recipients_is_told_how_to_get_one(pillarbox: Run, tmp_path: Path) -> None:
    (tmp_path / "letter.eml").write_text("Subject: nobody\n\n")
    done = pillarbox("send", "letter.eml")
    assert done.returncode == 2
    assert "names no recipient in To or Cc; name one with --to ADDRESS" in done.stderr


def test_an_address_with_a_line_end_is_never_put_on_the_wire(pillarbox: Run, tmp_path: Path) -> None:
    (tmp_path / "letter.eml").write_text("Subject: nobody\n\n")
    done = pillarbox("send", "letter.eml", "--to", "a@x.test>\r\nDATA\r\n")
    assert done.returncode == 2
    assert "cannot be sent" in done.stderr


def test_a_server_that_is_not_there_is_one_sentence(pillarbox: Run) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        done = pillarbox("send", "--smtp", f":{port}")
    assert done.returncode == 1
    assert done.stderr == (
        f"pillarbox: Nothing takes mail at 127.0.0.1:{port} (Connection refused); "
        "start pillarbox, or name another with --smtp.\n"
    )


def test_a_server_that_hangs_up_is_one_sentence(pillarbox: Run) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def hang_up_after_ehlo() -> None:
            client, _ = listener.accept()
            with client:
                client.sendall(b"220 x\r\n")
                client.recv(1000)
                client.sendall(b"250 x\r\n")
                client.recv(1000)

        thread = threading.Thread(target=hang_up_after_ehlo)
        thread.start()
        done = pillarbox("send", "--smtp", f"127.0.0.1:{listener.getsockname()[1]}")
        thread.join()
    assert done.returncode == 1
    assert "hung up after 0 of 3 messages" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_unix_socket_takes_mail_too(pillarbox: Run, start_server: Start, tmp_path: Path) -> None:
    server = start_server("--smtp", f"unix:{tmp_path / 'smtp'}")
    done = pillarbox("send", "--smtp", f"unix:{tmp_path / 'smtp'}")
    assert done.returncode == 0, done.stderr
    assert len(listed(server)) == 3


def test_a_terminal_sees_a_bar(shared_server: Running, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "pillarbox", "send", "--count", "4", "--smtp", target(shared_server)],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=environment(),
        cwd=tmp_path,
        check=False,
    )
    os.close(theirs)
    seen = os.read(ours, 65536).decode()
    os.close(ours)
    assert done.returncode == 0
    assert f"[{' ' * 30}] 0/12" in seen
    assert f"[{'#' * 30}] 12/12" in seen
    assert seen.endswith("\r\x1b[K")
