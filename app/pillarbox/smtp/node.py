"""The node of ETRN: whose mail a client asks to be sent (RFC 1985 section 5).

A host or an address literal; with `@` in front the domain and everything below it, with `#` the name of a queue, which
is each server's own affair. As in Postfix a name that is all numbers or ends with a dot is no host.
"""

from __future__ import annotations

import ipaddress
import re

_HOST = re.compile(
    r"(?=.{1,255}\Z)(?![0-9.]+\Z)[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"
    r"(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)*"
)
_QUEUE = re.compile(r"[!-~]{1,255}")


def readable(text: str) -> bool:
    """Whether the argument names a node. `readable("@example.test")` is true, `readable("a b")` is not."""
    if text.startswith("#"):
        return _QUEUE.fullmatch(text, 1) is not None
    host = text.removeprefix("@")
    if not host.startswith("["):
        return _HOST.fullmatch(host) is not None
    if not host.endswith("]"):
        return False
    literal = host[1:-1]
    try:
        ipaddress.IPv6Address(literal[5:]) if literal[:5].lower() == "ipv6:" else ipaddress.IPv4Address(literal)
    except ValueError:
        return False
    return True
