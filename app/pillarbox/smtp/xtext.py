"""xtext, the encoding of parameter values, and its kin for addresses in UTF-8 (RFC 3461 section 4, RFC 6533 section 3).

Rules of this module:

* In xtext a printable ASCII character other than `+` and `=` stands for itself, any other octet is `+` and two
  hexadecimal digits in upper case.
* In an address of type `utf-8` a character may stand for itself, or be `\\x{…}` with its code point.
* What decodes to a control character, or to octets that are no UTF-8, is not decoded at all: a value ends up in header
  fields of reports, on pages and in logs, where CR and LF would begin a new line.
"""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[!-*,-<>-~]*")
_XTEXT = re.compile(r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})*")
_OCTETS = re.compile(r"(?:\+[0-9A-F]{2})+")

# As xtext, but a backslash only begins an embedded character.
_UTF8 = re.compile(r"(?:[!-*,-<>-\[\]-~]|[^\x00-\x7f]|\+[0-9A-F]{2}|\\x\{[0-9A-Fa-f]{2,6}\})*")
_EMBEDDED = re.compile(r"\\x\{([0-9A-Fa-f]+)\}")

_LAST = 0x10FFFF


def decode(text: str) -> str | None:
    """What xtext stands for; None when it is not xtext. `decode("a+2Bb")` is "a+b"."""
    if _PLAIN.fullmatch(text):
        return text
    return _octets(text) if _XTEXT.fullmatch(text) else None


def decode_utf8(text: str) -> str | None:
    """An address of type `utf-8`; None when it is none. `decode_utf8("\\\\x{FC}@b")` is "ü@b"."""
    if not _UTF8.fullmatch(text):
        return None
    embedded = [int(digits, 16) for digits in _EMBEDDED.findall(text)]
    if any(point > _LAST or 0xD800 <= point < 0xE000 for point in embedded):
        return None
    # Octets first: what they give is not looked at again, else `+5Cx{41}` would be decoded twice.
    pieces = _EMBEDDED.split(text)
    for at, piece in enumerate(pieces):
        decoded = chr(int(piece, 16)) if at % 2 else _octets(piece)
        if decoded is None or not _harmless(decoded):
            return None
        pieces[at] = decoded
    return "".join(pieces)


def _octets(text: str) -> str | None:
    try:
        decoded = _OCTETS.sub(lambda run: bytes.fromhex(run[0].replace("+", "")).decode("utf-8"), text)
    except UnicodeDecodeError:
        return None
    return decoded if _harmless(decoded) else None


def _harmless(text: str) -> bool:
    """Without control characters and line separators."""
    return all(letter == " " or letter.isprintable() for letter in text)
