"""The sockets that a run listens on, bound before anything else is opened, so that a taken port is told at once.

Rules of this module:

* An address without a host is every loopback address that this machine has: 127.0.0.1 and, where it exists, ::1,
  because Node resolves `localhost` to ::1 first. Both get the same port, also when any free one will do.
* A socket is bound here and listened to by whoever serves it.
* A failure is one sentence with the mend; `flag` is the setting to change.
"""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import stat
from dataclasses import dataclass
from pathlib import Path

from pillarbox.errors import UsageError
from pillarbox.service.holder import holder_of
from pillarbox.settings import Address, UnixAddress

_LOOPBACK = ("127.0.0.1", "::1")

_ATTEMPTS = 50
"""Free ports that are tried until one is free on every loopback address."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound socket and its address: host and port, or the path of a Unix socket."""

    sock: socket.socket
    host: str | None = None
    port: int | None = None
    path: Path | None = None

    def __str__(self) -> str:
        if self.path is not None:
            return f"unix:{self.path}"
        return f"[{self.host}]:{self.port}" if ":" in (self.host or "") else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only programs of this machine can reach it."""
        return self.host is None or ipaddress.ip_address(self.host.partition("%")[0]).is_loopback

    @property
    def is_free_of_host(self) -> bool:
        """Whether it accepts on every address of this machine."""
        return self.host is not None and ipaddress.ip_address(self.host.partition("%")[0]).is_unspecified

    def close(self) -> None:
        self.sock.close()
        if self.path is not None:
            self.path.unlink(missing_ok=True)


def bind(address: Address, flag: str) -> list[Bound]:
    """Bind every socket that an address stands for. Raises UsageError; then nothing stays bound."""
    if isinstance(address, UnixAddress):
        return [_bind_unix(address.path, flag)]
    if address.host is None:
        return _bind_loopback(address.port, flag)
    return _bind_host(address.host, address.port, flag)


def _bind_loopback(port: int, flag: str) -> list[Bound]:
    for attempt in range(_ATTEMPTS):
        first = _bind_tcp(_LOOPBACK[0], port, flag, socket.AF_INET)
        chosen = first.port
        assert chosen is not None
        try:
            return [first, _bind_tcp(_LOOPBACK[1], chosen, flag, socket.AF_INET6)]
        except _NoSuchAddress:
            return [first]
        except UsageError:
            first.close()
            if port or attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt returns or raises")


def _bind_host(host: str, port: int, flag: str) -> list[Bound]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError):
        raise UsageError(
            f"{flag}: no address is known for the host {host!r}; write one that this machine has."
        ) from None
    bound: list[Bound] = []
    for family, address in dict.fromkeys((family, str(where[0])) for family, _, _, _, where in found):
        try:
            bound.append(_bind_tcp(address, port, flag, family))
        except UsageError:
            for one in bound:
                one.close()
            raise
        port = port or bound[0].port or 0
    return bound


class Taken(UsageError):
    """Somebody listens there already."""

    def __init__(self, sentence: str, *, host: str | None = None, port: int | None = None, path: Path | None = None):
        super().__init__(sentence)
        self._host, self._port, self._path = host, port, path

    def by(self, bound: Bound) -> bool:
        """Whether that socket is the one which has it."""
        if self._path is not None or bound.path is not None:
            return self._path == bound.path
        hosts = (self._host, bound.host, "0.0.0.0" if ":" not in (self._host or "") else "::")
        return self._port == bound.port and (hosts[0] == hosts[1] or hosts[2] in hosts[:2])


class _NoSuchAddress(UsageError):
    """This machine does not have the address."""


def _bind_tcp(host: str, port: int, flag: str, family: int) -> Bound:
    try:
        sock = socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        raise _NoSuchAddress(f"{flag}: this machine has no addresses of the kind of {host}; write another.") from None
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind((host, port))
        # Linux reserves the port only for a socket that listens: two programs could both bind it, and the later one
        # would fail after it had said that it was ready.
        sock.listen(_BACKLOG)
    except OSError as error:
        sock.close()
        raise _sentence(error, host, port, flag) from None
    sock.setblocking(False)
    name = sock.getsockname()
    return Bound(sock, host=name[0], port=name[1])


_BACKLOG = 2048
"""Connections that may wait to be accepted; the kernel cuts it to its own limit."""


def _sentence(error: OSError, host: str, port: int, flag: str) -> UsageError:
    if error.errno == errno.EADDRINUSE:
        holder = holder_of(port)
        by = f" by {holder}" if holder else ""
        other = f":{port + 1500 if port < 60000 else 0}"
        said = f"Port {port} on {host} is taken{by}; stop that program or use {flag} {other}."
        return Taken(said, host=host, port=port)
    if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
        return _NoSuchAddress(f"{flag}: this machine does not have the address {host}; write one that it has.")
    if error.errno in (errno.EACCES, errno.EPERM):
        return UsageError(f"Port {port} on {host} is kept for the administrator; use one from 1024 on with {flag}.")
    return UsageError(f"{flag}: {host} port {port} cannot be bound ({error.strerror}); write another address.")


def _bind_unix(path: Path, flag: str) -> Bound:
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _remove_stale(path)
        sock.bind(str(path))
        sock.listen(_BACKLOG)
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRINUSE and not path.is_socket():
            raise UsageError(f"{path} is no socket, but something else; use another path with {flag}.") from None
        if error.errno == errno.EADDRINUSE:
            said = f"The socket {path} is taken; stop the program that has it or use another path with {flag}."
            raise Taken(said, path=path) from None
        why = error.strerror or error
        raise UsageError(f"The socket {path} cannot be made ({why}); use another path with {flag}.") from None
    sock.setblocking(False)
    return Bound(sock, path=path)


def _remove_stale(path: Path) -> None:
    """Remove a socket that a killed program left behind, and nothing else."""
    try:
        if not stat.S_ISSOCK(os.stat(path).st_mode):
            return
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)
