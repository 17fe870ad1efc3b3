"""The whole web part over a real store, on a real socket, in a thread of its own: what the API's tests speak to."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

import httpx
import uvicorn
from fastapi import FastAPI

from pillarbox.box import Box, LiveSession
from pillarbox.events import Bus, Event
from pillarbox.mail import transcript
from pillarbox.mail.envelope import Envelope, Recipient, Sender
from pillarbox.mail.message import Summary
from pillarbox.mail.session import Auth, Outcome, Tls
from pillarbox.mail.transcript import Record
from pillarbox.storage.store import open_store
from pillarbox.web.app import create_app
from pillarbox.web.config import ListenAddress, WebConfig

T = TypeVar("T")

LIMIT = 30.0
"""Seconds after which an answer that has not come has failed."""

PLAIN = b"From: Shop <shop@example.org>\r\nTo: ada@example.org\r\nSubject: Hello\r\n\r\nHello Ada\r\n"


def envelope(*recipients: str, sender: str = "bounce@example.org") -> Envelope:
    return Envelope(Sender(sender), tuple(Recipient(one) for one in recipients or ("ada@example.org",)))


@dataclass(frozen=True, slots=True)
class Told:
    """What a finished conversation left behind."""

    session_id: int
    messages: tuple[Summary, ...]


class World:
    """A running server; `client` speaks to it, and the other methods do what SMTP would."""

    def __init__(self, database: str = "sqlite://", **config: Any) -> None:
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.config = WebConfig(
            version="1.2.3",
            hostname="mail.test",
            smtp=(ListenAddress("smtp", "127.0.0.1", 1025), ListenAddress("lmtp", path="/run/pillarbox/lmtp")),
            http=(ListenAddress("http", "127.0.0.1", self.port),),
            extensions=("SIZE 100000000", "8BITMIME"),
            **config,
        )
        self.box: Box
        self.app: FastAPI
        self._server: uvicorn.Server
        self._thread = threading.Thread(target=self._run, args=(database,), daemon=True)
        self._thread.start()
        assert self._ready.wait(LIMIT)
        self.url = f"http://127.0.0.1:{self.port}"
        self.client = httpx.Client(base_url=self.url, timeout=LIMIT, auth=self.config.auth)

    def _run(self, database: str) -> None:
        asyncio.set_event_loop(self._loop)
        bus = Bus()

        def publish(events: Sequence[Event]) -> None:
            self._loop.call_soon_threadsafe(bus.publish, events)

        self.box = Box(open_store(database, publish), bus)
        self.app = create_app(self.box, self.config)
        self._server = uvicorn.Server(uvicorn.Config(self.app, log_config=None, lifespan="off", ws="none"))
        self._ready.set()
        self._loop.run_until_complete(self._server.serve(sockets=[self._socket]))
        self.box.store.close()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())

    def close(self) -> None:
        self.client.close()
        self._loop.call_soon_threadsafe(self.box.bus.close)
        self._server.should_exit = True
        self._thread.join(LIMIT)
        assert not self._thread.is_alive()
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do this in the server's event loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(LIMIT)

    def take(
        self,
        raw: bytes = PLAIN,
        *recipients: str,
        sender: str = "bounce@example.org",
        inbox: str | None = None,
        received_at: datetime | None = None,
    ) -> Summary:
        """A message that came by no session."""
        return self.run(self.box.take(raw, envelope(*recipients, sender=sender), inbox=inbox, received_at=received_at))

    def talk(
        self,
        *raws: bytes,
        records: Sequence[Record] = (),
        outcome: Outcome = "quit",
        reason: str | None = None,
        listener: str = "smtp 127.0.0.1:1025",
        peer: str = "127.0.0.1:52114",
        helo: str = "app.example.org",
        tls: Tls | None = None,
        auth: Auth | None = None,
    ) -> Told:
        """One whole session: a greeting, a transaction a message, further records, and the end."""

        def begin() -> LiveSession:
            session = self.box.open_session(listener, peer)
            if tls is not None:
                session.secured(tls)
            if auth is not None:
                session.authenticated(auth)
            return session

        return self.run(self._talk(begin, helo, raws, records, outcome, reason))

    async def _talk(
        self,
        begin: Callable[[], LiveSession],
        helo: str,
        raws: Sequence[bytes],
        records: Sequence[Record],
        outcome: Outcome,
        reason: str | None,
    ) -> Told:
        session = begin()
        session.record(transcript.line(0, "server", "reply", b"220 mail.test ESMTP\r\n"))
        session.greeted("EHLO", helo)
        session.record(transcript.line(400, "client", "command", f"EHLO {helo}\r\n".encode()))
        session.record(transcript.line(500, "server", "reply", b"250 mail.test\r\n"))
        session.cut()
        kept = []
        for raw in raws:
            session.record(transcript.line(600, "client", "command", b"DATA\r\n"))
            session.record(transcript.line(700, "server", "reply", b"354 Go on\r\n"))
            session.record(transcript.content(800, raw))
            kept.append(await session.deliver(raw, envelope()))
            session.record(transcript.line(900, "server", "reply", b"250 2.0.0 Ok\r\n"))
        for record in records:
            session.record(record)
        if outcome == "lost":  # nobody closes such a session: the process has died, and another one marks it
            session.save()
            self.box.store.save_session(session.key, replace(session.facts(), outcome=outcome), ())
        else:
            session.close(outcome, reason)
        # The next commit comes after the one that holds the session's end.
        await self.box.take(PLAIN, envelope(), inbox="later")
        assert session.key.id is not None
        return Told(session.key.id, tuple(kept))
