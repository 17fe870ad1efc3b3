"""Twenty clients that send until their server is gone, or until they are told to stop, and remember what was
acknowledged.
"""

from __future__ import annotations

import hashlib
import random
import smtplib
import threading

CLIENTS = 20


class Crowd:
    """`sent` and `acknowledged` are the SHA-256 of contents; what is in the first only got no answer.

    `goes_on`: a client that loses its connection makes another one and sends something else, until `stop`.
    """

    def __init__(self, seed: int, *, goes_on: bool = False) -> None:
        self.sent: set[str] = set()
        self.acknowledged: set[str] = set()
        self.broken = 0
        self._seed = seed
        self._goes_on = goes_on
        self._stopping = threading.Event()
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

    def stop(self) -> None:
        """Send no more; returns when every client has ended."""
        self._stopping.set()
        self.wait_for_end()

    def wait_for_end(self) -> None:
        """Until every client has seen that its server is gone."""
        for thread in self._threads:
            thread.join()

    def _send(self, host: str, port: int, chance: random.Random) -> None:
        """A few messages a connection, until a connection breaks or is refused."""
        while not self._stopping.is_set():
            try:
                with smtplib.SMTP(host, port, timeout=60) as client:
                    for _ in range(chance.randint(1, 8)):
                        self._send_one(client, chance)
            except (smtplib.SMTPException, OSError) as error:
                lost = isinstance(error, (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError, OSError))
                if not self._goes_on:
                    if lost:
                        return
                    raise
                with self._changed:
                    self.broken += 1

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
