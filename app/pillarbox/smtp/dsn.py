"""The parameters with which a client asks for delivery status notifications (RFC 3461 sections 4.1 to 4.4).

Rules of this module:

* Each function takes what stands after `=` and gives the value to keep, xtext decoded, or None when that is no value.
* Keywords inside a value (FULL, NEVER) are compared without case and kept as they were sent.
* Where Postfix is laxer than the grammar (an empty element in NOTIFY, lower case in xtext, values of any length), the
  grammar counts: who tests a client wants to know before the client meets a server that is not.
"""

from __future__ import annotations

import re

from pillarbox.smtp import xtext
from pillarbox.smtp.command import upper

LONGEST_ENVID = 100
"""Characters of ENVID's value as it is sent (section 4.4)."""

LONGEST_ORCPT = 500
"""Characters of ORCPT's value as it is sent (section 4.2)."""

_TYPE = re.compile(r"[!#-'*+\-/-9=?A-Z^-~]+")


def ret(value: str) -> str | None:
    """What of the message a report is to bring back: FULL or HDRS."""
    return value if upper(value) in ("FULL", "HDRS") else None


def envid(value: str) -> str | None:
    """The envelope's identifier; it must decode to printable ASCII."""
    decoded = xtext.decode(value) if 0 < len(value) <= LONGEST_ENVID else None
    return decoded if decoded is not None and decoded.isascii() else None


def notify(value: str) -> str | None:
    """When to report: NEVER, which stands alone, or a list of SUCCESS, FAILURE and DELAY."""
    words = upper(value).split(",")
    return value if words == ["NEVER"] or all(word in ("SUCCESS", "FAILURE", "DELAY") for word in words) else None


def orcpt(value: str) -> str | None:
    """The original recipient: a type, `;` and the address, of which the address is decoded.

    `orcpt("rfc822;a+2Bb@c")` is "rfc822;a+b@c"; with the type `utf-8` RFC 6533 section 3 says what may stand there.
    """
    kind, semicolon, coded = value.partition(";")
    if not semicolon or not _TYPE.fullmatch(kind) or len(value) > LONGEST_ORCPT:
        return None
    address = xtext.decode_utf8(coded) if kind.lower() == "utf-8" else xtext.decode(coded)
    return None if address is None else f"{kind};{address}"
