"""Listeners of every kind: TLS from the first octet, Unix sockets, and clients that speak the wrong one."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.wire.catching import Catcher, Loop
from tests.wire.dialling import Dial
from tests.wire.securing import certificate, client_hello, in_memory, secure

LOOPS = pytest.mark.parametrize("loop", ["uvloop", "asyncio"])

TLS_PORT = "This port begins with TLS; have the client do so too, or use STARTTLS on a port given with --smtp."


@pytest.fixture
def start_smtps(start_catcher: Callable[..., Catcher], tmp_path: Path) -> Callable[..., Catcher]:
    return lambda **options: start_catcher(kind="smtps", certificate=certificate(tmp_path), **options)


@LOOPS
def test_tls_from_the_first_octet(start_smtps: Callable[..., Catcher], loop: Loop) -> None:
    catcher = start_smtps(loop=loop, require_tls=True)
    with Dial(catcher, greeted=False) as client:
        secure(client)
        assert client.reply() == "220 catcher.test ESMTP Pillarbox"
        ehlo = client.say("EHLO client.test").splitlines()
        assert not [line for line in ehlo if "STARTTLS" in line]
        assert client.say("STARTTLS") == "554 5.5.1 Error: TLS already active"
        assert client.transaction(b"x\r\n.\r\n").startswith("250")
        client.say("QUIT")
    session = catcher.ended()
    assert session.facts.listener == f"smtps 127.0.0.1:{catcher.port}"
    assert session.facts.tls is not None
    assert session.facts.tls.sni == "catcher.test"
    lines = catcher.lines(session.id)
    assert lines[1].startswith("*: TLS 1.3 ")
    assert lines[2] == "S: 220 catcher.test ESMTP Pillarbox"
    assert catcher.message() == b"x\r\n"


@LOOPS
@pytest.mark.parametrize("words", [b"EHLO client.test\r\n", b"GET / HTTP/1.1\r\n", b"\r\n"])
def test_plain_text_on_a_tls_port_is_told_from_tls(
    start_smtps: Callable[..., Catcher], loop: Loop, words: bytes
) -> None:
    catcher = start_smtps(loop=loop)
    with Dial(catcher, greeted=False) as client:
        client.send(words)
        assert client.rest() == b""
    session = catcher.ended()
    reason = f"The client spoke plain text where TLS has to begin. {TLS_PORT}"
    assert (session.facts.outcome, session.facts.reason) == ("refused", reason)
    assert f"*: {reason}" in catcher.lines(session.id)
    assert catcher.crossed(session.id) == (words, b"")


def test_octets_that_are_neither_are_kept_too(start_smtps: Callable[..., Catcher]) -> None:
    catcher = start_smtps()
    octets = bytes(range(200, 256))
    with Dial(catcher, greeted=False) as client:
        client.send(octets)
        assert client.rest() == b""
    session = catcher.ended()
    assert session.facts.reason == f"What the client sent where TLS has to begin is not TLS. {TLS_PORT}"
    assert catcher.crossed(session.id)[0] == octets


@LOOPS
def test_a_client_that_waits_for_a_greeting_on_a_tls_port_is_explained(
    start_smtps: Callable[..., Catcher], loop: Loop
) -> None:
    catcher = start_smtps(loop=loop, idle_timeout=0.3)
    hint = f"It sent nothing: a client without TLS waits for the greeting like this. {TLS_PORT}"
    with Dial(catcher, greeted=False) as client:
        assert client.rest() == b""
    session = catcher.ended()
    assert (session.facts.outcome, session.facts.reason) == (
        "timeout",
        f"The TLS handshake was not complete after 0.3 s. {hint}",
    )
    Dial(catcher, greeted=False).close()
    session = catcher.ended()
    assert (session.facts.outcome, session.facts.reason) == (
        "dropped",
        f"The client closed the connection before the TLS handshake was complete. {hint}",
    )


@LOOPS
@pytest.mark.parametrize("newlines", [False, True])
def test_tls_on_a_plain_port_is_told_from_nonsense(
    start_catcher: Callable[..., Catcher], tmp_path: Path, loop: Loop, newlines: bool
) -> None:
    catcher = start_catcher(loop=loop, certificate=certificate(tmp_path))
    # A hello is random: one without an LF is no line at all, one with it is several.
    hello = client_hello().replace(b"\n", b"\x0b")
    if newlines:
        hello = hello[:11] + b"\n\r\n" + hello[14:]
    with Dial(catcher) as client:
        client.send(hello)
        assert client.reply() == "554 5.5.1 Error: TLS begins with STARTTLS on this port"
        assert client.rest() == b""
    session = catcher.ended()
    assert (session.facts.outcome, session.facts.reason) == (
        "refused",
        "The client began TLS at once, but this port begins in plain text; "
        "have it use STARTTLS, or connect it to a port given with --smtps.",
    )
    assert catcher.crossed(session.id)[0] == hello


def test_a_large_hello_is_recognised_too(catcher: Catcher) -> None:
    with Dial(catcher) as client:
        client.send(b"\x16\x03\x01\x46\x50" + bytes(18000))
        assert client.reply().startswith("554 5.5.1")
    assert "began TLS at once" in str(catcher.ended().facts.reason)


def test_too_many_connections_on_a_tls_port_are_closed_without_a_word(start_smtps: Callable[..., Catcher]) -> None:
    catcher = start_smtps(max_connections=1)
    with Dial(catcher, greeted=False) as first:
        secure(first)
        first.reply()
        with Dial(catcher, greeted=False) as second:
            assert second.rest() == b""
        session = catcher.ended()
    assert session.facts.outcome == "refused"
    assert catcher.crossed(session.id) == (b"", b"")


@LOOPS
@pytest.mark.parametrize("kind", ["smtp", "smtps"])
def test_a_unix_socket(start_catcher: Callable[..., Catcher], tmp_path: Path, loop: Loop, kind: str) -> None:
    path = str(tmp_path / "mail.sock")
    catcher = start_catcher(host=path, loop=loop, kind=kind, certificate=certificate(tmp_path))
    with Dial(catcher, greeted=kind == "smtp") as client:
        if kind == "smtps":
            secure(client)
            assert client.reply().startswith("220")
        assert client.transaction(b"x\r\n.\r\n").startswith("250")
        client.say("QUIT")
    session = catcher.ended()
    assert session.facts.listener == f"{kind} unix:{path}"
    assert session.facts.peer == f"pid {os.getpid()} (uid {os.getuid()})"
    assert session.facts.outcome == "quit"
    assert catcher.message() == b"x\r\n"


def test_starttls_over_a_unix_socket(start_catcher: Callable[..., Catcher], tmp_path: Path) -> None:
    catcher = start_catcher(host=str(tmp_path / "mail.sock"), certificate=certificate(tmp_path))
    with Dial(catcher) as client:
        wire = in_memory(client)
        wire.say(b"EHLO client.test\r\nQUIT\r\n")
        wire.read_until(b"221 2.0.0 Bye\r\n")
    assert catcher.ended().facts.tls is not None
