from __future__ import annotations

import struct

import pytest

from pillarbox.smtp.proxy import LONGEST_V1, LONGEST_V2, SIGNATURE, Header, Wrong, parse


def v2(block: bytes = b"", *, first: int = 0x21, second: int = 0x11, length: int | None = None) -> bytes:
    """A header of version 2; by default PROXY over TCP and IPv4."""
    return SIGNATURE + struct.pack("!BBH", first, second, len(block) if length is None else length) + block


IPV4 = bytes([203, 0, 113, 7, 192, 0, 2, 1]) + struct.pack("!HH", 52114, 25)
IPV6 = bytes.fromhex("20010db8000000000000000000000001" + "00" * 15 + "01") + struct.pack("!HH", 52114, 25)
UNIX = b"/run/client".ljust(108, b"\0") + b"/run/server".ljust(108, b"\0")
TLV = b"\x05\x00\x03abc"

HEADERS = [
    (b"PROXY TCP4 203.0.113.7 192.0.2.1 52114 25\r\n", Header(1, 43, "203.0.113.7", 52114)),
    (b"PROXY TCP6 2001:db8::1 ::1 52114 25\r\n", Header(1, 37, "2001:db8::1", 52114)),
    (b"PROXY TCP6 2001:0DB8:0::1 ::1 0 65535\r\n", Header(1, 39, "2001:db8::1", 0)),
    (b"PROXY UNKNOWN\r\n", Header(1, 15)),
    (b"PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n", Header(1, 59)),
    (v2(IPV4), Header(2, 28, "203.0.113.7", 52114)),
    (v2(IPV4, second=0x12), Header(2, 28, "203.0.113.7", 52114)),
    (v2(IPV6, second=0x21), Header(2, 52, "2001:db8::1", 52114)),
    (v2(UNIX, second=0x31), Header(2, 232, "/run/client")),
    (v2(UNIX[:0] + bytes(216), second=0x31), Header(2, 232)),
    (v2(IPV4 + TLV), Header(2, 34, "203.0.113.7", 52114)),
    (v2(IPV4 + TLV + b"\x04\x00\x00"), Header(2, 37, "203.0.113.7", 52114)),
    (v2(second=0x00), Header(2, 16)),
    (v2(TLV, second=0x00), Header(2, 22)),
    (v2(first=0x20, second=0x00), Header(2, 16)),
    (v2(b"whatever", first=0x20, second=0xFF), Header(2, 24)),
    (
        v2(IPV4 + b"\x04" + struct.pack("!H", LONGEST_V2 - 31) + bytes(LONGEST_V2 - 31)),
        Header(2, LONGEST_V2, "203.0.113.7", 52114),
    ),
]


@pytest.mark.parametrize(("octets", "header"), HEADERS)
def test_a_header_is_read_and_what_follows_is_left(octets: bytes, header: Header) -> None:
    assert header.size == len(octets)
    assert parse(octets) == header
    assert parse(octets + b"EHLO x\r\n") == header


@pytest.mark.parametrize("octets", [octets for octets, _ in HEADERS[:-1]])
def test_a_header_cut_anywhere_waits_for_more(octets: bytes) -> None:
    for end in range(len(octets)):
        assert parse(octets[:end]) is None, octets[:end]


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        (b"EHLO client.test\r\n", "the connection begins without one"),
        (b"proxy TCP4 203.0.113.7 192.0.2.1 52114 25\r\n", "the connection begins without one"),
        (b"\x16\x03\x01\x02\x00", "the connection begins without one"),
        (b"\r\n\r\n\0\r\nQUIX", "the connection begins without one"),
        (b"PROXY TCP5 203.0.113.7 192.0.2.1 52114 25\r\n", "its family is not TCP4, TCP6 or UNKNOWN"),
        (b"PROXY \r\n", "its family is not TCP4, TCP6 or UNKNOWN"),
        (b"PROXY TCP4 203.0.113.7 192.0.2.1 52114\r\n", "its line has not two addresses and two ports"),
        (b"PROXY TCP4  203.0.113.7 192.0.2.1 52114 25\r\n", "its line has not two addresses and two ports"),
        (b"PROXY TCP4 203.0.113.7 192.0.2.1 52114 25 \r\n", "its line has not two addresses and two ports"),
        (b"PROXY TCP4 203.0.113.256 192.0.2.1 52114 25\r\n", "an address in it is not of IPv4"),
        (b"PROXY TCP4 2001:db8::1 ::1 52114 25\r\n", "an address in it is not of IPv4"),
        (b"PROXY TCP6 203.0.113.7 192.0.2.1 52114 25\r\n", "an address in it is not of IPv6"),
        (b"PROXY TCP4 evil.test 192.0.2.1 52114 25\r\n", "an address in it is not of IPv4"),
        (b"PROXY TCP4 203.0.113.7 192.0.2.1 65536 25\r\n", "a port in it is no number from 0 to 65535"),
        (b"PROXY TCP4 203.0.113.7 192.0.2.1 -1 25\r\n", "a port in it is no number from 0 to 65535"),
        (b"PROXY TCP4 203.0.113.7 192.0.2.1 1 025\r\n", "a port in it is no number from 0 to 65535"),
        (b"PROXY TCP4 \xc3\xa4 192.0.2.1 1 25\r\n", "its line is not ASCII"),
        (b"PROXY UNKNOWN " + b"x" * LONGEST_V1, "its line is longer than 107 octets"),
        (v2(IPV4, first=0x31), "its version or command is not known"),
        (v2(IPV4, first=0x22), "its version or command is not known"),
        (v2(IPV4, second=0x41), "its address family or transport is not known"),
        (v2(IPV4, second=0x13), "its address family or transport is not known"),
        (v2(IPV4[:-1]), "it is shorter than its addresses"),
        (v2(IPV4, second=0x21), "it is shorter than its addresses"),
        (v2(IPV4 + b"\x05\x00\x04abc"), "the lengths of its fields do not add up"),
        (v2(IPV4 + b"\x05\x00"), "the lengths of its fields do not add up"),
        (v2(length=LONGEST_V2 - 15), "it is longer than 4096 octets"),
        (v2(length=65535), "it is longer than 4096 octets"),
    ],
)
def test_what_is_wrong_is_said(octets: bytes, why: str) -> None:
    assert parse(octets) == Wrong(why)
