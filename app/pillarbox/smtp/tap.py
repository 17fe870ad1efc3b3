"""The tap: what crosses the connection, written into the session as it crosses.

Rules of this module:

* A client line is recorded when the command loop takes it up, with the time of its last octet; a server line when it
  is written to the socket; content when it is complete, refused or cut off.
* A secret never gets into a record: of AUTH only the mechanism is shown, whether it was offered or not.
* The reason of a session is the last refusal that stood in the way of mail, or else how the session ended.
"""

from __future__ import annotations

import re

from pillarbox.box import LiveSession
from pillarbox.mail import transcript
from pillarbox.mail.session import Outcome
from pillarbox.mail.transcript import Kind, Record
from pillarbox.smtp.chunks import Chunk
from pillarbox.smtp.content import Content
from pillarbox.smtp.ending import PLAIN_BEHIND_STARTTLS
from pillarbox.smtp.extensions import BASIC_VERBS, OTHER_VERBS
from pillarbox.smtp.intake import Line
from pillarbox.smtp.replies import SHOWN, Reply, shown

_BARE_VERBS = frozenset(verb.encode() for verb in (*BASIC_VERBS, *OTHER_VERBS))

_SECRET = re.compile(rb"[ \t]*(AUTH[ \t]+[!-~]{1,32})[ \t]+[^ \t\r\n]", re.IGNORECASE)

# AUTH without an initial response: a client that does not wait for the challenge sends its secrets in the next lines.
_ASKED = re.compile(rb"[ \t]*AUTH[ \t]+[!-~]{1,32}[ \t]*\r?\n", re.IGNORECASE)
_BASE64 = re.compile(rb"[A-Za-z0-9+/]+={0,2}\r?\n")


def _looks_secret(line: bytes) -> bool:
    return _BASE64.fullmatch(line) is not None and line.strip().upper() not in _BARE_VERBS


class Tap:
    def __init__(self, live: LiveSession) -> None:
        self.live = live
        self._asked = False
        self._reason: str | None = None
        self._latest: Record | None = None

    def took(self, line: Line) -> None:
        """A command line, as the loop takes it up."""
        secret = _SECRET.match(line.data)
        given = self._asked and _looks_secret(line.data)
        self._asked = given or _ASKED.match(line.data) is not None
        if secret is not None:
            text = " ".join(secret[1].decode("ascii").split())
            self._latest = transcript.masked(line.at_us, f"{text} ********", line.size)
        elif given:
            self._latest = transcript.masked(line.at_us, "********", line.size)
        else:
            self._latest = Record(line.at_us, "client", "command", line.data, line.size)
        self.live.record(self._latest)

    def sent(self, wire: bytes) -> None:
        """Replies, as they are written: one record a line, all with this moment's time."""
        at_us = self.live.at_us()
        for line in wire.splitlines(keepends=True):
            self.live.record(transcript.line(at_us, "server", "reply", line))

    def stored(self, at_us: int, message: bytes, wire: bytes | None) -> None:
        """Content that is about to be delivered."""
        self.live.record(transcript.content(at_us, message, wire))

    def chunk(self, at_us: int, chunk: Chunk) -> None:
        """A chunk of a message of which more is to come; nothing when it has no octets."""
        if chunk.crossed:
            self.live.record(transcript.chunk(at_us, chunk.kept, chunk.crossed, chunk.offset))

    def stored_chunk(self, at_us: int, chunk: Chunk) -> None:
        """The last chunk of a message that is about to be delivered."""
        self.live.record(transcript.last_chunk(at_us, chunk.crossed, chunk.offset))

    def lost(self, at_us: int, content: Content | Chunk) -> None:
        """Content that was refused, or of which the end never came; nothing when nothing of it came."""
        if content.crossed:
            self.live.record(transcript.lost_content(at_us, content.kept, content.crossed))

    def left_over(self, rest: Line) -> None:
        """What the client sent and nobody read as anything."""
        self.live.record(transcript.lost_content(rest.at_us, rest.data, rest.size))

    def injected(self, rest: Line) -> None:
        """What the client sent behind STARTTLS in plain text; dropped, never read."""
        self.left_over(rest)
        why = f"{PLAIN_BEHIND_STARTTLS} {rest.size} octets were dropped."
        self.event("error", why)
        self.failed(why)

    def event(self, kind: Kind, text: str) -> None:
        self.live.record(transcript.event(self.live.at_us(), kind, text))

    def refused(self, reply: Reply, *, weak: bool = False) -> None:
        """Mail was turned away by the reply to the latest command; a `weak` refusal leaves an earlier reason."""
        if weak and self._reason is not None:
            return
        said = self._latest.data[: 2 * SHOWN].decode("utf-8", "replace").strip() if self._latest else ""
        self.failed(f"{reply} (in answer to {shown(said)})" if said else str(reply))

    def failed(self, reason: str) -> None:
        self._reason = reason
        self.live.failed(reason)

    def close(self, outcome: Outcome, reason: str | None) -> None:
        """End the session; `reason` stands only if no refusal explains it better."""
        self.live.close(outcome, reason if self._reason is None else None)
