"""Octets and text made visible: what a screen would swallow is shown as a mark.

Rules of this module:

* a control character and an octet that is not UTF-8 are shown as C writes them (`\\0`, `\\r`, `\\x1B`, `\\xE9`), an
  invisible or direction-changing character as its number, so that a line cannot look like another line;
* a line end CR LF is a line end; CR or LF alone is a mark, because SMTP knows no such line end (RFC 5321 2.3.8);
* asked for `signs`, what is usual and cannot be seen is shown as well: line ends, tabs, blanks before a line end;
* linear in the input; neighbouring marks are one piece.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pillarbox.web.language import gettext as _

_MARKED = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters; tab and line feed are dealt with apart
    "\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # invisible, or changing the direction
    "\udc80-\udcff"  # octets that are not UTF-8, as surrogateescape keeps them
)
_SHORT = {"\0": "\\0", "\r": "\\r", "\n": "\\n"}
_UNUSUAL = re.compile(f"\r\n|\r|\n|[{_MARKED}]+".replace("\x0b-\x1f", "\x0b\x0c\x0e-\x1f"))


class Piece(NamedTuple):
    """A run of text; `mark` when it stands for something unusual that cannot be seen, `sign` for something usual."""

    text: str
    mark: bool = False
    sign: bool = False


def pieces(octets: bytes, *, signs: bool = False) -> tuple[Piece, ...]:
    """The octets as they would be read, nothing lost and nothing hidden."""
    found = text_pieces(octets.decode("utf-8", "surrogateescape"))
    return signed(found) if signs else found


def line_end(octets: bytes) -> tuple[Piece, ...]:
    """How a line that does not end with CR LF ended, nothing for one that does."""
    if octets.endswith(b"\r\n"):
        return ()
    if octets.endswith((b"\n", b"\r")):
        return (Piece(_SHORT[chr(octets[-1])], True),)
    return (Piece(_("no line end"), True),)


_USUAL = re.compile("\n|\t+| +(?=\n)")
_USUAL_AT_END = re.compile("\n|\t+| +(?=\n|\\Z)")


def signed(found: tuple[Piece, ...], *, last: bool = True) -> tuple[Piece, ...]:
    """The same with signs for line ends, tabs and the blanks before a line end; `last`: the line ends with it."""
    out: list[Piece] = []
    for number, piece in enumerate(found, 1):
        if piece.mark:
            out.append(piece)
            continue
        usual = _USUAL_AT_END if last and number == len(found) else _USUAL
        at = 0
        # The line end that a mark of its own stands before was no CR LF.
        lone = bool(out) and out[-1] == Piece(_SHORT["\n"], True) and piece.text.startswith("\n")
        for match in usual.finditer(piece.text, 1 if lone else 0):
            if match.start() > at:
                out.append(Piece(piece.text[at : match.start()]))
            at = match.end()
            run = match.group()
            if run == "\n":
                out += (Piece("\\r\\n", sign=True), Piece("\n"))
            else:
                out.append(Piece(("→" if run[0] == "\t" else "·") * len(run), sign=True))
        if at < len(piece.text):
            out.append(Piece(piece.text[at:]))
    return tuple(out)


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
