"""`saslname` (RFC 5801 section 4): a user name in which comma and equals sign are written =2C and =3D."""

from __future__ import annotations

import re

from pillarbox.smtp.sasl.exchange import Malformed

_ESCAPED = re.compile(rb"(?:[^=,\0]|=2C|=3D)*")


def unescape(octets: bytes) -> bytes:
    """Raises Malformed for any other use of the two."""
    if _ESCAPED.fullmatch(octets) is None:
        raise Malformed("the user name has an equals sign or a comma that is not written =3D, =2C (RFC 5801)")
    return octets.replace(b"=2C", b",").replace(b"=3D", b"=")
