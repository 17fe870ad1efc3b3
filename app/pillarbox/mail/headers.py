"""Header fields as octets: where they end, how they are split, unfolded and decoded (RFC 5322 sections 2.2, 3.2).

Rules of this module:

* order, spelling and duplicates are kept;
* a line that is no field and no continuation is skipped when a field follows before the blank line; else the body
  starts there;
* 8-bit values are UTF-8 if that is valid, else cp1252;
* at most 1 MB and 2,000 fields are read, and 64 KB of a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from pillarbox.mail import charset, encoded

Note = Callable[[str], None]

MAX_OCTETS = 1 << 20
MAX_FIELDS = 2000
MAX_VALUE = 1 << 16
MAX_SOUND = 1 << 14  # of a block that is copied to be read at one go

_FIRST_NAME = re.compile(rb"(?:\xef\xbb\xbf)?([!-9;-~]+)[ \t]*:")
_NAME = re.compile(rb"\n([!-9;-~]+)[ \t]*:")  # begins with a literal, which is several times faster than "^"
_FIELD = re.compile(rb"\n([!-9;-~]++)[ \t]*+:(.*+(?:\n[ \t].*+)*)")
_NO_FIELD = re.compile(rb"\n(?=[^ \t\r\n]|\r[^\n])")
_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_BLANK = re.compile(rb"\n\r?\n")
_BLANK_LINE = re.compile(rb"\r?\n")


class Head(NamedTuple):
    """The fields of a header block in order, as (name, raw folded value), and where the body starts in the message."""

    fields: tuple[tuple[bytes, bytes], ...]
    body: int

    def named(self) -> dict[bytes, list[bytes]]:
        """The values of each field in order, by its name in lower case."""
        named: dict[bytes, list[bytes]] = {}
        for name, value in self.fields:
            key = name.lower()
            if key in named:
                named[key].append(value)
            else:
                named[key] = [value]
        return named


class BlankLines:
    """Finds the blank line that ends a header block, over one message, in time linear in it.

    Asked with rising positions only. The last answer is kept, so thousands of parts without a blank line cost one
    search of the rest and not one each.
    """

    __slots__ = ("_at", "_end", "_from", "_raw")

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._from = self._at = self._end = -1

    def after(self, start: int) -> tuple[int, int]:
        """The end of the header block that starts at `start`, and the start of the body after the blank line."""
        here = _BLANK_LINE.match(self._raw, start)
        if here:
            return start, here.end()
        if not 0 <= self._from <= start <= self._at:
            found = _BLANK.search(self._raw, start)
            self._from = start
            self._at, self._end = (found.start(), found.end()) if found else (len(self._raw), len(self._raw))
        return min(self._at + 1, len(self._raw)), self._end


def block(raw: bytes) -> tuple[int, int]:
    """The end of the header block that a message begins with, and the start of the body after the blank line."""
    if raw[:1] in (b"\r", b"\n"):
        return BlankLines(raw).after(0)
    at = raw.find(b"\n\r\n")
    end = at + 3
    bare = raw.find(b"\n\n", 0, at + 1) if at >= 0 else raw.find(b"\n\n")
    if bare >= 0:
        at, end = bare, bare + 2
    return (at + 1, end) if at >= 0 else (len(raw), len(raw))


def split(raw: bytes, start: int, end: int, body: int, note: Note) -> Head:
    """The header block in raw[start:end]; `body` is where the blank line says that the body starts."""
    if end - start <= MAX_SOUND:
        fields = _sound(raw[start:end])
        if fields is not None:
            return Head(fields, body)
    return _any(raw, start, end, body, note)


def _sound(block: bytes) -> tuple[tuple[bytes, bytes], ...] | None:
    """The fields of a block in which every line is a field or continues one, as nearly every block is; else None.

    One search finds them all, at a third of what `_any` costs. Nothing but a field or a continuation begins where the
    fields found are as many as there are lines that are no continuation.
    """
    if block[-1:] != b"\n" or block[0] in b" \t":
        return None
    lines = b"\n" + block[:-1]
    found = _FIELD.findall(lines)
    continued = lines.count(b"\n") - len(found)
    if (continued and continued != lines.count(b"\n ") + lines.count(b"\n\t")) or len(found) > MAX_FIELDS:
        return None
    return tuple([(name, value.strip(b" \t\r\n")) for name, value in found])


def _any(raw: bytes, start: int, end: int, body: int, note: Note) -> Head:
    limit = end
    if end - start > MAX_OCTETS:
        limit = start + MAX_OCTETS
    first = _FIRST_NAME.match(raw, start, limit)
    names = [first] if first else []
    for found in _NAME.finditer(raw, start, limit):
        if len(names) == MAX_FIELDS:
            note("too-many-headers")
            end = limit = found.start() + 1
            break
        names.append(found)
    if not names:
        return Head((), start if end > start else body)
    if limit == start + MAX_OCTETS < end:
        note("headers-too-large")
    if first is None:
        note("header-without-colon")
    fields = []
    for index, found in enumerate(names):
        last = index + 1 == len(names)
        stop = limit if last else names[index + 1].start() + 1
        value = raw[found.end() : stop]
        if value.count(b"\n") > 1 and (foreign := _NO_FIELD.search(value)):
            value = value[: foreign.start()]
            if not last:
                note("header-without-colon")
            elif limit == end and len(names) < MAX_FIELDS:
                note("missing-blank-line")
                body = found.end() + foreign.end()
        fields.append((found[1], value.strip(b" \t\r\n")))
    return Head(tuple(fields), body)


def unfold(value: bytes) -> bytes:
    """The value on one line: line breaks before white space go, the white space stays (RFC 5322 section 2.2.3)."""
    return _FOLD.sub(b"", value) if b"\n" in value else value


def decode(value: bytes, note: Note) -> str:
    """A raw value as the reader sees it: cut, unfolded, decoded, encoded words included."""
    if len(value) <= MAX_VALUE and value.isascii():
        text = value.decode("ascii")
        if text.isprintable() and "=?" not in text:
            return text  # nothing of what follows would change it
    if len(value) > MAX_VALUE:
        note("header-too-long")
        value = value[:MAX_VALUE]
    return charset.valid(encoded.decode(undecorated(value, note), note))[:MAX_VALUE]


def undecorated(value: bytes, note: Note) -> str:
    """A raw value unfolded and as text, its encoded words still standing."""
    if b"\n" in value:
        value = unfold(value)
    if b"\r" in value or b"\n" in value:
        note("bare-cr-in-header")
        value = value.replace(b"\r", b" ").replace(b"\n", b" ")
    if b"\x00" in value:
        note("nul-in-header")
        return charset.valid(charset.unlabelled(value))
    if value.isascii():
        return value.decode("ascii")
    try:
        return value.decode()
    except UnicodeDecodeError:
        note("header-not-utf8")
        return value.decode("cp1252", "replace")
