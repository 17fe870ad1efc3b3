"""Octets and text made visible: what a screen would swallow is shown as a mark.

Rules of this module:

* a control character and an octet that is not UTF-8 are shown as C writes them (`\\0`, `\\r`, `\\x1B`, `\\xE9`), an
  invisible or direction-changing character as its number, so that a line cannot look like another line;
* a line end CR LF is a line end; CR or LF alone is a mark, because SMTP knows no such line end (RFC 5321 2.3.8);
* linear in the input; neighbouring marks are one piece.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_MARKED = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters; tab and line feed are dealt with apart
    "\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # invisible, or changing the direction
    "\udc80-\udcff"  # octets that are not UTF-8, as surrogateescape keeps them
)
_SHORT = {"\0": "\\0", "\r": "\\r", "\n": "\\n"}
_UNUSUAL = re.compile(f"\r\n|\r|\n|[{_MARKED}]+".replace("\x0b-\x1f", "\x0b\x0c\x0e-\x1f"))


class Piece(NamedTuple):
    """A run of text; `mark` when it stands for something that cannot be seen."""

    text: str
    mark: bool


def pieces(octets: bytes) -> tuple[Piece, ...]:
    """The octets as they would be read, nothing lost and nothing hidden."""
    return text_pieces(octets.decode("utf-8", "surrogateescape"))


def line_pieces(octets: bytes) -> tuple[Piece, ...]:
    """One line as it crossed: its CR LF is left out, any other end is a mark."""
    found = list(pieces(octets.removesuffix(b"\r\n")))
    if found and found[-1] == Piece("\n", False):
        found.pop()
    if not octets.endswith((b"\n", b"\r")):
        found.append(Piece("no line end", True))
    return tuple(found)


def text_pieces(text: str) -> tuple[Piece, ...]:
    found: list[Piece] = []
    at = 0
    plain: list[str] = []

    def flush() -> None:
        if plain:
            found.append(Piece("".join(plain), False))
            plain.clear()

    for match in _UNUSUAL.finditer(text):
        if match.start() > at:
            plain.append(text[at : match.start()])
        at = match.end()
        run = match.group()
        if run == "\r\n":
            plain.append("\n")
            continue
        flush()
        found.append(Piece("".join(map(_shown, run)), True))
        if run == "\n":
            plain.append("\n")
    if at < len(text):
        plain.append(text[at:])
    flush()
    return tuple(found)


def _shown(character: str) -> str:
    code = ord(character)
    if character in _SHORT:
        return _SHORT[character]
    if code < 0x80:
        return f"\\x{code:02X}"
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02X}"
    return f"U+{code:04X}"


def head(octets: bytes, limit: int) -> bytes:
    """The first `limit` octets at most, ending with a whole line where there is one."""
    if len(octets) <= limit:
        return octets
    cut = octets.rfind(b"\n", 0, limit)
    return octets[: cut + 1] if cut > limit // 2 else octets[:limit]
