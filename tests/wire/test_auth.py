"""AUTH on the wire: order and syntax of the command, the exchange, and what is kept of it (RFC 4954)."""

from __future__ import annotations

import base64
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pillarbox.mail.session import Auth
from pillarbox.smtp import users
from pillarbox.smtp.secret import BcryptSecret
from pillarbox.storage import body
from tests.naming import short
from tests.smtp.test_users import BCRYPT
from tests.wire.catching import PATIENCE, Catcher
from tests.wire.dialling import Dial
from tests.wire.securing import certificate, start_tls

SECRET = "open-sesame-4711"
ANNA = users.parse(f"anna:plain:{SECRET}\nbob:{BCRYPT}\n", "users")
WRONG = "535 5.7.8 Error: authentication failed: wrong user name or secret"
DONE = "235 2.7.0 Authentication successful"


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def plain(name: str = "anna", secret: str = SECRET) -> str:
    return b64(f"\0{name}\0{secret}")


NOT_BASE64 = "501 5.5.2 Error: the response is not base64"
SYNTAX = "501 5.5.4 Syntax: AUTH mechanism [initial-response]"
UNKNOWN = "504 5.5.4 Error: unsupported authentication mechanism"


@pytest.mark.parametrize(
    ("lines", "replies"),
    [
        (["AUTH PLAIN " + plain()], [DONE]),
        (["auth plain " + plain()], [DONE]),
        (["AUTH  PLAIN\t" + plain() + " "], [DONE]),
        (["AUTH PLAIN", plain()], ["334 ", DONE]),
        (["AUTH LOGIN", b64("anna"), b64(SECRET)], ["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", DONE]),
        (["AUTH LOGIN " + b64("anna"), b64(SECRET)], ["334 UGFzc3dvcmQ6", DONE]),
        (["AUTH PLAIN " + plain(secret="x")], [WRONG]),
        (["AUTH PLAIN " + plain("nobody")], [WRONG]),
        (["AUTH PLAIN " + plain("bob", "sesame")], [DONE]),
        (["AUTH PLAIN " + plain("bob", "x")], [WRONG]),
        (
            ["AUTH PLAIN ="],
            ["535 5.7.8 Error: authentication failed: the response of PLAIN is not: authzid, NUL, user"],
        ),
        (["AUTH LOGIN ="], ["535 5.7.8 Error: authentication failed: the user name is empty"]),
        (["AUTH PLAIN", "*"], ["334 ", "501 5.7.0 Authentication aborted"]),
        (["AUTH CRAM-MD5", "*"], ["334 ", "501 5.7.0 Authentication aborted"]),
        (
            ["AUTH LOGIN", b64("anna"), "*"],
            ["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "501 5.7.0 Authentication aborted"],
        ),
        (["AUTH PLAIN *"], [NOT_BASE64]),
        (["AUTH PLAIN a"], [NOT_BASE64]),
        (["AUTH PLAIN a=b="], [NOT_BASE64]),
        (["AUTH PLAIN", "!!!!"], ["334 ", NOT_BASE64]),
        (["AUTH PLAIN", "YQ=\0="], ["334 ", NOT_BASE64]),
        (["AUTH LOGIN", "ü"], ["334 VXNlcm5hbWU6", NOT_BASE64]),
        (["AUTH CRAM-MD5 " + plain()], ["501 5.5.4 Error: this mechanism takes no initial response"]),
        (["AUTH CRAM-MD5 ="], ["501 5.5.4 Error: this mechanism takes no initial response"]),
        (["AUTH DIGEST-MD5"], [UNKNOWN]),
        (["AUTH " + plain()], [UNKNOWN]),
        (["AUTH"], [SYNTAX]),
        (["AUTH PLAIN a b"], [SYNTAX]),
        (["AUTH PLAIN\x0b" + plain()], [UNKNOWN]),
        (["AUTH PLAIN " + plain(), "AUTH PLAIN " + plain()], [DONE, "503 5.5.1 Error: already authenticated"]),
        (["AUTH PLAIN " + plain(), "EHLO y", "AUTH LOGIN"], [DONE, "250-", "503 5.5.1 Error: already authenticated"]),
        (["AUTH PLAIN " + plain(secret="x"), "AUTH PLAIN " + plain()], [WRONG, DONE]),
        (["MAIL FROM:<a@b>", "AUTH PLAIN " + plain()], ["250", "503 5.5.1 Error: MAIL transaction in progress"]),
        (["AUTH PLAIN " + plain(), "MAIL FROM:<a@b> AUTH=<>", "RCPT TO:<c@d>"], [DONE, "250", "250"]),
        (["AUTH XOAUTH2 " + b64(f"user=anna\x01auth=Bearer {SECRET}\x01\x01")], [DONE]),
        (["AUTH XOAUTH2 " + b64("user=anna\x01auth=Bearer x\x01\x01"), ""], ["334 eyJ", WRONG]),
        (["AUTH OAUTHBEARER " + b64("n,a=anna,\x01auth=Bearer x\x01\x01"), "AQ=="], ["334 eyJ", WRONG]),
        (["AUTH OAUTHBEARER " + b64("n,a=anna,\x01auth=Bearer x\x01\x01"), "*"], ["334 eyJ", "501 5.7.0"]),
        (["AUTH PLAIN " + "A" * 12_272], ["535 5.7.8"]),
        (
            ["AUTH PLAIN " + "A" * 12_276],
            [
                "500 5.5.6 Error: authentication exchange line too long",
            ],
        ),
        (["AUTH PLAIN", "A" * 12_284], ["334 ", "535 5.7.8"]),
        (["AUTH PLAIN", "A" * 12_288], ["334 ", "500 5.5.6 Error: authentication exchange line too long"]),
        (["AUTH PLAIN", "A" * 3_000_000], ["334 ", "500 5.5.6 Error: authentication exchange line too long"]),
    ],
)
def test_each_line_has_its_reply(start_catcher: Callable[..., Catcher], lines: list[str], replies: list[str]) -> None:
    with Dial(start_catcher(users=ANNA)) as client:
        client.say("EHLO x")
        for line, reply in zip(lines, replies, strict=True):
            assert client.say(line).startswith(reply)
        assert client.say("NOOP") == "250 2.0.0 Ok"


def test_auth_comes_after_the_greeting(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        assert client.say("AUTH PLAIN " + plain()) == "503 5.5.1 Error: send HELO/EHLO first"
        client.say("HELO x")
        assert client.say("AUTH PLAIN " + plain()) == DONE


def test_anybody_is_taken_with_any_mechanism_that_is_offered(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        offered = next(line for line in client.say("EHLO x").splitlines() if line.startswith("250-AUTH "))
    catcher.ended()
    assert offered == "250-AUTH PLAIN LOGIN CRAM-MD5 XOAUTH2 OAUTHBEARER"
    for lines in (
        ["AUTH PLAIN " + plain("zoe", "any")],
        ["AUTH LOGIN", b64("zoe"), b64("")],
        ["AUTH CRAM-MD5", b64("zoe " + "0" * 32)],
        ["AUTH XOAUTH2 " + b64("user=zoe\x01auth=Bearer any\x01\x01")],
        ["AUTH OAUTHBEARER " + b64("n,a=zoe,\x01auth=Bearer any\x01\x01")],
    ):
        with Dial(catcher) as client:
            client.say("EHLO x")
            assert [client.say(line) for line in lines][-1] == DONE
            assert client.transaction(b"x\r\n.\r\n").startswith("250")
            client.say("QUIT")
        assert catcher.ended().facts.auth == Auth(lines[0].split()[1], "zoe")


def test_only_what_a_user_can_complete_is_listed_and_taken(start_catcher: Callable[..., Catcher]) -> None:
    with Dial(start_catcher(users=users.parse(f"bob:{BCRYPT}\n", "users"))) as client:
        assert "250-AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER" in client.say("EHLO x").splitlines()
        assert client.say("AUTH CRAM-MD5") == UNKNOWN
        assert client.say("AUTH SCRAM-SHA-256") == UNKNOWN


def test_others_are_served_while_a_hash_is_computed(
    start_catcher: Callable[..., Catcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    served = threading.Event()
    monkeypatch.setattr(BcryptSecret, "matches", lambda secret, given: served.wait(PATIENCE))
    catcher = start_catcher(users=users.parse(f"bob:{BCRYPT}\n", "users"))
    with Dial(catcher) as slow, Dial(catcher) as quick:
        slow.say("EHLO x")
        slow.send(f"AUTH PLAIN {plain('bob', 'sesame')}\r\nNOOP\r\n".encode())
        assert quick.transaction(b"x\r\n.\r\n").startswith("250")
        served.set()
        assert [slow.reply(), slow.reply()] == [DONE, "250 2.0.0 Ok"]


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("MAIL FROM:<a@b>", "530 5.7.0 Authentication required"),
        ("RCPT TO:<a@b>", "530 5.7.0 Authentication required"),
        ("DATA", "530 5.7.0 Authentication required"),
        ("VRFY a@b", "530 5.7.0 Authentication required"),
        ("BDAT 0 LAST", "530 5.7.0 Authentication required"),
        ("BDAT 10 LAST\r\nMAIL FRO", "530 5.7.0 Authentication required"),
        ("ETRN x.test", "530 5.7.0 Authentication required"),
        ("FOO", "500 5.5.2 Error: command not recognized"),
        ("EXPN x", "502 5.5.1 Error: command not implemented"),
        ("EHLO y", "250-"),
        ("HELO y", "250 "),
        ("NOOP", "250 2.0.0 Ok"),
        ("RSET", "250 2.0.0 Ok"),
        ("HELP", "214 2.0.0"),
        ("QUIT", "221 2.0.0"),
    ],
)
def test_where_authentication_is_required_most_commands_wait_for_it(
    start_catcher: Callable[..., Catcher], line: str, reply: str
) -> None:
    with Dial(start_catcher(require_auth=True)) as client:
        assert client.say("MAIL FROM:<a@b>").startswith("530")
        client.say("EHLO x")
        assert client.say(line).startswith(reply)
        if not line.startswith("QUIT"):
            assert client.say("NOOP") == "250 2.0.0 Ok"


def test_once_authenticated_mail_is_taken(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher(require_auth=True, users=ANNA)
    with Dial(catcher) as client:
        client.say("EHLO x")
        assert client.say("AUTH PLAIN " + plain(secret="x")) == WRONG
        assert client.say("MAIL FROM:<a@b>").startswith("530")
        assert client.say("AUTH PLAIN " + plain()) == DONE
        assert client.transaction(b"x\r\n.\r\n").startswith("250")
        client.say("EHLO y")
        assert client.transaction(b"y\r\n.\r\n").startswith("250")
    assert len(catcher.messages()) == 2


def test_failures_are_errors_and_errors_have_a_limit(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher(users=ANNA, max_errors=2)
    with Dial(catcher) as client:
        client.say("EHLO x")
        said = [client.say("AUTH PLAIN " + plain(secret="x"))[:9] for _ in range(3)]
    assert said == ["535 5.7.8", "535 5.7.8", "421 4.7.0"]
    assert catcher.ended().facts.outcome == "refused"


def test_the_reason_names_the_command_and_the_transcript_says_why(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher(users=ANNA, require_auth=True)
    with Dial(catcher) as client:
        client.say("EHLO x")
        client.say("AUTH LOGIN")
        client.say(b64("anna"))
        assert client.say(b64("wrong")) == WRONG
        client.say("QUIT")
    session = catcher.ended()
    assert session.facts.auth is None
    assert session.facts.reason == f"{WRONG} (in answer to AUTH LOGIN)"
    assert catcher.lines(session.id)[-10:] == [
        "C: AUTH LOGIN",
        "S: 334 VXNlcm5hbWU6",
        "C: ********",
        "S: 334 UGFzc3dvcmQ6",
        "C: ********",
        "*: Not authenticated with LOGIN: that is not the secret of anna.",
        f"S: {WRONG}",
        "C: QUIT",
        "S: 221 2.0.0 Bye",
        "*: The server closed the connection.",
    ]


def test_success_is_told_and_its_lines_keep_their_size(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher(users=ANNA)
    with Dial(catcher) as client:
        client.say("EHLO x")
        client.say("AUTH PLAIN " + plain())
        client.say("FOO")
    session = catcher.ended()
    assert session.facts.auth == Auth("PLAIN", "anna")
    assert session.facts.commands == 3
    entries = catcher.transcript(session.id).entries
    (masked,) = [entry for entry in entries if entry.masked]
    assert (masked.side, masked.kind, masked.verb) == ("client", "auth", "AUTH")
    assert (masked.text, masked.size, masked.raw) == ("AUTH PLAIN ********", 13 + len(plain()), None)
    assert "*: Authenticated as anna with PLAIN." in catcher.lines(session.id)
    assert "C: FOO" in catcher.lines(session.id)


def everything(folder: Path) -> bytes:
    """All that the database's files hold, as it stands there and with what was packed unpacked."""
    kept = [file.read_bytes() for file in folder.rglob("*") if file.is_file()]
    (database,) = folder.rglob("*.db")
    with closing(sqlite3.connect(database)) as connection:
        for encoding, entries in connection.execute("SELECT encoding, entries FROM segment"):
            kept.append(body.unpack(encoding, entries))
    return b"".join(kept)


EXCHANGES = [
    ["AUTH PLAIN " + plain()],
    ["AUTH PLAIN " + plain(secret=SECRET + "x")],
    ["AUTH PLAIN", plain()],
    ["AUTH LOGIN", b64("anna"), b64(SECRET)],
    ["AUTH LOGIN", b64(SECRET), b64("anna")],
    ["AUTH XOAUTH2 " + b64(f"user=anna\x01auth=Bearer {SECRET}\x01\x01")],
    ["AUTH XOAUTH2 " + b64(f"user=anna\x01auth=Bearer {SECRET}x\x01\x01"), ""],
    ["AUTH OAUTHBEARER", b64(f"n,a={SECRET},\x01auth=Bearer {SECRET}\x01\x01"), "AQ=="],
    ["AUTH FOO " + plain()],
    ["AUTH " + plain()],
    ["AUTH  " + plain() + "\t" + plain()],
    ["AUTH CRAM-MD5 " + plain()],
    ["AUTH PLAIN " + plain() + "A" * 20_000],
    ["AUTH PLAIN", plain() + "A" * 20_000],
    ["AUTH PLAIN", plain() + "!"],
    ["AUTH PLAIN x\0" + plain()],
    ["AUTH FOO", plain()],
    ["AUTH PLAIN " + plain(), b64(SECRET)],
    ["AUTH LOGIN", b64("anna"), b64(SECRET), b64(SECRET), b64(SECRET)],
    ["QUIT", "AUTH PLAIN " + plain()],
    ["QUIT", "EHLO x\r\n  AUTH LOGIN\r\n" + b64(SECRET)],
]


@pytest.mark.parametrize("lines", EXCHANGES, ids=short)
@pytest.mark.parametrize("cut", [False, True])
def test_no_secret_gets_into_the_database_or_the_log(
    start_catcher: Callable[..., Catcher], tmp_path: Path, caplog: pytest.LogCaptureFixture, lines: list[str], cut: bool
) -> None:
    caplog.set_level("DEBUG")
    catcher = start_catcher(users=ANNA)
    wire = "\r\n".join(["EHLO x", *lines]) + ("" if cut else "\r\n")
    with Dial(catcher) as client:
        client.send(wire.encode())
        client.half_close()
        answered = client.rest().decode()
    catcher.ended()
    catcher.close()
    kept = everything(tmp_path)
    assert b"EHLO x" in kept
    for text in (SECRET, *(b64(" " * shift + SECRET)[4:-4] for shift in range(3)), plain()[4:-4]):
        assert text.encode() not in kept
        assert text not in caplog.text
        assert text not in answered


def test_secrets_are_shown_when_that_is_asked_for_but_never_in_the_reason(
    start_catcher: Callable[..., Catcher],
) -> None:
    catcher = start_catcher(users=ANNA, show_secrets=True)
    sent = ["EHLO x", "AUTH PLAIN " + plain(secret="hush"), "AUTH LOGIN", b64("anna"), b64("hush"), "QUIT"]
    with Dial(catcher) as client:
        for line in sent:
            client.say(line)
    session = catcher.ended()
    entries = [entry for entry in catcher.transcript(session.id).entries if entry.side == "client"]
    assert [entry.text for entry in entries] == sent
    assert [entry.kind for entry in entries] == ["command", "auth", "command", "auth", "auth", "command"]
    assert [entry.verb for entry in entries] == ["EHLO", "AUTH", "AUTH", None, None, "QUIT"]
    assert not any(entry.masked for entry in entries)
    assert catcher.crossed(session.id)[0] == ("\r\n".join(sent) + "\r\n").encode()
    assert session.facts.commands == 4
    assert session.facts.reason == f"{WRONG} (in answer to AUTH LOGIN)"


def test_a_refused_initial_response_is_not_in_the_reason_either(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher(users=ANNA, show_secrets=True)
    with Dial(catcher) as client:
        client.say("EHLO x")
        client.say("AUTH PLAIN " + plain(secret="hush"))
    assert catcher.ended().facts.reason == f"{WRONG} (in answer to AUTH PLAIN ********)"


def test_a_client_that_goes_away_in_the_middle_is_dropped(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher(users=ANNA)
    with Dial(catcher) as client:
        client.say("EHLO x")
        client.say("AUTH LOGIN")
    session = catcher.ended()
    assert session.facts.outcome == "dropped"
    assert session.facts.reason == "The client closed the connection after AUTH, without QUIT."


def test_a_challenge_is_never_the_same_twice(catcher: Catcher) -> None:
    challenges = set()
    for _ in range(5):
        with Dial(catcher) as client:
            client.say("EHLO x")
            challenges.add(base64.b64decode(client.say("AUTH CRAM-MD5")[4:]))
    assert len(challenges) == 5
    assert all(challenge.endswith(b"@catcher.test>") for challenge in challenges)


def test_the_replies_of_a_group_before_auth_come_with_its_reply(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        client.send(f"EHLO x\r\nNOOP\r\nRSET\r\nAUTH PLAIN {plain()}\r\nMAIL FROM:<a@b>\r\n".encode())
        assert client.codes(5) == [250, 250, 250, 235, 250]


def test_auth_is_not_listed_nor_taken_where_tls_has_to_come_first(
    start_catcher: Callable[..., Catcher], tmp_path: Path
) -> None:
    catcher = start_catcher(certificate=certificate(tmp_path), require_tls=True, require_auth=True)
    with Dial(catcher) as client:
        assert "AUTH" not in client.say("EHLO x")
        assert client.say("AUTH PLAIN " + plain()) == "530 5.7.0 Must issue a STARTTLS command first"
        start_tls(client)
        assert "250-AUTH PLAIN LOGIN" in client.say("EHLO x")
        assert client.say("MAIL FROM:<a@b>") == "530 5.7.0 Authentication required"
        assert client.say("AUTH PLAIN " + plain()) == DONE
        assert client.transaction(b"x\r\n.\r\n").startswith("250")


def test_after_starttls_the_client_authenticates_again(start_catcher: Callable[..., Catcher], tmp_path: Path) -> None:
    catcher = start_catcher(certificate=certificate(tmp_path), require_auth=True)
    with Dial(catcher) as client:
        client.say("EHLO x")
        assert client.say("AUTH PLAIN " + plain()) == DONE
        start_tls(client)
        client.say("EHLO x")
        assert client.say("MAIL FROM:<a@b>") == "530 5.7.0 Authentication required"
        assert client.say("AUTH PLAIN " + plain()) == DONE
        assert client.transaction(b"x\r\n.\r\n").startswith("250")
