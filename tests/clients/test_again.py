"""Do it again: the commands that a session's page makes are run, and leave the same envelope and the same bytes."""

from __future__ import annotations

import base64
import shutil
import smtplib
import socket
import ssl
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.running import Running

LIMIT = 60
TOOLS = ("swaks", "curl", "Python")


class Again:
    """Says a conversation to a server, and runs what the page of its session makes of it.

    Messages up to `message` and sessions up to `session`, which is an empty one, are of before.
    """

    def __init__(self, server: Running, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.http = httpx.Client(base_url=server.url, timeout=30)
        self.session = 0
        self.message = max((one["id"] for one in self.listed("messages", limit=1)), default=0)
        name = f"{uuid.uuid4()}.test"
        self.say(f"EHLO {name}\r\n".encode(), b"QUIT\r\n")
        self.session = self.newest_session(helo=name)["id"]

    def say(self, *lines: bytes) -> None:
        """The lines, each after the reply to the one before; content is the line after DATA, whole."""
        with socket.create_connection((self.server.smtp_host, self.server.smtp_port), timeout=LIMIT) as connection:
            replies = connection.makefile("rb")
            self.reply(replies)
            for line in lines:
                connection.sendall(line)
                self.reply(replies)

    def reply(self, replies: Any) -> None:
        while (line := replies.readline())[3:4] == b"-":
            pass
        assert line, "the server closed the connection"

    def listed(self, what: str, **params: str | int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.http.get(f"/api/v1/{what}", params=params).raise_for_status().json()[what]
        return found

    def messages(self) -> list[dict[str, Any]]:
        found = self.listed("messages", after=self.message)
        return [self.http.get(f"/api/v1/messages/{one['id']}").raise_for_status().json() for one in found]

    def raw(self, message: dict[str, Any]) -> bytes:
        return self.http.get(f"/api/v1/messages/{message['id']}/raw").raise_for_status().content

    def newest_session(self, after: int | None = None, **which: str) -> dict[str, Any]:
        """The newest session once it has ended: its end is committed beside the reply to QUIT, not before it."""
        after = after or self.session
        for _ in range(2000):
            found = self.listed("sessions", limit=1, **which)
            if found and found[0]["id"] > after and found[0]["outcome"] != "open":
                return found[0]
        raise AssertionError(f"no session after {after} has ended")

    def made(self, session: int, message: int | None = None) -> dict[str, str]:
        query = {} if message is None else {"message": message}
        page = LexborHTMLParser(self.http.get(f"/sessions/{session}/again", params=query).raise_for_status().text)
        return {
            section.css_first("h2").text(): section.css_first("pre").text()  # type: ignore[union-attr]
            for section in page.css(".again section")
        }

    def copied(self, message: dict[str, Any], tool: str) -> str:
        """What "Copy as" gives for a message."""
        answer = self.http.get(f"/messages/{message['id']}/again", params={"tool": tool.lower()}).raise_for_status()
        assert answer.headers["content-type"].startswith("text/plain")
        return answer.text

    def run(self, tool: str, code: str) -> None:
        """As a reader would: paste it into a shell, or into a file for Python."""
        command = [sys.executable, "-"] if tool == "Python" else ["bash", "-s"]
        done = subprocess.run(command, input=code.encode(), capture_output=True, cwd=self.folder, timeout=LIMIT)
        assert done.returncode == 0, (
            f"{code}\n{done.stdout.decode(errors='replace')}{done.stderr.decode(errors='replace')}"
        )


@pytest.fixture
def again(shared_server: Running, tmp_path: Path) -> Again:
    for tool in ("swaks", "curl", "base64", "awk"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    folder = tmp_path / "shell"
    folder.mkdir()
    return Again(shared_server, folder)


def mail(body: bytes) -> bytes:
    return b"From: a@x.test\r\nTo: b@x.test\r\nSubject: %FROM_ADDRESS% \\n `id` $HOME\r\n\r\n" + body


BODIES = {
    "text": mail(b"Hello,\r\n\ttab and trailing blanks  \r\n\r\nEND\r\nENDD\r\n"),
    "dots": mail(b".\r\n..\r\n.hidden\r\nFrom here\r\n"),
    "utf-8": mail("Grüße, 注文\r\n".encode()),
    "odd": mail(b"bare\nlf and\rcr \x00\x1b\xff\xfe and \xe2\x80\xae\r\n"),
    "empty": b"",
    "long": mail(b"0123456789abcdef.\r\n.dot\r\n" * 3000),
}


@pytest.mark.parametrize("tool", TOOLS)
def test_the_bytes_and_the_envelope_are_the_same(again: Again, tool: str) -> None:
    for name, body in BODIES.items():
        stuffed = (b"\r\n" + body).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n"
        again.say(
            b"EHLO app.example.test\r\n",
            b"MAIL FROM:<shop@example.test>\r\n",
            b"RCPT TO:<anna@shop.test>\r\n",
            b"RCPT TO:<audit@shop.test>\r\n",
            b"DATA\r\n",
            stuffed,
            b"QUIT\r\n",
        )
        first = again.messages()[0]
        assert again.raw(first) == body, name
        again.run(tool, again.made(first["session_id"])[tool])
        second = again.messages()[0]
        assert second["id"] != first["id"], name
        assert again.raw(second) == body, name
        assert second["envelope"] == first["envelope"], name
        session = again.newest_session()
        assert session["helo"] == "app.example.test"
        assert session["errors"] == (1 if (tool, name) == ("swaks", "empty") else 0), name


HOSTILE = ["it's", "$(touch${IFS}pwned)", "`touch${IFS}pwned`", "a;touch${IFS}pwned", "{a,b}", "*", "-x", "!!", "a&b|c"]


@pytest.mark.parametrize("tool", TOOLS)
def test_an_address_that_a_shell_would_run_is_an_address(again: Again, tool: str) -> None:
    for local in HOSTILE:
        sender = f'"{local}"@x.test'.encode()
        again.say(
            b"EHLO a$(touch${IFS}pwned)'\"\r\n",
            b"MAIL FROM:<" + sender + b">\r\n",
            b"RCPT TO:<b@x.test>\r\n",
            b"DATA\r\n",
            b"Subject: $(touch pwned)\r\n\r\n`touch pwned`\r\n.\r\n",
            b"QUIT\r\n",
        )
        first = again.messages()[0]
        again.run(tool, again.made(first["session_id"])[tool])
        second = again.messages()[0]
        assert second["id"] != first["id"], local
        assert second["envelope"] == first["envelope"], local
        assert again.raw(second) == again.raw(first), local
    assert list(again.folder.iterdir()) == []


@pytest.mark.parametrize("tool", TOOLS)
def test_a_bounce_comes_from_nobody_again(again: Again, tool: str) -> None:
    again.say(
        b"EHLO x.test\r\n",
        b"MAIL FROM:<>\r\n",
        b"RCPT TO:<b@x.test>\r\n",
        b"DATA\r\n",
        b"a: b\r\n\r\n.\r\n",
        b"QUIT\r\n",
    )
    first = again.messages()[0]
    again.run(tool, again.made(first["session_id"])[tool])
    second = again.messages()[0]
    assert second["id"] != first["id"]
    assert second["envelope"]["mail_from"]["address"] == ""


def test_python_says_every_line_again_with_its_parameters(again: Again) -> None:
    again.say(
        b"EHLO x.test\r\n",
        b"NOOP one\r\n",
        b"FROB \x01\xff\r\n",
        b"MAIL FROM:<a@x.test> SIZE=10 BODY=8BITMIME\r\n",
        b"RCPT TO:<>\r\n",
        b"RCPT TO:<b@x.test>\r\n",
        b"DATA\r\n",
        b"a: b\r\n\r\n.\r\n",
        b"RSET\r\n",
        b"QUIT\r\n",
    )
    first = again.newest_session()["id"]
    again.run("Python", again.made(first)["Python"])
    second = again.newest_session(after=first)["id"]

    def said(session: int) -> list[Any]:
        entries = again.http.get(f"/api/v1/sessions/{session}/transcript").json()["entries"]
        return [(one["text"], one.get("raw_base64")) for one in entries if one["side"] == "client"]

    assert said(second) == said(first)


@pytest.mark.parametrize("tool", TOOLS)
def test_one_of_many_messages_is_done_again_by_itself(again: Again, tool: str) -> None:
    many: list[bytes] = [b"EHLO x.test\r\n"]
    for number in range(5):
        many += [
            b"MAIL FROM:<a%d@x.test>\r\n" % number,
            b"RCPT TO:<b@x.test>\r\n",
            b"DATA\r\n",
            b"n: %d\r\n\r\n.\r\n" % number,
        ]
    again.say(*many, b"QUIT\r\n")
    third = again.messages()[2]
    again.run(tool, again.made(third["session_id"], third["id"])[tool])
    found = again.messages()
    assert len(found) == 6
    assert found[0]["envelope"] == third["envelope"]
    assert again.raw(found[0]) == b"n: 2\r\n\r\n"


def test_swaks_stops_where_the_client_stopped(again: Again) -> None:
    again.say(b"EHLO x.test\r\n", b"MAIL FROM:<a@x.test>\r\n", b"RCPT TO:<b@x.test>\r\n", b"QUIT\r\n")
    first = again.newest_session()["id"]
    again.run("swaks", again.made(first)["swaks"])
    second = again.newest_session(after=first)
    assert (second["outcome"], second["messages"], second["worst_reply"]) == ("quit", [], 250)


def log_in(again: Again, mechanism: str, *, tls: bool) -> dict[str, Any]:
    """A session of smtplib that logs in and sends one message."""
    with smtplib.SMTP(again.server.smtp_host, again.server.smtp_port, local_hostname="app.test", timeout=LIMIT) as smtp:
        if tls:
            smtp.starttls(context=ssl._create_unverified_context())  # the catcher's certificate is its own
        smtp.ehlo()
        smtp.user, smtp.password = "it's $(me)", "hush hush"
        smtp.auth(mechanism, getattr(smtp, "auth_" + mechanism.lower().replace("-", "_")))
        smtp.sendmail("a@x.test", ["b@x.test"], b"a: b\r\n\r\nhello\r\n")
    return again.newest_session()


def token(again: Again, mechanism: str) -> dict[str, Any]:
    """A session that logs in with a token and stops."""
    said = {
        "XOAUTH2": b"user=it's $(me)\1auth=Bearer hush\1\1",
        "OAUTHBEARER": b"n,a=it's $(me),\1auth=Bearer hush\1\1",
    }[mechanism]
    again.say(b"EHLO x.test\r\n", f"AUTH {mechanism} ".encode() + base64.b64encode(said) + b"\r\n", b"QUIT\r\n")
    return again.newest_session()


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
@pytest.mark.parametrize("tool", TOOLS)
def test_a_log_in_with_a_token_is_done_again_or_with_what_the_tool_has(again: Again, tool: str, mechanism: str) -> None:
    first = token(again, mechanism)
    assert first["auth"] == {"mechanism": mechanism, "username": "it's $(me)"}
    again.run(tool, again.made(first["id"])[tool])
    second = again.newest_session(after=first["id"])
    used = {"swaks": "PLAIN", "curl": "OAUTHBEARER", "Python": mechanism}[tool]
    assert second["auth"] == {"mechanism": used, "username": "it's $(me)"}


def test_a_name_that_is_not_ascii_logs_in_again(again: Again) -> None:
    last = again.session
    for mechanism, lines in {
        "PLAIN": [b"AUTH PLAIN " + base64.b64encode("\0анна\0hush".encode()) + b"\r\n"],
        "LOGIN": [b"AUTH LOGIN\r\n", base64.b64encode("анна".encode()) + b"\r\n", b"aHVzaA==\r\n"],
    }.items():
        again.say(b"EHLO x.test\r\n", *lines, b"QUIT\r\n")
        made = again.made(last := again.newest_session(after=last)["id"])
        for tool in TOOLS:
            again.run(tool, made[tool])
            second = again.newest_session(after=last)
            assert second["auth"] == {"mechanism": mechanism, "username": "анна"}, tool
            last = second["id"]


@pytest.mark.parametrize("content", [b"a: b\r\n\r\n..\r\nhalf a li", b"a: b\r\n"], ids=["line", "whole-line"])
def test_python_breaks_off_where_the_client_did(again: Again, content: bytes) -> None:
    envelope = (b"EHLO x.test\r\n", b"MAIL FROM:<a@x.test>\r\n", b"RCPT TO:<b@x.test>\r\n")
    connection = socket.create_connection((again.server.smtp_host, again.server.smtp_port), timeout=LIMIT)
    with connection, connection.makefile("rb") as replies:
        again.reply(replies)
        for line in (*envelope, b"DATA\r\n"):
            connection.sendall(line)
            again.reply(replies)
        connection.sendall(content)
    first = again.newest_session()
    again.run("Python", again.made(first["id"])["Python"])
    second = again.newest_session(after=first["id"])
    assert second["reason"] == first["reason"]
    assert (second["outcome"], second["messages"]) == ("dropped", [])


def test_an_http_request_is_refused_again(again: Again) -> None:
    again.say(b"GET / HTTP/1.1\r\nHost: x\r\n")
    last = again.newest_session()["id"]
    made = again.made(last)
    for tool, outcome in (("swaks", "quit"), ("Python", "refused")):
        again.run(tool, made[tool])
        second = again.newest_session(after=last)
        assert (second["outcome"], second["messages"]) == (outcome, []), tool
        last = second["id"]


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
@pytest.mark.parametrize("tool", TOOLS)
def test_a_log_in_is_done_again_with_a_password_of_the_readers(again: Again, tool: str, mechanism: str) -> None:
    first = log_in(again, mechanism, tls=False)
    made = again.made(first["id"])[tool]
    assert "hush" not in made
    again.run(tool, made)
    second = again.newest_session(after=first["id"])
    assert second["auth"] == first["auth"] == {"mechanism": mechanism, "username": "it's $(me)"}
    assert len(second["messages"]) == 1


@pytest.mark.parametrize("tool", TOOLS)
def test_tls_is_done_again(again: Again, tool: str) -> None:
    first = log_in(again, "PLAIN", tls=True)
    again.run(tool, again.made(first["id"])[tool])
    second = again.newest_session(after=first["id"])
    assert second["tls"] is not None
    assert second["auth"] == first["auth"]
    assert len(second["messages"]) == 1


def test_a_session_over_a_unix_socket_is_done_again_over_it(
    start_server: Callable[..., Running], tmp_path: Path
) -> None:
    again = Again(start_server("--lmtp", f"unix:{tmp_path}/lmtp"), tmp_path)
    with smtplib.LMTP(f"{tmp_path}/lmtp") as client:
        client.sendmail("a@x.test", ["b@x.test"], b"Subject: x\r\n\r\nx\r\n")
    first = again.newest_session()
    again.run("Python", again.made(first["id"])["Python"])
    assert again.newest_session(first["id"])["listener"] == first["listener"] == f"lmtp unix:{tmp_path}/lmtp"
    assert len({again.raw(message) for message in again.messages()}) == 1
    assert len(again.messages()) == 2


IMPORTED = {"mail_from": '"a$(touch${IFS}pwned) it\'s"@x.test', "rcpt_to": ["b@x.test", '"`id`;*|<c"@x.test']}


@pytest.mark.parametrize("tool", TOOLS)
def test_a_message_is_sent_again_as_it_is_with_its_envelope(again: Again, tool: str) -> None:
    bodies = {
        "odd": BODIES["odd"],
        "empty": b"",
        "lone line feeds": mail(b"a\n.b\r\n..c\n.\n\r\n"),
        "no end": mail(b"no line end"),
    }
    for name, body in bodies.items():
        kind = {"Content-Type": "message/rfc822"}
        given = again.http.post("/api/v1/messages", params=IMPORTED, content=body, headers=kind)
        imported = given.raise_for_status().json()
        first = again.messages()[0]
        assert first["id"] == imported["id"]
        again.run(tool, again.copied(first, tool))
        second = again.messages()[0]
        assert second["id"] != first["id"], name
        ended = body + (b"\r\n" if name == "no end" and tool != "Python" else b"")
        assert again.raw(second) == ended, name
        for side in ("mail_from", "rcpt_to"):
            assert second["envelope"][side] == first["envelope"][side], name
    assert list(again.folder.iterdir()) == []


def test_a_message_that_came_by_a_session_is_sent_again_in_its_way(again: Again) -> None:
    again.say(
        b"HELO app.example.test\r\n",
        b"MAIL FROM:<>\r\n",
        b"RCPT TO:<b@x.test>\r\n",
        b"DATA\r\n",
        b"a: b\r\n\r\n.\r\n",
        b"QUIT\r\n",
    )
    first = again.messages()[0]
    again.run("swaks", again.copied(first, "swaks"))
    second = again.messages()[0]
    assert second["id"] != first["id"]
    assert second["envelope"] == first["envelope"]
    session = again.newest_session()
    assert (session["greeting"], session["helo"]) == ("HELO", "app.example.test")
