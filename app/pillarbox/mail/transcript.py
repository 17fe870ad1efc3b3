"""The transcript: what crossed the wire, one entry a line, in both directions.

Rules of this module:

* A `Record` is what the tap writes: octets with the time of the last one. An `Entry` is what a reader sees. Entries
  are derived from records and never stored, so that a better reading needs no migration.
* Order is the order of the dialogue: a client line stands where the server took it up, its reply after it. `at_us` is
  when the line's last octet really arrived or left, in microseconds from the connect, so a client that talked early
  shows a time before the line above.
* The content of a message that was stored is not kept twice: its record holds the size and the message's id, and the
  octets only if re-stuffing the stored message would not give what the client sent. Content that was refused or cut
  off is kept here, at most `KEPT_CONTENT` octets of it.
* Content that came by BDAT is a record for each chunk, with its place in the message. Until the last chunk has come no
  message is known, so a record that is written before holds the first octets, as with content that is cut off;
  `settled` gives it the message that it turned out to belong to, and the octets are the message's again.
* A secret never gets into a record: a masked record holds the text to show and the true number of octets.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pillarbox.mail import controls

Side = Literal["client", "server", "event"]
Kind = Literal["command", "reply", "data", "auth", "connect", "tls", "timeout", "disconnect", "limit", "error"]

KEPT_CONTENT = 256 * 1024
"""Octets kept of content that was refused or cut off."""

OWN_MESSAGE = 0
"""As `Record.message_id`: the message that this segment is committed with; `pack` puts the id in its place."""

_SIDES: dict[Side, str] = {"client": "C", "server": "S", "event": "*"}
_KINDS: dict[Kind, str] = {
    "command": "c",
    "reply": "r",
    "data": "d",
    "auth": "a",
    "connect": "o",
    "tls": "t",
    "timeout": "i",
    "disconnect": "x",
    "limit": "l",
    "error": "e",
}
_LETTERS = {(side, kind): (one + other).encode() for side, one in _SIDES.items() for kind, other in _KINDS.items()}
_SIDE_OF = {letter: side for side, letter in _SIDES.items()}
_KIND_OF = {letter: kind for kind, letter in _KINDS.items()}


class Record(NamedTuple):
    """One line, one block of content or one event as the tap saw it.

    Reply lines that left in one write are one record until it is packed: most cost of a short session would be theirs.

    `data` are the octets that crossed, line end included; for an event its text in UTF-8; for stored content nothing.
    `size` counts octets: of the line with its end; of stored content without dot-stuffing and the final dot; of content
    that was refused or cut off as it crossed. `offset` is where a chunk begins in its message, None for all else.
    """

    at_us: int
    side: Side
    kind: Kind
    data: bytes
    size: int
    message_id: int | None = None
    masked: bool = False
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the transcript as a reader sees it.

    `size` counts octets as `Record.size` does. `raw` stands only when `text` in UTF-8 + CRLF is not what crossed.
    Content of a stored message without `raw` crossed as `stuff(message)`; if it has an `offset`, it came by BDAT and
    crossed as the `size` octets of the message from there on.
    """

    seq: int
    at_us: int
    side: Side
    kind: Kind
    text: str
    size: int
    raw: bytes | None = None
    masked: bool = False
    verb: str | None = None
    code: int | None = None
    enhanced: str | None = None
    message_id: int | None = None
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """A session's entries in order. `complete` is false while the session is open and when the server died in it."""

    session_id: int
    complete: bool
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Some consecutive entries of a session. `before` is the entry that stands before them, None at the start.

    `total` counts all entries of the session so far; `complete` is as in `Transcript`.
    """

    before: Entry | None
    entries: tuple[Entry, ...]
    total: int
    complete: bool


def line(at_us: int, side: Side, kind: Kind, data: bytes) -> Record:
    """A line that crossed the wire, or replies that left in one write; octets as they are."""
    return Record(at_us, side, kind, data, len(data))


def event(at_us: int, kind: Kind, text: str) -> Record:
    """Something that happened to the connection and crossed nothing."""
    return Record(at_us, "event", kind, text.encode("utf-8", "replace"), 0)


def masked(at_us: int, text: str, size: int) -> Record:
    """A client line with a secret in it: the text to show instead, and how many octets really crossed."""
    return Record(at_us, "client", "auth", text.encode("utf-8", "replace"), size, None, True)


def content(at_us: int, stored: bytes, wire: bytes | None = None) -> Record:
    """The content of a message that is being stored.

    `wire` is what followed DATA, the final dot included; None says that it is `stuff(stored)`, which spares the look.
    """
    kept = wire if wire is not None and stuff(stored) != wire else b""
    return Record(at_us, "client", "data", kept, len(stored), OWN_MESSAGE)


def lost_content(at_us: int, wire: bytes, size: int) -> Record:
    """Content that was refused or cut off: the first octets of it as they crossed, and how many there were."""
    return Record(at_us, "client", "data", wire[:KEPT_CONTENT], size)


def chunk(at_us: int, kept: bytes, size: int, offset: int) -> Record:
    """A chunk of a message of which more is to come; `kept` are its first octets, lest the rest never comes."""
    return Record(at_us, "client", "data", kept[:KEPT_CONTENT], size, None, False, offset)


def last_chunk(at_us: int, size: int, offset: int) -> Record:
    """The chunk that completes a message, which is being stored."""
    return Record(at_us, "client", "data", b"", size, OWN_MESSAGE, False, offset)


def settled(records: Sequence[Record]) -> list[Record]:
    """The records, those of chunks with the message that they became part of.

    The chunks of a message follow one another without a gap from offset 0 to the one that names the message.
    """
    found = list(records)
    message_id, begin = None, 0
    for index in range(len(found) - 1, -1, -1):
        record = found[index]
        if record.kind != "data":
            continue
        if record.offset is None:
            message_id = None
        elif record.message_id is not None:
            message_id, begin = record.message_id, record.offset
        elif message_id is not None and begin and record.offset + record.size == begin:
            found[index] = record._replace(data=b"", message_id=message_id)
            begin = record.offset
    return found


def stuff(stored: bytes) -> bytes:
    """Stored content as a good client sends it after DATA: dots doubled, final dot added (RFC 5321 section 4.5.2)."""
    stuffed = stored.replace(b"\r\n.", b"\r\n..") if b"\r\n." in stored else stored
    if stuffed.startswith(b"."):
        stuffed = b"." + stuffed
    if stuffed and not stuffed.endswith(b"\r\n"):
        stuffed += b"\r\n"
    return stuffed + b".\r\n"


def height(record: Record) -> int:
    """How many entries a record makes: one for each reply line, else one."""
    return record.data.count(b"\n", 0, -1) + 1 if record.side == "server" else 1


def apart(record: Record) -> Iterable[Record]:
    """The record, or one for each reply line in it."""
    if height(record) == 1:
        return (record,)
    return [record._replace(data=data, size=len(data)) for data in io.BytesIO(record.data)]


def entries(records: Iterable[Record], first_seq: int = 0) -> list[Entry]:
    """Records as a reader sees them, numbered from `first_seq`."""
    lines = (line for record in records for line in apart(record))
    return [_entry(seq, line) for seq, line in enumerate(lines, first_seq)]


def _entry(seq: int, record: Record) -> Entry:
    at_us, side, kind, data, size, message_id, is_masked, offset = record
    if kind == "data":
        # Until it is committed, the session's own message has no id yet.
        return Entry(seq, at_us, side, kind, "", size, raw=data or None, message_id=message_id or None, offset=offset)
    if side == "event" or is_masked:
        text = data.decode("utf-8", "replace")
        return Entry(seq, at_us, side, kind, text, size, masked=is_masked, verb=_auth_verb(text) if is_masked else None)
    stem = data[:-2] if data.endswith(b"\r\n") else data
    text = stem.decode("utf-8", "replace").replace("\x00", "�")
    raw = data if text.encode() + b"\r\n" != data else None
    if side == "server":
        code, enhanced = reply_codes(text)
        return Entry(seq, at_us, side, kind, text, size, raw=raw, code=code, enhanced=enhanced)
    if kind == "auth":
        return Entry(seq, at_us, side, kind, text, size, raw=raw, verb=_auth_verb(text))
    verb = text.split(None, 1)[0].upper()[:32] if kind == "command" and text.strip() else None
    return Entry(seq, at_us, side, kind, text, size, raw=raw, verb=verb)


def _auth_verb(text: str) -> str | None:
    """The verb of a line of an AUTH exchange: the first has one, the client's responses have none."""
    words = text.split(None, 1)
    return "AUTH" if words and words[0].upper() == "AUTH" else None


def record(entry: Entry) -> Record:
    """The record that an entry was made of; content that is stored with its message has no octets in either."""
    if entry.kind == "data":
        data = entry.raw or b""
    elif entry.side == "event" or entry.masked:
        data = entry.text.encode()
    else:
        data = entry.raw if entry.raw is not None else entry.text.encode() + b"\r\n"
    return Record(entry.at_us, entry.side, entry.kind, data, entry.size, entry.message_id, entry.masked, entry.offset)


def reply_codes(text: str) -> tuple[int | None, str | None]:
    """The code and the enhanced code of one reply line: `250 2.1.0 Ok` is (250, "2.1.0") (RFC 5321, RFC 2034)."""
    digits = text[:3]
    if len(digits) < 3 or not (digits.isascii() and digits.isdigit()):
        return None, None
    word = text[4:].split(" ", 1)[0]
    numbers = word.split(".")
    enhanced = len(numbers) == 3 and word[:1] == digits[0] and all(n.isascii() and n.isdigit() for n in numbers)
    return int(digits), word if enhanced else None


def pack(records: Sequence[Record], message_id: int | None = None) -> bytes:
    """Records as one block of octets; `message_id` takes the place of `OWN_MESSAGE`. Read by `unpack`."""
    out: list[bytes] = []
    for at_us, side, kind, data, size, ref, is_masked, offset in records:
        ref = message_id if ref == OWN_MESSAGE and ref is not None else ref
        mark = b"m" if is_masked else b"-"
        place = b"" if offset is None else b" %d" % offset
        head = (at_us, _LETTERS[side, kind], mark, size, ref or 0, len(data), place, data)
        out.append(b"%d %b%b %d %d %d%b\n%b" % head)
    return b"".join(out)


def unpack(block: bytes) -> list[Record]:
    """The records of a segment, each reply line by itself. Raises ValueError when the block was not made by `pack`."""
    records: list[Record] = []
    at = 0
    while at < len(block):
        end = block.index(b"\n", at)
        at_us, letters, size, ref, length, *place = block[at:end].decode("ascii").split(" ")
        at = end + 1 + int(length)
        data = block[end + 1 : at]
        side, kind = _SIDE_OF[letters[0]], _KIND_OF[letters[1]]
        offset = int(place[0]) if place else None
        record = Record(int(at_us), side, kind, data, int(size), int(ref) or None, letters[2] == "m", offset)
        records.extend(apart(record))
    return records


def to_text(transcript: Transcript) -> str:
    """The transcript for people: `0.004 C: EHLO x`, `0.005 S: …`, `0.443 *: TLS 1.3 …`, a line each."""
    return "".join(f"{e.at_us / 1e6:.3f} {_SIDES[e.side]}: {_shown(e)}\n" for e in transcript.entries)


def _shown(entry: Entry) -> str:
    if entry.kind != "data":
        return controls.in_line(entry.text)
    if entry.message_id is not None:
        return f"[{entry.size} octets of content, message {entry.message_id}]"
    if entry.offset is not None:
        return f"[{entry.size} octets of content, the rest has not come]"
    return f"[{entry.size} octets of content, not stored]"


def raw_base64(entry: Entry) -> str | None:
    """`Entry.raw` as JSON carries it."""
    return None if entry.raw is None else base64.b64encode(entry.raw).decode("ascii")
