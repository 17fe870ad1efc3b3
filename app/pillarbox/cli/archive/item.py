"""One message in an archive, with what the archive's format can say of it, and the two sides of a format.

Rules of this module:

* What a format has no place for is None; the catcher that takes the message in decides then, by its headers.
* One message is in memory at a time: a source reads the next one when it is asked for it.
* What cannot be given back is said in half a sentence that goes on from "message 42: ".
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from pillarbox.mail.envelope import Recipient, Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """`name` is what people call it, `id` its number in the catcher that it comes from; `received_at` is in UTC."""

    name: str
    raw: bytes
    id: int | None = None
    sender: Sender | None = None
    recipients: tuple[Recipient, ...] | None = None
    received_at: datetime | None = None
    inbox: str | None = None
    subject: str | None = None
    read: bool = False
    pinned: bool = False
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """Something in an archive that is no message, or cannot be read; `why` is a sentence without its full stop."""

    name: str
    why: str


class Source(Protocol):
    """An archive to import. `kind` says what it is; `count` is how many things are in it."""

    kind: str
    count: int

    def __iter__(self) -> Iterator[Item | Unread]: ...


class Target(Protocol):
    """An archive to export to. After `begin`, `add` for each message, then one of `finish` and `abandon`."""

    with_envelope: bool
    """Whether it has a place for recipients and parameters."""

    def begin(self) -> None:
        """Raises UsageError when something is in the way."""

    def add(self, item: Item) -> str | None:
        """Write one; what of its bytes will not come back, or None. `item.id` is set. Raises OSError."""

    def finish(self) -> None: ...

    def abandon(self) -> None:
        """Leave nothing half-written behind."""


def moment(nanoseconds: int) -> datetime:
    """A file's time; the first of all times when it is one that cannot be."""
    try:
        return datetime.fromtimestamp(nanoseconds // 1_000_000_000, UTC).replace(
            microsecond=nanoseconds // 1000 % 1_000_000
        )
    except (OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(0, UTC)


def read_file(path: Path, limit: int, *, follow: bool = False) -> tuple[bytes, datetime] | str:
    """The octets of a regular file and its time, or why there are none; `limit` is the most.

    A link is followed only when somebody has named it: one inside of an archive may lead anywhere. Nor is a pipe waited
    for.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW))
    except OSError as error:
        return (
            "it is a link, which is not followed" if error.errno == errno.ELOOP else f"it cannot be read ({why(error)})"
        )
    with open(descriptor, "rb") as file:
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return "it is no file"
            if status.st_size > limit:
                return too_large(status.st_size, limit)
            raw = file.read(limit + 1)
        except OSError as error:
            return f"it cannot be read ({why(error)})"
    return too_large(len(raw), limit) if len(raw) > limit else (raw, moment(status.st_mtime_ns))


def too_large(octets: int, limit: int) -> str:
    return f"it has {octets} octets, more than the {limit} that are taken"


def why(error: OSError) -> str:
    return error.strerror or type(error).__name__
