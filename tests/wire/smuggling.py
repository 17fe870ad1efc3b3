"""What has been taken for the end of the content by one server and not by the next, and so carried a second message
past the first ("SMTP smuggling"). Only CRLF.CRLF is one (RFC 5321 section 4.1.1.4)."""

from __future__ import annotations

import re
from itertools import product

PAIRS = tuple(
    before + b"." + after
    for before, after in product((b"\n", b"\r", b"\r\n", b"\n\r", b"\r\r\n"), repeat=2)
    if not (before.endswith(b"\r\n") and after == b"\r\n")
)
"""Every mix of line ends before and after the dot, but for those in which CRLF.CRLF stands."""

WITH_NUL = (
    *(b"\r\n\0.\r\n", b"\r\n.\0\r\n", b"\r\n.\r\0\n", b"\r\0\n.\r\n", b"\0\r\n.\0\r\n", b"\n\0.\n", b"\n.\0\n"),
    *(b"\r\0.\r\0", b"\r\n\0.\0\r\n", b"\0.\0", b"\n.\0\r\n"),
)

LOOKALIKES = (
    *(b"\r\n. \r\n", b"\r\n .\r\n", b"\r\n.\t\r\n", b"\r\n..\r\n", b"\r\n\x0b.\r\n", b"\x0c.\x0c", b"\r\n.\x1a\r\n"),
    *(b"\xc2\x85.\xc2\x85", "\u2028.\u2028".encode(), "\r\n．\r\n".encode(), b"\r\n\x8d\n.\r\n", b"\x8d\x8a.\x8d\x8a"),
    *(b"\r\n.\r\r\n", b"\r\n.=0D=0A", b"\n\n.\n\n", b"\r\r.\r\r", b"\r\n.\r", b"\n.\r"),
)

ENDS = tuple(dict.fromkeys(PAIRS + WITH_NUL + LOOKALIKES))

SMUGGLED = b"MAIL FROM:<evil@b>\r\nRCPT TO:<evil@b>\r\nDATA\r\nSubject: inner\r\n\r\nsmuggled"


def stored(content: bytes) -> bytes:
    """What a message is, of which this crossed the wire up to the final dot: the first dot of each line taken off."""
    return re.sub(rb"(?:\A|(?<=\r\n))\.", b"", content)
