"""Real clients over TLS: the transcript shows version and cipher, then the plain text, and the message is theirs."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import Callable
from pathlib import Path

import aiosmtplib
import pytest

from pillarbox.mail import transcript
from pillarbox.mail.session import Session
from tests.clients.conftest import PROJECT, Postfix, need_postfix, program, run
from tests.clients.test_clients import ASCII, RECIPIENTS, SAMPLE, SENDER
from tests.wire.catching import PATIENCE, Catcher
from tests.wire.securing import certificate, pair, trusting

KINDS = pytest.mark.parametrize("kind", ["smtp", "smtps"])


@pytest.fixture
def start_secured(start_catcher: Callable[..., Catcher], tmp_path: Path) -> Callable[..., Catcher]:
    return lambda kind: start_catcher(kind=kind, certificate=certificate(tmp_path))


@pytest.fixture
def trusted(tmp_path: Path) -> Path:
    """The certificate as a client is told to trust it."""
    folder = tmp_path / "trusted"
    folder.mkdir()
    return pair(folder).cert


def ended(catcher: Catcher, message: bytes, *, sni: str | None, version: str = "TLSv1.3") -> Session:
    """The session, once it is certain that it ran over TLS and that the transcript and the message are whole."""
    session = catcher.ended()
    lines = catcher.lines(session.id)
    tls = session.facts.tls
    assert tls is not None, lines
    assert (tls.version, tls.sni) == (version, sni)
    assert catcher.message() == message
    event = f"*: {version.replace('v', ' ')} {tls.cipher}, {f'SNI {sni}' if sni else 'no SNI'}"
    begin = lines.index(event)
    before = [line for line in lines[:begin] if line.startswith("C:")]
    assert before == [] if session.facts.listener.startswith("smtps") else before[-1].upper() == "C: STARTTLS"
    assert [line for line in lines[begin:] if line.upper().startswith("C: MAIL FROM:<")]
    assert transcript.stuff(message) in catcher.crossed(session.id)[0]
    return session


@KINDS
def test_smtplib(start_secured: Callable[..., Catcher], kind: str) -> None:
    catcher = start_secured(kind)
    host, port = "localhost", catcher.port
    client: smtplib.SMTP
    if kind == "smtps":
        client = smtplib.SMTP_SSL(host, port, "client.test", context=trusting(), timeout=PATIENCE)
    else:
        client = smtplib.SMTP(host, port, "client.test", timeout=PATIENCE)
    with client:
        if kind == "smtp":
            client.starttls(context=trusting())
        client.sendmail(SENDER, RECIPIENTS, SAMPLE, mail_options=["BODY=8BITMIME"])
    ended(catcher, SAMPLE, sni="localhost")


@KINDS
def test_aiosmtplib(start_secured: Callable[..., Catcher], kind: str) -> None:
    catcher = start_secured(kind)

    async def send() -> None:
        # Without a word about STARTTLS it uses what is offered.
        await aiosmtplib.send(
            SAMPLE,
            sender=SENDER,
            recipients=RECIPIENTS,
            hostname="localhost",
            port=catcher.port,
            use_tls=kind == "smtps",
            tls_context=trusting(),
            local_hostname="client.test",
            timeout=PATIENCE,
        )

    asyncio.run(send())
    ended(catcher, SAMPLE, sni="localhost")


@KINDS
def test_nodemailer(
    start_secured: Callable[..., Catcher], nodemailer: Path, tmp_path: Path, trusted: Path, kind: str
) -> None:
    catcher = start_secured(kind)
    script = PROJECT / "tests" / "clients" / "nodemailer" / "send.mjs"
    built = tmp_path / "built"
    node = program("node", "nodejs")
    secure = "secure" if kind == "smtps" else "starttls"
    run(node, script, "127.0.0.1", str(catcher.port), built, "0", secure, trusted, folder=nodemailer)
    ended(catcher, (tmp_path / "built.0").read_bytes(), sni="localhost")


def test_nodemailer_that_does_not_trust_the_certificate_is_explained(
    start_secured: Callable[..., Catcher], nodemailer: Path, tmp_path: Path
) -> None:
    catcher = start_secured("smtp")
    script = PROJECT / "tests" / "clients" / "nodemailer" / "send.mjs"
    with pytest.raises(AssertionError, match=r"(?i)self.signed certificate"):
        run(
            program("node", "nodejs"), script, "127.0.0.1", str(catcher.port), tmp_path / "built", "0",
            folder=nodemailer,
        )  # fmt: skip
    session = catcher.ended()
    assert session.facts.outcome == "dropped"
    # It sends no alert, it just goes away.
    assert session.facts.reason == (
        "The client closed the connection before the TLS handshake was complete; "
        "it may not trust the server's certificate."
    )


@KINDS
def test_openssl(start_secured: Callable[..., Catcher], trusted: Path, kind: str) -> None:
    catcher = start_secured(kind)
    said = run(
        program("openssl", "openssl"),
        *("s_client", "-quiet", "-crlf", "-connect", f"127.0.0.1:{catcher.port}", "-servername", "catcher.test"),
        *("-verify_return_error", "-CAfile", trusted, "-name", "client.test"),
        *(() if kind == "smtps" else ("-starttls", "smtp")),
        data=(
            b"EHLO client.test\nMAIL FROM:<anna@example.test>\nRCPT TO:<bob@example.test>\n"
            b"BDAT 3\nabcBDAT 0 LAST\nQUIT\n"
        ),
    )
    assert "221 2.0.0 Bye" in said
    session = catcher.ended()
    assert catcher.message() == b"abc"
    assert session.facts.outcome == "quit"
    assert session.facts.tls is not None
    assert (session.facts.tls.version, session.facts.tls.sni) == ("TLSv1.3", "catcher.test")


def test_openssl_with_tls_1_2(start_secured: Callable[..., Catcher]) -> None:
    catcher = start_secured("smtps")
    where = ("-connect", f"127.0.0.1:{catcher.port}", "-noservername", "-tls1_2")
    said = run(program("openssl", "openssl"), "s_client", "-quiet", *where, data=b"QUIT\r\n")
    assert "221 2.0.0 Bye" in said
    tls = catcher.ended().facts.tls
    assert tls is not None
    assert (tls.version, tls.sni) == ("TLSv1.2", None)


def test_openssl_cannot_renegotiate(start_secured: Callable[..., Catcher]) -> None:
    catcher = start_secured("smtps")
    where = ("-connect", f"127.0.0.1:{catcher.port}", "-tls1_2")
    # A line that is "R" asks s_client for a renegotiation, which the server has to turn down.
    # It says so as it finds our refusal or our goodbye first.
    with pytest.raises(AssertionError, match=r"no renegotiation|unexpected record"):
        run(program("openssl", "openssl"), "s_client", *where, data=b"R\nNOOP\n")
    assert catcher.ended().facts.tls is not None


@KINDS
def test_swaks(start_secured: Callable[..., Catcher], tmp_path: Path, trusted: Path, kind: str) -> None:
    catcher = start_secured(kind)
    (tmp_path / "mail").write_bytes(ASCII)
    said = run(
        program("swaks", "swaks"),
        *("--server", "localhost", "--port", str(catcher.port), "--ehlo", "client.test", "--from", SENDER),
        *("--to", ",".join(RECIPIENTS), "--data", f"@{tmp_path / 'mail'}", "-tlsc" if kind == "smtps" else "-tls"),
        *("--tls-verify", "--tls-ca-path", trusted, "--tls-sni", "mail.example"),
    )
    assert "queued as 1" in said
    ended(catcher, ASCII.removesuffix(b".\r\n"), sni="mail.example")


@KINDS
def test_curl(start_secured: Callable[..., Catcher], tmp_path: Path, trusted: Path, kind: str) -> None:
    catcher = start_secured(kind)
    (tmp_path / "mail").write_bytes(SAMPLE)
    run(
        program("curl", "curl"),
        *("--silent", "--show-error", "--ssl-reqd", "--cacert", trusted),
        *(f"{kind}://localhost:{catcher.port}/client.test", "--mail-from", SENDER, "--mail-rcpt", RECIPIENTS[0]),
        *("--upload-file", tmp_path / "mail"),
    )
    ended(catcher, SAMPLE, sni="localhost")


@KINDS
def test_msmtp(start_secured: Callable[..., Catcher], trusted: Path, kind: str) -> None:
    catcher = start_secured(kind)
    run(
        program("msmtp", "msmtp"),
        *("--file=/dev/null", "--host=localhost", f"--port={catcher.port}", "--domain=client.test", "--auth=off"),
        *(f"--from={SENDER}", "--tls=on", f"--tls-starttls={'off' if kind == 'smtps' else 'on'}"),
        *(f"--tls-trust-file={trusted}", *RECIPIENTS),
        data=SAMPLE.replace(b"\r\n", b"\n"),
    )
    ended(catcher, SAMPLE, sni="localhost")


def test_a_client_of_a_wrong_port_is_explained(start_secured: Callable[..., Catcher], tmp_path: Path) -> None:
    (tmp_path / "mail").write_bytes(SAMPLE)
    curl = [program("curl", "curl"), "--silent", "--show-error", "--insecure", "--mail-from", SENDER]
    curl += ["--mail-rcpt", RECIPIENTS[0], "--upload-file", str(tmp_path / "mail"), "--max-time", "3"]
    plain, tls = start_secured("smtp"), start_secured("smtps")
    with pytest.raises(AssertionError):
        run(*curl, f"smtps://localhost:{plain.port}/")
    assert str(plain.ended().facts.reason).startswith("The client began TLS at once")
    with pytest.raises(AssertionError):
        run(*curl, f"smtp://localhost:{tls.port}/")
    assert "a client without TLS waits for the greeting like this" in str(tls.ended().facts.reason)


def test_a_postfix_relay_that_insists_on_tls(start_secured: Callable[..., Catcher], postfix: list[Postfix]) -> None:
    need_postfix()
    catcher = start_secured("smtp")
    relay = Postfix(catcher.port, smtp_tls_security_level="encrypt")
    postfix.append(relay)
    with smtplib.SMTP(relay.host, relay.port, local_hostname="client.test", timeout=PATIENCE) as client:
        client.sendmail(SENDER, RECIPIENTS, ASCII)
    session = catcher.ended()
    assert session.facts.outcome == "quit", relay.log()
    stored = catcher.message()
    assert stored.endswith(b"\r\n" + ASCII)
    tls = session.facts.tls
    assert tls is not None
    assert tls.version == "TLSv1.3"
    assert transcript.stuff(stored) in catcher.crossed(session.id)[0]
