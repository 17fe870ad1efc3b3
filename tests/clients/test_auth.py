"""Every mechanism with every client that speaks it, with the right secret and with a wrong one."""

from __future__ import annotations

import asyncio
import smtplib
import subprocess
from collections.abc import Callable
from pathlib import Path

import aiosmtplib
import pytest

from pillarbox.mail.session import Auth
from pillarbox.smtp import users
from tests.clients.conftest import program, run
from tests.smtp.test_users import BCRYPT, SCRAM
from tests.wire.catching import PATIENCE, Catcher

SECRET = "open, sesame = 4711+"
TOKEN = "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg=="
ANNA = users.parse(f"anna:plain:{SECRET}\ntoken:plain:{TOKEN}\nbob:{BCRYPT}\n", "users")
SENDER, RECIPIENT = "anna@example.test", "bob@example.test"
MAIL = b"From: anna@example.test\r\nSubject: x\r\n\r\nx\r\n"
PASSWORD_MECHANISMS = ["PLAIN", "LOGIN", "CRAM-MD5"]

RIGHT = pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])


@pytest.fixture
def catcher(start_catcher: Callable[..., Catcher]) -> Catcher:
    return start_catcher(users=ANNA, require_auth=True)


def came(catcher: Catcher, mechanism: str, right: bool, name: str = "anna") -> None:
    """The client came in and left its mail, or was refused and left none; either way the transcript says how."""
    session = catcher.ended()
    lines = catcher.lines(session.id)
    if right:
        assert session.facts.auth == Auth(mechanism, name)
        assert f"*: Authenticated as {name} with {mechanism}." in lines
        assert len(catcher.messages()) == 1
    else:
        assert session.facts.auth is None
        assert f"*: Not authenticated with {mechanism}: that is not the secret of {name}." in lines
        assert catcher.messages() == []
        assert "535 5.7.8 Error: authentication failed" in (session.facts.reason or "")
    assert not any(SECRET in line or TOKEN in line for line in lines)


def secret(right: bool, whole: str = SECRET) -> str:
    return whole if right else "x" + whole[1:]


def attempt(right: bool, *command: str | Path, folder: Path | None = None) -> str:
    """Run a program that is to succeed, or to fail because of the password."""
    if right:
        return run(*command, data=MAIL, folder=folder)
    done = subprocess.run(
        [str(word) for word in command], input=MAIL, capture_output=True, timeout=120, check=False, cwd=folder
    )
    said = (done.stdout + done.stderr).decode(errors="replace")
    assert done.returncode != 0, said
    return said


@RIGHT
@pytest.mark.parametrize("mechanism", PASSWORD_MECHANISMS)
def test_smtplib(catcher: Catcher, mechanism: str, right: bool) -> None:
    with smtplib.SMTP(catcher.host, catcher.port, local_hostname="client.test", timeout=PATIENCE) as client:
        client.ehlo()
        client.user, client.password = "anna", secret(right)
        method = getattr(client, f"auth_{mechanism.lower().replace('-', '_')}")
        if right:
            assert client.auth(mechanism, method)[0] == 235
            client.sendmail(SENDER, [RECIPIENT], MAIL)
        else:
            with pytest.raises(smtplib.SMTPAuthenticationError) as error:
                client.auth(mechanism, method)
            assert error.value.smtp_code == 535
    came(catcher, mechanism, right)


def test_smtplib_logs_in_by_itself_with_a_hashed_secret(catcher: Catcher) -> None:
    # It tries CRAM-MD5 first, which a hash cannot answer, and then PLAIN.
    with smtplib.SMTP(catcher.host, catcher.port, local_hostname="client.test", timeout=PATIENCE) as client:
        client.login("bob", "sesame")
        client.sendmail(SENDER, [RECIPIENT], MAIL)
    session = catcher.ended()
    assert session.facts.auth == Auth("PLAIN", "bob")
    assert (
        "*: Not authenticated with CRAM-MD5: CRAM-MD5 needs a plain secret, and bob has a hashed one."
        in catcher.lines(session.id)
    )


@RIGHT
@pytest.mark.parametrize("mechanism", PASSWORD_MECHANISMS)
def test_aiosmtplib(catcher: Catcher, mechanism: str, right: bool) -> None:
    async def send() -> None:
        async with aiosmtplib.SMTP(
            hostname=catcher.host, port=catcher.port, local_hostname="client.test", timeout=PATIENCE
        ) as client:
            await client.ehlo()
            method = getattr(client, f"auth_{mechanism.lower().replace('-', '')}")
            if right:
                assert (await method("anna", secret(right))).code == 235
                await client.sendmail(SENDER, [RECIPIENT], MAIL)
            else:
                with pytest.raises(aiosmtplib.SMTPAuthenticationError):
                    await method("anna", secret(right))

    asyncio.run(send())
    came(catcher, mechanism, right)


@RIGHT
@pytest.mark.parametrize("mechanism", [*PASSWORD_MECHANISMS, "XOAUTH2"])
def test_nodemailer(catcher: Catcher, nodemailer: Path, mechanism: str, right: bool) -> None:
    name, whole = ("token", TOKEN) if mechanism == "XOAUTH2" else ("anna", SECRET)
    script = Path(__file__).parent / "nodemailer" / "auth.mjs"
    node = program("node", "nodejs")
    said = run(node, script, catcher.host, str(catcher.port), mechanism, name, secret(right, whole), folder=nodemailer)
    assert said.startswith("250 2.0.0" if right else "EAUTH 535 5.7.8"), said
    came(catcher, mechanism, right, name)


@RIGHT
@pytest.mark.parametrize("mechanism", PASSWORD_MECHANISMS)
def test_swaks(catcher: Catcher, mechanism: str, right: bool) -> None:
    said = attempt(
        right,
        *(program("swaks", "swaks"), "--server", catcher.host, "--port", str(catcher.port), "--ehlo", "client.test"),
        *("--from", SENDER, "--to", RECIPIENT, "--auth", mechanism),
        *("--auth-user", "anna", "--auth-password", secret(right)),
    )
    assert ("<-  235 2.7.0" if right else "<** 535 5.7.8") in said
    came(catcher, mechanism, right)


@RIGHT
@pytest.mark.parametrize("ir", [True, False], ids=["initial", "asked"])
@pytest.mark.parametrize("mechanism", [*PASSWORD_MECHANISMS, "SCRAM-SHA-256", "OAUTHBEARER"])
def test_curl(catcher: Catcher, tmp_path: Path, mechanism: str, ir: bool, right: bool) -> None:
    (tmp_path / "mail").write_bytes(MAIL)
    curl = program("curl", "curl")
    if mechanism == "SCRAM-SHA-256" and "gsasl" not in run(curl, "--version").lower():
        pytest.skip("this curl is built without SCRAM")
    if mechanism == "OAUTHBEARER":
        # With a token curl prefers this one to XOAUTH2 wherever it is offered.
        name, given = "token", ["--user", "token:", "--oauth2-bearer", secret(right, TOKEN)]
    else:
        name, given = "anna", ["--user", f"anna:{secret(right)}"]
    attempt(
        right,
        *(curl, "--silent", "--show-error", f"smtp://{catcher.host}:{catcher.port}/client.test"),
        *("--login-options", f"AUTH={mechanism}", *given, *(["--sasl-ir"] if ir else [])),
        *("--mail-from", SENDER, "--mail-rcpt", RECIPIENT, "--upload-file", tmp_path / "mail"),
    )
    came(catcher, mechanism, right, name)


@RIGHT
@pytest.mark.parametrize("mechanism", [*PASSWORD_MECHANISMS, "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER"])
def test_msmtp(catcher: Catcher, tmp_path: Path, mechanism: str, right: bool) -> None:
    msmtp = program("msmtp", "msmtp")
    if mechanism.lower() not in run(msmtp, "--version").lower().split():
        pytest.skip(f"this msmtp is built without {mechanism}")
    name, whole = ("token", TOKEN) if mechanism in ("XOAUTH2", "OAUTHBEARER") else ("anna", SECRET)
    (tmp_path / "secret").write_text(secret(right, whole) + "\n")
    attempt(
        right,
        *(msmtp, "--file=/dev/null", f"--host={catcher.host}", f"--port={catcher.port}", "--domain=client.test"),
        *(f"--auth={mechanism.lower()}", f"--user={name}", f"--passwordeval=cat {tmp_path / 'secret'}", "--tls=off"),
        *(f"--from={SENDER}", RECIPIENT),
    )
    came(catcher, mechanism, right, name)


def test_msmtp_finds_scram_by_itself_where_the_file_holds_its_keys(
    start_catcher: Callable[..., Catcher], tmp_path: Path
) -> None:
    msmtp = program("msmtp", "msmtp")
    if "scram-sha-256" not in run(msmtp, "--version").lower().split():
        pytest.skip("this msmtp is built without SCRAM-SHA-256")
    catcher = start_catcher(users=users.parse(f"anna:{SCRAM}\n", "users"))
    run(
        *(msmtp, "--file=/dev/null", f"--host={catcher.host}", f"--port={catcher.port}", "--domain=client.test"),
        *("--auth=on", "--user=anna", "--passwordeval=echo pencil", "--tls=off", f"--from={SENDER}", RECIPIENT),
        data=MAIL,
    )
    assert catcher.ended().facts.auth == Auth("SCRAM-SHA-256", "anna")
