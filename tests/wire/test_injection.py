"""CR, LF, NUL and their kin in addresses, names and parameters: nothing that we write has a line forged by them."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.running import Running
from tests.wire.catching import Catcher
from tests.wire.dialling import Dial

RAW = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What ends or hides a line on some screen; line feeds and tabs are ours."""

LINES = [
    "EHLO evil\x1b[2J\x08\x07name",
    "EHLO evil\rMAIL FROM:<x@y>",
    "EHLO evil\0name",
    "MAIL FROM:<a\rRCPT TO:<x@y>",
    "MAIL FROM:<a\0b@c>",
    "MAIL FROM:<\"a\x1bb\"@c>",
    "MAIL FROM:<a\x85b@c> SMTPUTF8",
    "MAIL FROM:<a@b> ENVID=a+0D+0ASubject:+20forged",
    "MAIL FROM:<a@b> ENVID=a+00b",
    "MAIL FROM:<a@b> ENVID=a\x1bb",
    "MAIL FROM:<a@b> SIZE=1\x0b",
    "MAIL FROM:<a@b> X\x1b=1",
    "MAIL FROM:<a\u2028b\u202ec@example.test> SMTPUTF8 ENVID=a+20b",
    "RCPT TO:<a\rDATA",
    "RCPT TO:<a@b> ORCPT=rfc822;a+0D+0AX-Forged:+20yes",
    "RCPT TO:<a@b> ORCPT=rfc822;a+00b",
    "RCPT TO:<a@b> ORCPT=utf-8;\\x{0D}\\x{0A}X",
    "RCPT TO:<a@b> ORCPT=utf-8;\\x{2028}",
    "RCPT TO:<a@b> NOTIFY=NEVER\x1b",
    "RCPT TO:<x\u2029y\u202ez@example.test> NOTIFY=NEVER ORCPT=rfc822;a+20b",
    "VRFY a\u2028b@c SMTPUTF8",
    "VRFY a\x1b@c",
    "NOOP \x1b]0;title\x07",
    "F\x1b[31mO",
    "HELP \x08",
    "ETRN a\x1b",
]  # fmt: skip

CONTENT = (
    b"From: =?utf-8?B?YQ0KWC1Gb3JnZWQ6IHllcw==?= <a@example.test>\r\n"
    b"Subject: =?utf-8?B?eA0KWC1Gb3JnZWQ6IHllcxtbMko=?=\r\n"
    b"Content-Type: text/plain; name*=utf-8''a%0D%0AX-Forged%3A%20yes\r\n"
    b"Content-Disposition: attachment; filename*=utf-8''a%0D%0ASet-Cookie%3A%20x%00%1B\r\n"
    b"\r\nhello\r\n.\r\n"
)

PAGES = (
    *("/", "/?q=evil", "/sessions", "/sessions/{session}", "/messages/{message}", "/stats"),
    *(f"/messages/{{message}}?tab={tab}" for tab in ("text", "headers", "parts", "raw", "envelope", "transcript")),
    *("/api/v1/messages", "/api/v1/messages/{message}", "/api/v1/sessions", "/api/v1/sessions/{session}"),
    *("/api/v1/sessions/{session}/transcript", "/api/v1/messages/{message}/transcript"),
    *("/api/v1/sessions/{session}/transcript.txt", "/api/v1/messages/{message}/raw"),
    *("/api/v1/messages/{message}/parts/0", "/api/v1/messages/999"),
)


class Smtp:
    def __init__(self, server: Running) -> None:
        self.host, self.port = server.smtp_host, server.smtp_port


@pytest.fixture
def told(server: Running) -> tuple[Running, dict[str, int]]:
    """A server to which all of these lines were said, and a message sent among them."""
    with Dial(Smtp(server)) as client:
        for line in LINES:
            reply = client.say(line)
            assert re.fullmatch(r"[2-5][0-9]{2}[ -][^\r\n]*(\n[2-5][0-9]{2}[ -][^\r\n]*)*", reply), line
            assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", reply), line
        assert client.say("DATA").startswith("354")
        client.send(CONTENT)
        assert client.reply().startswith("250 2.0.0")
        client.send(b"F\x1b[2J\x07\r\n")
        client.reply()
        client.half_close()
        assert client.rest() == b""
    message = httpx.get(f"{server.api}/messages/latest").json()
    return server, {"message": message["id"], "session": message["session_id"]}


def test_no_answer_of_the_web_has_a_raw_control_character(told: tuple[Running, dict[str, int]]) -> None:
    server, ids = told
    for page in PAGES:
        answer = httpx.get(server.url + page.format(**ids))
        assert answer.status_code in (200, 404), page
        for name, value in answer.headers.raw:
            assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", name + value), (page, name, value)
        assert "x-forged" not in answer.headers
        assert "set-cookie" not in answer.headers
        if answer.headers["content-type"].startswith("text/html"):
            assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)", answer.text), page
        if page.endswith("transcript.txt"):
            assert not RAW.search(answer.text)
        if answer.headers["content-type"].startswith("application/"):
            assert not re.search(rb"[\x00-\x1f]", answer.content), page


def test_the_transcript_has_one_line_for_each_entry(told: tuple[Running, dict[str, int]]) -> None:
    server, ids = told
    address = f"{server.api}/sessions/{ids['session']}/transcript"
    entries = httpx.get(address).json()["entries"]
    lines = httpx.get(f"{address}.txt").text.splitlines()
    assert len(lines) == len(entries)
    marks = {"client": "C", "server": "S", "event": "*"}
    assert [line.split(" ", 2)[1] for line in lines] == [f"{marks[entry['side']]}:" for entry in entries]


def test_nothing_is_written_to_the_log(told: tuple[Running, dict[str, int]]) -> None:
    server, _ = told
    assert not RAW.search(server.errors)
    assert "Traceback" not in server.errors


def test_the_message_carries_nothing_that_was_refused(told: tuple[Running, dict[str, int]]) -> None:
    server, ids = told
    message = httpx.get(f"{server.api}/messages/{ids['message']}").json()
    assert message["envelope"]["mail_from"] == {
        "address": "a\u2028b\u202ec@example.test",
        "params": {"SMTPUTF8": True, "ENVID": "a b"},
    }
    assert message["envelope"]["rcpt_to"] == [
        {
            "address": "x\u2029y\u202ez@example.test",
            "role": "bcc",
            "params": {"NOTIFY": "NEVER", "ORCPT": "rfc822;a b"},
        }
    ]


@pytest.mark.parametrize("stop", [b"\r", b"\0", b"\r\0", b"\0\r"])
@pytest.mark.parametrize(
    "line",
    [b"MAIL FROM:<a%b@c>", b"MAIL FROM:<a@c> ENVID=x%y", b"EHLO x%y", b"RCPT TO:<a%@b>", b"NOOP %", b"%NOOP", b"NO%OP"],
)
def test_nothing_of_a_line_with_cr_or_nul_in_it_is_carried_on(catcher: Catcher, line: bytes, stop: bytes) -> None:
    with Dial(catcher) as client:
        client.say("EHLO before")
        assert client.say(line.replace(b"%", stop + b"RSET" + stop)).startswith("500 5.5.2")
        assert client.say("DATA").startswith("503")
        client.say("QUIT")
    session = catcher.ended()
    assert session.facts.helo == "before"
    assert session.facts.commands == 4


def test_how_a_session_ended_is_told_without_control_characters(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        client.say("EHLO x\x1b[2J")
        client.say("F\x1b[2J" + "x" * 300)
    facts = catcher.ended().facts
    assert facts.reason is not None
    assert not RAW.search(facts.reason)
    assert len(facts.reason) < 300
    assert facts.helo == "x␛[2J"
