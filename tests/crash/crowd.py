"""Twenty clients that send until their server is gone, and remember what was acknowledged."""

from __future__ import annotations

import hashlib
import random
import smtplib
import threading

CLIENTS = 20


class Crowd:
    """`sent` and `acknowledged` are the SHA-256 of contents; what is in the first only got no answer."""

    def __init__(self, seed: int) -> None:
        self.sent: set[str] = set()
        self.acknowledged: set[str] = set()
        self._seed = seed
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []

    def start(self, host: str, port: int) -> None:
        self._threads = [
            threading.Thread(target=self._send, args=(host, port, random.Random(self._seed * CLIENTS + number)))
            for number in range(CLIENTS)
        ]
        for thread in self._threads:
            thread.start()

    def wait_for(self, count: int, limit: float) -> None:
        """Until that many have been acknowledged; an AssertionError after `limit` seconds."""
        with self._changed:
            enough = self._changed.wait_for(lambda: len(self.acknowledged) >= count, limit)
        assert enough, f"{len(self.acknowledged)} of {count} acknowledged within {limit} s"

    def wait_for_end(self) -> None:
        """Until every client has seen that its server is gone."""
        for thread in self._threads:
            thread.join()

    def _send(self, host: str, port: int, chance: random.Random) -> None:
        """A few messages a connection, until a connection breaks or is refused."""
        try:
            while True:
                with smtplib.SMTP(host, port, timeout=60) as client:
                    for _ in range(chance.randint(1, 8)):
                        self._send_one(client, chance)
        except (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError, OSError):
            return

    def _send_one(self, client: smtplib.SMTP, chance: random.Random) -> None:
        content = _content(chance)
        digest = hashlib.sha256(content).hexdigest()
        with self._changed:
            self.sent.add(digest)
        client.sendmail("crowd@example.org", ["box@example.com", "copy@example.com"], content)
        with self._changed:
            self.acknowledged.add(digest)
            self._changed.notify_all()


def _content(chance: random.Random) -> bytes:
    size = chance.choice([0, 100, 2_000, 2_000, 20_000, 200_000])
    body = chance.randbytes(size // 2).hex()
    lines = [body[at : at + 76] for at in range(0, len(body), 76)]
    head = f"From: crowd@example.org\r\nSubject: {chance.getrandbits(64):016x}\r\n\r\n"
    return (head + "\r\n".join([*lines, ".", "..end", ""])).encode()
