"""The HTML of a message as source: coloured, in numbered lines, as it was sent or with a line for each block.

Rules of this module:

* what is shown is bounded in characters and in pieces, whatever the source is made of;
* formatted source is for reading only: white space that was not sent is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pillarbox.mail.highlight import Piece, pieces
from pillarbox.mail.html import BLOCK, VOID
from pillarbox.web.contexts import SourcePanel

SHOWN = 256 * 1024
"""Characters of the source that a page shows."""

PIECES = 30_000
"""Coloured pieces and lines on a page."""

DEEPEST = 24
"""Steps that formatted source is indented at most: mail nests tables for ever."""

_ALONE = BLOCK | {
    "html",
    "head",
    "body",
    "meta",
    "title",
    "link",
    "style",
    "script",
    "base",
    "col",
    "colgroup",
    "caption",
}
_SPACE = " \t\r\n\f"


def panel(html: str | None, *, formatted: bool) -> SourcePanel:
    if html is None:
        return SourcePanel(lines=None, formatted=formatted)
    found = pieces(html[:SHOWN])
    counted = _Counted(found)
    lines = _lines(_indented(counted) if formatted else counted)
    return SourcePanel(lines=tuple(lines), formatted=formatted, cut=len(html) - counted.characters)


class _Counted:
    """Gives pieces until there are too many of them; `characters` were given."""

    def __init__(self, found: Iterable[Piece]) -> None:
        self._found = found
        self.characters = 0

    def __iter__(self) -> Iterator[Piece]:
        left = PIECES
        for kind, text in self._found:
            left -= 1 + text.count("\n")
            if left < 0:
                return
            self.characters += len(text)
            yield kind, text


def _lines(found: Iterable[Piece]) -> list[tuple[Piece, ...]]:
    lines: list[tuple[Piece, ...]] = []
    line: list[Piece] = []
    for kind, text in found:
        first, *others = text.replace("\r\n", "\n").split("\n")
        if first:
            line.append((kind, first))
        for other in others:
            lines.append(tuple(line))
            line = [(kind, other)] if other else []
    if line or not lines:
        lines.append(tuple(line))
    return lines


def _indented(found: Iterable[Piece]) -> Iterator[Piece]:
    """The same with a line for each block and for each run of text in one. What is preformatted stays as it is."""
    depth = 0
    fresh = True  # at the beginning of a line
    verbatim = ""  # the element whose content stays as it is
    tag: list[Piece] = []
    for kind, text in found:
        if kind == "mark" and text in ("<", "</") and not tag:
            tag = [(kind, text)]
            continue
        if tag:
            tag.append((kind, text))
            if (kind, text) != ("mark", ">"):
                continue
            name, closing = tag[1][1].lower(), tag[0][1] == "</"
            alone = name in _ALONE and (not verbatim or name == verbatim)
            if closing and alone and name not in VOID:
                depth = max(0, depth - 1)
            if alone and not fresh and not (closing and verbatim):
                yield "text", "\n"
                fresh = True
            if fresh and not verbatim:
                yield from _step(depth)
            yield from tag
            fresh = False
            if closing:
                verbatim = "" if name == verbatim else verbatim
            elif name in ("pre", "style", "script", "title"):
                verbatim = verbatim or name
            if alone and not verbatim:
                yield "text", "\n"
                fresh = True
            if not closing and alone and name not in VOID and name not in ("meta", "link", "base"):
                depth += 1
            tag = []
            continue
        if not verbatim and kind == "text":
            text = _squeezed(text, fresh)
        if not text:
            continue
        if fresh and not verbatim:
            yield from _step(depth)
        fresh = False
        yield kind, text
    yield from tag


def _step(depth: int) -> Iterator[Piece]:
    if depth:
        yield "text", "  " * min(depth, DEEPEST)


def _squeezed(text: str, fresh: bool) -> str:
    words = " ".join(text.split())
    if not words:
        return "" if fresh else " "
    before = " " if text[0] in _SPACE and not fresh else ""
    return before + words + (" " if text[-1] in _SPACE else "")
