"""One SMTP connection: aiosmtpd's protocol with our own command loop.

Rules of this module:

* Decisions are the dialogue's, octets the channel's, records the tap's; here they meet.
* A command that needs no waiting is obeyed where its line arrives (`_take_up`); one that takes its time is begun there
  and finished by the command loop, and no further line is taken up before it is.
* Replies to a pipelined group are held until no whole line is left, then leave in one write (RFC 2920 section 3.2).
* Nothing after a refused DATA or BDAT that may be content is read as commands: the connection is closed instead.
* An exception's text goes to the log, never to the client.

aiosmtpd's own loop holds lines whole however long they are, sends each reply by itself, wakes a task for each line and
ends a session by cancelling what it is doing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol, cast

from pillarbox.box import Box
from pillarbox.mail import controls
from pillarbox.smtp import command, peer, replies
from pillarbox.smtp.command import Command
from pillarbox.smtp.dialogue import Dialogue
from pillarbox.smtp.ending import Ending
from pillarbox.smtp.entrance import Entrance
from pillarbox.smtp.extensions import OTHER_VERBS, Offer
from pillarbox.smtp.flight import Flight
from pillarbox.smtp.identity import Identity
from pillarbox.smtp.intake import Line
from pillarbox.smtp.peer import Peer
from pillarbox.smtp.policy import Policy
from pillarbox.smtp.reception import Reception
from pillarbox.smtp.replies import Reply
from pillarbox.smtp.tls import begins_tls

FAIR = 64
"""Pipelined commands taken up in a row before other connections get their turn."""

ANSWERS: dict[str, Callable[[Dialogue, str], Reply]] = {
    "HELO": Dialogue.helo,
    "EHLO": Dialogue.ehlo,
    "LHLO": Dialogue.lhlo,
    "MAIL": Dialogue.mail,
    "RCPT": Dialogue.rcpt,
    "RSET": Dialogue.rset,
    "NOOP": Dialogue.noop,
    "VRFY": Dialogue.vrfy,
    "ETRN": Dialogue.etrn,
    "HELP": Dialogue.help,
    "QUIT": Dialogue.quit,
}
"""The commands that the dialogue answers by itself."""

TASKS: dict[str, Callable[[Connection, str], Awaitable[None]]] = {
    "AUTH": Identity.authenticate,
    "BDAT": Reception.take_chunk,
    "STARTTLS": Entrance.start_tls,
}
"""The commands that take their time; DATA does too, but is answered at once."""

GREETINGS = frozenset({"HELO", "EHLO", "LHLO"})

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

    def admit(self, connection: Connection, address: str | None) -> bool:
        """Count a connection in, again once its address is known; False when there are too many."""

    def forget(self, connection: Connection) -> None:
        """Called once the connection's session has ended and its socket is gone."""


class Connection(Entrance, Identity, Reception):
    """`listener` is how the transcript names what the client connected to, e.g. "smtp 127.0.0.1:1025".

    `tls`: the connection begins with TLS.
    """

    def __init__(
        self,
        registry: Registry,
        listener: str,
        loop: asyncio.AbstractEventLoop,
        *,
        lmtp: bool = False,
        tls: bool = False,
    ) -> None:
        policy, offer = registry.policy, registry.lmtp_offer if lmtp else registry.offer
        super().__init__(
            hostname=policy.hostname, idle=policy.idle_timeout, rate=policy.min_rate, longest=offer.longest, loop=loop
        )
        self._registry, self._policy, self._offer, self._listener = registry, policy, offer, listener
        self._lmtp = lmtp
        self._begins_with_tls = self._mute = tls
        self._dialogue = Dialogue(policy, offer, registry.flight, lmtp=lmtp)
        self._verb = ""
        self._errors = 0
        self._refused = self._content_read = False
        self._pending: Callable[[], Awaitable[None]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._peer = peer.of(transport)
        try:
            live = self._registry.box.open_session(self._listener, self._peer.shown)
        except Exception:
            log.exception("A connection could not be taken", extra={"peer": self._peer.shown})
            self._ended = True
            cast(asyncio.Transport, transport).abort()
            return
        # Who is behind a proxy is not known yet.
        if not self._registry.admit(self, None if self._policy.proxy_protocol else self._peer.address):
            self._ending = Ending.crowded(self.hostname)
        self.begin(transport, live, show_secrets=self._policy.show_secrets)
        self._tap.event("connect", f"{self._peer.shown} connected to {self._listener}")

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
            log.exception("A session broke off", extra=self._tap.live.whose())
            self._ending = Ending.broken(self.hostname)
        # What a message that never came whole had of the bytes in flight is there for others from now on.
        self._dialogue.reset()
        try:
            reply = self._ending.reply
            await self._hang_up(self._ending, reply.wire(enhanced=self._offer.enhanced) if reply else b"")
        except Exception:
            log.exception("A session could not be ended", extra=self._tap.live.whose())
            self._tap.close("error", "The server failed; its log says how.")
        finally:
            self._ended = True
            if self.transport is None:
                self._registry.forget(self)

    def _introduced(self, peer: Peer) -> bool:
        self._peer = peer
        return self._registry.admit(self, peer.address)

    def look_up(self) -> None:
        if self._registry.closing and self._due is not None:
            self.end(Ending.shutdown(self.hostname))
        super().look_up()

    async def _converse(self) -> None:
        if self._policy.proxy_protocol:
            await self._await_header()
        if self._begins_with_tls and self._ending is None:
            await self._begin_with_tls()
        if self._ending is not None:
            return
        self._held.append(replies.greeting(self.hostname, "LMTP" if self._lmtp else "ESMTP").wire())
        await self._flush()
        while True:
            settled = self._take_up()
            if self._pending is not None and not settled:
                pending, self._pending = self._pending, None
                await self._finish(pending)
            elif not settled:
                # A client that never pauses gets its replies all the same, and waits while it does not read them.
                await self._flush()
                await asyncio.sleep(0)
            elif self._held or self._clogged:
                await self._flush()
            elif self._intake.eof or self._ending is not None or self.transport is None:
                break
            else:
                self._listening = True
                await self._more()

    def _take_up(self) -> bool:
        if self._pending is not None:
            return self._intake.in_content and self._ending is None and not self._intake.eof
        for _ in range(FAIR):
            line = self._line()
            if line is None:
                return True
            self._tap.took(line)
            self._obey(line)
            if self._pending is not None:
                return self._intake.in_content
            if not self._intake.waiting and not self._registry.closing:
                return True
        return False

    def _line(self) -> Line | None:
        """The next command line that has come; None when there is none, or when the session is to end."""
        if self._ending is not None or self.transport is None:
            return None
        if self._registry.closing and not self._dialogue.in_transaction:
            self._ending = Ending.shutdown(self.hostname)
            return None
        line = self._intake.line()
        if self._unread:
            self._resume()
        if line is None and self._intake.unfinished and self._began_tls(self._intake.head(2)):
            self._ending = Ending.tls_at_once()
        return line

    async def _next_line(self) -> Line | None:
        """For a command that takes several lines: the next one; None when the session is to end."""
        while self._ending is None and self.transport is not None:
            line = self._line()
            if line is not None:
                return line
            if self._held:
                await self._flush()
            elif self._intake.eof or self._ending is not None:
                break
            else:
                await self._more()
        return None

    def _obey(self, line: Line) -> None:
        """Answer a command, or begin it (`_pending`)."""
        self._content_read = False
        parsed = command.parse(line.data)
        verb = self._verb = parsed.verb if isinstance(parsed, Command) else ""
        if not verb and self._began_tls(line.data):
            self._ending = Ending.tls_at_once()
        elif parsed is replies.RULE_BREAKER:
            self._tap.refused(parsed)
            self._ending = Ending.rule_breaker()
        elif line.size > self._offer.limit(verb):
            self._answer(replies.AUTH_TOO_LONG if verb == "AUTH" else replies.LINE_TOO_LONG)
        elif isinstance(parsed, Reply):
            self._answer(parsed)
        elif verb not in self._offer.taken_up:
            self._answer(replies.NOT_IMPLEMENTED if verb in OTHER_VERBS else replies.NOT_RECOGNIZED)
        elif self._dialogue.locked and (barred := self._dialogue.barred(verb)) is not None:
            self._answer(barred)
        elif (answer := ANSWERS.get(verb)) is not None:
            self._answer_by(answer, parsed.arg)
        elif verb == "DATA":
            self._pending = self.begin_content(parsed.arg)
        else:
            self._pending = partial(TASKS[verb], self, parsed.arg)
        if self._refused and self._pending is None:
            self._distrust(line.data)

    def _answer_by(self, answer: Callable[[Dialogue, str], Reply], arg: str) -> None:
        try:
            reply = answer(self._dialogue, arg)
        except Exception:
            log.exception("A command failed", extra=self._tap.live.whose())
            self._dialogue.reset()
            reply = replies.FAILED
        if reply is replies.BYE:
            self._ending = Ending.quit()
            return
        if reply.code >= 400:
            self._turn_away(reply)
        self._answer(reply)
        if self._verb in GREETINGS and not self._refused:
            self._greeted()

    async def _finish(self, pending: Callable[[], Awaitable[None]]) -> None:
        try:
            await pending()
        except Exception:
            log.exception("A command failed", extra=self._tap.live.whose())
            self._dialogue.reset()
            self._answer(replies.FAILED)
        if self._refused:
            self._distrust(self._verb.encode())

    def _distrust(self, line: bytes) -> None:
        """End the session if what follows the command may be content that nobody has read."""
        verb = command.verb_of(line)
        if not self._content_read and (verb == b"BDAT" or (verb == b"DATA" and self._intake.waiting)):
            self._ending = self._ending or Ending.unread_content(verb.decode())

    def _began_tls(self, octets: bytes) -> bool:
        """Whether the client has begun TLS without STARTTLS, on a port that begins in plain text."""
        return begins_tls(octets) and not self._dialogue.secure

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

    def _greeted(self) -> None:
        self._write_held()
        assert self._dialogue.greeting is not None
        assert self._dialogue.name is not None
        self._tap.live.greeted(self._dialogue.greeting, controls.in_line(self._dialogue.name))
        self._tap.live.cut()
