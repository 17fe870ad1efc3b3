"""The conversations of sessions that are still open, line by line, for whoever expects something to be said in them.

Rules of this module:

* Used from the event loop's thread only; the store is read in a worker thread.
* A session is listened to before its lines are written and read: what was said until then and what is said from then on
  are one conversation, because entries are numbered.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from pillarbox.errors import NotFound, StoreUnavailable
from pillarbox.mail import spoken
from pillarbox.mail.transcript import Entry

if TYPE_CHECKING:
    from pillarbox.box.box import Box

log = logging.getLogger(__name__)

LINES = spoken.MAX_LINES
"""Lines of a session that are heard; one that is kept open for days says more."""


class Conversation:
    """What has been said so far in a session. `complete` when no more will be."""

    def __init__(self) -> None:
        self._entries: dict[int, Entry] = {}
        self.complete = False

    @property
    def entries(self) -> list[Entry]:
        return [self._entries[seq] for seq in sorted(self._entries)]

    def add(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            if len(self._entries) < LINES:
                # What was said before the commit has no number of its message yet.
                self._entries.setdefault(entry.seq, entry)


class Hearing:
    """Follows sessions as they are asked for. `heard` is called each time one has said something."""

    def __init__(self, box: Box, heard: Callable[[], None]) -> None:
        self._box = box
        self._heard = heard
        self._conversations: dict[int, Conversation] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def of(self, session_id: int) -> Conversation | None:
        """The conversation, if it is followed and the first of it has been read."""
        return self._conversations.get(session_id)

    def follow(self, session_id: int) -> None:
        """Hear this session from now on, until `close`."""
        self._tasks.append(asyncio.create_task(self._follow(session_id), name=f"hear session {session_id}"))

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _follow(self, session_id: int) -> None:
        conversation = Conversation()
        try:
            with self._box.bus.subscribe(session_id=session_id) as subscription:
                async with self._box.following(session_id):
                    await self._box.settle_session(session_id)
                    await self._read(session_id, conversation)
                    self._conversations[session_id] = conversation
                    self._heard()
                    async for event in subscription:
                        if event.entry is not None:
                            conversation.add([event.entry])
                        else:
                            await self._read(session_id, conversation)
                        self._heard()
        except (NotFound, StoreUnavailable) as error:
            # What has been heard so far stands; the expectation tells that there was no more.
            log.warning("Session %d cannot be followed any more: %s", session_id, error)
        except Exception:
            log.exception("Session %d cannot be followed any more", session_id)

    async def _read(self, session_id: int, conversation: Conversation) -> None:
        lines = await asyncio.to_thread(self._box.lines, session_id, 0, LINES)
        conversation.add(lines.entries)
        conversation.complete = lines.complete
