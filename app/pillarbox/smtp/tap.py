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
from pillarbox.smtp.content import Content
from pillarbox.smtp.intake import Line
from pillarbox.smtp.replies import SHOWN, Reply, shown

_SECRET = re.compile(rb"[ \t]*(AUTH[ \t]+[!-~]{1,32})[ \t]+[^ \t\r\n]", re.IGNORECASE)


class Tap:
    def __init__(self, live: LiveSession) -> None:
        self.live = live
        self._reason: str | None = None
        self._latest: Record | None = None

    def took(self, line: Line) -> None:
        """A command line, as the loop takes it up."""
        secret = _SECRET.match(line.data)
        if secret is not None:
            text = " ".join(secret[1].decode("ascii").split())
            self._latest = transcript.masked(line.at_us, f"{text} ********", line.size)
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

    def lost(self, at_us: int, content: Content) -> None:
        """Content that was refused, or of which the end never came."""
        self.live.record(transcript.lost_content(at_us, content.kept, content.size))

    def left_over(self, rest: Line) -> None:
        """What the client sent and nobody read as anything."""
        self.live.record(transcript.lost_content(rest.at_us, rest.data, rest.size))

    def event(self, kind: Kind, text: str) -> None:
        self.live.record(transcript.event(self.live.at_us(), kind, text))

    def refused(self, reply: Reply) -> None:
        """Mail was turned away by the reply to the latest command."""
        said = self._latest.data[: 2 * SHOWN].decode("utf-8", "replace").strip() if self._latest else ""
        self.failed(f"{reply} (in answer to {shown(said)})" if said else str(reply))

    def failed(self, reason: str) -> None:
        self._reason = reason
        self.live.failed(reason)

    def close(self, outcome: Outcome, reason: str | None) -> None:
        """End the session; `reason` stands only if no refusal explains it better."""
        self.live.close(outcome, reason if self._reason is None else None)
