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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pillarbox.mail import headers, params, transfer
from pillarbox.mail.memory import remembering

PartNote = Callable[[str, int], None]
Named = Mapping[bytes, Sequence[bytes]]

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
    charset: str | None = None
    end: int = -1
    children: int = 0
    boundaries: tuple[bytes, ...] = field(default=(), repr=False)

    def filename(self, note: Callable[[str], None]) -> str | None:
        """The name as sent, decoded, for display only: whoever offers it for download makes it safe."""
        return self.disposed.text("filename", note) or self.declared.text("name", note)


def _ignore(code: str) -> None:
    """For a second reading of what was noted at the first."""


def scan(raw: bytes, named: Named, body: int, note: PartNote) -> list[Node]:
    """The parts of a message, depth first, the root first. `named` are the values of its header fields by lower-case
    name, `body` is where its body starts; `note` takes (code, part).
    """
    root = _node(named, body, 0, None, note)
    if root.boundaries:
        return _Scanner(raw, root, note).run()
    root.end = len(raw)
    return [root]


@remembering
def _typed(value: bytes, note: Callable[[str], None]) -> tuple[params.Field, str | None]:
    """A Content-Type, and the charset that it names."""
    declared = params.content_type(value, note)
    found = _LABEL.match(declared.text("charset", _ignore) or "")
    return declared, found[1].lower() if found else None


_disposed = remembering(params.disposition)


def _node(named: Named, start: int, n: int, parent: Node | None, tell: PartNote) -> Node:
    node = Node(n, parent.n, parent.depth + 1, start) if parent else Node(n, None, 0, start)

    def note(code: str) -> None:
        tell(code, n)

    if b"content-transfer-encoding" in named:
        node.encoding = _encoding(named[b"content-transfer-encoding"][0][:200], _ignore)
    if b"content-id" in named and (found := _CID.match(headers.unfold(named[b"content-id"][0][:1000]))):
        node.content_id = headers.decode(found[1].strip(), _ignore).strip() or None
    if b"content-disposition" in named:
        node.disposed = _disposed(named[b"content-disposition"][0], note)
    if b"content-type" in named:
        node.declared, node.charset = _typed(named[b"content-type"][0], note)
        node.content_type = node.declared.value
        if not node.content_type:
            note("content-type-invalid")
            node.content_type = "text/plain"
    elif parent and parent.content_type == "multipart/digest":
        node.content_type = "message/rfc822"
    if node.content_type.startswith("multipart/"):
        _as_multipart(node, note)
    return node


@remembering
def _encoding(value: bytes, note: Callable[[str], None]) -> str:
    return transfer.token(headers.undecorated(value, note))


def _as_multipart(node: Node, note: Callable[[str], None]) -> None:
    if node.depth >= MAX_DEPTH:
        note("too-deep")
        return
    node.boundaries = params.boundaries(node.declared)
    if not node.boundaries:
        note("boundary-missing")
        node.content_type = "text/plain"
    elif node.encoding in transfer.KNOWN - transfer.AS_IT_STANDS:
        note("encoding-on-multipart")


class _Scanner:
    __slots__ = ("_blank", "_delimiters", "_needle", "_nodes", "_note", "_open", "_raw", "_stack")

    def __init__(self, raw: bytes, root: Node, note: PartNote) -> None:
        self._raw = raw
        self._note = note
        self._nodes = [root]
        self._open = [root]  # the way from the root to the part being read: none of them has an end yet
        self._stack = [root]  # the multiparts whose delimiters count
        self._blank = headers.BlankLines(raw)
        self._read_delimiters()

    def run(self) -> list[Node]:
        self._multipart(max(self._nodes[0].start - 1, 0))
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
        parent = self._stack[level]
        parent.children += 1
        node = _node(head.named(), head.body, n, parent, self._note)
        self._nodes.append(node)
        self._open.append(node)
        if node.boundaries:
            self._stack.append(node)
            self._read_delimiters()
        return node.start - 1

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
