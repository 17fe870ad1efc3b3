"""LMTP as programs speak it: a library, a tool, and the delivery agent of a mail server, over TCP and a Unix socket."""

from __future__ import annotations

import shutil
import smtplib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.clients.conftest import Postfix, program, run
from tests.clients.test_clients import ASCII, RECIPIENTS, SAMPLE, SENDER, envelope
from tests.running import Running
from tests.wire.catching import PATIENCE, Catcher
from tests.wire.dialling import Proxy


@pytest.fixture
def lmtp(start_catcher: Callable[..., Catcher]) -> Catcher:
    return start_catcher(kind="lmtp")


def test_smtplib_sends_to_one_recipient_at_a_time(lmtp: Catcher) -> None:
    # It reads one reply after the content, however many recipients there are.
    with smtplib.LMTP(lmtp.host, lmtp.port, local_hostname="client.test") as client:
        for recipient in RECIPIENTS:
            assert client.sendmail(SENDER, [recipient], SAMPLE, mail_options=["BODY=8BITMIME"]) == {}
    assert [(lmtp.raw(kept.id), kept.rcpt_to) for kept in lmtp.messages()] == [
        (SAMPLE, (recipient,)) for recipient in RECIPIENTS
    ]
    session = lmtp.ended()
    assert (session.facts.greeting, session.facts.outcome) == ("LHLO", "quit")


def test_swaks_speaks_lmtp(lmtp: Catcher, tmp_path: Path) -> None:
    (tmp_path / "mail").write_bytes(SAMPLE)
    said = run(
        program("swaks", "swaks"),
        *("--protocol", "LMTP", "--server", lmtp.host, "--port", str(lmtp.port), "--ehlo", "client.test"),
        *("--from", SENDER, "--to", ",".join(RECIPIENTS), "--data", f"@{tmp_path / 'mail'}"),
    )
    assert "<bob@example.test> Ok: queued as 1" in said
    assert lmtp.message() == SAMPLE.removesuffix(b".\r\n")
    assert envelope(lmtp) == (SENDER, RECIPIENTS)


def handed_over(postfix: list[Postfix], transport: str) -> Postfix:
    """A Postfix that hands mail over by `transport` and has been given one message."""
    relay = Postfix(default_transport=transport, relayhost="", lmtp_destination_recipient_limit="50")
    postfix.append(relay)
    with smtplib.SMTP(relay.host, relay.port, local_hostname="client.test", timeout=PATIENCE) as client:
        client.sendmail(SENDER, RECIPIENTS, ASCII)
    return relay


def test_the_delivery_agent_of_postfix_hands_mail_over(lmtp: Catcher, postfix: list[Postfix]) -> None:
    proxy = Proxy(lmtp)
    relay = handed_over(postfix, f"lmtp:inet:127.0.0.1:{proxy.port}")
    session = lmtp.ended()
    assert (session.facts.greeting, session.facts.outcome) == ("LHLO", "quit"), relay.log()
    assert lmtp.crossed(session.id) == proxy.crossed()
    assert lmtp.message().endswith(b"\r\n" + ASCII)
    assert envelope(lmtp) == (SENDER, RECIPIENTS)
    assert [line for line in lmtp.lines(session.id) if "queued as" in line] == [
        f"S: 250 2.0.0 <{recipient}> Ok: queued as 1" for recipient in RECIPIENTS
    ]
    proxy.close()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users can look into, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp(prefix="pillarbox-lmtp-", dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_the_delivery_agent_of_postfix_hands_mail_over_by_a_unix_socket(
    start_catcher: Callable[..., Catcher], open_folder: Path, postfix: list[Postfix]
) -> None:
    path = open_folder / "lmtp"
    lmtp = start_catcher(kind="lmtp", host=str(path))
    path.chmod(0o777)
    relay = handed_over(postfix, f"lmtp:unix:{path}")
    session = lmtp.ended()
    assert session.facts.outcome == "quit", relay.log()
    assert session.facts.listener == f"lmtp unix:{path}"
    assert lmtp.message().endswith(b"\r\n" + ASCII)
    assert envelope(lmtp) == (SENDER, RECIPIENTS)


def test_smtplib_reaches_a_unix_socket(start_server: Callable[..., Running], tmp_path: Path) -> None:
    server = start_server("--lmtp", f"unix:{tmp_path}/lmtp", "--lmtp", "127.0.0.1:0")
    assert server.ready["lmtp"][0] == {"path": f"{tmp_path}/lmtp"}
    assert f"and unix:{tmp_path}/lmtp (LMTP) and 127.0.0.1:{server.ready['lmtp'][1]['port']} (LMTP)" in server.greeting
    with smtplib.LMTP(f"{tmp_path}/lmtp") as client:
        assert client.sendmail(SENDER, RECIPIENTS[:1], ASCII) == {}
    (session,) = httpx.get(f"{server.api}/sessions").json()["sessions"]
    assert (session["listener"], session["greeting"]) == (f"lmtp unix:{tmp_path}/lmtp", "LHLO")
    (message,) = httpx.get(f"{server.api}/messages").json()["messages"]
    assert httpx.get(f"{server.api}/messages/{message['id']}/raw").content == ASCII
    listeners = httpx.get(f"{server.api}/info").json()["listeners"]
    assert [one.get("path") for one in listeners if one["protocol"] == "lmtp"] == [f"{tmp_path}/lmtp", None]
