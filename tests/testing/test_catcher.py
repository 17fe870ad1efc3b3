"""A catcher in this process: what it starts and leaves, what goes wrong at its start; and one in another."""

from __future__ import annotations

import logging
import os
import resource
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from pillarbox.client import Unreachable, UsageError
from pillarbox.errors import DatabaseError
from pillarbox.settings import given
from pillarbox.testing import Catcher
from pillarbox.testing.process import ServiceProcess
from tests.running import environment
from tests.testing.mails import send


def threads() -> set[str]:
    return {one.name for one in threading.enumerate() if one.name.startswith("pillarbox")}


def test_it_is_there_within_the_block_and_nothing_is_left_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = threads()
    with Catcher() as catcher:
        inbox = catcher.inbox()
        send(inbox.smtp, inbox.address("anna"))
        assert inbox.wait_for().subject == "Welcome"
        assert list(tmp_path.iterdir())
        assert threads() > before
        assert catcher.url.startswith("http://127.0.0.1:")
        assert catcher.smtp_host == "127.0.0.1"
    assert list(tmp_path.iterdir()) == []
    assert threads() == before
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP(catcher.smtp_host, catcher.smtp_port)
    with pytest.raises((Unreachable, RuntimeError)):
        catcher.client.info()


def test_several_run_side_by_side_each_with_its_settings() -> None:
    with Catcher(max_message_size=2048, hide_extension=["STARTTLS"]) as small, Catcher() as other:
        assert small.smtp_port != other.smtp_port
        with smtplib.SMTP(small.smtp_host, small.smtp_port) as client:
            client.ehlo()
            assert client.esmtp_features["size"] == "2048"
            assert not client.has_extn("STARTTLS")
        with smtplib.SMTP(other.smtp_host, other.smtp_port) as client:
            client.ehlo()
            assert client.has_extn("STARTTLS")


def test_it_can_be_stopped_twice_and_started_again(tmp_path: Path) -> None:
    catcher = Catcher(f"sqlite:///{tmp_path / 'kept.db'}")
    assert repr(catcher) == "<Catcher, not started>"
    catcher.stop()
    for count in (1, 2):
        catcher.start()
        with pytest.raises(RuntimeError, match="started already"):
            catcher.start()
        inbox = catcher.inbox("kept")
        send(inbox.smtp, inbox.address("anna"))
        assert len(inbox.messages) == count
        catcher.stop()
        catcher.stop()


def test_before_it_is_started_it_says_that_it_is_not() -> None:
    catcher = Catcher()
    for use in (lambda: catcher.inbox(), lambda: catcher.url, lambda: catcher.smtp_port, lambda: catcher.client):
        with pytest.raises(
            RuntimeError, match=r"This catcher is not started; use it in `with Catcher\(\) as catcher:`"
        ):
            use()
    assert not hasattr(catcher, "nothing")
    assert repr(catcher) == "<Catcher, not started>"


def test_a_connection_that_is_still_open_does_not_hold_up_its_end() -> None:
    with Catcher() as catcher:
        sock = socket.create_connection((catcher.smtp_host, catcher.smtp_port))
        assert sock.recv(3) == b"220"
        begun = time.monotonic()
    assert time.monotonic() - begun < 4
    sock.close()


def test_what_is_wrong_with_its_settings_is_raised_where_they_are_given() -> None:
    with pytest.raises(UsageError, match=r"There is no setting max_mesage_size\. Did you mean max_message_size"):
        Catcher(max_mesage_size=1)


def test_what_goes_wrong_at_its_start_is_raised_in_whoever_starts_it(tmp_path: Path) -> None:
    before = threads()
    with pytest.raises(DatabaseError, match=f"There is no folder {tmp_path}/none for the database"):
        Catcher(f"sqlite:///{tmp_path}/none/x.db").start()
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UsageError, match="is taken"):
        Catcher(smtp=f"127.0.0.1:{taken.getsockname()[1]}").start()
    assert threads() == before


def test_variables_of_the_environment_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PILLARBOX_MAX_MESSAGE_SIZE", "1K")
    monkeypatch.setenv("PILLARBOX_WEB_AUTH", "ada:geheim")
    monkeypatch.setenv("PILLARBOX_HTTP", "127.0.0.1:1")
    with Catcher() as catcher:
        assert catcher.client.info().version


def test_a_catcher_with_a_password_and_a_certificate_knows_its_own(tmp_path: Path) -> None:
    from pillarbox.smtp.certificate import self_signed

    cert, key = self_signed("localhost")
    (tmp_path / "cert.pem").write_bytes(cert)
    (tmp_path / "key.pem").write_bytes(key)
    pair: dict[str, Any] = {"http_tls_cert": tmp_path / "cert.pem", "http_tls_key": tmp_path / "key.pem"}
    with Catcher(web_auth=("ada", "geheim"), **pair) as catcher:
        assert catcher.url.startswith("https://")
        assert catcher.inbox().messages == ()


def test_the_process_it_runs_in_stays_as_it_was(caplog: pytest.LogCaptureFixture) -> None:
    names = ("pillarbox", "uvicorn.error", "uvicorn.access", "uvicorn.asgi", "mail.log")
    loggers = [logging.getLogger(name) for name in names]

    def state() -> list[object]:
        return [(one.name, one.level, list(one.handlers), one.propagate) for one in loggers]

    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limits[0] // 2, limits[1]))
    before, environ = state(), dict(os.environ)
    try:
        with caplog.at_level(logging.INFO), Catcher() as catcher:
            inbox = catcher.inbox()
            send(inbox.smtp, inbox.address("anna"))
            assert inbox.wait_for()
            assert state()[1:4] == before[1:4]
            assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == limits[0] // 2
            assert caplog.records == []
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert state() == before
    assert dict(os.environ) == environ


UNITTEST = """
import unittest
from pillarbox.testing import Catcher
from tests.testing.mails import send


class Signup(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.catcher = cls.enterClassContext(Catcher())

    def setUp(self):
        self.inbox = self.catcher.inbox()

    def test_welcome(self):
        send(self.inbox.smtp, self.inbox.address("anna"))
        self.assertEqual(self.inbox.wait_for().subject, "Welcome")

    def test_goodbye(self):
        self.inbox.wait_for(subject="Goodbye", timeout=0)


unittest.main()
"""


def test_unittest_takes_its_failures_for_failures() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", UNITTEST],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(PYTHONPATH=str(Path(__file__).parents[2])),
        check=False,
    )
    assert "FAILED (failures=1)" in done.stderr
    assert "pillarbox.testing.ExpectationFailed: There is no message with “Goodbye” in its subject" in done.stderr
    assert "Ran 2 tests" in done.stderr


def test_a_service_in_a_process_of_its_own_ends_when_whoever_started_it_does() -> None:
    texts = given.texts({"smtp": "127.0.0.1:0", "http": "127.0.0.1:0", "database": "sqlite://"})
    service = ServiceProcess(texts)
    place = service.start()
    process = service._process
    assert process is not None
    with smtplib.SMTP(place.smtp_host, place.smtp_port) as client:
        assert client.noop()[0] == 250
    # What the system does for a process that has ended, however it did.
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(30) == 0
    service.stop()


def test_a_service_in_a_process_of_its_own_is_out_of_reach_of_ctrl_c(tmp_path: Path) -> None:
    """It is there while tests clean up, takes its folder with it, and has no stack trace for the terminal."""
    program = """
import os, signal, smtplib
from pillarbox.settings import given
from pillarbox.testing.process import ServiceProcess
service = ServiceProcess(given.texts({"smtp": "127.0.0.1:0", "http": "127.0.0.1:0", "database": "sqlite://"}))
place = service.start()
try:
    os.killpg(0, signal.SIGINT)
    signal.pause()
except KeyboardInterrupt:
    with smtplib.SMTP(place.smtp_host, place.smtp_port) as client:
        print(client.noop()[0])
service.stop()
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env=environment(TMPDIR=str(tmp_path)),
        start_new_session=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "250\n", "")
    assert list(tmp_path.iterdir()) == []


def test_a_service_in_a_process_of_its_own_raises_what_goes_wrong_at_its_start() -> None:
    texts = given.texts({"smtp": "127.0.0.1:0", "http": "127.0.0.1:0", "database": "sqlite:////nowhere/x.db"})
    with pytest.raises(UsageError, match="database: There is no folder /nowhere"):
        ServiceProcess(texts).start()
