"""Messages as a zip of .eml files, made while it is sent.

Rules of this module:

* One message is in memory at a time, its octets and what they become; of those before it only the directory's lines.
* A file's name begins with the message's number, so that no two have the same, and has letters, numbers and hyphens
  only, whatever the subject says.
* What is deleted meanwhile is left out.
"""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime

from pillarbox.box import Box
from pillarbox.errors import NotFound

MEDIA_TYPE = "application/zip"

MOST = 10_000
"""Messages of one archive; the command line has a way to export any number."""

MAX_WORDS = 60
"""Characters of a subject in a file's name."""


class _Pipe:
    """What a zip is written to: nothing to seek in, emptied after each message."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []

    def write(self, block: bytes) -> int:
        self._blocks.append(bytes(block))
        return len(block)

    def flush(self) -> None:
        pass

    close = flush

    def taken(self) -> bytes:
        blocks, self._blocks = self._blocks, []
        return b"".join(blocks)


def zipped(box: Box, ids: Sequence[int]) -> Iterator[bytes]:
    """The archive's octets, a message at a time."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for message_id in ids:
            try:
                summary, raw = box.summary(message_id), box.raw(message_id)
            except NotFound:
                continue
            archive.writestr(_entry(file_name(message_id, summary.subject), summary.received_at), raw)
            yield pipe.taken()
    yield pipe.taken()


def _entry(name: str, received_at: datetime) -> zipfile.ZipInfo:
    # A zip knows the years from 1980 to 2107; imported mail can say any.
    known = min(max(received_at.timetuple()[:6], (1980, 1, 1, 0, 0, 0)), (2107, 12, 31, 23, 59, 58))
    entry = zipfile.ZipInfo(name, known)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def file_name(message_id: int, subject: str) -> str:
    """
    >>> file_name(42, "Re: ../../etc/passwd")
    '42-Re-etc-passwd.eml'
    """
    plain = unicodedata.normalize("NFC", subject)
    words = "".join(character if character.isalnum() else " " for character in plain[: 4 * MAX_WORDS]).split()
    return "-".join((str(message_id), *words))[: MAX_WORDS + 20].rstrip("-") + ".eml"
