"""Messages of every shape, the same ones every time: number n is always the same bytes.

All end with CRLF, or are empty, because the end of data is CRLF.CRLF and its first CRLF belongs to the content
(RFC 5321 section 4.1.1.4). Apart from that a message may hold any octets at all.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import random
from collections.abc import Callable

CRLF = b"\r\n"

LARGEST = 25 * 1000 * 1000

_WORDS = (
    "protocol",
    "relay",
    "Привет",
    "почта",
    "漢字",
    "box",
    "pillar",
    "letter",
    "müde",
    "señor",
    "é",
    "🙂",
    "reply",
)


def message(number: int) -> bytes:
    """Message `number`, 0 on. Most are a few KB; one in 60 is near 300 KB, one in 750 2 to 5 MB, one in 1500 25 MB."""
    rng = random.Random(number)
    made = KINDS[number % len(KINDS)](rng, _size(number, rng))
    return made if not made or made.endswith(CRLF) else made + CRLF


def _size(number: int, rng: random.Random) -> int:
    if number % 1500 == 1499:
        return LARGEST
    if number % 750 == 350:
        return rng.randint(2_000_000, 5_000_000)
    if number % 60 == 30:
        return rng.randint(200_000, 400_000)
    return rng.choice((0, 1, 2, 50, 512, 1000, 2048, 8192))


def _headers(rng: random.Random, *more: bytes) -> bytes:
    subject = " ".join(rng.choices(_WORDS, k=4)).encode()
    encoded = b"=?utf-8?b?" + base64.b64encode(subject[:40]) + b"?="
    lines = [b"From: a@example.test", b"To: b@example.test,\r\n\tc@example.test", b"Subject: " + encoded, *more]
    return CRLF.join(lines) + CRLF


def _text(rng: random.Random, size: int) -> bytes:
    line = " ".join(rng.choices(_WORDS, k=9)).encode() + CRLF
    return (line * (size // len(line) + 1))[:size]


def _encoded(name: bytes, encode: Callable[[bytes], bytes]) -> Callable[[random.Random, int], bytes]:
    def make(rng: random.Random, size: int) -> bytes:
        return _headers(rng, b"Content-Transfer-Encoding: " + name) + CRLF + encode(rng.randbytes(size * 3 // 4))

    return make


def _base64(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", CRLF)


def _quoted_printable(data: bytes) -> bytes:
    # A third of the octets, because nearly each becomes three.
    return quopri.encodestring(data[: len(data) // 3 + 1]).replace(b"\n", CRLF)


def _uuencoded(data: bytes) -> bytes:
    lines = [binascii.b2a_uu(data[at : at + 45]).replace(b"\n", CRLF) for at in range(0, len(data), 45)]
    return b"begin 644 data.bin\r\n" + b"".join(lines) + b"`\r\nend\r\n"


def _seven_bit(data: bytes) -> bytes:
    return bytes(octet & 0x7F for octet in data[:100_000]) * (len(data) // 100_000 + 1)


def _empty(rng: random.Random, size: int) -> bytes:
    return b""


def _only_headers(rng: random.Random, size: int) -> bytes:
    return _headers(rng)


def _empty_body(rng: random.Random, size: int) -> bytes:
    return _headers(rng) + CRLF


def _no_headers(rng: random.Random, size: int) -> bytes:
    return CRLF + _text(rng, size)


def _no_headers_at_all(rng: random.Random, size: int) -> bytes:
    return b"this is no header\r\n" + _text(rng, size)


def _dots(rng: random.Random, size: int) -> bytes:
    lines = rng.choices(
        [b".", b"..", b"...", b". ", b".a", b"", b"a.", b"\r", b"\n.", b".\n", b"\r."], k=max(4, size // 3)
    )
    return b"." + CRLF.join(lines) + CRLF


def _bare_line_ends(rng: random.Random, size: int) -> bytes:
    pieces = [b"\r", b"\n", b"\r\n", b"a", b".", b"\n.\n", b"\r.\r", b"\n.\r\n", b"\r\n.\n", b"\r\r\n"]
    return _headers(rng) + CRLF + b"".join(rng.choices(pieces, k=max(4, size // 2)))


def _eight_bit(rng: random.Random, size: int) -> bytes:
    return _headers(rng, b"Content-Type: text/plain; charset=utf-8", b"X-Raw: \xff\xfe") + CRLF + _text(rng, size)


def _nuls(rng: random.Random, size: int) -> bytes:
    return b"Sub\0ject: \0\r\n\r\n" + b"\0" * size + b"\0\r\n"


def _any_octets(rng: random.Random, size: int) -> bytes:
    return rng.randbytes(size)


def _long_line(rng: random.Random, size: int) -> bytes:
    return _headers(rng) + CRLF + b"x" * max(size, 1500)


def _multipart(rng: random.Random, size: int) -> bytes:
    part = b"--edge\r\nContent-Type: application/octet-stream\r\n\r\n" + rng.randbytes(size // 3) + CRLF
    return _headers(rng, b"Content-Type: multipart/mixed; boundary=edge") + CRLF + part * 3 + b"--edge--\r\n"


KINDS: tuple[Callable[[random.Random, int], bytes], ...] = (
    _any_octets,
    _empty,
    _only_headers,
    _empty_body,
    _no_headers,
    _no_headers_at_all,
    _dots,
    _bare_line_ends,
    _eight_bit,
    _nuls,
    _long_line,
    _multipart,
    _encoded(b"base64", _base64),
    _encoded(b"quoted-printable", _quoted_printable),
    _encoded(b"x-uuencode", _uuencoded),
    _encoded(b"7bit", _seven_bit),
    _encoded(b"8bit", bytes),
    _encoded(b"binary", bytes),
)
