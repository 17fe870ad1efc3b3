"""Content transfer encodings (RFC 2045 section 6, and uuencode): the octets that the sender meant.

Rules of this module:

* decoding never fails: what is damaged is decoded as far as it goes, and a defect says so;
* base64: foreign characters are dropped, an odd last character is dropped, nothing counts after the padding;
* quoted-printable: 8-bit octets stay, white space at the end of a line goes (RFC 2045 section 6.7 rule 3);
* an encoding that is not known leaves the content as it stands.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable

Note = Callable[[str], None]

AS_IT_STANDS = frozenset({"", "7bit", "8bit", "binary"})
UUENCODE = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})
KNOWN = AS_IT_STANDS | UUENCODE | {"base64", "quoted-printable"}

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]|=\s*[^=\s]")
_TRAILING_SPACE = re.compile(rb"(?<![ \t])[ \t]+(?=\r?(?:\n|\Z))")
_BARE_CR_AFTER_EQUALS = re.compile(rb"=(?=\r(?!\n))")
_NOT_QUOTED_PRINTABLE = re.compile(rb"=(?![0-9A-Fa-f]{2}|\r?\n|\Z)")
_BEGIN = re.compile(rb"^begin [0-7]{3,4}[^\n]*\n", re.MULTILINE)
_END = re.compile(rb"\nend[ \t]*\r?(?:\n|\Z)")
_LINE = re.compile(rb"\n([!-`][ -`]*)")
_NOT_UUENCODE = re.compile(rb"[^ -`\r\n]")


def token(value: str) -> str:
    """The encoding that a Content-Transfer-Encoding value names, in lower case: cut at `;`, a space or a comment.

    >>> token(" Base64; charset=x")
    'base64'
    """
    found = re.match(r"\s*\"?([^\s;(\"]{1,40})", value)
    return found[1].lower() if found else ""


def decode(data: bytes, encoding: str, note: Note | None = None) -> bytes:
    """The decoded content of a body. `encoding` is a `token`; `note` takes defect codes, at a cost."""
    if encoding == "base64":
        return base64(data, note)
    if encoding == "quoted-printable":
        return quoted_printable(data, note)
    if encoding in UUENCODE:
        return uudecode(data, note)
    if encoding not in AS_IT_STANDS:
        _say(note, "encoding-unknown")
    return data


def _say(note: Note | None, code: str) -> None:
    if note:
        note(code)


def base64(data: bytes, note: Note | None = None) -> bytes:
    if note and _NOT_BASE64.search(data):
        note("base64-invalid")
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        _say(note, "base64-invalid")
    try:
        return binascii.a2b_base64(data + b"==")  # two or three characters of the last four: only the padding lacks
    except binascii.Error:
        # One character of the last four is six bits, not an octet: complete it and drop what that made.
        return binascii.a2b_base64(data + b"A==")[:-1]


def quoted_printable(data: bytes, note: Note | None = None) -> bytes:
    if note and _NOT_QUOTED_PRINTABLE.search(data):
        note("quoted-printable-invalid")
    if b" \n" in data or b" \r" in data or b"\t\n" in data or b"\t\r" in data or data.endswith((b" ", b"\t")):
        data = _TRAILING_SPACE.sub(b"", data)
    if data.count(b"=\r") != data.count(b"=\r\n"):
        data = _BARE_CR_AFTER_EQUALS.sub(b"=3D", data)  # binascii would drop everything up to the next line feed
    return binascii.a2b_qp(data)


def uudecode(data: bytes, note: Note | None = None) -> bytes:
    begin = _BEGIN.search(data)
    if begin is None:
        _say(note, "uuencode-invalid")
        return data
    start = begin.end() - 1  # lines are found by the line break before them
    end = _END.search(data, start)
    stop = end.start() if end else len(data)
    if end is None or _NOT_UUENCODE.search(data, start, stop):
        _say(note, "uuencode-invalid")
    out: list[bytes] = []
    for found in _LINE.finditer(data, start, stop):
        line = found[1]
        # Encoders that pad carelessly write more characters than the length octet promises: binascii would refuse them.
        wanted = (((line[0] - 32) & 63) * 4 + 5) // 3
        out.append(binascii.a2b_uu(line[:wanted]))
    return b"".join(out)
