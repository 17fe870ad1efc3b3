"""Where a catcher answers HTTP, and a connection to it. Standard library only, so that commands start fast.

Rules of this module:

* The address is `--url`, else the variable PILLARBOX_URL, else the default of `serve`; a path in it stands before every
  other, which is what `--root-path` of the server is.
* The password is the one in the address, else that of PILLARBOX_WEB_AUTH; neither is ever printed.
"""

from __future__ import annotations

import base64
import http.client
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from pillarbox.errors import UsageError
from pillarbox.settings import given

DEFAULT = "http://127.0.0.1:8025"


@dataclass(frozen=True, slots=True)
class Place:
    """`shown` is the address as people may see it; `path` is set for a Unix socket, which has no host.

    `prefix` has no slash at its end, `authorization` is the value of that header, or None.
    """

    shown: str
    prefix: str = ""
    host: str = "localhost"
    port: int | None = None
    tls: bool = False
    path: str | None = None
    authorization: str | None = field(default=None, repr=False)

    def connection(self, timeout: float) -> http.client.HTTPConnection:
        """A connection that is not yet open; `timeout` is seconds to wait for each answer of the network."""
        if self.path is not None:
            return _UnixConnection(self.path, timeout)
        make = http.client.HTTPSConnection if self.tls else http.client.HTTPConnection
        return make(self.host, self.port, timeout=timeout)


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def place(url: str | None, environ: Mapping[str, str]) -> Place:
    """The catcher that is meant. Raises UsageError."""
    url = url or environ.get("PILLARBOX_URL") or DEFAULT
    from_environ = _credentials(environ.get("PILLARBOX_WEB_AUTH") or None)
    if url.startswith("unix:/"):
        return Place(url, path=url.removeprefix("unix:"), authorization=from_environ)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host or not url.isascii() or not url.isprintable() or " " in url:
        # What stands before an @ may be a password.
        shown = repr(url.rpartition("@")[2])
        raise UsageError(f"{shown} is no address of a catcher; write --url {DEFAULT} or unix:/path.")
    authorization = from_environ
    if parts.username is not None:
        authorization = _basic(unquote(parts.username), unquote(parts.password or ""))
    shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return Place(shown, parts.path.rstrip("/"), host, port, parts.scheme == "https", authorization=authorization)


def _credentials(text: str | None) -> str | None:
    return None if text is None else _basic(*given.credentials("PILLARBOX_WEB_AUTH", text))


def _basic(user: str, password: str) -> str:
    """RFC 7617, in UTF-8 as the server asks for it."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
