"""Mail programs that send with the credentials of an inbox, to a catcher that lets nobody else in but its users."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import running
from tests.clients.conftest import program, run
from tests.nodes.following import Follower
from tests.running import Running
from tests.smtp.test_users import BCRYPT
from tests.wire.catching import PATIENCE

SENDER, RECIPIENT = "shop@example.test", "ada@example.test"
MAIL = b"From: shop@example.test\r\nTo: ada@example.test\r\nSubject: x\r\n\r\nx\r\n"
PASSWORD_MECHANISMS = ["PLAIN", "LOGIN", "CRAM-MD5"]

Inbox = dict[str, Any]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("inboxes")
    (folder / "users").write_text(f"anna:plain:sesame\nbob:{BCRYPT}\n")
    server = running.start(folder, "--users", str(folder / "users"), "--require-auth")
    yield server
    server.kill()


@pytest.fixture
def inbox(server: Running) -> Iterator[Inbox]:
    made = httpx.post(f"{server.api}/inboxes").raise_for_status().json()
    yield made
    httpx.delete(f"{server.api}/inboxes/{made['name']}").raise_for_status()


def messages(server: Running, inbox: Inbox) -> list[Any]:
    found: list[Any] = httpx.get(f"{server.api}/messages", params={"inbox": inbox["name"]}).json()["messages"]
    return found


def came_as(server: Running, inbox: Inbox, mechanism: str) -> None:
    """One message is in the inbox, and the session that brought it says how the client came in."""
    (message,) = messages(server, inbox)
    session = httpx.get(f"{server.api}/sessions/{message['session_id']}").json()
    assert session["auth"] == {"mechanism": mechanism, "username": inbox["name"]}


def method(client: smtplib.SMTP, mechanism: str) -> Any:
    return getattr(client, f"auth_{mechanism.lower().replace('-', '_')}")


@pytest.mark.parametrize("mechanism", PASSWORD_MECHANISMS)
def test_smtplib_after_starttls(server: Running, inbox: Inbox, mechanism: str) -> None:
    smtp = inbox["smtp"]
    unverified = ssl._create_unverified_context()
    with smtplib.SMTP(smtp["host"], smtp["port"], local_hostname="client.test", timeout=PATIENCE) as client:
        client.starttls(context=unverified)
        client.ehlo()
        client.user, client.password = smtp["username"], smtp["password"]
        assert client.auth(mechanism, method(client, mechanism))[0] == 235
        client.sendmail(SENDER, [RECIPIENT], MAIL)
    came_as(server, inbox, mechanism)


def test_smtplib_is_refused_with_another_inboxs_password(server: Running, inbox: Inbox) -> None:
    other = httpx.get(f"{server.api}/inboxes/default").json()
    smtp, helo = inbox["smtp"], "refused.test"
    with Follower(server.api) as stream:
        with smtplib.SMTP(smtp["host"], smtp["port"], local_hostname=helo, timeout=PATIENCE) as client:
            for password in (other["smtp"]["password"], "", smtp["password"].upper()):
                with pytest.raises(smtplib.SMTPAuthenticationError):
                    client.login(smtp["username"], password)
            assert client.mail(SENDER)[0] == 530
        told = stream.until(lambda told: any(one.kind == "session.closed" and one.data["helo"] == helo for one in told))
    (number,) = {one.data["id"] for one in told if one.kind == "session.closed" and one.data["helo"] == helo}
    lines = httpx.get(f"{server.api}/sessions/{number}/transcript.txt").text
    assert f"*: Not authenticated with PLAIN: that is not the password of the inbox {inbox['name']}." in lines
    assert smtp["password"] not in lines


@pytest.mark.parametrize("mechanism", [*PASSWORD_MECHANISMS, "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER"])
def test_msmtp(server: Running, inbox: Inbox, mechanism: str) -> None:
    msmtp = program("msmtp", "msmtp")
    if mechanism.lower() not in run(msmtp, "--version").lower().split():
        pytest.skip(f"this msmtp is built without {mechanism}")
    smtp = inbox["smtp"]
    run(
        *(msmtp, "--file=/dev/null", f"--host={smtp['host']}", f"--port={smtp['port']}", "--domain=client.test"),
        *(f"--auth={mechanism.lower()}", f"--user={smtp['username']}", f"--passwordeval=echo {smtp['password']}"),
        *("--tls=off", f"--from={SENDER}", RECIPIENT),
        data=MAIL,
    )
    came_as(server, inbox, mechanism)


def test_swaks_within_tls(server: Running, inbox: Inbox) -> None:
    smtp = inbox["smtp"]
    run(
        *(program("swaks", "swaks"), "--server", smtp["host"], "--port", str(smtp["port"]), "--ehlo", "client.test"),
        *("--from", SENDER, "--to", RECIPIENT, "--tls", "--auth", "PLAIN"),
        *("--auth-user", smtp["username"], "--auth-password", smtp["password"]),
    )
    came_as(server, inbox, "PLAIN")


def test_users_of_the_file_come_in_as_ever_and_to_the_default_inbox(server: Running) -> None:
    with smtplib.SMTP(server.smtp_host, server.smtp_port, local_hostname="client.test", timeout=PATIENCE) as client:
        client.login("bob", "sesame")
        assert "CRAM-MD5" in client.esmtp_features["auth"]
        client.sendmail(SENDER, [RECIPIENT], MAIL)
    newest = httpx.get(f"{server.api}/messages/latest").json()
    assert newest["inbox"] == "default"


def test_who_is_gone_comes_in_no_more(server: Running) -> None:
    made = httpx.post(f"{server.api}/inboxes").json()
    httpx.delete(f"{server.api}/inboxes/{made['name']}")
    client = smtplib.SMTP(server.smtp_host, server.smtp_port, local_hostname="client.test", timeout=PATIENCE)
    with client, pytest.raises(smtplib.SMTPAuthenticationError):
        client.login(made["name"], made["smtp"]["password"])


def test_credentials_survive_a_restart(tmp_path: Path) -> None:
    (tmp_path / "users").write_text(f"bob:{BCRYPT}\n")
    flags = ("--users", str(tmp_path / "users"), "--require-auth")
    first = running.start(tmp_path, *flags)
    made = httpx.post(f"{first.api}/inboxes", json={"name": "kept"}).json()
    first.stop()
    second = running.start(tmp_path, *flags)
    try:
        with smtplib.SMTP(second.smtp_host, second.smtp_port, local_hostname="client.test") as client:
            client.login("kept", made["smtp"]["password"])
            client.sendmail(SENDER, [RECIPIENT], MAIL)
        assert httpx.get(f"{second.api}/inboxes/kept").json()["total"] == 1
        assert made["smtp"]["password"] not in second.errors
    finally:
        second.kill()
