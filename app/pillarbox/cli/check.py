"""`pillarbox check`: is the catcher at that address ready? Uses the standard library only, so that it starts fast."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import sys
from urllib.parse import urlsplit

from pillarbox.errors import UsageError

_TIMEOUT = 5.0
"""Seconds to wait for each answer of the network."""


def check(url: str) -> int:
    """0 when `GET /readyz` below that address is answered with 200, else 1 and a sentence. Raises UsageError."""
    connection, prefix = _connection(url)
    try:
        connection.request("GET", f"{prefix}/readyz", headers={"Accept": "application/json"})
        answer = connection.getresponse()
        body = answer.read(65536)
    except ssl.SSLError as error:
        return _no(f"{url} does not speak TLS as it should ({error.reason}).")
    except OSError as error:
        why = error.strerror or str(error) or type(error).__name__
        return _no(f"Nothing is ready at {url} ({why}); is pillarbox running there?")
    except http.client.HTTPException:
        return _no(f"What answers at {url} does not speak HTTP; is that the address of the pages?")
    finally:
        connection.close()
    if answer.status == 200:
        print(f"{url} is ready.")
        return 0
    return _no(f"{url} is not ready: {answer.status} {_detail(body) or answer.reason}")


def _no(sentence: str) -> int:
    print(f"pillarbox: {sentence}", file=sys.stderr)
    return 1


def _detail(body: bytes) -> str:
    """What a problem document says (RFC 9457), if it is one."""
    try:
        document = json.loads(body)
    except ValueError:
        return ""
    return str(document.get("detail") or document.get("title") or "") if isinstance(document, dict) else ""


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=_TIMEOUT)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(_TIMEOUT)
        self.sock.connect(self._path)


def _connection(url: str) -> tuple[http.client.HTTPConnection, str]:
    """A connection that is not yet open, and the path that stands before every other."""
    if url.startswith("unix:/"):
        return _UnixConnection(url.removeprefix("unix:")), ""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host:
        raise UsageError(f"{url!r} is no address of a catcher; write --url http://127.0.0.1:8025 or unix:/path.")
    make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return make(host, port, timeout=_TIMEOUT), parts.path.rstrip("/")
