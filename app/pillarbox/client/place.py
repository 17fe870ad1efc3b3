"""Where a catcher answers HTTP, and as whom it is asked."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pillarbox.errors import UsageError

if TYPE_CHECKING:
    import ssl

    Trust = ssl.SSLContext | bool
    """Which certificates of an https address to take: the system's (True), any (False), or a context's."""


@dataclass(frozen=True, slots=True)
class Place:
    """`base` is what every route is put behind, `socket` the path of a Unix socket, `shown` the address for people."""

    base: str
    shown: str
    tls: bool = False
    socket: str | None = None
    authorization: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, url: str, auth: tuple[str, str] | None) -> Place:
        """`http://HOST:PORT`, with USER:PASSWORD@ and a path if need be, or `unix:/path`. Raises UsageError."""
        if url.startswith("unix:/"):
            socket = url.removeprefix("unix:")
            return cls("http://localhost/api/v1", url, socket=socket, authorization=_basic(auth))
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port, parts = None, None, urlsplit("")
        if parts.scheme not in ("http", "https") or not host or port == 0 or not url.isascii() or not url.isprintable():
            # What stands before an @ may be a password.
            shown = url.rpartition("@")[2]
            raise UsageError(f"{shown!r} is no address of a catcher; write http://127.0.0.1:8025 or unix:/path.")
        if auth is None and parts.username is not None:
            auth = (unquote(parts.username), unquote(parts.password or ""))
        shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"
        return cls(f"{shown}/api/v1", shown, tls=parts.scheme == "https", authorization=_basic(auth))

    def trusted(self, trust: Trust) -> Trust:
        """For an address without TLS nobody has to be trusted, which spares loading whom."""
        return trust if self.tls else False


def _basic(auth: tuple[str, str] | None) -> str | None:
    """RFC 7617, in UTF-8 as the server asks for it."""
    return None if auth is None else "Basic " + base64.b64encode(":".join(auth).encode()).decode("ascii")
