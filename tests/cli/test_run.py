"""`pillarbox run` from outside: what the command sees, what its end becomes, and what is left when anything dies."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pillarbox.cli import run as run_module
from pillarbox.cli.variables import HOSTS, PORTS, URLS, variables
from tests.cli.conftest import Run
from tests.running import environment

RUN = (sys.executable, "-m", "pillarbox", "run")
LIMIT = 60.0

MAIL = """
import os, smtplib
with smtplib.SMTP(os.environ["SMTP_HOST"], int(os.environ["SMTP_PORT"])) as client:
    client.sendmail("shop@x.test", ["ada@x.test"], "Subject: Hello\\r\\n\\r\\nhi\\r\\n")
"""

READ = """
import os, urllib.request
with smtplib.SMTP(os.environ["SMTP_HOST"], int(os.environ["SMTP_PORT"])) as client:
    client.ehlo()
    if client.has_extn("starttls"):
        sys.exit("STARTTLS is offered")
with urllib.request.urlopen(os.environ["PILLARBOX_URL"] + "/api/v1/messages") as answer:
    print(answer.read().decode())
"""
WITH_TLS = MAIL.replace("    client.", "    client.starttls()\n    client.")

REFUSED = """
import json, os, smtplib, sys, urllib.request
with smtplib.SMTP(os.environ["SMTP_HOST"], int(os.environ["SMTP_PORT"])) as client:
    client.ehlo()
    client.mail("shop@x.test")
    client.rcpt("")
while True:
    with urllib.request.urlopen(os.environ["PILLARBOX_URL"] + "/api/v1/sessions") as answer:
        if any(row["ended_at"] for row in json.load(answer)["sessions"]):
            sys.exit(1)
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """Python code for the command of a test, after that it says `ready`."""
    path = tmp_path / "command.py"
    path.write_text(
        "import os, signal, sys\n"
        "got = []\n"
        "def heard(number, frame):\n"
        "    got.append(number)\n"
        "    print('got', number, flush=True)\n"
        "for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1):\n"
        "    signal.signal(number, heard)\n"
        "print('ready', os.getpid(), flush=True)\n"
        "sys.stdin.readline()\n"
        f"{MAIL}"
        "print(sorted(got), flush=True)\n"
        "sys.exit(7)\n"
    )
    return path


def test_a_command_mails_into_a_catcher_of_its_own_and_leaves_nothing(pillarbox: Run, tmp_path: Path) -> None:
    """The variables of a catcher that runs elsewhere, and what the app was told for production, count for nothing."""
    (tmp_path / "tmp").mkdir()
    misleading = {
        "PILLARBOX_SMTP": "127.0.0.1:1",
        "PILLARBOX_DATABASE": f"sqlite:///{tmp_path / 'other.db'}",
        "PILLARBOX_MAX_MESSAGE_SIZE": "1",
        "PILLARBOX_WEB_AUTH": "ada:secret",
        "SMTP_HOST": "mail.invalid",
        "SMTP_PORT": "25",
        "TMPDIR": str(tmp_path / "tmp"),
    }
    done = pillarbox(
        "run", "--max-recipients", "5", "--", sys.executable, "-c", f"import sys{MAIL}{READ}", **misleading
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [row["subject"] for row in json.loads(done.stdout)["messages"]] == ["Hello"]
    assert list((tmp_path / "tmp").iterdir()) == []
    assert not (tmp_path / "other.db").exists()


def test_standard_input_and_output_and_descriptors_are_the_commands_own(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    program = (
        "import os, sys; sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1]); "
        f"os.write({writing}, b'and mine'); sys.stderr.write('said'); sys.exit(3)"
    )
    done = subprocess.run(
        [*RUN, "--", sys.executable, "-c", program],
        input=bytes(range(256)),
        capture_output=True,
        env=environment(),
        cwd=tmp_path,
        pass_fds=[writing],
        timeout=LIMIT,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (3, b"said")
    assert done.stdout == bytes(range(256))[::-1]
    assert os.read(reading, 100) == b"and mine"
    os.close(reading)


def test_a_command_that_a_signal_ends_gives_128_and_its_number(pillarbox: Run) -> None:
    done = pillarbox("run", "--", "sh", "-c", "kill -USR2 $$")
    assert (done.returncode, done.stdout, done.stderr) == (128 + signal.SIGUSR2, "", "")


def test_a_database_that_is_named_stays_and_tls_is_there_when_it_is_asked_for(pillarbox: Run, tmp_path: Path) -> None:
    flags = ("--database", f"sqlite:///{tmp_path / 'kept.db'}", "--ready-file", "ready.json", "--require-tls")
    done = pillarbox("run", *flags, "--", sys.executable, "-c", WITH_TLS + "print(open('ready.json').read())")
    assert json.loads(done.stdout)["smtp"][0]["host"] == "127.0.0.1"
    with sqlite3.connect(tmp_path / "kept.db") as database:
        assert database.execute("select count(*) from message").fetchone() == (1,)
    assert not (tmp_path / "ready.json").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--", "no-such-program"], 127, "There is no command 'no-such-program'; name one that is in PATH"),
        (["--", "./here.txt"], 126, "The command './here.txt' cannot be run (Permission denied)."),
        (["pytest", "-x"], 2, "-- is not there; write flags, -- and the command: pillarbox run -- pytest -x."),
        (["--smtp", ":0", "--"], 2, "-- names no command behind it"),
        (["--smpt", ":0", "--", "true"], 2, "There is no flag --smpt. Did you mean --smtp?"),
        (["--max-errors", "x", "--", "true"], 2, "--max-errors says 'x', which cannot be used"),
        (["--smtp", "unix:/tmp/x", "--", "true"], 2, "so one --smtp must have a port, such as :0."),
        (["--config", "missing.toml", "--", "true"], 2, "missing.toml cannot be read"),
    ],
)
def test_what_cannot_be_run_is_a_sentence_and_a_code(
    pillarbox: Run, tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    (tmp_path / "here.txt").write_text("no program")
    done = pillarbox("run", *words)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert done.stderr.startswith("pillarbox: ")
    assert done.stderr.count("\n") == 1


def test_a_catcher_that_cannot_start_is_told_and_the_command_is_not_run(pillarbox: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = pillarbox("run", "--smtp", f"127.0.0.1:{port}", "--", "echo", "it ran")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"pillarbox: Port {port} on 127.0.0.1 is taken by" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_report_lists_what_came_before_the_command_failed(pillarbox: Run, tmp_path: Path) -> None:
    done = pillarbox("run", "--report", "--", sys.executable, "-c", f"{MAIL}\nexit(4)")
    lines = done.stderr.splitlines()
    assert done.returncode == 4
    assert lines[0] == "pillarbox: The command has ended with exit code 4; 1 message came while it ran."
    assert lines[1] == "  message 1  shop@x.test → ada@x.test  “Hello”  22 B"
    assert len(lines) == 2
    done = pillarbox("run", "--report", "--", sys.executable, "-c", REFUSED)
    lines = done.stderr.splitlines()
    assert lines[0] == "pillarbox: The command has ended with exit code 1; no mail came while it ran."
    assert "session 1  127.0.0.1:" in lines[1]
    assert "(in answer to rcpt TO:<>)" in lines[1]
    assert len(lines) == 2


def test_a_report_says_nothing_when_the_command_does_well(pillarbox: Run) -> None:
    done = pillarbox("run", "--report", "--", "true")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


class Started:
    """A run whose command waits for a line on its standard input; `ready` are the addresses, `command` is a pid."""

    def __init__(self, script: Path) -> None:
        flags = ("--ready-file", "ready.json")
        self.process = subprocess.Popen(
            [*RUN, *flags, "--", sys.executable, str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
            cwd=script.parent,
        )
        assert self.process.stdout is not None
        word, number = self.process.stdout.readline().split()
        assert word == b"ready"
        self.command = int(number)
        self.ready = json.loads((script.parent / "ready.json").read_text())

    def heard(self) -> bytes:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def finish(self) -> tuple[int, list[bytes], str]:
        out, errors = self.process.communicate(b"go on\n", timeout=LIMIT)
        return self.process.returncode, out.splitlines(), errors.decode()


@pytest.fixture
def started(script: Path) -> Iterator[Started]:
    run = Started(script)
    yield run
    run.process.kill()
    run.process.wait()


def test_signals_of_other_processes_are_passed_on_and_the_catcher_outlives_them(started: Started) -> None:
    """The command hears each once, and mails after that."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1):
        started.process.send_signal(number)
        assert started.heard() == b"got %d\n" % number
    assert started.finish() == (7, [b"[1, 2, 10, 15]"], "")


def gone(pid: int) -> bool:
    """Whether a process is there no more, or ends within the limit."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], LIMIT)[0])
    finally:
        os.close(descriptor)


def test_a_run_that_is_killed_leaves_no_process_behind(started: Started) -> None:
    started.process.kill()
    started.process.wait()
    assert started.heard() == b"got %d\n" % signal.SIGTERM
    os.kill(started.command, signal.SIGKILL)
    assert gone(started.ready["pid"])
    assert gone(started.command)


def test_a_catcher_that_dies_makes_a_success_none(tmp_path: Path) -> None:
    (tmp_path / "command.py").write_text(
        "import json, os, signal, sys\n"
        "pid = json.load(open('ready.json'))['pid']\n"
        "os.kill(pid, signal.SIGKILL)\n"
        "print('ready', os.getpid(), flush=True)\n"
        "sys.stdin.readline()\n"
    )
    started = Started(tmp_path / "command.py")
    try:
        assert gone(started.ready["pid"])
        code, _, errors = started.finish()
    finally:
        started.process.kill()
    assert code == 1
    assert errors.splitlines()[-1] == (
        "pillarbox: The catcher has failed (exit code -9), so nobody knows what mail would have come."
    )


def test_ctrl_c_in_a_terminal_reaches_the_command_once(script: Path) -> None:
    """And the catcher takes the mail that the command sends while it cleans up."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(script.parent)
        os.execve(sys.executable, [*RUN, "--", sys.executable, str(script)], environment())
    said = b""

    def until(word: bytes) -> None:
        nonlocal said
        while word not in said:
            try:
                block = os.read(terminal, 65536)
            except OSError:
                raise AssertionError(f"the terminal is gone after {said!r}") from None
            said += block

    until(b"ready")
    os.write(terminal, b"\x03")
    until(b"got 2")
    os.write(terminal, b"go on\n")
    until(b"[2]")
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 7


def test_where_nobody_tells_who_sent_a_signal_only_those_of_a_terminal_are_for_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(signal, "sigwaitinfo")
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1, signal.SIGTERM})
    try:
        for number in (signal.SIGUSR1, signal.SIGTERM):
            signal.pthread_kill(threading.get_ident(), number)
            assert run_module._next() == (number, False)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def test_every_name_that_programs_read_is_set_and_documented() -> None:
    ready = {"url": "http://127.0.0.1:8", "smtp": [{"path": "/x"}, {"host": "::", "port": 25}]}
    made = variables({"HOME": "/", "SMTP_USER": "ada", "PILLARBOX_SMTP": ":1"}, ready, ("ada", "s:t"))
    assert {made[name] for name in HOSTS} == {"::1"}
    assert {made[name] for name in PORTS} == {"25"}
    assert {made[name] for name in URLS} == {"smtp://[::1]:25"}
    assert made["PILLARBOX_WEB_AUTH"] == "ada:s:t"
    assert (made["HOME"], made["SMTP_USER"], "PILLARBOX_SMTP" in made) == ("/", "ada", False)
    text = (Path(__file__).parents[2] / "docs" / "shell.md").read_text()
    assert [name for name in (*HOSTS, *PORTS, *URLS, "PILLARBOX_URL", "PILLARBOX_WEB_AUTH") if name not in text] == []
