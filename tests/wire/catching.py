"""A whole catcher without its pages: bus, store, box and SMTP server on a loop of their own in a thread."""

from __future__ import annotations

import asyncio
import queue
import socket
import threading
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

import uvloop

from pillarbox.box import Box, Delivery, MessageQuery, Segment, SessionKey, SessionQuery, Store
from pillarbox.errors import StoreUnavailable
from pillarbox.events import Bus, Event
from pillarbox.mail import transcript
from pillarbox.mail.envelope import Envelope
from pillarbox.mail.message import Summary
from pillarbox.mail.session import Facts, Session
from pillarbox.mail.transcript import Entry, Transcript
from pillarbox.smtp.server import Kind, Policy, SmtpServer
from pillarbox.storage.store import open_store

PATIENCE = 30.0
"""Seconds after which something that should have happened is a failure."""

T = TypeVar("T")
Loop = Literal["uvloop", "asyncio"]


class BreakableStore:
    """The real store, until `broken` says how deliveries are to fail; `gate` holds them back while it is closed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.broken: Exception | None = None
        self.arrived = threading.Event()
        self.gate: asyncio.Event | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def save_session(self, key: SessionKey, facts: Facts, segments: Sequence[Segment]) -> None:
        self._store.save_session(key, facts, segments)

    def deliver(self, delivery: Delivery) -> asyncio.Future[Summary]:
        return asyncio.ensure_future(self._deliver(delivery))

    async def _deliver(self, delivery: Delivery) -> Summary:
        self.arrived.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.broken is not None:
            raise self.broken
        return await self._store.deliver(delivery)


class Catcher:
    """`host` and `port` are where it listens, `host` also the path of a Unix socket.

    `policy` is what was asked of `Policy` beyond its defaults.
    """

    def __init__(
        self,
        folder: Path,
        *,
        host: str = "127.0.0.1",
        loop: Loop = "uvloop",
        breakable: bool = False,
        kind: Kind = "smtp",
        **policy: Any,
    ) -> None:
        self.host, self.port = host, 0
        self._kind = kind
        self.problems: list[dict[str, Any]] = []
        self._policy = Policy(**{"hostname": "catcher.test", **policy})
        self._url = f"sqlite:///{folder / 'wire.db'}"
        self._breakable = breakable
        self._closed: queue.Queue[Session] = queue.Queue()
        self._started: queue.Queue[BaseException | None] = queue.Queue()
        self._new_loop: Callable[[], asyncio.AbstractEventLoop] = (
            uvloop.new_event_loop if loop == "uvloop" else asyncio.new_event_loop
        )
        self._thread = threading.Thread(target=self._run, name="catcher")
        self._thread.start()
        if (error := self._started.get(timeout=PATIENCE)) is not None:
            raise error

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=self._new_loop) as runner:
            runner.run(self._main())

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(lambda _, context: self.problems.append(context))
        self._stop = asyncio.Event()
        bus = Bus()
        try:
            store: Store = open_store(self._url, lambda events: self._tell(bus, events))
            if self._breakable:
                self.breakable = BreakableStore(store)
                store = cast(Store, self.breakable)
            self.box = Box(store, bus)
            self.server = SmtpServer(self.box, self._policy)
            self.port = await self._listen()
        except BaseException as error:
            self._started.put(error)
            raise
        house = asyncio.create_task(self.box.keep_house())
        with bus.subscribe() as subscription:
            watch = asyncio.create_task(self._watch(aiter(subscription)))
            self._started.put(None)
            await self._stop.wait()
            await self.server.close(grace=1.0)
            house.cancel()
            await asyncio.to_thread(store.close)
            bus.close()
            await watch
        with suppress(asyncio.CancelledError):
            await house

    async def _listen(self) -> int:
        if self.host.startswith("/"):
            sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            sock.bind(self.host)
            await self.server.listen(sock, self._kind)
            return 0
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.bind((self.host, 0))
        port: int = sock.getsockname()[1]
        await self.server.listen(sock, self._kind)
        return port

    def _tell(self, bus: Bus, events: Iterable[Event]) -> None:
        self._loop.call_soon_threadsafe(bus.publish, events)

    async def _watch(self, events: Any) -> None:
        async for event in events:
            if event.kind == "session.closed":
                self._closed.put(event.session)

    def close(self) -> None:
        if self._thread.is_alive():
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the catcher did not stop"

    # From the test's thread

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the catcher's loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(PATIENCE)

    def hold(self) -> None:
        """Let deliveries wait before the store is given them."""
        self.breakable.gate = asyncio.Event()

    def release(self) -> None:
        assert self.breakable.gate is not None
        self._loop.call_soon_threadsafe(self.breakable.gate.set)

    def ended(self) -> Session:
        """The next session that has ended and been written."""
        return self._closed.get(timeout=PATIENCE)

    def messages(self) -> list[Summary]:
        """All messages, oldest first."""
        return list(reversed(self.box.messages(MessageQuery(limit=500)).items))

    def message(self) -> bytes:
        """The bytes of the only message there is."""
        (summary,) = self.messages()
        return self.raw(summary.id)

    def envelope(self) -> Envelope:
        """The envelope of the only message there is."""
        (summary,) = self.messages()
        return self.box.message(summary.id).envelope

    def raw(self, message_id: int) -> bytes:
        return self.box.raw(message_id)

    def sessions(self) -> list[Session]:
        return list(reversed(self.box.sessions(SessionQuery(limit=500)).items))

    def session(self, session_id: int) -> Session:
        return self.box.session(session_id)

    def transcript(self, session_id: int) -> Transcript:
        return self.box.transcript(session_id)

    def lines(self, session_id: int) -> list[str]:
        """The transcript as people read it, without the times: "C: EHLO x"."""
        shown = transcript.to_text(self.transcript(session_id)).splitlines()
        return [line.split(" ", 1)[1] for line in shown]

    def crossed(self, session_id: int) -> tuple[bytes, bytes]:
        """What the transcript says that the client sent, and what the server sent."""
        sides = {"client": bytearray(), "server": bytearray(), "event": bytearray()}
        for entry in self.transcript(session_id).entries:
            sides[entry.side] += self._octets(entry)
        return bytes(sides["client"]), bytes(sides["server"])

    def _octets(self, entry: Entry) -> bytes:
        if entry.side == "event":
            return b""
        if entry.raw is not None:
            return entry.raw
        if entry.kind == "data":
            if entry.message_id is None:
                return b""
            stored = self.raw(entry.message_id)
            if entry.offset is None:
                return transcript.stuff(stored)
            return stored[entry.offset : entry.offset + entry.size]
        return entry.text.encode() + b"\r\n"


UNAVAILABLE = StoreUnavailable("The disk of secret-host is full.")
