"""What goes in by SMTP comes out by HTTP, octet for octet."""

from __future__ import annotations

import hashlib
import re
import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.counts import count
from tests.roundtrip import generated
from tests.running import Running

CONNECTIONS = 6

A_SESSION = 100
"""Messages a connection carries before it quits."""


def test_the_generated_messages_hold_all_that_is_promised() -> None:
    made = [generated.message(number) for number in range(1500)]
    assert made[:50] == [generated.message(number) for number in range(50)]
    assert all(raw == b"" or raw.endswith(b"\r\n") for raw in made)
    assert min(map(len, made)) == 0
    assert max(map(len, made)) >= generated.LARGEST
    promised = {
        "only headers": rb"(?s)[^\r]+: .*[^\n]\r\n(?<!\r\n\r\n)",
        "an empty body": rb"(?s)From: .*\r\n\r\n",
        "no headers": rb"(?s)\r\n.*",
        "a dot at the start": rb"(?s)\..*",
        "dots at line starts": rb"(?s).*\r\n\.\r\n.*",
        "a bare CR": rb"(?s).*\r[^\n].*",
        "a bare LF": rb"(?s).*[^\r]\n.*",
        "LF.LF": rb"(?s).*\n\.\n.*",
        "8-bit": rb"(?s).*[\x80-\xff].*",
        "NUL": rb"(?s).*\x00.*",
        "a line over 998 octets": rb"(?s).*[^\r\n]{999}.*",
    }
    small = [raw for raw in made if len(raw) < 20_000]
    assert [name for name, pattern in promised.items() if not any(re.fullmatch(pattern, raw) for raw in small)] == []
    for name in (b"base64", b"quoted-printable", b"7bit", b"8bit", b"binary", b"x-uuencode"):
        assert any(b"Content-Transfer-Encoding: " + name in raw for raw in small)


def test_every_message_comes_out_as_it_went_in(server: Running) -> None:
    total = count("PILLARBOX_ROUNDTRIP", 3000)
    batches = [range(start, min(start + A_SESSION, total)) for start in range(0, total, A_SESSION)]
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        sent = [pair for pairs in pool.map(lambda numbers: deliver(server, numbers), batches) for pair in pairs]
        assert len({identity for identity, _ in sent}) == total
        wrong = [pair for pairs in pool.map(lambda part: differing(server, part), pieces(sent)) for pair in pairs]
    assert wrong == []
    listed = httpx.get(f"{server.api}/messages", params={"limit": 1}, timeout=60).json()
    assert listed["total"] == min(total, 10_000)
    assert listed["messages"][0]["id"] == max(identity for identity, _ in sent)


def deliver(server: Running, numbers: Iterable[int]) -> list[tuple[int, str]]:
    """Send messages over one connection; the id that each was queued as, and the sha256 of what was sent."""
    sent = []
    with socket.create_connection((server.smtp_host, server.smtp_port), timeout=120) as sock:
        replies = sock.makefile("rb")

        def expect(code: bytes) -> bytes:
            while (line := replies.readline())[3:4] == b"-":
                pass
            assert line.startswith(code), line
            return line

        expect(b"220")
        sock.sendall(b"EHLO roundtrip.example.test\r\n")
        expect(b"250")
        for number in numbers:
            raw = generated.message(number)
            sock.sendall(b"MAIL FROM:<a@example.test>\r\nRCPT TO:<b@example.test>\r\nDATA\r\n")
            expect(b"250")
            expect(b"250")
            expect(b"354")
            sock.sendall((b"\r\n" + raw).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n")
            queued = re.search(rb"queued as ([0-9]+)", expect(b"250"))
            assert queued is not None
            sent.append((int(queued[1]), hashlib.sha256(raw).hexdigest()))
        sock.sendall(b"QUIT\r\n")
        expect(b"221")
    return sent


def differing(server: Running, sent: Iterable[tuple[int, str]]) -> list[tuple[int, str, str]]:
    """Those that come out other than they went in: id, sha256 sent, sha256 that came out."""
    wrong = []
    with httpx.Client(base_url=server.api, timeout=120) as client:
        for identity, digest in sent:
            answer = client.get(f"/messages/{identity}/raw")
            assert answer.status_code == 200, answer.text
            found = hashlib.sha256(answer.content).hexdigest()
            if found != digest:
                wrong.append((identity, digest, found))
    return wrong


def pieces(sent: list[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    return [sent[start::CONNECTIONS] for start in range(CONNECTIONS)]
