"""`pillarbox tail` as a program, with a catcher that other things happen to."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import signal
import smtplib
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from urllib.parse import urlsplit

import httpx
import pytest

from pillarbox.cli import main
from tests import running
from tests.cli.conftest import Run
from tests.running import Running, environment
from tests.wire.dialling import Dial

LIMIT = 60.0
HOSTILE = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202egnp"

Start = Callable[..., Running]


class Tail:
    """A running tail: `line()` is its next line on standard output, `note()` its next sentence on standard error."""

    def __init__(self, server: Running, folder: Path, *flags: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pillarbox", "tail", "--url", server.url, *flags],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(TERM="xterm"),
            cwd=folder,
        )
        self._lines: list[Queue[str]] = [Queue(), Queue()]
        self._readers = []
        for stream, lines in zip((self.process.stdout, self.process.stderr), self._lines, strict=True):
            assert stream is not None
            reader = threading.Thread(target=self._read, args=(stream, lines))
            reader.start()
            self._readers.append(reader)

    def _read(self, stream: Iterator[bytes], lines: Queue[str]) -> None:
        for line in stream:
            lines.put(line.decode().rstrip("\n"))

    def line(self) -> str:
        return self._lines[0].get(timeout=LIMIT)

    def note(self) -> str:
        line = self._lines[1].get(timeout=LIMIT)
        assert line.startswith("pillarbox: "), line
        return line.removeprefix("pillarbox: ")

    def until(self, word: str) -> list[str]:
        """The lines up to the one that has this word."""
        lines = [self.line()]
        while word not in lines[-1]:
            lines.append(self.line())
        return lines

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Its exit code, once nothing is left to read."""
        self.process.send_signal(number)
        code = self.process.wait(LIMIT)
        for reader in self._readers:
            reader.join(LIMIT)
        return code

    def rest(self) -> list[str]:
        return [lines.get() for lines in self._lines for _ in range(lines.qsize())]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One for all of these tests: each tells its own mail and sessions from those of the others."""
    one = running.start(tmp_path_factory.mktemp("tail"))
    yield one
    one.kill()


def newest(server: Running) -> int:
    """The number of the newest session, 0 for none."""
    return int(httpx.get(f"{server.api}/sessions?limit=1").json()["cursor"])


@pytest.fixture
def follow(tmp_path: Path) -> Iterator[Callable[..., Tail]]:
    started: list[Tail] = []

    def start(server: Running, *flags: str) -> Tail:
        started.append(Tail(server, tmp_path, *flags))
        if "--session" not in flags:
            assert started[-1].note() == f"Following {server.url}; Ctrl-C ends it."
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.end(signal.SIGKILL)


def send(server: Running, subject: str = "Welcome", recipient: str = "ada@x.test") -> None:
    with smtplib.SMTP(server.smtp_host, server.smtp_port, local_hostname="app.test", timeout=LIMIT) as client:
        client.sendmail("shop@x.test", [recipient], f"From: shop@x.test\r\nSubject: {subject}\r\n\r\nhi\r\n".encode())


def acting(lines: list[str]) -> list[str]:
    """The lines that would do something else to a terminal than write on it."""
    return [line for line in lines if re.search("[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e]", line)]


def test_mail_and_sessions_are_lines_as_they_come(server: Running, follow: Callable[..., Tail]) -> None:
    tail = follow(server)
    send(server)
    with Dial(server) as client:
        client.say("EHLO app.test")
        client.say("RCPT TO:<x@x.test>")
        client.say("QUIT")
    lines = tail.until("RCPT TO")
    now = r"\d\d:\d\d:\d\d  "
    assert re.fullmatch(now + r"message \d+  shop@x\.test → ada@x\.test  “Welcome”  \d+ B", lines[0])
    ended = now + r"session \d+  127\.0\.0\.1:\d+ \(app\.test\) ended after \d+\.\d{3} s"
    assert re.fullmatch(ended + ", 1 message", lines[1])
    reason = r"503 5\.5\.1 Error: need MAIL command \(in answer to RCPT TO:<x@x\.test>\)"
    assert re.fullmatch(f"{ended}: {reason}", lines[2])
    number = lines[0].split()[2]
    assert httpx.delete(f"{server.api}/messages?ids={number}").json() == {"deleted": 1}
    assert tail.line() == f"          1 message deleted: {number}"
    assert tail.end() == 130
    assert tail.rest() == []


def test_nothing_that_comes_over_smtp_acts_on_the_terminal(server: Running, follow: Callable[..., Tail]) -> None:
    plain, whole, as_json = follow(server), follow(server, "--transcript"), follow(server, "--json", "--transcript")
    with Dial(server) as client:
        client.say(f"EHLO {HOSTILE}".encode())
        client.say(b"EHLO app.test")
        client.say(f"MAIL FROM:<{HOSTILE}@x.test>".encode())
        client.say(b"MAIL FROM:<a@x.test>")
        client.say(b"RCPT TO:<ada@x.test>")
        client.say(b"DATA")
        client.say(f"From: {HOSTILE}@x.test\r\nSubject: {HOSTILE}\r\n\r\nhi\r\n.".encode())
        client.say(b"QUIT")
    for tail, end in ((plain, "ended after"), (whole, "ended after"), (as_json, '"session.closed"')):
        lines = tail.until(end)
        assert acting(lines) == []
        assert any("[2J" in line for line in lines)
    assert "␛[2J␛]0;owned␇" in "".join(whole.rest() + lines) or "\\u001b[2J" in "".join(lines)


def test_dialogues_are_told_line_by_line_while_they_are_held(server: Running, follow: Callable[..., Tail]) -> None:
    early = Dial(server)
    early.say("EHLO early.test")
    tail = follow(server, "--transcript")
    before = tail.until("250 HELP")
    assert any("C: EHLO early.test" in line for line in before)
    number = before[-1].split()[0]
    with Dial(server) as late:
        # Each line is there before the next one is said, so nothing of it comes from the end of the session.
        tail.until("S: 220")
        for command in ("EHLO late.test", "MAIL FROM:<a@x.test>", "RSET", "NOOP"):
            late.say(command)
            assert any(f"C: {command}" in line for line in tail.until("S: 250 "))
        early.say("NOOP")
        assert re.fullmatch(rf" +{number}  \d+\.\d{{3}} C: NOOP", tail.line())
        tail.line()
        late.say("QUIT")
        said = tail.until("ended after")
    assert re.fullmatch(r" +\d+  \d+\.\d{3} C: QUIT", said[0])
    early.close()
    assert f"session {number}  127.0.0.1" in tail.until("hung up after")[-1]


def test_a_dialogue_is_told_whole_in_order_and_once(server: Running, follow: Callable[..., Tail]) -> None:
    tail, before = follow(server, "--transcript"), newest(server)
    for _ in range(5):
        send(server)
    told: dict[int, list[str]] = {}
    while len([lines for lines in told.values() if lines[-1] == "end"]) < 5:
        line = tail.line()
        if found := re.fullmatch(r" +(\d+)  (\d+\.\d{3} .*)", line):
            told.setdefault(int(found[1]), []).append(found[2])
        elif (found := re.search(r"session (\d+)  .* ended after", line)) and int(found[1]) > before:
            told[int(found[1])].append("end")
    for number, lines in told.items():
        text = httpx.get(f"{server.api}/sessions/{number}/transcript.txt").text.splitlines()
        assert lines == [*text, "end"]


def test_one_session_is_followed_to_its_end(server: Running, follow: Callable[..., Tail], pillarbox: Run) -> None:
    with Dial(server) as client:
        client.say("EHLO app.test")
        while not (rows := httpx.get(f"{server.api}/sessions?outcome=open").json()["sessions"]):
            pass
        own = str(rows[0]["id"])
        tail = follow(server, "--session", own)
        assert "C: EHLO app.test" in "".join(tail.until("250 HELP"))
        send(server)
        client.say("MAIL FROM:<a@x.test>")
        assert "C: MAIL FROM:<a@x.test>" in tail.line()
        client.say("QUIT")
    lines = tail.until("ended after")
    assert {line.split()[0] for line in lines[:-1]} == {own}
    assert tail.process.wait(LIMIT) == 0
    done = pillarbox("tail", "--session", own, "--url", server.url)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    text = httpx.get(f"{server.api}/sessions/{own}/transcript.txt").text.splitlines()
    assert [line[10:] for line in lines[:-1]] == text
    assert f"session {own}  127.0.0.1" in lines[-1]


def test_of_an_inbox_its_mail_is_told_and_every_session_that_was_meant_for_it(
    server: Running, follow: Callable[..., Tail]
) -> None:
    tail = follow(server, "--inbox", "checkout", "--transcript")
    send(server, "elsewhere")
    send(server, "here", "ada@checkout.inbox.test")
    with Dial(server) as client:
        for line in ("EHLO app.test", "MAIL FROM:<a@x.test>", "RCPT TO:<a b@checkout.inbox.test>", "QUIT"):
            client.say(line)
    brought = tail.until("ended after")
    assert "“here”" in brought[0]
    assert "in checkout" in brought[0]
    assert any("C: rcpt TO:<ada@checkout.inbox.test>" in line for line in brought)
    refused = tail.until("ended after")
    assert "RCPT TO:<a b@checkout.inbox.test>" in refused[-1]
    assert not any("elsewhere" in line or "ada@x.test" in line for line in (*brought, *refused))


def restarted(start_server: Start, server: Running, *flags: str) -> Running:
    """The same addresses, once more."""
    http, smtp = urlsplit(server.url).port, server.smtp_port
    return start_server("--http", f"127.0.0.1:{http}", "--smtp", f"127.0.0.1:{smtp}", *flags)


def test_a_catcher_that_comes_back_is_followed_on_and_nothing_is_missed(
    start_server: Start, follow: Callable[..., Tail]
) -> None:
    server = start_server()
    tail = follow(server)
    for subject in ("after a stop", "after a crash"):
        (server.stop if subject == "after a stop" else server.kill)()
        assert tail.note() == f"{server.url} has hung up; trying to connect again."
        server = restarted(start_server, server)
        send(server, subject)
        assert tail.note() == "Connected again."
        assert f"“{subject}”" in next(line for line in tail.until("ended after") if "message" in line)
    assert tail.end() == 130
    assert tail.rest() == []


def test_a_catcher_that_comes_back_with_another_database_is_said_to(
    start_server: Start, follow: Callable[..., Tail]
) -> None:
    server = start_server("--database", "sqlite://")
    tail = follow(server, "--transcript")
    with Dial(server) as client:
        client.say("EHLO gone.test")
        tail.until("250 HELP")
        server.kill()
        assert "has hung up" in tail.note()
        server = restarted(start_server, server, "--database", "sqlite://")
        assert tail.note() == "Connected again."
        assert tail.note().startswith("Events are gone that were not told here: the catcher has another database")
    send(server, "anew")
    told = tail.until("ended after")
    assert re.search(r"session 1  127\.0\.0\.1:\d+ \(app\.test\)", told[-1])
    assert any("C: ehlo app.test" in line for line in told), told
    assert not any("gone.test" in line for line in told)


@pytest.mark.parametrize(
    ("flags", "code", "said"),
    [
        (["--session", "x"], 2, "--session says 'x'; write the number of a session, such as 7."),
        (["--session", "7", "--inbox", "a"], 2, "--session and --inbox are one too many"),
        (["--inbox", "a b"], 2, "--inbox: "),
        (["--session", "7777"], 1, "There is no session 7777."),
        (["--transcripts"], 2, "There is no flag --transcripts. Did you mean --transcript?"),
        (["--url", "here"], 2, "'here' is no address of a catcher"),
        (["--url", "http://127.0.0.1:1"], 1, "Nothing answers at http://127.0.0.1:1 (Connection refused)"),
    ],
)
def test_what_cannot_be_followed_is_a_sentence(
    pillarbox: Run, server: Running, flags: list[str], code: int, said: str
) -> None:
    done = pillarbox("tail", *flags, PILLARBOX_URL=server.url)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert done.stderr.startswith("pillarbox: ")
    assert done.stderr.count("\n") == 1


def test_json_lines_are_the_events_of_the_stream(server: Running, follow: Callable[..., Tail]) -> None:
    tail = follow(server, "--json")
    send(server, "Заказ")
    lines = tail.until("session.closed")
    found = [json.loads(line) for line in lines]
    assert [one["event"] for one in found] == ["session.opened", "message.added", "session.closed"]
    assert [one["id"] for one in found] == sorted(one["id"] for one in found)
    assert found[1]["data"]["rcpt_to"] == ["ada@x.test"]
    assert "Заказ" in lines[1]


def test_a_reader_that_goes_away_is_no_error(server: Running, follow: Callable[..., Tail], tmp_path: Path) -> None:
    words = [sys.executable, "-m", "pillarbox", "tail", "--json", "--url", server.url]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), cwd=tmp_path)
    assert process.stdout is not None
    assert process.stderr is not None
    assert b"Following" in process.stderr.readline()
    process.stdout.close()
    while process.poll() is None:
        send(server)
    assert process.returncode == 128 + signal.SIGPIPE
    assert process.stderr.read() == b""
    process.stderr.close()


class Told(io.StringIO):
    """Standard error that says on `something` when something was written to it."""

    something = threading.Event()

    def write(self, text: str) -> int:
        self.something.set()
        return super().write(text)


def test_a_ctrl_c_that_interrupts_no_rest_is_heard_too(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one that comes just before the rest: here another thread gets it."""
    told, ended, in_time = Told(), threading.Event(), []

    def interrupt() -> None:
        told.something.wait(LIMIT)
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)
        in_time.append(ended.wait(LIMIT))
        if not in_time[0]:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    monkeypatch.setattr(sys, "stderr", told)
    other = threading.Thread(target=interrupt)
    other.start()
    code = main(["tail", "--url", server.url])
    ended.set()
    other.join()
    assert (code, in_time) == (130, [True])
    assert told.getvalue() == f"pillarbox: Following {server.url}; Ctrl-C ends it.\n"


@contextmanager
def on_a_terminal(server: Running, folder: Path, **variables: str) -> Iterator[Callable[[str], str]]:
    """A tail on a terminal of its own; what is given reads until a word has come, and Ctrl-C ends it."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        words = [sys.executable, "-m", "pillarbox", "tail", "--url", server.url]
        # The tests themselves may run where colours are not wanted.
        os.execve(sys.executable, words, environment(TERM="xterm", NO_COLOR="") | variables)
    said = b""

    def until(word: str) -> str:
        nonlocal said
        while word.encode() not in said:
            said += os.read(terminal, 65536)
        return said.decode()

    try:
        yield until
        os.write(terminal, b"\x03")
        _, status = os.waitpid(pid, 0)
        assert os.waitstatus_to_exitcode(status) == 130
    finally:
        os.close(terminal)


@pytest.mark.parametrize(("variables", "bold"), [({}, "\x1b[1m“Welcome”\x1b[0m"), ({"NO_COLOR": "1"}, "“Welcome”")])
def test_a_terminal_gets_colours_and_ctrl_c_ends_it_cleanly(
    server: Running, tmp_path: Path, variables: dict[str, str], bold: str
) -> None:
    with on_a_terminal(server, tmp_path, **variables) as until:
        until("Following")
        send(server)
        said = until("ended after")
    assert f"  {bold}  " in said
    assert "Traceback" not in said
