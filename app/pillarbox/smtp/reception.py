"""Content taken in: DATA and BDAT from their first octet to the reply, which comes after the commit.

Rules of this module:

* A delivery that has begun ends in a commit, whatever becomes of the connection, and its reply is made after that.
* Content is read to its end whether it is taken or not, so that none of it is read as commands.
* By LMTP the end of content is answered once for each recipient (RFC 2033 section 4.2), all with the same verdict,
  because a message is kept whole or not at all.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial

from pillarbox.errors import StoreFull, StoreUnavailable
from pillarbox.smtp import chunks, replies
from pillarbox.smtp.channel import Channel
from pillarbox.smtp.chunks import Chunk
from pillarbox.smtp.content import Content
from pillarbox.smtp.dialogue import Dialogue
from pillarbox.smtp.ending import Ending
from pillarbox.smtp.extensions import Offer
from pillarbox.smtp.replies import Reply

NO_ROOM = "There was no room for the message among those in flight."

log = logging.getLogger(__name__)


class Reception(Channel):
    """A channel that takes content for its dialogue.

    `_content_read`: whatever followed the DATA or BDAT at hand has been read as content.
    """

    _dialogue: Dialogue
    _offer: Offer
    _errors: int
    _content_read: bool

    def _answer(self, reply: Reply, *, counts: bool = True, weak: bool = False) -> None:
        raise NotImplementedError

    def begin_content(self, arg: str) -> Callable[[], Awaitable[None]] | None:
        """Answer DATA; what is to be done once its content has come, or no more of it will."""
        reply = self._dialogue.data(arg)
        self._answer(reply)
        if reply is not replies.START_CONTENT:
            return None
        self._content_read = True
        self._write_held()
        content = self._intake.content(self._offer.largest, self._dialogue.share)
        self._resume()
        return partial(self._receive, content)

    async def _receive(self, content: Content) -> None:
        self._intake.stop_content()
        at_us = self._intake.content_at_us()
        if not content.complete:
            self._tap.lost(at_us, content)
            self._broke_off(f"The content broke off after {content.size} octets, before the final dot.")
            self._dialogue.reset()
        elif content.over:
            self._tap.lost(at_us, content)
            self._tap.event("limit", f"The message has {content.size} octets, over {self._offer.largest}.")
            self._conclude(replies.TOO_LARGE)
        elif content.crowded:
            self._tap.lost(at_us, content)
            self._tap.event("limit", NO_ROOM)
            self._conclude(replies.CROWDED)
        else:
            message, wire = content.take()
            self._tap.stored(at_us, message, wire)
            await self._deliver(message)
        await self._flush()

    async def take_chunk(self, arg: str) -> None:
        announced = chunks.parse(arg)
        if announced is None:
            self._tap.refused(replies.BDAT_SYNTAX)
            self._ending = Ending.unreadable_chunk()
            return
        begun = self._dialogue.chunks
        again = begun is not None and begun.refusal is not None
        refusal = self._dialogue.bdat(announced)
        message = self._dialogue.chunks
        assert message is not None
        chunk = message.begin(announced.octets)
        self._intake.chunk(chunk)
        if chunk.missing:
            # The client may be waiting for the replies to what it has sent before.
            await self._flush()
            await self._read(chunk)
        self._content_read = True
        at_us = self._intake.content_at_us()
        if chunk.missing:
            self._tap.lost(at_us, chunk)
            self._broke_off(f"The chunk broke off after {chunk.crossed} of {announced.octets} octets.")
            self._dialogue.reset()
        elif refusal is not None:
            if refusal is replies.CROWDED and not again:
                self._tap.event("limit", NO_ROOM)
            elif refusal is replies.CHUNK_TOO_LARGE:
                self._tap.event("limit", f"The message has more than {self._offer.largest} octets.")
            self._tap.lost(at_us, chunk)
            # What a client sends before it has read of a refusal explains nothing and is no error of its own.
            counts = not again and refusal is not replies.CHUNK_TOO_LARGE
            if not announced.last and not again:
                self._turn_away(refusal)
            answer = self._conclude if announced.last else self._answer
            answer(refusal, counts=counts, weak=again)
        elif announced.last:
            self._tap.stored_chunk(at_us, chunk)
            await self._deliver(message.take())
            await self._flush()
        else:
            self._tap.chunk(at_us, chunk)
            self._answer(replies.chunk_taken(announced.octets))

    async def _read(self, content: Content | Chunk) -> None:
        """Wait until the content is whole, or will never be."""
        self._resume()
        while self._intake.in_content and self._ending is None and not self._intake.eof:
            await self._more()
        self._intake.stop_content()

    def _broke_off(self, what: str) -> None:
        why = self._ending.reason if self._ending is not None and self._ending.outcome == "timeout" else None
        self._tap.failed(f"{why} {what}" if why else what)

    def _turn_away(self, reply: Reply) -> None:
        """Count a message that is refused, if that is what this reply does."""
        if (why := replies.REFUSALS.get(reply)) is not None:
            self._tap.live.turned_away(why)

    def _conclude(self, reply: Reply, *, counts: bool = False, weak: bool = False) -> None:
        """Answer the end of a message's content, which ends the transaction."""
        if reply.code >= 400 and not weak:
            self._turn_away(reply)
        for verdict in self._dialogue.verdicts(reply):
            self._answer(verdict, counts=counts, weak=weak)
        self._dialogue.reset()

    async def _deliver(self, message: bytes) -> None:
        """Keep the message and answer; the reply says whether it is kept, so it is made after the commit."""
        self._busy = True
        try:
            summary = await self._tap.live.deliver(message, self._dialogue.envelope())
        except StoreUnavailable as error:
            log.warning("A message could not be stored: %s", error, extra=self._tap.live.whose())
            self._not_stored(replies.NO_STORAGE if isinstance(error, StoreFull) else replies.NOT_STORED, str(error))
        except Exception:
            log.exception("A message could not be stored", extra=self._tap.live.whose())
            self._not_stored(replies.NOT_STORED, "The server failed; its log says how.")
        else:
            self._errors = 0
            self._conclude(replies.queued(summary.id))
        finally:
            self._busy = False
            self._patience.renew(self.loop.time())

    def _not_stored(self, reply: Reply, why: str) -> None:
        """The session says why, the client is only told to try again."""
        self._tap.event("error", f"The message was not stored. {why}")
        self._conclude(reply)
        self._tap.because(why)
