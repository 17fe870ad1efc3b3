"""What the client has sent and nobody has taken up yet: octets in, command lines and content out.

Rules of this module:

* Every octet that comes in goes out once: in a line, in content, or in what is left over at the close.
* A line carries the time at which its last octet arrived, not the time at which it was taken up.
* A line longer than any command may be is not held back: its first octets are kept for the transcript, as with refused
  content, and the rest is counted and let go.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from pillarbox.mail.transcript import KEPT_CONTENT
from pillarbox.smtp.chunks import Chunk
from pillarbox.smtp.content import Content
from pillarbox.smtp.flight import Share

FULL = 256 * 1024
"""Octets waiting here at which the connection is read no further until some are taken up."""


class Line(NamedTuple):
    """A client's line with its end. `size` counts all of its octets, `data` holds at most the first `KEPT_CONTENT`."""

    data: bytes
    at_us: int
    size: int


class Intake:
    """`longest` is the longest command line, in octets with its end.

    `eof` says that no more will come; once `closing` is set, no more than the transcript keeps is held back.
    """

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._buffer = bytearray()
        self._received = 0
        self._arrivals: deque[tuple[int, int]] = deque()
        self._content: Content | Chunk | None = None
        self._skipped: bytearray | None = None
        self._skipped_size = 0
        self._dropped = 0
        self.eof = False
        self.closing = False

    def feed(self, data: bytes, at_us: int) -> None:
        """Take octets that arrived at `at_us`."""
        self._received += len(data)
        if self._content is not None:
            rest = self._content.feed(data)
            self._arrivals.clear()
            self._arrivals.append((self._received, at_us))
            if rest is None:
                return
            self._content = None
            self._buffer += rest
            return
        self._arrivals.append((self._received, at_us))
        if self.closing:
            room = max(0, KEPT_CONTENT - len(self._buffer))
            self._dropped += max(0, len(data) - room)
            data = data[:room]
        self._buffer += data

    def head(self, octets: int) -> bytes:
        """The first octets that nobody has taken up; fewer if no more have come."""
        return bytes((self._buffer if self._skipped is None else self._skipped)[:octets])

    def drop(self, octets: int) -> None:
        """Take up the first octets as what is no line."""
        del self._buffer[:octets]

    @property
    def waiting(self) -> int:
        """Octets that nobody has taken up."""
        return len(self._buffer)

    @property
    def unfinished(self) -> bool:
        """Whether something has come of a line that is not whole; asked after `line` has found none."""
        return bool(self._buffer) or self._skipped is not None

    @property
    def full(self) -> bool:
        return len(self._buffer) >= FULL

    def line(self) -> Line | None:
        """The next whole line; None while there is none."""
        end = self._buffer.find(b"\n") + 1
        if not end:
            if self._skipped is not None or len(self._buffer) > self._longest:
                self._skip()
            return None
        at_us = self._arrived(self._received - len(self._buffer) + end)
        if end == len(self._buffer):
            data, size = bytes(self._buffer), end
            self._buffer.clear()
        else:
            data, size = bytes(memoryview(self._buffer)[:end]), end
            del self._buffer[:end]
        if self._skipped is not None:
            size += self._skipped_size
            data = bytes(self._skipped) + data[: KEPT_CONTENT - len(self._skipped)]
            self._skipped = None
        return Line(data, at_us, size)

    def _skip(self) -> None:
        """Let go of what has come of a line that is too long."""
        if self._skipped is None:
            self._skipped, self._skipped_size = bytearray(), 0
        self._skipped += self._buffer[: KEPT_CONTENT - len(self._skipped)]
        self._skipped_size += len(self._buffer)
        self._buffer.clear()
        last = self._arrivals[-1]
        self._arrivals.clear()
        self._arrivals.append(last)

    @property
    def in_content(self) -> bool:
        """Whether what comes is content."""
        return self._content is not None

    def content(self, limit: int, share: Share | None = None) -> Content:
        """From here on take what comes as content, until it is complete; what waits here is its beginning."""
        content = Content(limit, share)
        start, self._buffer = bytes(self._buffer), bytearray()
        rest = content.feed(start) if start else None
        if rest is None:
            self._content = content
        else:
            self._buffer += rest
        return content

    def chunk(self, chunk: Chunk) -> None:
        """The same for a chunk, of which the octets are counted."""
        come = min(chunk.missing, len(self._buffer))
        if come:
            chunk.feed(bytes(memoryview(self._buffer)[:come]))
            del self._buffer[:come]
        if chunk.missing:
            self._content = chunk

    def stop_content(self) -> None:
        """Content was cut off: whatever still comes is left over."""
        self._content = None

    def content_at_us(self) -> int:
        """When the last octet of the content that has just been completed or cut off arrived."""
        return self._arrived(self._received - len(self._buffer))

    def left_over(self) -> Line | None:
        """Everything that was never taken up, at the close; None when nothing is left."""
        kept = self._skipped if self._skipped is not None else bytearray()
        size = len(self._buffer) + self._dropped + (self._skipped_size if self._skipped is not None else 0)
        if not size:
            return None
        data = bytes(kept + self._buffer[: KEPT_CONTENT - len(kept)])
        self._buffer, self._skipped, self._dropped = bytearray(), None, 0
        return Line(data, self._arrived(self._received), size)

    def _arrived(self, offset: int) -> int:
        """When the octet before `offset` arrived; offsets are asked for in ascending order."""
        arrivals = self._arrivals
        while len(arrivals) > 1 and arrivals[0][0] < offset:
            arrivals.popleft()
        return arrivals[0][1] if arrivals else 0
