"""Connections that come through a proxy which speaks the PROXY protocol."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.smtp.test_proxy import IPV4, IPV6, TLV, v2
from tests.wire.catching import Catcher, Loop
from tests.wire.dialling import Dial
from tests.wire.securing import InMemory, certificate

LOOPS = pytest.mark.parametrize("loop", ["uvloop", "asyncio"])

V1 = b"PROXY TCP4 203.0.113.7 192.0.2.1 52114 25\r\n"


@LOOPS
@pytest.mark.parametrize(
    ("header", "peer"),
    [(V1, "203.0.113.7:52114"), (v2(IPV4 + TLV), "203.0.113.7:52114"), (v2(IPV6, second=0x21), "[2001:db8::1]:52114")],
)
def test_the_session_is_the_clients(
    start_catcher: Callable[..., Catcher], loop: Loop, header: bytes, peer: str
) -> None:
    catcher = start_catcher(loop=loop, proxy_protocol=True)
    with Dial(catcher, greeted=False) as client:
        client.send(header + b"EHLO early.test\r\n")
        assert client.reply() == "220 catcher.test ESMTP Pillarbox"
        assert client.reply().startswith("250")
        assert client.transaction(b"x\r\n.\r\n").startswith("250")
        client.say("QUIT")
        proxy = address(client)
    session = catcher.ended()
    assert (session.facts.peer, session.facts.outcome) == (peer, "quit")
    assert catcher.session(session.id).facts.peer == peer
    version = 2 if header[:1] == b"\r" else 1
    assert catcher.lines(session.id)[1] == f"*: {peer} comes through the proxy {proxy} (PROXY v{version})."
    assert catcher.crossed(session.id)[0].startswith(b"EHLO early.test\r\n")


def address(client: Dial) -> str:
    host, port = client.sock.getsockname()
    return f"{host}:{port}"


def test_a_header_cut_anywhere_is_waited_for(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher(proxy_protocol=True)
    for header in (V1, v2(IPV4)):
        for cut in range(1, len(header)):
            with Dial(catcher, greeted=False) as client:
                client.send(header[:cut])
                client.send(header[cut:] + b"QUIT\r\n")
                assert client.replies(2) == ["220 catcher.test ESMTP Pillarbox", "221 2.0.0 Bye"]
            assert catcher.ended().facts.peer == "203.0.113.7:52114"


def test_a_proxy_that_speaks_for_itself(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher(proxy_protocol=True)
    with Dial(catcher, greeted=False) as client:
        client.send(v2(first=0x20, second=0x00))
        assert client.reply().startswith("220")
        proxy = address(client)
        client.say("QUIT")
    session = catcher.ended()
    assert session.facts.peer == proxy
    assert catcher.lines(session.id)[1] == f"*: The proxy {proxy} speaks for itself (PROXY v2)."


@LOOPS
def test_a_connection_without_a_header_is_closed_without_a_word(
    start_catcher: Callable[..., Catcher], loop: Loop
) -> None:
    catcher = start_catcher(loop=loop, proxy_protocol=True)
    with Dial(catcher, greeted=False) as client:
        client.send(b"EHLO client.test\r\n")
        assert client.rest() == b""
    session = catcher.ended()
    assert (session.facts.outcome, session.facts.reason) == (
        "refused",
        "There is no PROXY header that can be read: the connection begins without one; "
        "with --proxy-protocol only a proxy can connect, one that sends it.",
    )
    assert catcher.crossed(session.id) == (b"EHLO client.test\r\n", b"")


@LOOPS
def test_a_header_that_does_not_come_is_not_waited_for(start_catcher: Callable[..., Catcher], loop: Loop) -> None:
    catcher = start_catcher(loop=loop, proxy_protocol=True, idle_timeout=0.3)
    with Dial(catcher, greeted=False) as client:
        client.send(V1[:-1])
        assert client.rest() == b""
    session = catcher.ended()
    assert session.facts.outcome == "timeout"
    assert str(session.facts.reason).startswith("No PROXY header came within 0.3 s; ")
    Dial(catcher, greeted=False).close()
    session = catcher.ended()
    assert (session.facts.outcome, session.facts.reason) == (
        "dropped",
        "The client closed the connection before the PROXY header was complete.",
    )


@LOOPS
def test_the_header_comes_before_tls(start_catcher: Callable[..., Catcher], tmp_path: Path, loop: Loop) -> None:
    catcher = start_catcher(loop=loop, kind="smtps", certificate=certificate(tmp_path), proxy_protocol=True)
    with Dial(catcher, greeted=False) as client:
        # The header and the ClientHello in one segment, as a proxy sends them.
        wire = InMemory(client.sock, V1)
        wire.say(b"QUIT\r\n")
        wire.read_until(b"221 2.0.0 Bye\r\n")
    session = catcher.ended()
    assert (session.facts.peer, session.facts.outcome) == ("203.0.113.7:52114", "quit")
    assert session.facts.tls is not None


def test_connections_are_counted_by_the_clients_address(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher(proxy_protocol=True, max_connections_per_address=1)
    with (
        Dial(catcher, greeted=False) as first,
        Dial(catcher, greeted=False) as second,
        Dial(catcher, greeted=False) as third,
    ):
        first.send(V1)
        assert first.reply().startswith("220")
        second.send(V1.replace(b"113.7", b"113.8"))
        assert second.reply().startswith("220")
        third.send(V1)
        assert third.reply().startswith("421 4.3.2")
    assert {catcher.ended().facts.outcome for _ in range(3)} == {"dropped", "refused"}
    # All of them have been forgotten again.
    with Dial(catcher, greeted=False) as client:
        client.send(V1)
        assert client.reply().startswith("220")


def test_a_path_in_a_header_forges_no_line(start_catcher: Callable[..., Catcher]) -> None:
    catcher = start_catcher(proxy_protocol=True)
    path = b"/run/a\r\n0.000 S: 250 Ok"
    with Dial(catcher, greeted=False) as client:
        client.send(v2(path.ljust(216, b"\0"), second=0x31))
        assert client.reply().startswith("220")
    session = catcher.ended()
    assert session.facts.peer == "unix:/run/a␍␊0.000 S: 250 Ok"
