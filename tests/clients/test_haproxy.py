"""HAProxy in front, as it is set up in production: the session is the client's, not the proxy's."""

from __future__ import annotations

import smtplib
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.clients.conftest import program
from tests.clients.test_clients import RECIPIENTS, SAMPLE, SENDER
from tests.wire.catching import PATIENCE, Catcher
from tests.wire.securing import certificate, trusting

CONFIG = """
global
    maxconn 100
defaults
    mode tcp
    timeout connect 10s
    timeout client 60s
    timeout server 60s
listen mail
    bind fd@{fd}
    server catcher 127.0.0.1:{port} {how}
"""


@pytest.fixture
def start_haproxy(tmp_path: Path) -> Iterator[Callable[[int, str], int]]:
    """Starts HAProxy before a port; the port that it listens on."""
    with ExitStack() as ends:

        def start(port: int, how: str) -> int:
            # Bound here, so that the port is known and accepts from the start, whenever HAProxy takes it up.
            sock = ends.enter_context(socket.create_server(("127.0.0.1", 0)))
            config = tmp_path / "haproxy.cfg"
            config.write_text(CONFIG.format(fd=sock.fileno(), port=port, how=how))
            command = [program("haproxy", "haproxy"), "-db", "-q", "-f", str(config)]
            process = ends.enter_context(subprocess.Popen(command, pass_fds=[sock.fileno()]))
            ends.callback(process.terminate)
            taken: int = sock.getsockname()[1]
            return taken

        yield start


@pytest.mark.parametrize(("how", "version"), [("send-proxy", 1), ("send-proxy-v2", 2), ("send-proxy-v2-ssl-cn", 2)])
@pytest.mark.parametrize("kind", ["smtp", "smtps"])
def test_the_session_is_the_clients(
    start_catcher: Callable[..., Catcher],
    start_haproxy: Callable[[int, str], int],
    tmp_path: Path,
    kind: str,
    how: str,
    version: int,
) -> None:
    catcher = start_catcher(kind=kind, certificate=certificate(tmp_path), proxy_protocol=True)
    port = start_haproxy(catcher.port, how)
    client: smtplib.SMTP
    if kind == "smtps":
        client = smtplib.SMTP_SSL("localhost", port, "client.test", timeout=PATIENCE, context=trusting())
    else:
        client = smtplib.SMTP("localhost", port, "client.test", timeout=PATIENCE)
    with client:
        assert client.sock is not None
        host, own = client.sock.getsockname()
        client.sendmail(SENDER, RECIPIENTS, SAMPLE, mail_options=["BODY=8BITMIME"])
    session = catcher.ended()
    assert (session.facts.peer, session.facts.outcome) == (f"{host}:{own}", "quit")
    connect, through = catcher.lines(session.id)[:2]
    proxy = connect.removeprefix("*: ").partition(" connected to ")[0]
    assert proxy != session.facts.peer
    assert through == f"*: {session.facts.peer} comes through the proxy {proxy} (PROXY v{version})."
    assert (session.facts.tls is not None) is (kind == "smtps")
    assert catcher.message() == SAMPLE


def test_a_proxy_that_says_nothing_is_explained(
    start_catcher: Callable[..., Catcher], start_haproxy: Callable[[int, str], int]
) -> None:
    catcher = start_catcher(proxy_protocol=True)
    with socket.create_connection(("127.0.0.1", start_haproxy(catcher.port, "")), timeout=PATIENCE) as client:
        client.sendall(b"EHLO client.test\r\n")
        assert client.recv(100) == b""
    reason = str(catcher.ended().facts.reason)
    assert reason.startswith("There is no PROXY header that can be read: the connection begins without one;")
