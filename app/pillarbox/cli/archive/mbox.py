"""The format mbox, in its variant mboxrd: all messages in one file, each after a line `From sender date` (RFC 4155).

Rules of this module:

* Lines end with LF, as every reader of mbox expects; on the way in they get their CRLF back. A file whose `From ` lines
  end with CRLF was made where lines end so, and is taken as it stands.
* A line of a message that begins with any number of `>` and `From ` gets one more `>`, and loses it on the way in.
* A message whose octets do not come back by this is told when it is written: what is written is read again to know.
* A `From ` line stands at the beginning or after an empty line, and has a time in it; so old files without quoting are
  read as they were meant, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from pillarbox.cli.archive.item import Item, Unread, too_large, why
from pillarbox.cli.archive.single import SingleFile
from pillarbox.mail.envelope import Sender

NULL_SENDER = "MAILER-DAEMON"
"""Stands in the `From ` line for the sender that is none, since there were bounces."""

_PIECE = 65_536
_QUOTABLE = re.compile(rb"(?m)^(>*From )")
_QUOTED = re.compile(rb"(?m)^>(>*From )")
_FROM = re.compile(rb"From .*[0-9]:[0-9]{2}.*")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
_ADDRESS = re.compile(
    r'(?:"(?:[^"\\\x00-\x1f\x7f]|\\[ -~])*"|[^\s<>"\x00-\x1f\x7f]{1,500})'  # a local part, quoted or not
    r"@[^\s<>\x00-\x1f\x7f]{1,400}"
)
_SAID = re.compile(
    rf"From (.*?) +(?:{'|'.join(_DAYS)}),? +({'|'.join(_MONTHS)}) +([0-9]{{1,2}}) +"
    r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))? +(?:([+-][0-9]{4}) +|[A-Z]{1,5} +)?([0-9]{4})(?: +([+-][0-9]{4}))?\s*"
)


def written(raw: bytes) -> bytes:
    """A message as it stands between its `From ` line and the empty line behind it."""
    lines = _QUOTABLE.sub(rb">\1", raw.replace(b"\r\n", b"\n"))
    return lines if not lines or lines.endswith(b"\n") else lines + b"\n"


def given_back(lines: bytes, *, crlf: bool = False) -> bytes:
    """What `written` was made of, as far as that can be. `crlf`: the file has these line ends by itself."""
    raw = _QUOTED.sub(rb"\1", lines)
    return raw if crlf else raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def lost(raw: bytes, lines: bytes) -> str | None:
    """What of a message does not come back from mbox, or None."""
    if given_back(lines) == raw:
        return None
    reasons = []
    if raw.count(b"\n") > raw.count(b"\r\n"):
        reasons.append("its line feeds without carriage return (bare LF) will come back as CRLF")
    if b"\r\r\n" in raw:
        reasons.append("its carriage returns before CRLF will not come back")
    if not raw.endswith(b"\n"):
        reasons.append("it has no line end at its end and will come back with one")
    return "mbox cannot carry it unchanged: " + ", and ".join(reasons)


def from_line(sender: str, received_at: datetime) -> bytes:
    """`From ada@example.org Mon Nov 23 22:14:09 2026`, in UTC; not by strftime, whose words follow the locale."""
    at = received_at.astimezone(UTC)
    date = f"{_DAYS[at.weekday()]} {_MONTHS[at.month - 1]} {at.day:2} {at:%H:%M:%S} {at.year:04}"
    return f"From {sender or NULL_SENDER} {date}\n".encode("utf-8", "replace")


def read_from_line(line: bytes) -> tuple[Sender | None, datetime | None]:
    """Sender and time of a `From ` line; None for what it does not say."""
    found = _SAID.fullmatch(line.decode("utf-8", "replace"))
    if found is None:
        return None, None
    name, month, day, hour, minute, second, before, year, after = found.groups()
    try:
        at = datetime(
            int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second or 0), tzinfo=UTC
        )
        zone = before or after or "+0000"
        at -= timedelta(hours=int(zone[:3]), minutes=int(zone[0] + zone[3:]))
    except (ValueError, OverflowError):
        return None, None
    if name == NULL_SENDER:
        return Sender(""), at
    # Gmail's own files have a number and @xxx there, and some programs have a whole From header.
    told = _ADDRESS.fullmatch(name) and not name.endswith("@xxx") and "\ufffd" not in name
    return (Sender(name) if told else None), at


class MboxTarget(SingleFile):
    """All messages in one file, which is there under its name when all are in it."""

    with_envelope = False

    def add(self, item: Item) -> str | None:
        assert item.sender is not None
        assert item.received_at is not None
        lines = written(item.raw)
        self.file.write(from_line(item.sender.address, item.received_at))
        self.file.write(lines)
        self.file.write(b"\n")
        return lost(item.raw, lines)


@dataclass(slots=True)
class MboxSource:
    path: Path
    limit: int
    kind: str = "an mbox"
    count: int = 0

    def __post_init__(self) -> None:
        try:
            with self.path.open("rb") as file:
                self.count = sum(1 for line, begins in _lines(file) if begins)
        except OSError:
            self.count = 0  # told when it is read

    def __iter__(self) -> Iterator[Item | Unread]:
        try:
            with self.path.open("rb") as file:
                yield from self._messages(file)
        except OSError as error:
            yield Unread(self.path.name, f"it cannot be read further ({why(error)})")

    def _messages(self, file: BinaryIO) -> Iterator[Item | Unread]:
        line: bytes | None = None
        pieces: list[bytes] = []
        size = number = 0
        for piece, begins in _lines(file):
            if begins:
                if line is not None:
                    yield self._message(number, line, pieces, size)
                number += 1
                line, pieces, size = piece, [], 0
                continue
            size += len(piece)
            # The quoting, and the empty line behind it, take some room of their own.
            if size <= 2 * self.limit + _PIECE:
                pieces.append(piece)
            else:
                pieces.clear()
        if line is not None:
            yield self._message(number, line, pieces, size)

    def _message(self, number: int, line: bytes, pieces: list[bytes], size: int) -> Item | Unread:
        name = f"message {number} of {self.path.name}"
        crlf = line.endswith(b"\r\n")
        lines = b"".join(pieces)
        if size > len(lines):
            return Unread(name, too_large(size, self.limit))
        pieces.clear()
        end = b"\r\n" if crlf else b"\n"
        if lines == end or lines.endswith(b"\n" + end):
            lines = lines[: -len(end)]
        raw = given_back(lines, crlf=crlf)
        if len(raw) > self.limit:
            return Unread(name, too_large(len(raw), self.limit))
        sender, received_at = read_from_line(line)
        return Item(name=name, raw=raw, sender=sender, received_at=received_at)


def _lines(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Each line, long ones in pieces, and whether it begins a message."""
    empty = whole = True
    while piece := file.readline(_PIECE):
        yield piece, whole and empty and piece.startswith(b"From ") and _FROM.match(piece) is not None
        if whole:
            empty = piece in (b"\n", b"\r\n")
        whole = piece.endswith(b"\n")
        if not whole:
            empty = False
