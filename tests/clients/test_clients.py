"""Each client's own message, octet for octet, as it is stored."""

from __future__ import annotations

import asyncio
import email.policy
import smtplib
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest

from pillarbox.mail import transcript
from tests.clients.conftest import Postfix, need_postfix, program, run
from tests.wire.catching import PATIENCE, Catcher
from tests.wire.dialling import Proxy

SENDER = "anna@example.test"
RECIPIENTS = ["bob@example.test", "carol@example.test"]

SAMPLE = (
    "Date: Mon, 23 Nov 2026 12:00:00 +0000\r\n"
    "From: Анна <anna@example.test>\r\n"
    "To: Bob <bob@example.test>, carol@example.test\r\n"
    "Message-ID: <sample@example.test>\r\n"
    "Subject: dots and more\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: 8bit\r\n"
    "\r\n"
    ".a line with a dot\r\n"
    "..and two\r\n"
    ".\r\n"
    "Привет, Grüße, 日本\r\n"
    "trailing blanks   \r\n"
    "\r\n" + "long " * 190 + "\r\n.\r\n"
).encode()
"""A message as a program would hand it over, with everything that a careless client trips over."""

ASCII = SAMPLE.replace("Анна ".encode(), b"Anna ").replace("Привет, Grüße, 日本".encode(), b"plain")


def envelope(catcher: Catcher) -> tuple[str, list[str]]:
    found = catcher.envelope()
    return found.mail_from.address, [recipient.address for recipient in found.rcpt_to]


def test_smtplib_sends_octets(catcher: Catcher) -> None:
    with smtplib.SMTP(catcher.host, catcher.port, local_hostname="client.test", timeout=PATIENCE) as client:
        assert client.sendmail(SENDER, RECIPIENTS, SAMPLE, mail_options=["BODY=8BITMIME"]) == {}
    assert catcher.message() == SAMPLE
    assert envelope(catcher) == (SENDER, RECIPIENTS)
    assert catcher.ended().facts.outcome == "quit"


def test_smtplib_sends_a_message_object_with_attachment(catcher: Catcher) -> None:
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"], message["Subject"] = SENDER, ", ".join(RECIPIENTS), "Grüße"
    message.set_content("Grüße\n.dot\n")
    message.add_attachment(bytes(range(256)) * 40, maintype="application", subtype="octet-stream", filename="ü.bin")
    message.set_boundary("same-each-time")
    with smtplib.SMTP(catcher.host, catcher.port, local_hostname="client.test", timeout=PATIENCE) as client:
        client.send_message(message)
    assert catcher.message() == message.as_bytes()
    assert envelope(catcher) == (SENDER, RECIPIENTS)


def test_smtplib_sends_to_an_address_in_utf8(catcher: Catcher) -> None:
    message = EmailMessage(policy=email.policy.SMTPUTF8)
    message["From"], message["To"], message["Subject"] = "анна@example.test", "用户@example.test", "тест"
    message.set_content("тест\n", cte="8bit")
    with smtplib.SMTP(catcher.host, catcher.port, local_hostname="client.test", timeout=PATIENCE) as client:
        client.send_message(message)
    assert catcher.message() == message.as_bytes()
    assert envelope(catcher) == ("анна@example.test", ["用户@example.test"])
    assert catcher.envelope().mail_from.params["SMTPUTF8"] is True


def test_smtplib_verifies_and_asks_for_help(catcher: Catcher) -> None:
    with smtplib.SMTP(catcher.host, catcher.port, local_hostname="client.test", timeout=PATIENCE) as client:
        assert client.verify("a@example.test")[0] == 252
        assert b"MAIL" in client.help()
        client.ehlo()
        assert client.has_extn("PIPELINING")
        assert client.esmtp_features["size"] == "100000000"


def test_aiosmtplib_sends_octets(catcher: Catcher) -> None:
    async def send() -> None:
        errors, response = await aiosmtplib.send(
            SAMPLE,
            sender=SENDER,
            recipients=RECIPIENTS,
            hostname=catcher.host,
            port=catcher.port,
            local_hostname="client.test",
            timeout=PATIENCE,
        )
        assert errors == {}
        assert response == f"2.0.0 Ok: queued as {catcher.messages()[0].id}"

    asyncio.run(send())
    assert catcher.message() == SAMPLE
    assert envelope(catcher) == (SENDER, RECIPIENTS)


@pytest.mark.parametrize("pool", ["0", "1"])
def test_nodemailer(catcher: Catcher, nodemailer: Path, tmp_path: Path, pool: str) -> None:
    script = Path(__file__).parent / "nodemailer" / "send.mjs"
    built = tmp_path / "built"
    said = run(program("node", "nodejs"), script, catcher.host, str(catcher.port), built, pool, folder=nodemailer)
    messages = catcher.messages()
    assert said.splitlines() == [f"250 2.0.0 Ok: queued as {summary.id}" for summary in messages]
    assert len(messages) == (3 if pool == "1" else 1)
    for number, summary in enumerate(messages):
        assert catcher.raw(summary.id) == (tmp_path / f"built.{number}").read_bytes()
        assert summary.rcpt_to == ("bob@example.test", "carol@example.test", "hidden@example.test")
    assert len(catcher.sessions()) == 1
    found = [
        one.code for summary in messages for one in catcher.box.message(summary.id).lint if one.severity == "error"
    ]
    assert found == []


def test_swaks(catcher: Catcher, tmp_path: Path) -> None:
    # swaks takes a dot on the last line of its input for the end of the content.
    (tmp_path / "mail").write_bytes(SAMPLE)
    said = run(
        program("swaks", "swaks"),
        *("--server", catcher.host, "--port", str(catcher.port), "--ehlo", "client.test", "--pipeline"),
        *("--from", SENDER, "--to", ",".join(RECIPIENTS), "--data", f"@{tmp_path / 'mail'}"),
    )
    assert "queued as 1" in said
    assert catcher.message() == SAMPLE.removesuffix(b".\r\n")
    assert envelope(catcher) == (SENDER, RECIPIENTS)


def test_curl(catcher: Catcher, tmp_path: Path) -> None:
    (tmp_path / "mail").write_bytes(SAMPLE)
    run(
        program("curl", "curl"),
        *("--silent", "--show-error", f"smtp://{catcher.host}:{catcher.port}/client.test"),
        *("--mail-from", SENDER, "--mail-rcpt", RECIPIENTS[0], "--mail-rcpt", RECIPIENTS[1]),
        *("--upload-file", tmp_path / "mail"),
    )
    assert catcher.message() == SAMPLE
    assert envelope(catcher) == (SENDER, RECIPIENTS)


def test_msmtp(catcher: Catcher) -> None:
    run(
        program("msmtp", "msmtp"),
        *("--file=/dev/null", f"--host={catcher.host}", f"--port={catcher.port}", "--domain=client.test"),
        *(f"--from={SENDER}", "--auth=off", "--tls=off", *RECIPIENTS),
        data=SAMPLE.replace(b"\r\n", b"\n"),
    )
    assert catcher.message() == SAMPLE
    assert envelope(catcher) == (SENDER, RECIPIENTS)


@pytest.mark.parametrize("sample", [SAMPLE, ASCII], ids=["8bit", "7bit"])
def test_a_postfix_relay(catcher: Catcher, proxy: Proxy, postfix: list[Postfix], sample: bytes) -> None:
    need_postfix()
    relay = Postfix(proxy.port)
    postfix.append(relay)
    with smtplib.SMTP(relay.host, relay.port, local_hostname="client.test", timeout=PATIENCE) as client:
        options = [] if sample.isascii() else ["BODY=8BITMIME", "SMTPUTF8"]
        client.sendmail(SENDER, RECIPIENTS, sample, mail_options=options)
    session = catcher.ended()
    assert session.facts.outcome == "quit", relay.log()
    sent, answered = proxy.crossed()
    assert catcher.crossed(session.id) == (sent, answered)
    stored = catcher.message()
    # Postfix puts its Received line in front and passes on what it was given.
    assert stored.startswith(b"Received: from client.test (")
    assert stored.endswith(b"\r\n" + sample)
    assert b"DATA\r\n" + transcript.stuff(stored) + b"QUIT\r\n" in sent
    assert envelope(catcher) == (SENDER, RECIPIENTS)
