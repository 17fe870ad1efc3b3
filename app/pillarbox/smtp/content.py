"""The content of a message while it is read: from the reply to DATA to the final dot.

Rules of this module:

* The end is CRLF.CRLF and nothing else (RFC 5321 section 4.1.1.4: a server "MUST NOT treat <LF>.<LF> as the end of
  mail data"); the CRLF of the DATA line counts as the first one. Any other mix of CR, LF and dots is content.
* Blocks are searched as they come, never line by line; what was searched is not searched again.
* Nothing is changed but the dots: the first dot of a line that begins with one is taken off (section 4.5.2).
* Over the limit, and without room among the bytes in flight, nothing is kept but what the transcript keeps; reading
  goes on to the end all the same.
"""

from __future__ import annotations

from pillarbox.mail.transcript import KEPT_CONTENT
from pillarbox.smtp.flight import Share

_CRLF = b"\r\n"
_END = b"\r\n.\r\n"
_FINAL = len(_END) - len(_CRLF)
_DOT = b"\r\n."
_DOUBLED = b"\r\n.."


class Content:
    """`limit` is the largest size taken, in octets of the message as it will be stored; 0 is none.

    `share` is what the connection has of the bytes in flight; None when nobody counts. `over` says that the message is
    over the limit, `crowded` that there was no room for it, which may both be so.
    """

    def __init__(self, limit: int, share: Share | None = None) -> None:
        self._limit = limit
        self._share = share
        # Seeded with the end of the DATA line, so that a dot on the first line is found like any other.
        self._data = bytearray(_CRLF)
        self._body = 0
        self._dots = self._counted = 0
        self._dotted = False
        self._head: bytearray | None = None
        self._octets = 0
        self.complete = False
        self.over = self.crowded = False

    def feed(self, block: bytes) -> bytes | None:
        """Take the next octets; None while the end has not come, else what came after it."""
        return self._keep(block) if self._head is None else self._skip(self._head, block)

    def _keep(self, block: bytes) -> bytes | None:
        data = self._data
        octets = len(data) - len(_CRLF) + len(block)
        # What is over the limit will not be kept, and the final dot and what follows it may come in the same block: a
        # message of just the size that may be in flight must find room.
        if self._share is not None and not self._covered(self._share, min(octets, self._limit or octets), block):
            self.crowded = True
            self._count_dots()
            return self._skip(self._let_go(), block)
        start = max(0, len(data) - len(_END) + 1)
        data += block
        self._body = self._find_end(data, start)
        if self._body >= 0:
            self._body += len(_CRLF)
            stop = self._body + _FINAL
            rest = bytes(memoryview(data)[stop:])
            del data[stop:]
            self.complete = True
            self.over = bool(self._limit) and self._body - len(_CRLF) > self._limit and self.size > self._limit
            return rest
        # The last three octets may be the beginning of the end, so they are given the benefit of the doubt.
        taken = len(data) - len(_CRLF) - _FINAL
        if self._limit and taken > self._limit and taken - self._count_dots() > self._limit:
            self.over = True
            self._let_go()
        return None

    def _find_end(self, data: bytearray, start: int) -> int:
        """Where the end begins, -1 if it has not come; notes in the same pass whether any line begins with a dot."""
        if not self._dotted:
            start = data.find(_DOT, start)
            if start < 0 or len(data) < start + len(_END):
                return -1
            self._dotted = not data.startswith(_END, start)
        return data.find(_END, start)

    def _covered(self, share: Share, octets: int, block: bytes) -> bool:
        """Whether there is room for the message; the final dot and what follows it need none."""
        if share.cover(octets):
            return True
        come = self._data[-(len(_END) - 1) :] + block
        end = come.find(_END)
        # Without an end, the last octets may be its beginning.
        return share.cover(octets - (len(come) - end - len(_CRLF) if end >= 0 else _FINAL))

    def _let_go(self) -> bytearray:
        """Keep the beginning only, for the transcript. The dots so far have been counted."""
        data = self._data
        self._octets = len(data) - len(_CRLF)
        self._head = data[len(_CRLF) : len(_CRLF) + KEPT_CONTENT]
        self._data = data[-(len(_END) - 1) :]
        if self._share is not None:
            self._share.release()
        return self._head

    def _skip(self, head: bytearray, block: bytes) -> bytes | None:
        tail = self._data
        dots = tail.count(_DOT)
        window = tail + block
        end = window.find(_END)
        rest = None
        if end >= 0:
            stop = end + len(_END)
            rest = bytes(window[stop:])
            del window[stop:]
            block = block[: len(block) - len(rest)]
            self.complete = True
        head += block[: KEPT_CONTENT - len(head)]
        self._octets += len(block)
        self._dots += window.count(_DOT) - dots
        self._data = window[-(len(_END) - 1) :]
        if self.complete and self._limit and self.size > self._limit:
            self.over = True
        return rest

    def _count_dots(self) -> int:
        """How many lines begin with a dot, the final one included; each octet is looked at once."""
        self._dots += self._data.count(_DOT, max(0, self._counted - len(_DOT) + 1))
        self._counted = len(self._data)
        return self._dots

    @property
    def size(self) -> int:
        """Octets of the message so far: without doubled dots and, once it is complete, without the final dot."""
        if self._head is not None:
            octets, dots = self._octets, self._dots
        else:
            octets, dots = len(self._data) - len(_CRLF), self._count_dots()
        return octets - _FINAL - (dots - 1) if self.complete else octets - dots

    @property
    def crossed(self) -> int:
        """Octets that came, as they crossed the wire: doubled dots and the final one included."""
        return self._octets if self._head is not None else len(self._data) - len(_CRLF)

    @property
    def kept(self) -> bytes:
        """The first octets as they crossed the wire, at most `KEPT_CONTENT`; for content that is not stored."""
        if self._head is not None:
            return bytes(self._head)
        return bytes(memoryview(self._data)[len(_CRLF) : len(_CRLF) + KEPT_CONTENT])

    def take(self) -> tuple[bytes, bytes | None]:
        """The message to store and, only if doubling its dots would not give it back, what crossed the wire.

        For content that is complete and not over the limit; gives its memory away.
        """
        data, self._data = self._data, bytearray()
        # Up to the final dot; with the seed in front, so that every line begins after a CRLF.
        lines = memoryview(data)[: self._body]
        if not self._dotted:
            return bytes(lines[len(_CRLF) :]), None
        seeded = bytes(lines)
        stored = seeded.replace(_DOT, _CRLF)[len(_CRLF) :]
        doubled = seeded.count(_DOT) == seeded.count(_DOUBLED)
        return stored, None if doubled else bytes(memoryview(data)[len(_CRLF) :])
