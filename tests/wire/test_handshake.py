"""Handshakes that fail, hang or are left: the session says in a sentence what happened."""

from __future__ import annotations

import ssl
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from pillarbox.smtp.certificate import Certificate
from tests.wire.catching import Catcher, Loop
from tests.wire.dialling import Dial
from tests.wire.securing import certificate, client_hello, start_tls, trusting

LOOPS = pytest.mark.parametrize("loop", ["uvloop", "asyncio"])


@pytest.fixture
def secured(start_catcher: Callable[..., Catcher], tmp_path: Path) -> Catcher:
    return start_catcher(certificate=certificate(tmp_path))


def test_a_client_that_does_not_trust_the_certificate_is_explained(secured: Catcher) -> None:
    with Dial(secured) as client:
        client.say("EHLO client.test")
        with pytest.raises(ssl.SSLCertVerificationError):
            start_tls(client, ssl.create_default_context())
    session = secured.ended()
    assert session.facts.outcome == "dropped"
    assert session.facts.reason == (
        'The TLS handshake failed: the client sent the alert "unknown ca": it does not trust the server\'s certificate.'
    )
    assert f"*: {session.facts.reason}" in secured.lines(session.id)


def test_a_client_without_a_common_cipher_is_explained(secured: Catcher) -> None:
    context = trusting()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256")  # the certificate has no RSA key
    with Dial(secured) as client, pytest.raises(ssl.SSLError):
        start_tls(client, context)
    session = secured.ended()
    assert session.facts.outcome == "refused"
    assert session.facts.reason == "The TLS handshake failed: the server refused it (no shared cipher)."


@LOOPS
def test_a_client_that_goes_away_in_the_handshake(
    start_catcher: Callable[..., Catcher], tmp_path: Path, loop: Loop
) -> None:
    catcher = start_catcher(certificate=certificate(tmp_path), loop=loop)
    hello = client_hello()
    for octets, reset, reason in (
        (b"", False, "The client closed the connection before the TLS handshake was complete."),
        (hello[:100], False, "The client closed the connection before the TLS handshake was complete."),
        (
            hello,
            False,
            "The client closed the connection before the TLS handshake was complete; "
            "it may not trust the server's certificate.",
        ),
        (b"", True, "The connection was reset before the TLS handshake was complete."),
    ):
        client = Dial(catcher)
        client.say("STARTTLS")
        client.send(octets)
        if octets == hello:
            assert client.sock.recv(65536)
        client.reset() if reset else client.close()
        session = catcher.ended()
        assert (session.facts.outcome, session.facts.reason) == ("dropped", reason)


@LOOPS
def test_a_slow_handshake_is_cut_off(start_catcher: Callable[..., Catcher], tmp_path: Path, loop: Loop) -> None:
    catcher = start_catcher(certificate=certificate(tmp_path), loop=loop, idle_timeout=0.5)
    with Dial(catcher) as client:
        client.say("STARTTLS")
        client.sock.settimeout(0.05)
        for octet in client_hello():
            try:
                client.send(bytes([octet]))
                if not client.sock.recv(1):
                    break
            except TimeoutError:
                continue
            except ConnectionError:
                # An octet was on its way when the server closed.
                break
    session = catcher.ended()
    assert (session.facts.outcome, session.facts.reason) == (
        "timeout",
        "The TLS handshake was not complete after 0.5 s.",
    )


def test_a_server_that_stops_ends_a_handshake_without_a_word(secured: Catcher) -> None:
    with Dial(secured) as client:
        client.say("STARTTLS")
        secured.run(secured.server.close(grace=10.0))
        assert client.rest() == b""
    session = secured.ended()
    assert session.facts.outcome == "shutdown"
    # What could not be said does not stand there as said.
    assert secured.crossed(session.id)[1].endswith(b"220 2.0.0 Ready to start TLS\r\n")


def test_many_handshakes_that_never_end_stall_nobody(secured: Catcher) -> None:
    stuck = [Dial(secured) for _ in range(100)]
    for client in stuck:
        client.say("STARTTLS")
        client.send(client_hello()[: struct.calcsize("!BHHH")])
    with Dial(secured) as client:
        start_tls(client)
        assert client.transaction(b"x\r\n.\r\n").startswith("250")
    for client in stuck:
        client.close()
    assert [secured.ended().facts.outcome for _ in range(101)] == ["dropped"] * 101


@LOOPS
def test_a_hundred_handshakes_at_once_let_a_plain_client_through(
    start_catcher: Callable[..., Catcher], tmp_path: Path, loop: Loop
) -> None:
    catcher = start_catcher(certificate=certificate(tmp_path), loop=loop)
    clients = [Dial(catcher) for _ in range(100)]
    shaking = [client_hello() for _ in clients]
    for client in clients:
        client.say("STARTTLS")
    for client, hello in zip(clients, shaking, strict=True):
        client.send(hello)
    with Dial(catcher) as plain:
        assert plain.transaction(b"x\r\n.\r\n").startswith("250")
    for client in clients:
        assert client.sock.recv(1) == b"\x16"
        client.close()
    assert [catcher.ended().facts.outcome for _ in range(101)] == ["dropped"] * 101


class Missing(Certificate):
    """A certificate that cannot be made until the disk is there again."""

    broken = True

    async def context(self) -> ssl.SSLContext:
        if self.broken:
            raise OSError(28, "No space left on device")
        return await super().context()


@pytest.mark.parametrize("kind", ["smtp", "smtps"])
def test_a_certificate_that_cannot_be_made_is_no_tls_for_now(
    start_catcher: Callable[..., Catcher], caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    missing = Missing("catcher.test")
    catcher = start_catcher(certificate=missing, kind=kind)
    if kind == "smtp":
        with Dial(catcher) as client:
            assert client.say("STARTTLS") == "454 4.7.0 TLS not available due to local problem"
            assert client.say("NOOP") == "250 2.0.0 Ok"
            missing.broken = False
            assert client.say("STARTTLS").startswith("220")
    else:
        with Dial(catcher, greeted=False) as client:
            assert client.rest() == b""
        assert catcher.ended().facts.outcome == "error"
    assert "No space left on device" in caplog.text
