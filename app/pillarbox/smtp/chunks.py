"""A message that comes in chunks of counted octets: BDAT (RFC 3030 section 2).

Rules of this module:

* The count says where a chunk ends; what is in it is taken as it is, dots, CR, LF and NUL included.
* When the count cannot be read, nobody can tell where the chunk ends: `parse` gives None, and the caller closes.
* A refused chunk is read to its end all the same; only its beginning is kept, for the transcript. What follows it of
  the same message is refused too.
* Of all chunks of a message, taken or refused, the transcript keeps `KEPT_CONTENT` octets and no more.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pillarbox.mail.transcript import KEPT_CONTENT
from pillarbox.smtp.replies import Reply

LARGEST = 2**63 - 1
"""The largest count that is taken for one; Postfix's, too."""

_ARGUMENT = re.compile(r"([0-9]+)(?:[ \t]+(LAST))?", re.IGNORECASE | re.ASCII)


class Announced(NamedTuple):
    """What a BDAT command says of the chunk behind it: how long it is, and whether it is the last of the message."""

    octets: int
    last: bool


def parse(arg: str) -> Announced | None:
    """`parse("86 LAST")` is `Announced(86, True)`; None when the command cannot be read."""
    found = _ARGUMENT.fullmatch(arg)
    if found is None:
        return None
    count = int(found[1])
    return Announced(count, found[2] is not None) if count <= LARGEST else None


class Chunk:
    """One chunk while it is read. `into` is what a taken one is added to, None for one that is refused.

    `offset` is where it begins in its message; `keep` how many of its octets the transcript keeps.
    """

    def __init__(self, count: int, keep: int, into: bytearray | None) -> None:
        self.crossed = 0
        self.missing = count
        self.offset = 0 if into is None else len(into)
        self._keep = keep
        self._into = bytearray() if into is None else into
        self._refused = into is None

    def feed(self, block: bytes) -> bytes | None:
        """Take the next octets; None while the end has not come, else what came after it."""
        over = len(block) - self.missing
        rest = None
        if over >= 0:
            block, rest = block[: self.missing], block[self.missing :]
        self.crossed += len(block)
        self.missing -= len(block)
        self._into += block[: max(0, self._keep - len(self._into))] if self._refused else block
        return rest

    @property
    def kept(self) -> bytes:
        """Its first octets, for the transcript."""
        return bytes(memoryview(self._into)[self.offset : self.offset + self._keep])


class Chunks:
    """A message in the making. `refusal` is why it is not taken any more, once a chunk has been refused."""

    def __init__(self) -> None:
        self._message = bytearray()
        self._announced = 0
        self.refusal: Reply | None = None

    @property
    def size(self) -> int:
        """Octets of the message so far."""
        return len(self._message)

    def refuse(self, reply: Reply) -> None:
        """Take nothing more of this message, and let go of what has come of it."""
        self.refusal = reply
        self._message = bytearray()

    def begin(self, count: int) -> Chunk:
        """The next chunk, to be fed with its octets."""
        keep = max(0, KEPT_CONTENT - self._announced)
        self._announced += count
        return Chunk(count, keep, None if self.refusal is not None else self._message)

    def take(self) -> bytes:
        """The message; gives its memory away."""
        message, self._message = self._message, bytearray()
        return bytes(message)
