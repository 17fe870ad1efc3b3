from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator

import pytest

from pillarbox.smtp import peer
from pillarbox.smtp.peer import Peer


@pytest.fixture(params=["127.0.0.1", "::1"])
def departed(request: pytest.FixtureRequest) -> Iterator[tuple[asyncio.BaseTransport, str]]:
    """The transport of a connection that its client had reset before it was accepted, and where the client was."""
    family = socket.AF_INET6 if ":" in request.param else socket.AF_INET
    with socket.create_server((request.param, 0), family=family) as listener:
        with socket.create_connection(listener.getsockname()[:2]) as client:
            host, port = client.getsockname()[:2]
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        accepted, _ = listener.accept()
        with accepted:
            yield asyncio.BaseTransport({"socket": accepted, "peername": None}), peer.at(host, port).shown


def test_a_client_that_left_before_it_was_accepted_is_known(departed: tuple[asyncio.BaseTransport, str]) -> None:
    transport, shown = departed
    with pytest.raises(OSError, match="not connected"):
        transport.get_extra_info("socket").getpeername()
    assert peer.of(transport).shown == shown


def test_a_client_of_which_nothing_is_known_is_called_so() -> None:
    assert peer.of(asyncio.BaseTransport({})) == Peer("unknown", "unknown")
