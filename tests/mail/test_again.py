"""Conversations as commands: what is quoted, what is left out and said."""

from __future__ import annotations

import ast
import subprocess
from datetime import UTC, datetime

import pytest

from pillarbox.mail import again, conversation, transcript
from pillarbox.mail.again import Place
from pillarbox.mail.conversation import Conversation, Path, Step
from pillarbox.mail.session import Auth, Facts, Greeting, Outcome, Session
from pillarbox.mail.transcript import Record

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HERE = Place(host="127.0.0.1", port=1025, raw="http://127.0.0.1:8025/api/v1/messages/7/raw")


def session(
    *,
    greeting: Greeting = "EHLO",
    auth: Auth | None = None,
    listener: str = "smtp 127.0.0.1:1025",
    outcome: Outcome = "quit",
) -> Session:
    facts = Facts(listener=listener, peer="127.0.0.1:9", started_at=NOON, greeting=greeting, auth=auth, outcome=outcome)
    return Session(1, facts, ())


def c(line: bytes) -> Record:
    return transcript.line(0, "client", "command", line + b"\r\n")


def auth(line: bytes) -> Record:
    return transcript.line(0, "client", "auth", line + b"\r\n")


def s(line: bytes) -> Record:
    return transcript.line(0, "server", "reply", line + b"\r\n")


def read(
    *records: Record, message: int | None = None, content: bytes | None = b"x\r\n", **facts: object
) -> Conversation:
    return conversation.read(session(**facts), transcript.entries(records), lambda _: content, message)  # type: ignore[arg-type]


def stored(message_id: int) -> Record:
    return Record(0, "client", "data", b"", 3, message_id)


@pytest.mark.parametrize(
    ("line", "path"),
    [
        (b"MAIL FROM:<a@x.test> SIZE=1 SMTPUTF8", Path(b"a@x.test", b"SIZE=1 SMTPUTF8")),
        (b"mail from: a@x.test", Path(b"a@x.test", b"")),
        (b"MAIL FROM:<>", Path(b"", b"")),
        (b'RCPT TO:<"a b"@x.test>', Path(b'"a b"@x.test', b"")),
        (b'MAIL FROM:<"<svg onload=x>"@x.test> SIZE=1', Path(b'"<svg onload=x>"@x.test', b"SIZE=1")),
        (rb'RCPT TO:<"a\">"@x.test>', Path(rb'"a\">"@x.test', b"")),
        (b'RCPT TO:<"a>b', Path(b'"a', b"b")),
        (b"RCPT nonsense", Path(b"nonsense", b"")),
        (b"RCPT", Path(b"", b"")),
    ],
)
def test_a_path_is_read_as_it_crossed(line: bytes, path: Path) -> None:
    assert conversation.path(line) == path


@pytest.mark.parametrize("content", [b"", b".\r\n", b"a\r\n.b\r\n", b"..\r\n", b".a\r\n.\r\nb\r\n"])
def test_unstuffing_undoes_stuffing(content: bytes) -> None:
    assert conversation.unstuff(transcript.stuff(content)) == content


def test_a_session_with_one_transaction_is_all_there() -> None:
    found = read(
        s(b"220 x"),
        c(b"EHLO app"),
        s(b"250 x"),
        c(b"NOOP"),
        s(b"250 x"),
        c(b"MAIL FROM:<a@x>"),
        s(b"250 x"),
        c(b"RCPT TO:<no@x>"),
        s(b"550 no"),
        c(b"RCPT TO:<b@x>"),
        s(b"250 x"),
        c(b"DATA"),
        s(b"354 go"),
        stored(7),
        s(b"250 as 7"),
        c(b"QUIT"),
        s(b"221 bye"),
    )
    assert found.steps == (
        Step("say", b"EHLO app"),
        Step("say", b"NOOP"),
        Step("say", b"MAIL FROM:<a@x>"),
        Step("say", b"RCPT TO:<no@x>"),
        Step("say", b"RCPT TO:<b@x>"),
        Step("content"),
        Step("say", b"QUIT"),
    )
    assert (found.name, found.rcpt_to, found.taken) == (b"app", (Path(b"no@x", b""), Path(b"b@x", b"")), 1)
    assert (found.content, found.message_id) == (b"x\r\n", 7)


def test_recipients_of_a_pipelined_group_count_by_their_own_replies() -> None:
    group = [c(b"MAIL FROM:<a@x>"), c(b"RCPT TO:<no@x>"), c(b"RCPT TO:<b@x>"), c(b"DATA")]
    found = read(c(b"LHLO app"), s(b"250 x"), *group, s(b"250 x"), s(b"550 no"), s(b"250 x"), s(b"354 go"), stored(7))
    assert found.taken == 1


def test_of_many_transactions_the_one_that_is_asked_for_is_done_again() -> None:
    two = [c(b"EHLO app"), s(b"250 x")]
    for number in (7, 8, 9):
        two += [c(b"MAIL FROM:<%d@x>" % number), s(b"250 x"), c(b"RCPT TO:<b@x>"), s(b"250 x")]
        two += [c(b"DATA"), s(b"354 go"), stored(number), s(b"250 kept")]
    two.append(c(b"QUIT"))
    said = [step.line for step in read(*two, message=8).steps]
    assert said == [b"EHLO app", b"MAIL FROM:<8@x>", b"RCPT TO:<b@x>", b"", b"QUIT"]
    assert read(*two).message_id == 7


def test_a_refused_data_is_said_and_brings_no_content() -> None:
    found = read(c(b"EHLO app"), c(b"MAIL FROM:<a@x>"), c(b"DATA"), s(b"554 no valid recipients"))
    assert found.steps[-1] == Step("say", b"DATA")
    assert "--quit-after MAIL" in again.swaks(found, HERE).code.replace("\\\n  ", "")


def test_a_secret_becomes_a_word_to_replace() -> None:
    masked = [transcript.masked(0, "AUTH LOGIN", 12), s(b"334 x"), transcript.masked(0, "********", 12), s(b"235 ok")]
    found = read(c(b"EHLO app"), *masked, auth=Auth("LOGIN", "it's"))
    for made in again.made(found, HERE):
        assert "PASSWORD" in made.code
        assert "********" not in made.code
        assert "Put the password in the place of PASSWORD." in made.notes


def test_a_log_in_that_was_refused_or_given_up_is_said_as_it_was() -> None:
    refused = [c(b"AUTH FOO"), s(b"504 5.5.4 no")]
    given_up = [auth(b"AUTH PLAIN"), s(b"334 "), auth(b"*"), s(b"501 5.7.0 aborted")]
    done = [transcript.masked(0, "AUTH PLAIN ********", 30), s(b"235 2.7.0 ok")]
    found = read(c(b"EHLO app"), s(b"250 x"), *refused, *given_up, *done, auth=Auth("PLAIN", "anna"))
    assert found.steps[1:] == (
        Step("say", b"AUTH FOO"),
        Step("say", b"AUTH PLAIN"),
        Step("say", b"*"),
        Step("login", b"PLAIN"),
    )
    assert found.login == "PLAIN"
    assert "swaks leaves out AUTH; Python says every line." in again.swaks(found, HERE).notes


@pytest.mark.parametrize(
    ("mechanism", "swaks", "curl"),
    [
        ("LOGIN", "--auth LOGIN", "AUTH=LOGIN"),
        ("XOAUTH2", "--auth PLAIN", "--oauth2-bearer PASSWORD"),
        ("OAUTHBEARER", "--auth PLAIN", "--oauth2-bearer PASSWORD"),
        ("SCRAM-SHA-256", "--auth PLAIN", "AUTH=PLAIN"),
    ],
)
def test_a_mechanism_that_a_tool_does_not_know_is_replaced_and_that_is_said(
    mechanism: str, swaks: str, curl: str
) -> None:
    masked = transcript.masked(0, f"AUTH {mechanism} ********", 30)
    found = read(c(b"EHLO app"), s(b"250 x"), masked, s(b"235 ok"), auth=Auth(mechanism, "anna"))
    assert swaks in again.swaks(found, HERE).code
    assert curl in again.curl(found, HERE).code
    for made in again.made(found, HERE):
        replaced = "=PLAIN" in made.code or "--auth PLAIN" in made.code or "AUTH PLAIN" in made.code
        assert replaced == (f"{made.tool} knows no {mechanism}; it logs in with PLAIN." in made.notes)


def test_octets_that_the_server_dropped_are_no_content() -> None:
    behind = Record(0, "client", "data", b"MAIL FROM:<evil@x>\r\n", 20)
    found = read(c(b"EHLO app"), s(b"250 x"), c(b"STARTTLS"), behind, s(b"220 go"), c(b"QUIT"))
    assert not found.sent_content
    assert [step.kind for step in found.steps] == ["say", "starttls", "say"]
    for made in again.made(found, HERE):
        assert "Octets that the server dropped unread are not sent again." in made.notes


def test_content_that_broke_off_breaks_off_in_python_and_is_noted_for_the_others() -> None:
    begun = [c(b"EHLO app"), s(b"250 x"), c(b"MAIL FROM:<a@x>"), s(b"250 x"), c(b"RCPT TO:<b@x>"), s(b"250 x")]
    data = [c(b"DATA"), s(b"354 go"), Record(0, "client", "data", b"a: b\r\n..\r\nhal", 13)]
    found = read(*begun, *data, outcome="dropped")
    assert (found.broken, found.content) == (True, b"a: b\r\n.\r\nhal")
    code = again.python(found, HERE).code
    assert code.count("getreply") == 1, "say alone reads replies"
    assert r"b'a: b\r\n'" in code
    assert r"b'..\r\n'" in code
    assert "b'hal'\n    b''" in code
    for made in (again.swaks(found, HERE), again.curl(found, HERE)):
        broke = f"The client broke off in the content; {made.tool} sends what came of it as a whole message."
        assert broke in made.notes
    chunk = [c(b"BDAT 100 LAST"), Record(0, "client", "data", b"a: b\r\n", 6)]
    found = read(*begun, *chunk, outcome="timeout")
    assert (found.broken, found.missing) == (True, 94)
    code = again.python(found, HERE).code
    assert "% (len(content) + 94)" in code
    assert code.rstrip().splitlines()[-2].startswith("smtp.getreply()"), "it waits as the client did"


def test_how_the_client_left_is_noted_where_a_tool_says_quit() -> None:
    for outcome, note in (("dropped", "left without QUIT"), ("timeout", "fell silent"), ("quit", "")):
        found = read(c(b"EHLO app"), s(b"250 x"), outcome=outcome)
        notes = " ".join(again.swaks(found, HERE).notes)
        assert note in notes
        assert bool(note) == bool(notes)


def test_what_a_tool_cannot_say_is_noted() -> None:
    found = read(c(b"EHLO app"), c(b"MAIL FROM:<a@x> RET=HDRS"), c(b"RCPT TO:<b@x>"), c(b"BDAT 3 LAST"), stored(7))
    assert len([note for note in again.swaks(found, HERE).notes if "parameters" in note or "BDAT" in note]) == 2
    assert len([note for note in again.curl(found, HERE).notes if "parameters" in note or "BDAT" in note]) == 2
    assert again.python(found, HERE).notes == ()
    assert "BDAT %d LAST" in again.python(found, HERE).code


def test_deleted_content_is_replaced_and_that_is_said() -> None:
    found = read(c(b"EHLO app"), c(b"MAIL FROM:<a@x>"), c(b"RCPT TO:<b@x>"), c(b"DATA"), stored(7), content=None)
    for made in again.made(found, HERE):
        assert "deleted" in " ".join(made.notes)


HOSTILE = [
    b"plain",
    b"a b\tc",
    b"it's",
    b'"$(touch pwned)"',
    b"`touch pwned`; touch pwned #",
    b"\\x41\\n!!",
    b"\xff\xfe\x01\x1b[31m",
    b"line\nbreak\r",
    "注文\u202e".encode(),
    b"\x0aBEEF",
    b"-n",
    b"",
]


@pytest.mark.parametrize("octets", HOSTILE)
def test_a_quoted_word_is_one_word_and_the_same_octets(octets: bytes, tmp_path: object) -> None:
    script = f"printf '%s' {again.quote(octets)}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, cwd=str(tmp_path), check=True)
    assert done.stdout == octets
    assert again.quote(octets).isprintable()


def test_no_octet_of_a_client_runs_in_the_script() -> None:
    evil = b"x');__import__('os').system('touch pwned')#\x00\xff"
    found = read(
        c(b"EHLO " + evil), c(b"MAIL FROM:<" + evil + b">"), c(b"RCPT TO:<b@x>"), c(b"DATA"), stored(7), content=evil
    )
    code = again.python(found, HERE).code
    compile(code, "made", "exec")

    calls = {ast.unparse(node.func) for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)}
    assert calls == {
        "smtplib.SMTP",
        "smtp.set_debuglevel",
        "smtp.send",
        "smtp.getreply",
        "say",
        "smtp.close",
    }


def test_behind_a_proxy_each_command_sends_a_header_of_its_protocol() -> None:
    came = transcript.event(0, "connect", "connected"), transcript.event(0, "connect", "comes through the proxy")
    facts = Facts(listener="smtp 127.0.0.1:1025", peer="[2001:db8::7]:4711", started_at=NOON)
    found = conversation.read(Session(1, facts, ()), transcript.entries([*came, c(b"EHLO x")]), lambda _: b"")
    assert found.proxied == "TCP6 2001:db8::7 2001:db8::7 4711 4711"
    swaks, curl, python = again.made(found, HERE)
    assert f"--proxy '{found.proxied}'" in swaks.code
    assert "--haproxy-protocol" in curl.code
    assert f"sendall(b'PROXY {found.proxied}' + b'\\r\\n')" in python.code
    compile(python.code, "made", "exec")
    assert read(came[0], c(b"EHLO x")).proxied == ""
