"""`pillarbox wait`, called within this process, at one catcher; what a wait itself does is tested at the API."""

from __future__ import annotations

import io
import itertools
import json
import os
import pty
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from pillarbox.cli import main
from pillarbox.cli.arguments import PICKS
from pillarbox.mail.extract.pick import PICKS as OFFERED
from tests.running import Running, environment

LETTER = (
    "From: Shop <shop@{domain}>\r\nTo: Ada <ada@{domain}>\r\nSubject: {subject}\r\nX-Test: {number}\r\n\r\n"
    "Follow https://{domain}/confirm?n={number} and enter the code 482913.\r\n"
)


_NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    errors: str


Wait = Callable[..., Done]


@pytest.fixture
def wait(shared_server: Running, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Wait:
    monkeypatch.setenv("COLUMNS", "1000")
    monkeypatch.delenv("PILLARBOX_WEB_AUTH", raising=False)
    monkeypatch.setenv("PILLARBOX_URL", shared_server.url)

    def call(*flags: str) -> Done:
        code = main(["wait", *flags])
        said = capfd.readouterr()
        return Done(code, said.out, said.err)

    return call


@pytest.fixture
def domain() -> str:
    """A domain of the test's own, because others write into the same box."""
    return f"wait-{next(_NUMBERS)}.test"


@pytest.fixture
def put(shared_server: Running, domain: str) -> Callable[..., int]:
    def message(subject: str = "Welcome", number: int = 1) -> int:
        letter = LETTER.format(domain=domain, subject=subject, number=number)
        answer = httpx.post(
            f"{shared_server.api}/messages", content=letter.encode(), headers={"content-type": "message/rfc822"}
        )
        assert answer.status_code == 201
        return int(answer.json()["id"])

    return message


def test_mail_that_is_there_is_a_line(wait: Wait, put: Callable[..., int], domain: str) -> None:
    number = put()
    done = wait("--to", f"ada@{domain}")
    assert (done.code, done.errors) == (0, "")
    assert done.out.startswith(f"message {number}  shop@{domain} → ada@{domain}  “Welcome”  ")
    assert done.out.count("\n") == 1


def test_mail_that_comes_meanwhile_ends_the_wait(wait: Wait, put: Callable[..., int], domain: str) -> None:
    put(number=1)
    first = put(number=2)
    timer = threading.Timer(0.3, put, kwargs={"number": 3})
    timer.start()
    done = wait("--to", f"*@{domain}", "--after", str(first), "--pick", "id")
    timer.join()
    assert (done.code, done.errors) == (0, "")
    assert int(done.out) > first


def test_every_condition_is_a_flag(wait: Wait, put: Callable[..., int], domain: str) -> None:
    put(subject="Welcome", number=1)
    put(subject="Your order", number=2)
    flags = ["--to", f"ada@{domain}", "--from", f"SHOP@{domain}", "--subject", "ORDER", "--header", "X-Test:2"]
    flags += ["--header", "Subject:your", "-q", "order", "--inbox", "default", "--count", "1", "--timeout", "0.5"]
    assert wait(*flags, "--pick", "subject").out == "Your order\n"
    assert wait(*flags, "--header", "X-Test:1").code == 1


@pytest.mark.parametrize("name", ["link", "code", "subject", "text", "id"])
def test_one_value_is_printed_alone(wait: Wait, put: Callable[..., int], domain: str, name: str) -> None:
    number = put()
    values = {
        "link": f"https://{domain}/confirm?n=1\n",
        "code": "482913\n",
        "subject": "Welcome\n",
        "text": f"Follow https://{domain}/confirm?n=1 and enter the code 482913.\n",
        "id": f"{number}\n",
    }
    done = wait("--to", f"ada@{domain}", "--pick", name)
    assert (done.code, done.out, done.errors) == (0, values[name], "")


def test_what_can_be_picked_is_what_the_catcher_can_pick() -> None:
    assert PICKS == OFFERED


def test_a_value_that_is_not_there_is_a_failure_and_says_which(
    wait: Wait, put: Callable[..., int], domain: str
) -> None:
    number = put()
    done = wait("--to", f"ada@{domain}", "--pick", "unsubscribe")
    assert (done.code, done.out) == (1, "")
    assert done.errors == f"pillarbox: Message {number} has no address in a List-Unsubscribe header.\n"


def test_json_is_a_message_a_line(wait: Wait, put: Callable[..., int], domain: str) -> None:
    numbers = [put(number=1), put(number=2)]
    done = wait("--to", f"ada@{domain}", "--count", "2", "--json")
    found = [json.loads(line) for line in done.out.splitlines()]
    assert [one["id"] for one in found] == numbers
    assert found[0]["text"].endswith("enter the code 482913.\n")


def test_when_none_came_standard_error_says_what_came_closest(wait: Wait, put: Callable[..., int], domain: str) -> None:
    far, near = put(subject="Your order", number=1), put(subject="Wellcome", number=2)
    done = wait("--to", f"ada@{domain}", "--subject", "welcome", "--timeout", "0.1")
    lines = done.errors.splitlines()
    assert (done.code, done.out) == (1, "")
    assert lines[0].startswith(
        f"pillarbox: No message to ada@{domain} with “welcome” in its subject came within 0.1 s. "
    )
    assert f"The nearest is message {near}: its subject is “Wellcome”, without “welcome”." in lines[0]
    assert lines[1] == (f"  also near: message {far}, “Your order”: subject is “Your order”, wanted “welcome”")


def test_the_explanation_ends_its_lines_between_words(
    wait: Wait, put: Callable[..., int], domain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(subject="Your order " + "and more " * 20)
    monkeypatch.setenv("COLUMNS", "60")
    lines = wait("--to", f"ada@{domain}", "--subject", "welcome", "--timeout", "0").errors.splitlines()
    assert lines[0].startswith("pillarbox: There is no message to")
    assert lines[1].startswith("  ")
    assert max(map(len, lines[:3])) <= 60 + len(domain)


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (
            ["--timeout", "100"],
            "--timeout: Must be seconds from 0 to 60, such as 10 or 2.5. See pillarbox wait --help.",
        ),
        (["--count", "x", "--header", "y"], "--header: Must be a header's name, a colon, and a part of its value"),
        (["--to", "a b"], "--to: An address has no spaces"),
        (["-q", "("], "--q: "),
        (["--inbox", "a b"], "--inbox: "),
        (["--after", "yesterday"], "--after: Must be a whole number"),
        (["--pick", "lnk"], "Argument --pick: invalid choice: 'lnk'"),
        (["--subjct", "x"], "There is no flag --subjct. Did you mean --subject?"),
        (["anna@x.test"], "pillarbox wait takes no argument 'anna@x.test'"),
        (["--url", "here"], "'here' is no address of a catcher"),
    ],
)
def test_wrong_use_is_2_and_names_the_flag(wait: Wait, flags: list[str], said: str) -> None:
    done = wait(*flags)
    assert (done.code, done.out) == (2, "")
    assert said in done.errors
    assert done.errors.startswith("pillarbox: ")
    assert done.errors.count("\n") == 1


def test_a_catcher_that_is_not_there_is_2_and_says_what_to_do(wait: Wait) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        done = wait("--url", url)
    assert (done.code, done.out) == (2, "")
    assert done.errors == (
        f"pillarbox: Nothing answers at {url} (Connection refused); is pillarbox running there? Start it, or name it "
        "with --url or PILLARBOX_URL.\n"
    )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"220 mail.test ESMTP\r\n", "does not speak HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno", "is no Pillarbox"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "is no Pillarbox"),
        (
            b'HTTP/1.1 503 No\r\nContent-Length: 24\r\n\r\n{"detail":"It is ended"}',
            ": It is ended\n",
        ),
        (b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n", "asks for a user name and a password"),
        (b"", "Nothing answers at"),
    ],
)
def test_whatever_else_answers_or_hangs_up_is_2(wait: Wait, answer: bytes, said: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def reply() -> None:
            client, _ = listener.accept()
            with client:
                client.recv(10_000)
                client.sendall(answer)

        thread = threading.Thread(target=reply)
        thread.start()
        done = wait("--url", f"http://127.0.0.1:{listener.getsockname()[1]}")
        thread.join()
    assert (done.code, done.out) == (2, "")
    assert said in done.errors
    assert "Traceback" not in done.errors


def test_a_server_that_stops_during_the_wait_is_2(start_server: Callable[..., Running], tmp_path: Path) -> None:
    server = start_server()
    words = [sys.executable, "-m", "pillarbox", "wait", "--url", server.url, "--timeout", "50"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), cwd=tmp_path)
    while "pillarbox_waits_open 1" not in httpx.get(f"{server.url}/metrics").text:
        assert process.poll() is None
    assert server.stop() == 0
    out, errors = process.communicate(timeout=30)
    assert (process.returncode, out) == (2, b"")
    assert errors.startswith(b"pillarbox: ")
    assert b"Traceback" not in errors


def test_a_value_reaches_a_terminal_without_control_characters(
    shared_server: Running, domain: str, tmp_path: Path
) -> None:
    letter = f"From: a@{domain}\r\nTo: b@{domain}\r\nSubject: x\r\n\r\n\x1b[2Jtext\x07\r\n"
    httpx.post(f"{shared_server.api}/messages", content=letter.encode(), headers={"content-type": "message/rfc822"})
    words = [sys.executable, "-m", "pillarbox", "wait", "--to", f"b@{domain}", "--pick", "text"]
    variables = environment(PILLARBOX_URL=shared_server.url)
    piped = subprocess.check_output(words, env=variables, cwd=tmp_path, timeout=60)
    assert piped == b"\x1b[2Jtext\x07\n"
    ours, theirs = pty.openpty()
    subprocess.run(words, stdout=theirs, env=variables, cwd=tmp_path, timeout=60, check=True)
    os.close(theirs)
    seen = io.FileIO(ours).read(1000)
    assert seen is not None
    assert seen.decode().strip() == "␛[2Jtext␇"


def test_letters_that_the_terminal_does_not_have_are_told_by_number(shared_server: Running, tmp_path: Path) -> None:
    letter = "To: b@wait-latin.test\r\nSubject: Zürich Заказ\r\n\r\n".encode()
    httpx.post(f"{shared_server.api}/messages", content=letter, headers={"content-type": "message/rfc822"})
    words = [sys.executable, "-m", "pillarbox", "wait", "--to", "b@wait-latin.test"]
    variables = environment(PILLARBOX_URL=shared_server.url, PYTHONIOENCODING="latin-1")
    said = subprocess.check_output(words, env=variables, cwd=tmp_path, timeout=60).decode("latin-1")
    assert "\\u2192" in said
    assert "Zürich \\u0417\\u0430" in said
