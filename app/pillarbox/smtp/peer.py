"""Who is at the other end of a connection: an address to count by, and how the transcript names it."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from typing import NamedTuple

from pillarbox.mail import controls


class Peer(NamedTuple):
    """`address` is the host without its port; `shown` is e.g. "127.0.0.1:52114", "[::1]:52114" or "pid 312 (uid 0)"."""

    address: str
    shown: str


def of(transport: asyncio.BaseTransport) -> Peer:
    name = transport.get_extra_info("peername")
    if isinstance(name, tuple):
        return at(name[0], name[1])
    sock = transport.get_extra_info("socket")
    return _by_credentials(sock) or _departed(sock) or Peer("unknown", "unknown")


def at(host: str, port: int | None) -> Peer:
    """`port` None: `host` is the path of a Unix socket."""
    if port is None:
        return Peer(f"unix:{host}", f"unix:{controls.in_line(host)}")
    return Peer(host, f"[{host}]:{port}" if ":" in host else f"{host}:{port}")


_CREDENTIALS = struct.Struct("iII")


def _by_credentials(sock: socket.socket | None) -> Peer | None:
    """A client of a Unix socket has no address; on Linux its process is known (unix(7), SO_PEERCRED)."""
    if sock is None or sock.family != socket.AF_UNIX or not hasattr(socket, "SO_PEERCRED"):
        return None
    pid, uid, _ = _CREDENTIALS.unpack(sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))
    return Peer("unix", f"pid {pid} (uid {uid})")


_SO_PEERNAME = 28
_PEERNAMES = {socket.AF_INET: (16, slice(4, 8)), socket.AF_INET6: (28, slice(8, 24))}


def _departed(sock: socket.socket | None) -> Peer | None:
    """A client that has reset the connection before it was accepted: getpeername(2) knows it no more.

    Linux does by a socket option that no header names for Python (asm-generic/socket.h); elsewhere it stays unknown.
    """
    if sock is None or sock.family not in _PEERNAMES or sys.platform != "linux":
        return None
    length, host = _PEERNAMES[sock.family]
    try:
        # Asked for more octets than the name has, the kernel refuses.
        name = sock.getsockopt(socket.SOL_SOCKET, _SO_PEERNAME, length)
    except OSError:
        return None
    return at(socket.inet_ntop(sock.family, name[host]), int.from_bytes(name[2:4], "big"))
