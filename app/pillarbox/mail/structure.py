"""The MIME tree of a message as slices of its octets (RFC 2046), found in one pass.

Rules of this module:

* a delimiter is a whole line: `--boundary`, perhaps `--`, perhaps white space; one that only starts so is text;
* one search runs over the body for what all open boundaries have in common; each line found is looked up once, so
  neither depth nor look-alike boundaries multiply the work;
* the delimiter of an outer multipart ends the inner ones; a missing end boundary ends at the end;
* a multipart without a boundary, or with one that never occurs, is text;
* `message/rfc822` is a leaf here, an exact slice; whoever wants to see inside parses that slice;
* at most 2,000 parts, multiparts open to a depth of 20.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pillarbox.mail import headers, params, transfer
from pillarbox.mail.headers import Head

PartNote = Callable[[str, int], None]

MAX_PARTS = 2000
MAX_DEPTH = 20

_LABEL = re.compile(r"[\s\"']*([^\s;\"'(),]{1,60})")
_CID = re.compile(rb"[\s<]*([^<>]*)")
_NO_FIELD = params.Field("")


@dataclass(slots=True)
class Node:
    """One part while the tree is being read: raw[start:end] is its body. The root is number 0 at depth 0."""

    n: int
    parent: int | None
    depth: int
    start: int
    content_type: str = "text/plain"
    declared: params.Field = _NO_FIELD
    disposed: params.Field = _NO_FIELD
    encoding: str = ""
    content_id: str | None = None
    end: int = -1
    children: int = 0
    boundaries: tuple[bytes, ...] = field(default=(), repr=False)

    def charset(self) -> str | None:
        found = _LABEL.match(self.declared.text("charset", _ignore) or "")
        return found[1].lower() if found else None

    def filename(self, note: Callable[[str], None]) -> str | None:
        """The name as sent, decoded, for display only: whoever offers it for download makes it safe."""
        return self.disposed.text("filename", note) or self.declared.text("name", note)


def _ignore(code: str) -> None:
    """For a second reading of what was noted at the first."""


def scan(raw: bytes, head: Head, note: PartNote) -> list[Node]:
    """The parts of a message with the header block `head`, depth first, the root first. `note` takes (code, part)."""
    return _Scanner(raw, note).run(head)


_Parser = Callable[[bytes, Callable[[str], None]], params.Field]


@lru_cache(maxsize=512)
def _remembered(parse: _Parser, value: bytes) -> tuple[params.Field, tuple[str, ...]]:
    codes: list[str] = []
    return parse(value, codes.append), tuple(codes)


def _field(value: bytes, parse: _Parser, note: Callable[[str], None]) -> params.Field:
    """Parse a structured field; short ones are remembered, because mail after mail carries the same."""
    if len(value) > 200:
        return parse(value, note)
    parsed, codes = _remembered(parse, value)
    for code in codes:
        note(code)
    return parsed


class _Scanner:
    __slots__ = ("_blank", "_delimiters", "_needle", "_nodes", "_note", "_open", "_raw", "_stack")

    def __init__(self, raw: bytes, note: PartNote) -> None:
        self._raw = raw
        self._note = note
        self._nodes: list[Node] = []
        self._open: list[Node] = []  # the way from the root to the part being read: none of them has an end yet
        self._stack: list[Node] = []  # the multiparts whose delimiters count
        self._blank = headers.BlankLines(raw)

    def run(self, head: Head) -> list[Node]:
        self._add(head, None)
        if self._stack:
            self._multipart(max(head.body - 1, 0))
        for node in self._open:
            node.end = len(self._raw)
        for node in self._nodes:
            if node.boundaries and not node.children:
                # RFC 2046 knows no such thing; what people need is to see what is there.
                self._note("boundary-not-found", node.n)
                node.boundaries = ()
                node.content_type = "text/plain"
        return self._nodes

    def _multipart(self, at: int) -> None:
        """Read delimiters from the line break at `at` until every multipart is closed or the message ends."""
        raw = self._raw
        while self._stack:
            at = raw.find(self._needle, at)
            if at < 0:
                break
            end = raw.find(b"\n", at + 1)
            end = len(raw) if end < 0 else end
            hit = self._delimiters.get(raw[at + 1 : end].rstrip(b" \t\r"))
            if hit is None:
                at = end
                continue
            level, closing = hit
            self._unclosed(level + 1)
            self._end_below(self._stack[level], at)
            if closing:
                del self._stack[level:]
                self._read_delimiters()
                at = end
            elif len(self._nodes) == MAX_PARTS:
                self._note("too-many-parts", 0)
                return
            else:
                at = self._part(level, min(end + 1, len(raw)))
        self._unclosed(0)

    def _unclosed(self, level: int) -> None:
        """The multiparts from `level` inwards end without their closing delimiter."""
        if level < len(self._stack):
            for node in self._stack[level:]:
                if node.children:
                    self._note("boundary-not-closed", node.n)
            del self._stack[level:]
            self._read_delimiters()

    def _end_below(self, parent: Node, at: int) -> None:
        """A delimiter of `parent` follows the line break at `at`, which belongs to it: end what is open inside."""
        end = at - 1 if at and self._raw[at - 1] == 13 else at
        while self._open[-1].depth > parent.depth:
            node = self._open.pop()
            node.end = max(end, node.start)

    def _part(self, level: int, start: int) -> int:
        """Open the part whose header block starts at `start`; return where the search for delimiters goes on."""
        end, body = self._blank.after(start)
        at = start - 1
        while True:  # a delimiter may come before any blank line
            at = self._raw.find(self._needle, at, end)
            if at < 0:
                break
            stop = self._raw.find(b"\n", at + 1)
            stop = len(self._raw) if stop < 0 else stop
            if self._raw[at + 1 : stop].rstrip(b" \t\r") in self._delimiters:
                if at < start:
                    return at  # two delimiters in a row, and nothing between them: no part
                end = body = at
                break
            at = stop
        n = len(self._nodes)
        head = headers.split(self._raw, start, end, body, lambda code: self._note(code, n))
        return self._add(head, self._stack[level]) - 1

    def _add(self, head: Head, parent: Node | None) -> int:
        node = self._node(head, parent)
        self._nodes.append(node)
        self._open.append(node)
        if parent:
            parent.children += 1
        if node.boundaries:
            self._stack.append(node)
            self._read_delimiters()
        return node.start

    def _node(self, head: Head, parent: Node | None) -> Node:
        node = Node(len(self._nodes), parent.n if parent else None, parent.depth + 1 if parent else 0, head.body)

        def note(code: str) -> None:
            self._note(code, node.n)

        typed = disposed = encoding = identity = None
        for name, value in head.fields:
            if name[:8].lower() != b"content-":
                continue
            key = name[8:].lower()
            if key == b"type" and typed is None:
                typed = value
            elif key == b"disposition" and disposed is None:
                disposed = value
            elif key == b"transfer-encoding" and encoding is None:
                encoding = value
            elif key == b"id" and identity is None:
                identity = value
        if encoding is not None:
            node.encoding = transfer.token(headers.undecorated(encoding[:200], _ignore))
        if identity is not None and (found := _CID.match(headers.unfold(identity[:1000]))):
            node.content_id = headers.decode(found[1].strip(), _ignore).strip() or None
        if disposed is not None:
            node.disposed = _field(disposed, params.disposition, note)
        if typed is not None:
            node.declared = _field(typed, params.content_type, note)
            node.content_type = node.declared.value
            if not node.content_type:
                note("content-type-invalid")
                node.content_type = "text/plain"
        elif parent and parent.content_type == "multipart/digest":
            node.content_type = "message/rfc822"
        if node.content_type.startswith("multipart/"):
            self._as_multipart(node, note)
        return node

    def _as_multipart(self, node: Node, note: Callable[[str], None]) -> None:
        if node.depth >= MAX_DEPTH:
            note("too-deep")
            return
        node.boundaries = params.boundaries(node.declared)
        if not node.boundaries:
            note("boundary-missing")
            node.content_type = "text/plain"
        elif node.encoding in transfer.KNOWN - transfer.AS_IT_STANDS:
            note("encoding-on-multipart")

    def _read_delimiters(self) -> None:
        """The delimiter lines that count now, the innermost winning, and the octets that all of them start with."""
        found: dict[bytes, tuple[int, bool]] = {}
        for level, node in enumerate(self._stack):
            for boundary in node.boundaries:
                found[b"--" + boundary + b"--"] = (level, True)
                found[b"--" + boundary] = (level, False)
        self._delimiters = found
        self._needle = b"\n" + _common_start(list(found))


def _common_start(lines: Sequence[bytes]) -> bytes:
    if not lines:
        return b""
    low, high = min(lines), max(lines)
    for index, octet in enumerate(low):
        if octet != high[index]:
            return low[:index]
    return low
