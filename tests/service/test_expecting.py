"""Expectations at a catcher as people run it: what is said in a session that stays open, and what was refused."""

from __future__ import annotations

import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.running import Running

LIMIT = 60.0


def expect(server: Running, expectation: dict[str, Any], within: float = 30) -> httpx.Response:
    body = {"within": within, "expectations": [expectation]}
    return httpx.post(f"{server.api}/expectations", json=body, timeout=LIMIT)


@pytest.fixture
def client(shared_server: Running) -> Iterator[smtplib.SMTP]:
    """Has said EHLO."""
    client = smtplib.SMTP(shared_server.smtp_host, shared_server.smtp_port, timeout=LIMIT)
    client.ehlo("client.test")
    yield client
    client.close()


def test_a_reply_is_found_in_a_session_that_stays_open_and_one_that_is_given_later_too(
    shared_server: Running, client: smtplib.SMTP
) -> None:
    client.sendmail("a@example.org", ["open@example.org"], b"Subject: Open\r\n\r\nHello\r\n")
    mail = {"match": {"to": "open@example.org"}}
    began = time.monotonic()
    answered = {**mail, "assert": {"transcript": [{"verb": "DATA", "code": 250}, {"verb": "RCPT", "code": 250}]}}
    assert expect(shared_server, answered).status_code == 200
    assert time.monotonic() - began < 20

    ended = {**mail, "assert": {"transcript": [{"verb": "QUIT", "code": 221}]}}
    refused = expect(shared_server, ended, within=0.2)
    assert refused.status_code == 409
    assert "transcript.0 is not there: nothing answered QUIT so far, and the session is still open." in refused.text
    with ThreadPoolExecutor(1) as threads:
        answer = threads.submit(expect, shared_server, ended)
        # Whether the reply is heard as it is given or read afterwards, the expectation is met.
        client.noop()
        client.quit()
        assert answer.result(LIMIT).status_code == 200
    assert time.monotonic() - began < 20


def test_a_session_that_was_refused_is_the_reason_why_mail_did_not_come(
    shared_server: Running, client: smtplib.SMTP
) -> None:
    assert client.docmd("MAIL", "FROM:<a@example.org> SIZE=999999999999")[0] == 552
    client.mail("a@example.org")
    assert client.docmd("RCPT", "TO:<refused@example.org> NOSUCH=1")[0] == 555
    client.quit()
    found = expect(shared_server, {"match": {"to": "refused@example.org"}}, within=1).json()
    first = found["refused_sessions"][0]
    assert first["reason"].startswith("555 5.5.4 at RCPT: ")
    assert f"Session {first['id']} was turned away: 555 5.5.4 at RCPT" in found["detail"]


def test_a_start_reads_nothing_of_what_only_expectations_need() -> None:
    needless = {"regex", "selectolax", "pillarbox.mail.expect", "pillarbox.mail.selector", "pillarbox.box.expect"}
    code = f"import sys, pillarbox.service, pillarbox.web.app; print(sorted({needless!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
