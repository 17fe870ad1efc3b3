"""Control characters as pictures: what a client sends must not move the cursor of whoever reads it, nor look like two
lines, nor turn a line around.

ESC becomes `␛`; what has no picture of its own, such as U+2028, becomes its number, `\\u2028`.
"""

from __future__ import annotations

import re

_C0 = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "␡"}
_NUMBERED = (*range(0x80, 0xA0), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_PICTURES = _C0 | {code: f"\\u{code:04x}" for code in _NUMBERED}
_LINE = {code: picture for code, picture in _PICTURES.items() if code != 0x09}

# In running text line ends and tabs are text, and the marks that turn it around belong to languages written so.
_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)")


def in_line(text: str) -> str:
    """One line without control characters, tabs excepted: `in_line("a\x1b[2J")` is "a␛[2J"."""
    return text if text.isprintable() else text.translate(_LINE)


def in_text(text: str) -> str:
    """Text of any number of lines without control characters; CRLF, LF and tabs stay."""
    return text if text.isprintable() else _TEXT.sub(lambda found: _PICTURES[ord(found[0])], text)


def short(text: str, longest: int) -> str:
    """As in a line, and of that at most so many characters."""
    line = in_line(text)
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
