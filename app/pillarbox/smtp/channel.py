"""The connection below the dialogue: octets in and out, the clock, and how a connection is closed.

Rules of this module:

* `data_received` is the only reader and `_put` the only writer, before and after a change to TLS.
* What can be answered at once is answered where it arrives, in `_take_up`; the command loop, a task, is woken for what
  takes its time. Only the task ever waits, so nothing that the client does cancels anything: half a close, a reset, a
  time-out only wake it.
* No timer a connection: the server looks at every connection's clock from time to time (`tick`). It rests while the
  client waits for us. Where a client could hold us for ever by sending little (a handshake), the time is counted as a
  whole; how lines and content are waited for is in `patience`.
* TLS is a layer over the octets, not another transport: while `_mute`, nothing that is said would be understood.
* Who does not read what we write, or does not stop writing, holds a connection for `LINGER` seconds and no longer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import cast

from aiosmtpd.smtp import SMTP

from pillarbox.box import LiveSession
from pillarbox.smtp.ending import Ending
from pillarbox.smtp.intake import Intake
from pillarbox.smtp.patience import Patience
from pillarbox.smtp.tap import Tap
from pillarbox.smtp.tls import TlsLayer

LINGER = 2.0
"""Seconds that a client gets to read the last reply and to stop sending, before the connection is torn down."""

log = logging.getLogger(__name__)


class _NoHooks:
    """aiosmtpd looks for hooks and mechanisms on a handler; this one says at once that it has none."""

    def __dir__(self) -> Iterable[str]:
        return ()


_NO_HOOKS = _NoHooks()


class Channel(SMTP):
    """aiosmtpd's protocol with our own reader, writer, clock and end.

    `idle` is in seconds, `rate` in octets a second, 0 for no limit; `longest` the octets of the longest command line.
    """

    _tap: Tap

    def __init__(self, *, hostname: str, idle: float, rate: int, longest: int, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(_NO_HOOKS, data_size_limit=None, hostname=hostname, loop=loop)
        self._idle = idle
        self._patience = Patience(idle, rate, loop.time())
        self._intake = Intake(longest)
        self._held: list[bytes] = []
        self._waiter: asyncio.Future[None] | None = None
        self._ending: Ending | None = None
        self._wire: asyncio.Transport | None = None
        self._leave_by = 0.0
        self._listening = self._busy = self._clogged = self._unread = self._leaving = self._ended = False
        self._tls: TlsLayer | None = None
        self._mute = False
        self._due: tuple[float, Ending] | None = None
        self._gone = "The client closed the connection."

    def __dir__(self) -> Iterable[str]:
        """aiosmtpd goes through every attribute of each new connection to find commands; the dialogue knows them."""
        return ()

    # What the transport tells us

    def begin(self, transport: asyncio.BaseTransport, live: LiveSession, *, show_secrets: bool) -> None:
        """Take the connection; the command loop starts in the next turn of the event loop.

        aiosmtpd's own method makes a stream reader, a stream writer, a timer and a session of its own besides, which
        would be a tenth of what a connection costs, and nobody would use them.
        """
        self._tap = Tap(live, show_secrets=show_secrets)
        # uvloop's transports are asyncio's by what they do, not by class.
        self.transport = self._wire = cast(asyncio.Transport, transport)
        self._handler_coroutine = self.loop.create_task(self._handle_client())

    def data_received(self, data: bytes) -> None:
        if self._ended:
            return
        if self._tls is not None:
            data = self._unsealed(self._tls, data)
        intake = self._intake
        in_content = intake.in_content
        # Nothing comes of a TLS record before it is whole.
        in_line = b"\n" not in data and (intake.unfinished or not data)
        intake.feed(data, self._tap.live.at_us())
        if in_content and intake.in_content:
            self._patience.content(self.loop.time(), len(data))
        elif in_line:
            self._patience.line(self.loop.time())
        else:
            self._patience.renew(self.loop.time())
        if intake.full and not self._unread and not self._leaving and self._wire is not None:
            self._unread = True
            self._wire.pause_reading()
        if self._listening:
            self._answer_at_once()
        elif not intake.in_content or intake.eof:
            self._wake()

    def _answer_at_once(self) -> None:
        """Take up what has come here and now; the command loop is woken only if something is left to do."""
        try:
            settled = self._take_up()
        except Exception:
            log.exception("A session broke off", extra=self._tap.live.whose())
            self._ending = Ending.broken(self.hostname)
            settled = False
        if settled:
            self._write_held()
        if not settled or self._clogged or self._ending is not None or self._intake.eof:
            self._wake()

    def _take_up(self) -> bool:
        """Obey the commands that have come; True when there is nothing to do but to wait for more."""
        raise NotImplementedError

    def eof_received(self) -> bool:
        """Half a close: what has arrived is still answered, so the transport stays open."""
        self._intake.eof = True
        self._wake()
        return True

    def connection_lost(self, error: Exception | None) -> None:
        if error is not None:
            self._gone = "The connection was reset."
        self._intake.eof = True
        # aiosmtpd's own method would cancel the command loop and a delivery with it.
        self.transport = self._wire = None
        self._clogged = False
        self._wake()

    def pause_writing(self) -> None:
        self._clogged = True

    def resume_writing(self) -> None:
        self._clogged = False
        self._wake()

    def end(self, ending: Ending) -> None:
        """End the session at the next chance; the first cause stands."""
        self._ending = self._ending or ending
        if self._clogged and self._wire is not None:
            # The client does not read what was written: there is nothing more to say to it.
            self._wire.abort()
        self._wake()

    def look_up(self) -> None:
        """Something outside has changed: look again before waiting for the client."""
        self._wake()

    def _wake(self) -> None:
        self._listening = False
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def _more(self) -> None:
        """Wait until something has changed."""
        self._waiter = self.loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _resume(self) -> None:
        """Read on, once what has been read is taken up."""
        if self._unread and (self._leaving or not self._intake.full) and self._wire is not None:
            self._unread = False
            self._wire.resume_reading()

    # The clock

    def _limit(self, seconds: float, ending: Ending) -> None:
        """End the session so when that time has passed, whatever the client sends meanwhile; until `_unlimit`."""
        self._due = (self.loop.time() + seconds, ending)

    def _unlimit(self) -> None:
        self._due = None
        self._patience.renew(self.loop.time())

    def tick(self, now: float) -> None:
        """Look at the clock: `now` is the event loop's time. Called from time to time by the server."""
        if self._leaving:
            if now >= self._leave_by and self._wire is not None:
                self._wire.abort()
        elif self._due is not None:
            if now >= self._due[0]:
                self.end(self._due[1])
        elif self._busy or self._waiter is None:
            # The client waits for us, and not we for it: for a commit, or until all that it has sent is answered.
            self._patience.renew(now)
        elif (lapse := self._patience.lapse(now, in_content=self._intake.in_content)) is not None:
            timeout = Ending.timeout(self.hostname, lapse, self._patience)
            self.end(Ending.unread(self._idle) if self._clogged else timeout)

    # Writing

    def _write_held(self) -> None:
        """Write the replies that were held, in one write."""
        held = self._held
        if held:
            wire = held[0] if len(held) == 1 else b"".join(held)
            held.clear()
            self._put(wire)

    def _put(self, wire: bytes) -> None:
        """Write lines at once, without waiting for the client to read them."""
        if self._wire is None or self._mute or self._wire.is_closing():
            return
        self._wire.write(wire if self._tls is None else self._tls.seal(wire))
        self._tap.sent(wire)

    async def _flush(self) -> None:
        """Write the replies that were held, and wait while the client does not read what was written."""
        self._write_held()
        while self._clogged:
            await self._more()

    # TLS

    def _unsealed(self, layer: TlsLayer, data: bytes) -> bytes:
        plain = layer.receive(data)
        if self._wire is not None and (octets := layer.outgoing()):
            self._wire.write(octets)
        if layer.ended:
            self._intake.eof = True
            self._gone = layer.broken or self._gone
        return plain

    def _end_tls(self) -> None:
        if self._tls is not None and self._wire is not None and (octets := self._tls.end()):
            self._wire.write(octets)

    async def _hang_up(self, ending: Ending, last: bytes) -> None:
        """Say the last word, keep what is left over, close. The clock sees to it that this ends."""
        self._leaving = self._intake.closing = True
        self._leave_by = self.loop.time() + LINGER
        self._resume()
        if ending.event is not None:
            await self._flush()
            self._tap.event(*ending.event)
        if last:
            self._held.append(last)
        await self._flush()
        if self._wire is not None and not self._intake.eof and (ending.linger or self._intake.waiting):
            self._end_tls()
            # Closed with octets unread, TCP would reset the connection and take the last reply from the client.
            if self._wire.can_write_eof():
                self._wire.write_eof()
            while not self._intake.eof:
                await self._more()
        rest = self._intake.left_over()
        if rest is not None:
            self._tap.left_over(rest)
        self._tap.event(
            "disconnect", self._gone if ending.outcome == "dropped" else "The server closed the connection."
        )
        self._tap.close(ending.outcome, ending.reason)
        if self._wire is not None:
            self._end_tls()
            self._wire.close()
