"""Requests for delivery reports, as real clients make them, in envelope, JSON and transcript."""

from __future__ import annotations

import smtplib

import httpx

from tests.clients.conftest import Postfix
from tests.running import Running
from tests.wire.catching import PATIENCE, Catcher

CONTENT = b"Subject: x\r\n\r\nhello\r\n"


def test_a_postfix_relay_passes_requests_on(catcher: Catcher, postfix: list[Postfix]) -> None:
    relay = Postfix(catcher.port)
    postfix.append(relay)
    with smtplib.SMTP(relay.host, relay.port, local_hostname="client.test", timeout=PATIENCE) as client:
        client.ehlo()
        assert client.mail("a@example.test", ["RET=HDRS", "ENVID=q+2B1+3D2"])[0] == 250
        assert client.rcpt("b+c@example.test", ["NOTIFY=SUCCESS,DELAY", "ORCPT=rfc822;x+2By@old.test"])[0] == 250
        assert client.rcpt("d@example.test", ["NOTIFY=NEVER", "ORCPT=utf-8;\\x{FC}@old.test"])[0] == 250
        assert client.data(CONTENT)[0] == 250
    session = catcher.ended()
    assert session.facts.outcome == "quit", relay.log()
    envelope = catcher.envelope()
    params = envelope.mail_from.params
    assert (params["RET"], params["ENVID"]) == ("HDRS", "q+1=2")
    assert {recipient.address: dict(recipient.params) for recipient in envelope.rcpt_to} == {
        "b+c@example.test": {"NOTIFY": "SUCCESS,DELAY", "ORCPT": "rfc822;x+y@old.test"},
        "d@example.test": {"NOTIFY": "NEVER", "ORCPT": "utf-8;ü@old.test"},
    }
    sent = catcher.crossed(session.id)[0]
    assert b" ENVID=q+2B1+3D2" in sent
    assert b" ORCPT=rfc822;x+2By@old.test" in sent


def test_requests_stand_decoded_in_the_json(server: Running) -> None:
    with smtplib.SMTP(server.smtp_host, server.smtp_port, local_hostname="client.test", timeout=PATIENCE) as client:
        client.sendmail(
            "a@example.test",
            ["b@example.test"],
            CONTENT,
            mail_options=["RET=FULL", "ENVID=q+2B1"],
            rcpt_options=["NOTIFY=FAILURE", "ORCPT=rfc822;b+2Bx@example.test"],
        )
    message = httpx.get(f"{server.api}/messages/latest").json()
    params = message["envelope"]["mail_from"]["params"]
    assert (params["RET"], params["ENVID"]) == ("FULL", "q+1")
    assert message["envelope"]["rcpt_to"] == [
        {
            "address": "b@example.test",
            "role": "bcc",
            "params": {"NOTIFY": "FAILURE", "ORCPT": "rfc822;b+x@example.test"},
        }
    ]
