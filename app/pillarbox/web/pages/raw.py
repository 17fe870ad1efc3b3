"""The Raw tab: the octets of a message as lines, a page at a time.

Rules of this module:

* a line ends with LF; CR LF is the usual end, LF alone and CR anywhere else are marks (RFC 5322 section 2.1.1);
* a page starts at an octet and not at a line, so that it is found without reading what comes before; the address of a
  line is that of its page and `#l` with its number;
* a page ends with a whole line, unless one line is longer than a page.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from pillarbox.mail.message import Mail, Part
from pillarbox.web.contexts import RawLine, RawPanel
from pillarbox.web.contexts.raw import Kind
from pillarbox.web.language import gettext as _
from pillarbox.web.pages.visible import Piece, head, pieces, signed

PAGE = 128 * 1024
"""Octets of one page."""

LINES = 2500
"""Lines of one page, for messages with hardly anything on a line."""

MOST, SHOULD = 998, 78
"""Octets that a line must not, and should not exceed (RFC 5322 section 2.1.1)."""


def panel(raw: bytes, mail: Mail, start: int, *, ends: bool) -> RawPanel:
    start = min(start, max(0, len(raw) - 1))
    page = head(raw[start : start + PAGE + 1], PAGE)
    lines = page.split(b"\n", LINES)
    if len(lines) > LINES:
        page = page[: len(page) - len(lines[LINES])]
    stop = start + len(page)
    regions = _Regions(raw, mail)
    first = raw.count(b"\n", 0, start) + 1
    found = []
    at = start
    for number, line in enumerate(_lines(page), first):
        last = at + len(line) == len(raw)
        continued = at == start and start > 0 and raw[start - 1] != 10
        found.append(_line(number, line, regions.kind(at, line), ends=ends, last=last, continued=continued))
        at += len(line)
    return RawPanel(
        lines=tuple(found),
        size=len(raw),
        total=raw.count(b"\n") + (not raw.endswith(b"\n") and bool(raw)),
        start=start,
        ends=ends,
        earlier=_earlier(raw, start) if start else None,
        later=stop if stop < len(raw) else None,
    )


def _earlier(raw: bytes, start: int) -> int:
    """Where a page begins that ends here: a page of octets or of lines before, or the beginning."""
    begin = max(0, start - PAGE)
    if begin:
        begin = raw.find(b"\n", begin, start - 1) + 1 or begin
    lines = raw[begin:start].rsplit(b"\n", LINES + 1)
    return start - sum(len(line) + 1 for line in lines[1:]) + 1 if len(lines) > LINES + 1 else begin


def _lines(page: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(page):
        end = page.find(b"\n", at) + 1 or len(page)
        yield page[at:end]
        at = end


def _line(number: int, line: bytes, kind: Kind, *, ends: bool, last: bool, continued: bool) -> RawLine:
    if line.endswith(b"\r\n"):
        text, end = line[:-2], Piece("\\r\\n", sign=True) if ends else None
    elif line.endswith(b"\n"):
        text, end = line[:-1], Piece("\\n", True)
    else:
        text, end = line, Piece(_("no line end"), True) if last else None
    shown = pieces(text)
    return RawLine(
        n=number,
        kind=kind,
        pieces=signed(shown) if ends else shown,
        end=end,
        octets=len(text),
        over=MOST if len(text) > MOST else SHOULD if len(text) > SHOULD else 0,
        continued=continued,
    )


class _Regions:
    """Which lines are headers, boundaries, bodies. Asked with rising positions that begin lines."""

    def __init__(self, raw: bytes, mail: Mail) -> None:
        parents = {part.parent for part in mail.parts}
        leaves = sorted((part for part in mail.parts if part.n not in parents), key=_start)
        self._raw = raw
        self._root = mail.parts[0].start if mail.parts else len(raw)
        self._starts = [leaf.start for leaf in leaves]
        self._ends = [leaf.end for leaf in leaves]
        self._inner = {part.start for part in mail.parts if part.n in parents}
        self._state: Kind | None = None

    def kind(self, at: int, line: bytes) -> Kind:
        leaf = bisect_right(self._starts, at) - 1
        if leaf >= 0 and at < self._ends[leaf]:
            self._state = "between"
            return "body"
        if at < self._root:
            return "head"
        if self._state is None:
            self._state = self._begun(at, self._ends[leaf] if leaf >= 0 else self._root)
        if at in self._inner:
            self._state = "between"
        if line.startswith(b"--") and line.strip(b"- \t\r\n"):
            self._state = _after(line)
            return "boundary"
        return self._state

    def _begun(self, at: int, since: int) -> Kind:
        """What a page begins with that begins between bodies: the last boundary before it says."""
        begin = self._raw.rfind(b"\n--", max(0, since - 1), at) + 1
        if not begin or any(begin <= start <= at for start in self._inner):
            return "between"
        return _after(self._raw[begin : self._raw.find(b"\n", begin) + 1])


def _after(boundary: bytes) -> Kind:
    """Headers of a part follow a boundary, nothing that counts the last one."""
    return "between" if boundary.rstrip(b" \t\r\n").endswith(b"--") else "head"


def _start(part: Part) -> int:
    return part.start
