"""The PROXY protocol, versions 1 and 2: what a load balancer says before the client's first octet, and who that is.

Rules of this module:

* A function over the octets that have come: a header, or why it is none, or None as long as more must come.
* Strict, because what stands here is believed: an address that cannot be read is an error, never "unknown".
* Version 2's additional fields (TLVs) are skipped; their lengths must add up.

The format is HAProxy's `doc/proxy-protocol.txt`; sections named here are its.
"""

from __future__ import annotations

import ipaddress
import re
import struct
from dataclasses import dataclass

LONGEST_V1 = 107
"""Octets of the longest line, CRLF included (section 2.1)."""

LONGEST_V2 = 4096
"""Octets of the longest header taken; a header without TLVs has at most 232."""

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"

_V1 = b"PROXY "
_PORT = re.compile(r"0|[1-9][0-9]{0,4}")
_ADDRESS_OCTETS = {0x0: 0, 0x1: 12, 0x2: 36, 0x3: 216}
"""Octets of both addresses and ports by family: unspecified, IPv4, IPv6, Unix (section 2.2)."""


@dataclass(frozen=True, slots=True)
class Header:
    """`size` octets of header; the client's address, None when the proxy speaks for itself or does not know.

    `host` is a path and `port` None for a client of a Unix socket.
    """

    version: int
    size: int
    host: str | None = None
    port: int | None = None


@dataclass(frozen=True, slots=True)
class Wrong:
    """Half a sentence that says what is wrong."""

    why: str


def parse(octets: bytes) -> Header | Wrong | None:
    """Read the header that a connection begins with; None when more octets must come to tell."""
    if octets[: len(SIGNATURE)] == SIGNATURE[: len(octets)]:
        return _version_2(octets) if len(octets) >= 16 else None
    if octets[: len(_V1)] == _V1[: len(octets)]:
        return _version_1(octets)
    return Wrong("the connection begins without one")


def _version_1(octets: bytes) -> Header | Wrong | None:
    end = octets.find(b"\r\n", 0, LONGEST_V1)
    if end < 0:
        return Wrong(f"its line is longer than {LONGEST_V1} octets") if len(octets) >= LONGEST_V1 else None
    size = end + 2
    try:
        words = octets[:end].decode("ascii").split(" ")
    except UnicodeDecodeError:
        return Wrong("its line is not ASCII")
    if words[1] == "UNKNOWN":
        return Header(1, size)
    family = {"TCP4": 4, "TCP6": 6}.get(words[1])
    if family is None:
        return Wrong("its family is not TCP4, TCP6 or UNKNOWN")
    if len(words) != 6:
        return Wrong("its line has not two addresses and two ports")
    hosts = [_address(word, family) for word in words[2:4]]
    if None in hosts:
        return Wrong(f"an address in it is not of IPv{family}")
    if not all(_PORT.fullmatch(word) and int(word) < 65536 for word in words[4:]):
        return Wrong("a port in it is no number from 0 to 65535")
    return Header(1, size, hosts[0], int(words[4]))


def _address(text: str, family: int) -> str | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return str(address) if address.version == family else None


def _version_2(octets: bytes) -> Header | Wrong | None:
    version_command, family_transport, length = struct.unpack_from("!BBH", octets, len(SIGNATURE))
    size = len(SIGNATURE) + 4 + length
    version, command = divmod(version_command, 16)
    family, transport = divmod(family_transport, 16)
    if version != 2 or command > 1:
        return Wrong("its version or command is not known")
    if size > LONGEST_V2:
        return Wrong(f"it is longer than {LONGEST_V2} octets")
    if len(octets) < size:
        return None
    if command == 0:
        # LOCAL: "the receiver must use the real connection endpoints and discard the protocol block".
        return Header(2, size)
    if family not in _ADDRESS_OCTETS or transport > 2:
        return Wrong("its address family or transport is not known")
    block = octets[len(SIGNATURE) + 4 : size]
    taken = _ADDRESS_OCTETS[family]
    if len(block) < taken:
        return Wrong("it is shorter than its addresses")
    if not _adds_up(block[taken:]):
        return Wrong("the lengths of its fields do not add up")
    if family == 0x1:
        return Header(2, size, str(ipaddress.IPv4Address(block[:4])), *struct.unpack_from("!H", block, 8))
    if family == 0x2:
        return Header(2, size, str(ipaddress.IPv6Address(block[:16])), *struct.unpack_from("!H", block, 32))
    if family == 0x3:
        return Header(2, size, block[:108].split(b"\0")[0].decode("utf-8", "replace") or None)
    return Header(2, size)


def _adds_up(fields: bytes) -> bool:
    """Whether TLVs (a type, a length of two octets, that many octets) fill the rest exactly."""
    at = 0
    while at + 3 <= len(fields):
        at += 3 + int.from_bytes(fields[at + 1 : at + 3], "big")
    return at == len(fields)
