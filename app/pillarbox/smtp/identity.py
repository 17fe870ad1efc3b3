"""Who the client is: an AUTH exchange from the command to its verdict.

Rules of this module:

* What a response means is the exchange's to say; here lines and replies are carried between it and the client.
* Steps that compute a hash run in a thread; meanwhile no line of this client is taken up, and others are served.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pillarbox.mail.session import Auth
from pillarbox.smtp import replies
from pillarbox.smtp.authentication import Authentication
from pillarbox.smtp.channel import Channel
from pillarbox.smtp.dialogue import Dialogue
from pillarbox.smtp.intake import Line
from pillarbox.smtp.replies import Reply


class Identity(Channel):
    """A channel whose client can say, and prove, who it is."""

    _dialogue: Dialogue

    def _answer(self, reply: Reply, *, counts: bool = True, weak: bool = False) -> None:
        raise NotImplementedError

    async def _next_line(self) -> Line | None:
        """For a command that takes several lines: the next one; None when the session is to end."""
        raise NotImplementedError

    async def authenticate(self, arg: str) -> None:
        begun = self._dialogue.auth(arg)
        if isinstance(begun, Reply):
            self._answer(begun)
            return
        reply = await self._compute(begun, begun.begin)
        while reply.code == replies.CHALLENGE:
            self._answer(reply)
            await self._flush()
            line = await self._next_line()
            if line is None:
                return
            self._tap.responded(line)
            reply = await self._compute(begun, begun.answer, line.data, line.size)
        auth = None
        if begun.username is not None:
            auth = Auth(begun.mechanism, begun.username)
            self._dialogue.authenticated(begun.username)
        self._tap.judged(begun.verdict, auth)
        self._answer(reply)
        await self._flush()

    async def _compute(self, begun: Authentication, step: Callable[..., Reply], *given: bytes | int) -> Reply:
        """One step of an exchange, which may take its time, and not the other connections'."""
        if not begun.slow:
            return step(*given)
        self._busy = True
        try:
            return await asyncio.to_thread(step, *given)
        finally:
            self._busy = False
            self._patience.renew(self.loop.time())
