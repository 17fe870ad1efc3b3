"""The SMTP server: listeners, the connections they accept, and how they stop.

Rules of this module:

* Limits on connections are counted here, over all listeners; a connection over them gets a session and a 421.
* Stopping: no new connections, then 421 to whoever is between transactions, then up to `grace` seconds for the
  transactions in flight, then 421 to the rest. A delivery that waits for its commit is waited for.
* Running out of descriptors closes no listener: uvloop turns the client away, asyncio lets it wait in the queue.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections import Counter
from typing import Literal

from pillarbox.box import Box
from pillarbox.smtp.channel import LINGER
from pillarbox.smtp.ending import Ending
from pillarbox.smtp.extensions import Offer
from pillarbox.smtp.flight import Flight
from pillarbox.smtp.policy import Policy
from pillarbox.smtp.protocol import Connection

__all__ = ["Policy", "SmtpServer"]

Kind = Literal["smtp", "smtps", "lmtp"]
"""What is spoken on a listener: `smtps` is SMTP within TLS from the first octet (RFC 8314 section 3)."""

BACKLOG = 1024
"""Connections the kernel holds while the loop is busy; a burst of senders must not see a SYN go unanswered."""

LOOK_EVERY = 0.5
"""Seconds between two looks at the clocks of the connections, less when their limits are shorter than that."""

log = logging.getLogger(__name__)


class SmtpServer:
    def __init__(self, box: Box, policy: Policy) -> None:
        self.box = box
        self.policy = policy
        self.offer = Offer(policy)
        self.lmtp_offer = Offer(policy, lmtp=True)
        self.flight = box.figures.in_flight = Flight(policy.max_bytes_in_flight)
        self.closing = False
        self._servers: list[asyncio.Server] = []
        self._connections: dict[Connection, str | None] = {}
        self._per_address: Counter[str] = Counter()
        self._look_every = min(LOOK_EVERY, policy.idle_timeout / 4 or LOOK_EVERY)
        self._looking: asyncio.TimerHandle | None = None
        self._empty = asyncio.Event()
        self._empty.set()

    async def listen(self, sock: socket.socket, kind: Kind = "smtp") -> None:
        """Accept connections on a bound socket from now on, in the running loop."""
        loop = asyncio.get_running_loop()
        listener = f"{kind} {_shown(sock)}"
        lmtp, tls = kind == "lmtp", kind == "smtps"
        assert self.policy.certificate is not None or not tls, "there is no TLS without a certificate"
        # asyncio takes `backlog` also for how often it tries to accept in a row, and goes on trying when there are no
        # descriptors left, with a log entry and a timer each time: so one at a time; the queue is made longer after.
        create = loop.create_unix_server if sock.family == socket.AF_UNIX else loop.create_server
        server = await create(lambda: Connection(self, listener, loop, lmtp=lmtp, tls=tls), sock=sock, backlog=1)
        sock.listen(BACKLOG)
        self._servers.append(server)

    def admit(self, connection: Connection, address: str | None) -> bool:
        self._connections[connection] = address
        if address is not None:
            self._per_address[address] += 1
        self._empty.clear()
        if self._looking is None:
            self._look_later(connection.loop)
        most, most_each = self.policy.max_connections, self.policy.max_connections_per_address
        crowded = most and len(self._connections) > most
        return not (crowded or (most_each and address is not None and self._per_address[address] > most_each))

    def forget(self, connection: Connection) -> None:
        address = self._connections.pop(connection, None)
        if address is not None:
            self._per_address[address] -= 1
            if not self._per_address[address]:
                del self._per_address[address]
        if not self._connections:
            self._empty.set()

    def _look_later(self, loop: asyncio.AbstractEventLoop) -> None:
        self._looking = loop.call_later(self._look_every, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """One timer for all connections: a timer each costs more than looking at thousands of clocks twice a second."""
        now = loop.time()
        for connection in tuple(self._connections):
            connection.tick(now)
        self._looking = None
        if self._connections:
            self._look_later(loop)

    async def close(self, grace: float = 5.0) -> None:
        """Stop listening, then end every session; returns when the last one has ended and been handed to the box."""
        self.closing = True
        for server in self._servers:
            server.close()
        for connection in tuple(self._connections):
            connection.look_up()
        if not await self._emptied(grace):
            for connection in tuple(self._connections):
                connection.end(Ending.shutdown(self.policy.hostname))
            if not await self._emptied(2 * LINGER):
                log.warning("%d sessions did not end in time", len(self._connections))

    async def _emptied(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._empty.wait(), seconds)
        except TimeoutError:
            return False
        return True


def _shown(sock: socket.socket) -> str:
    """Where a socket is bound, as settings say it: "127.0.0.1:1025", "[::1]:1025", "unix:/run/lmtp.sock"."""
    name = sock.getsockname()
    if isinstance(name, str):
        return f"unix:{name}"
    host, port = name[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
