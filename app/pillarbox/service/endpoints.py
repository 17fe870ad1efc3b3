"""Where a running service is reached, and the file that tells other programs so."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pillarbox.errors import UsageError
from pillarbox.service.listeners import Bound


@dataclass(frozen=True, slots=True)
class Endpoints:
    """`url` is where a program on this machine finds the pages, the others every address that accepts.

    `database` is the URL that is really open.
    """

    version: str
    url: str
    http: tuple[Bound, ...]
    smtp: tuple[Bound, ...]
    database: str
    smtps: tuple[Bound, ...] = ()
    lmtp: tuple[Bound, ...] = ()

    def as_json(self) -> dict[str, object]:
        return {
            "pid": os.getpid(),
            "version": self.version,
            "url": self.url,
            "http": [_address(bound) for bound in self.http],
            "smtp": [_address(bound) for bound in self.smtp],
            "smtps": [_address(bound) for bound in self.smtps],
            "lmtp": [_address(bound) for bound in self.lmtp],
        }


def local_url(http: Bound, *, tls: bool = False) -> str:
    """`http://127.0.0.1:8025` for 0.0.0.0 too, which is no address to connect to; `unix:/path` for a socket."""
    if http.path is not None:
        return str(http)
    scheme = "https" if tls else "http"
    if not http.is_free_of_host:
        return f"{scheme}://{http}"
    return f"{scheme}://{'[::1]' if ':' in (http.host or '') else '127.0.0.1'}:{http.port}"


def write(path: Path, endpoints: Endpoints) -> None:
    """Write the ready file, whole or not at all, in the place of no other thing than a file. Raises UsageError."""
    beside = path.parent / f".{path.name}.{os.getpid()}"
    try:
        if path.exists() and not path.is_file():
            raise UsageError(f"The ready file {path} is there and is not a file; name another with --ready-file.")
        beside.write_text(json.dumps(endpoints.as_json()) + "\n", "utf-8")
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):  # where nothing can be reached, nothing was left
            beside.unlink()
        raise UsageError(
            f"The ready file {path} cannot be written ({error.strerror}); name one in a folder that can be, "
            "with --ready-file."
        ) from None


def _address(bound: Bound) -> dict[str, object]:
    if bound.path is not None:
        return {"path": str(bound.path)}
    return {"host": bound.host, "port": bound.port}
