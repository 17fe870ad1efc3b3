"""Where a client outside reaches the SMTP listener: its host and port, as far as this process can know them."""

from __future__ import annotations

import re
from typing import NamedTuple

from pillarbox.web.config import WebConfig

ANYWHERE = ("0.0.0.0", "::", "")
_PLAIN_HOST = re.compile(r"[A-Za-z0-9.:-]+")


class Place(NamedTuple):
    host: str
    port: int


def smtp(config: WebConfig, seen_as: str | None, *, tls: bool = False) -> Place | None:
    """The first listener that speaks SMTP on TCP, or else, with `tls`, one that begins with TLS; None without any.

    `seen_as` is the host name that the HTTP client used: mail can be sent there where the listener takes every address.
    """
    for kind in ("smtp", "smtps") if tls else ("smtp",):
        for listener in config.smtp:
            if listener.protocol == kind and listener.port:
                return Place(_host(listener.host, seen_as), listener.port)
    return None


def _host(bound: str | None, seen_as: str | None) -> str:
    if bound is not None and bound not in ANYWHERE:
        return bound
    # What goes into a line for a shell is a plain name or nothing.
    return seen_as if seen_as and _PLAIN_HOST.fullmatch(seen_as) else "127.0.0.1"
