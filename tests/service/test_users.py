"""A catcher with a users file, as people start it."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.running import DidNotStart, Running

Start = Callable[..., Running]


def test_only_the_users_of_the_file_are_taken_and_sessions_are_found_by_them(
    start_server: Start, tmp_path: Path
) -> None:
    (tmp_path / "users").write_text("anna:plain:sesame\n")
    server = start_server("--users", str(tmp_path / "users"), "--require-auth")
    with smtplib.SMTP(server.smtp_host, server.smtp_port, local_hostname="localhost") as client:
        client.ehlo()
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("anna", "wrong")
        assert client.mail("a@example.test")[0] == 530
        client.login("anna", "sesame")
        client.sendmail("a@example.test", ["b@example.test"], b"Subject: in\r\n\r\n")
    (session,) = httpx.get(f"{server.api}/sessions", params={"user": "anna"}).json()["sessions"]
    assert session["auth"] == {"mechanism": "CRAM-MD5", "username": "anna"}
    assert len(session["messages"]) == 1
    assert httpx.get(f"{server.api}/sessions", params={"user": "bob"}).json()["sessions"] == []
    extensions = httpx.get(f"{server.api}/info").json()["extensions"]
    assert "AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256 XOAUTH2 OAUTHBEARER" in extensions
    assert server.stop() == 0
    assert "sesame" not in server.errors


def test_secrets_are_shown_on_request(start_server: Start) -> None:
    server = start_server("--show-secrets")
    with smtplib.SMTP(server.smtp_host, server.smtp_port, local_hostname="localhost") as client:
        client.ehlo()
        client.user, client.password = "anna", "sesame"
        client.auth("PLAIN", client.auth_plain)
    (session,) = httpx.get(f"{server.api}/sessions").json()["sessions"]
    told = httpx.get(f"{server.api}/sessions/{session['id']}/transcript.txt").text
    assert "C: AUTH PLAIN AGFubmEAc2VzYW1l\n" in told
    assert "*: Authenticated as anna with PLAIN.\n" in told


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"anna:plain:x\nbob:hush\n", "USERS, line 2: the secret is of no known kind; write plain:TEXT, $2b$"),
        (b"", "USERS names no user; write lines name:secret"),
        (b"anna:plain:\xff\n", "--users names USERS, which is not UTF-8 text; save it as that."),
        (None, "--users names USERS, which cannot be read (No such file or directory); name a file of users."),
    ],
)
def test_a_file_that_cannot_be_used_ends_the_start(
    start_server: Start, tmp_path: Path, content: bytes | None, said: str
) -> None:
    users = tmp_path / "users"
    if content is not None:
        users.write_bytes(content)
    with pytest.raises(DidNotStart) as failure:
        start_server("--users", str(users))
    assert failure.value.code == 2
    assert failure.value.errors.count("\n") == 1
    assert failure.value.errors.startswith(f"pillarbox: {said.replace('USERS', str(users))}")
    assert "hush" not in failure.value.errors
