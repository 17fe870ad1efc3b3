"""One SMTP connection: aiosmtpd's protocol with our own command loop.

Rules of this module:

* Decisions are the dialogue's, octets the channel's, records the tap's; here they meet.
* Replies to a pipelined group are held until no whole line is left, then leave in one write (RFC 2920 section 3.2).
* Nothing after a refused DATA or BDAT that may be content is read as commands: the connection is closed instead.
* An exception's text goes to the log, never to the client.

aiosmtpd's own loop holds lines whole however long they are, sends each reply by itself and ends a session by
cancelling what it is doing; its session, its dispatch to `smtp_*` and its change to TLS are used as they are.
"""

# ruff: noqa: N802  (aiosmtpd finds its commands by names like these)
from __future__ import annotations

import asyncio
import logging
import ssl
from typing import Protocol, cast

from pillarbox.box import Box
from pillarbox.smtp import command, replies
from pillarbox.smtp.dialogue import Dialogue
from pillarbox.smtp.ending import Ending
from pillarbox.smtp.extensions import OTHER_VERBS, Offer
from pillarbox.smtp.flight import Flight
from pillarbox.smtp.intake import Line
from pillarbox.smtp.policy import Policy
from pillarbox.smtp.reception import Reception
from pillarbox.smtp.replies import Reply

FAIR = 64
"""Pipelined commands taken up in a row before other connections get their turn."""

INCIDENTAL = frozenset({"ETRN", "EXPN", "HELP", "NOOP", "RSET", "VRFY"})
"""Verbs whose refusal keeps no mail from being delivered."""

log = logging.getLogger(__name__)


class Registry(Protocol):
    """What a connection needs of the server that accepted it. `closing`: no new transactions are begun."""

    @property
    def box(self) -> Box: ...

    @property
    def policy(self) -> Policy: ...

    @property
    def offer(self) -> Offer: ...

    @property
    def lmtp_offer(self) -> Offer: ...

    @property
    def flight(self) -> Flight: ...

    @property
    def closing(self) -> bool: ...

    def admit(self, connection: Connection, address: str) -> bool:
        """Count a new connection in; False when there are too many."""

    def forget(self, connection: Connection) -> None:
        """Called once the connection's session has ended and its socket is gone."""


class Connection(Reception):
    """`listener` is how the transcript names what the client connected to, e.g. "smtp 127.0.0.1:1025"."""

    def __init__(
        self, registry: Registry, listener: str, loop: asyncio.AbstractEventLoop, *, lmtp: bool = False
    ) -> None:
        policy, offer = registry.policy, registry.lmtp_offer if lmtp else registry.offer
        super().__init__(
            offer.methods, hostname=policy.hostname, idle=policy.idle_timeout, longest=offer.longest, loop=loop
        )
        self._registry, self._policy, self._offer, self._listener = registry, policy, offer, listener
        self._lmtp = lmtp
        self._dialogue = Dialogue(policy, offer, registry.flight, lmtp=lmtp)
        self._verb = ""
        self._errors = 0
        self._refused = self._content_read = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        host, peer = _peer(transport.get_extra_info("peername"))
        try:
            live = self._registry.box.open_session(self._listener, peer)
        except Exception:
            log.exception("A connection could not be taken")
            self._ended = True
            cast(asyncio.Transport, transport).abort()
            return
        if not self._registry.admit(self, host):
            self._ending = Ending.crowded(self.hostname)
        self.begin(transport, live)
        self._tap.event("connect", f"{peer} connected to {self._listener}")

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        if self._ended:
            self._registry.forget(self)

    # The command loop

    async def _handle_client(self) -> None:
        """From the greeting to the end of the session, whatever happens in between."""
        try:
            if self._ending is None:
                await self._converse()
            if self._ending is None:
                self._ending = Ending.dropped(self._gone, self._verb)
        except Exception:
            log.exception("A session broke off")
            self._ending = Ending.broken(self.hostname)
        try:
            reply = self._ending.reply
            await self._hang_up(self._ending, reply.wire(enhanced=self._offer.enhanced) if reply else b"")
        except Exception:
            log.exception("A session could not be ended")
            self._tap.close("error", "The server failed; its log says how.")
        finally:
            self._ended = True
            if self.transport is None:
                self._registry.forget(self)

    async def _converse(self) -> None:
        self._held.append(replies.greeting(self.hostname, "LMTP" if self._lmtp else "ESMTP").wire())
        await self._flush()
        taken = 0
        while (line := await self._next_line()) is not None:
            self._tap.took(line)
            await self._obey(line)
            taken += 1
            if taken % FAIR == 0:
                # A client that never pauses gets its replies all the same, and waits while it does not read them.
                await self._flush()
                await asyncio.sleep(0)

    async def _next_line(self) -> Line | None:
        """The next command line; None when the session is to end."""
        while self._ending is None and self.transport is not None:
            if self._registry.closing and not self._dialogue.in_transaction:
                self._ending = Ending.shutdown(self.hostname)
                break
            line = self._intake.line()
            self._resume()
            if line is not None:
                return line
            if self._held:
                await self._flush()
            elif self._intake.eof:
                break
            else:
                await self._more()
        return None

    async def _obey(self, line: Line) -> None:
        self._content_read = False
        verb = command.verb_of(line.data)
        parsed = command.parse(line.data)
        self._verb = parsed.verb if isinstance(parsed, command.Command) else ""
        if parsed is replies.RULE_BREAKER:
            self._tap.refused(parsed)
            self._ending = Ending.rule_breaker()
        elif line.size > self._offer.limit(self._verb):
            self._answer(replies.LINE_TOO_LONG)
        elif isinstance(parsed, Reply):
            self._answer(parsed)
        elif (method := self._smtp_methods.get(self._verb)) is not None:
            try:
                if not self._dialogue.locked or (barred := self._dialogue.barred(self._verb)) is None:
                    await method(parsed.arg)
                else:
                    self._answer(barred)
            except Exception:
                log.exception("A command failed")
                self._dialogue.reset()
                self._answer(replies.FAILED)
        else:
            self._answer(replies.NOT_IMPLEMENTED if self._verb in OTHER_VERBS else replies.NOT_RECOGNIZED)
        unread = not self._content_read and (verb == b"BDAT" or (verb == b"DATA" and self._intake.waiting))
        if unread:
            self._ending = self._ending or Ending.unread_content(verb.decode())

    def _answer(self, reply: Reply, *, counts: bool = True, weak: bool = False) -> None:
        """Hold a reply to the command at hand. `counts`: as an error of the client's if it is a refusal for good.

        A `weak` refusal does not take the place of an earlier one as the reason of the session.
        """
        self._refused = reply.code >= 400
        if self._refused:
            if self._verb not in INCIDENTAL:
                # What follows a refused DATA is often its content: that no command is known then explains nothing.
                self._tap.refused(reply, weak=weak or reply is replies.NOT_RECOGNIZED)
            if counts and reply.code >= 500:
                self._errors += 1
                if self._policy.max_errors and self._errors > self._policy.max_errors:
                    self._ending = self._ending or Ending.too_many_errors(self.hostname, self._policy.max_errors)
                    return
        self._held.append(reply.wire(enhanced=self._offer.enhanced))

    # Commands

    async def smtp_HELO(self, arg: str) -> None:
        await self._greet(self._dialogue.helo(arg))

    async def smtp_EHLO(self, arg: str) -> None:
        await self._greet(self._dialogue.ehlo(arg))

    async def smtp_LHLO(self, arg: str) -> None:
        await self._greet(self._dialogue.lhlo(arg))

    async def _greet(self, reply: Reply) -> None:
        self._answer(reply)
        await self._flush()
        if self._refused or self._dialogue.greeting is None or self._dialogue.name is None:
            return
        self._tap.live.greeted(self._dialogue.greeting, self._dialogue.name)
        self._tap.live.cut()

    async def smtp_MAIL(self, arg: str | None) -> None:
        self._answer(self._dialogue.mail(arg or ""))

    async def smtp_RCPT(self, arg: str | None) -> None:
        self._answer(self._dialogue.rcpt(arg or ""))

    async def smtp_STARTTLS(self, arg: str) -> None:
        reply = self._dialogue.starttls(arg)
        if reply is not replies.START_TLS:
            self._answer(reply)
            return
        certificate = self._policy.certificate
        assert certificate is not None, "STARTTLS is not offered without"
        try:
            context = await certificate.context()
        except (OSError, ssl.SSLError):
            log.exception("The certificate could not be made")
            self._answer(replies.NO_TLS)
            return
        await self._flush()
        if self._wire is None:
            return
        # From here to the handshake nothing is awaited, so what comes from now on is TLS or not understood.
        injected = self._intake.left_over()
        if injected is not None:
            self._tap.injected(injected)
        self._put(reply.wire(enhanced=self._offer.enhanced))
        await self._shake_hands(context)
        if self._ending is None:
            self._dialogue.secured()

    async def smtp_RSET(self, arg: str) -> None:
        self._answer(self._dialogue.rset(arg))

    async def smtp_NOOP(self, arg: str) -> None:
        self._answer(self._dialogue.noop(arg))

    async def smtp_VRFY(self, arg: str) -> None:
        self._answer(self._dialogue.vrfy(arg))

    async def smtp_ETRN(self, arg: str) -> None:
        self._answer(self._dialogue.etrn(arg))

    async def smtp_HELP(self, arg: str) -> None:
        self._answer(self._dialogue.help(arg))

    async def smtp_QUIT(self, arg: str) -> None:
        reply = self._dialogue.quit(arg)
        if reply is replies.BYE:
            self._ending = Ending.quit()
        else:
            self._answer(reply)


def _peer(name: tuple[str, int] | tuple[str, int, int, int] | str | None) -> tuple[str, str]:
    """The peer's address, by which connections are counted, and as the transcript shows it: "[::1]:52114"."""
    if not name or isinstance(name, str):
        return name or "unknown", name or "unknown"
    host, port = name[:2]
    return host, f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
