"""What a test on the wire needs for TLS: certificates, a client's context that trusts them, and a dial that secures."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from pillarbox.smtp.certificate import Certificate, Pair, self_signed
from tests.wire.dialling import Dial


@lru_cache
def _pair() -> tuple[bytes, bytes]:
    return self_signed("catcher.test")


def pair(folder: Path) -> Pair:
    """A certificate and its key for catcher.test, written into a folder."""
    found = Pair(folder / "cert.pem", folder / "key.pem")
    for path, content in zip((found.cert, found.key), _pair(), strict=True):
        path.write_bytes(content)
    return found


def certificate(folder: Path) -> Certificate:
    return Certificate("catcher.test", given=pair(folder))


def trusting() -> ssl.SSLContext:
    """A client's context that trusts that certificate and nothing else."""
    return ssl.create_default_context(cadata=_pair()[0].decode())


def secure(client: Dial, context: ssl.SSLContext | None = None, name: str = "catcher.test") -> ssl.SSLSocket:
    """Go over to TLS on a connection that is ready for it."""
    sock = (context or trusting()).wrap_socket(client.sock, server_hostname=name)
    client.take(sock)
    return sock


def start_tls(client: Dial, context: ssl.SSLContext | None = None) -> ssl.SSLSocket:
    assert client.say("STARTTLS") == "220 2.0.0 Ready to start TLS"
    return secure(client, context)


def client_hello() -> bytes:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    side = trusting().wrap_bio(incoming, outgoing, server_hostname="catcher.test")
    with pytest.raises(ssl.SSLWantReadError):
        side.do_handshake()
    return outgoing.read()


class InMemory:
    """A client's TLS of which the test decides when each octet crosses; `first` is written with its first octets."""

    def __init__(self, sock: socket.socket, first: bytes = b"") -> None:
        self._sock = sock
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._side = trusting().wrap_bio(self._incoming, self._outgoing, server_hostname="catcher.test")
        for _ in range(10):
            try:
                self._side.do_handshake()
            except ssl.SSLWantReadError:
                self._sock.sendall(first + self._outgoing.read())
                first = b""
                self._incoming.write(self._sock.recv(65536))
            else:
                break
        self._sock.sendall(self._outgoing.read())

    def say(self, octets: bytes, *, end: bool = False) -> None:
        self._side.write(octets)
        if end:
            with pytest.raises(ssl.SSLWantReadError):
                self._side.unwrap()
        self._sock.sendall(self._outgoing.read())

    def read_until(self, wanted: bytes) -> bytes:
        read = bytearray()
        for block in self._blocks():
            read += block
            if wanted in read:
                return bytes(read)
        raise AssertionError(bytes(read))

    def _blocks(self) -> Iterator[bytes]:
        while True:
            try:
                yield self._side.read(65536)
            except ssl.SSLWantReadError:
                octets = self._sock.recv(65536)
                if not octets:
                    return
                self._incoming.write(octets)


def in_memory(client: Dial) -> InMemory:
    assert client.say("STARTTLS") == "220 2.0.0 Ready to start TLS"
    return InMemory(client.sock)
