"""One command line read: its verb and its argument, or the reply that refuses it.

Rules of this module:

* A command line ends with CRLF; a bare LF is taken too, as Postfix does, because people type into netcat.
* Nothing of a line with CR or NUL in it is carried on.
* Octets over 127 must be UTF-8, and stand only where RFC 6531 allows them: MAIL, RCPT and VRFY.
* A line that speaks HTTP, looks like a header field or does not begin with a letter is not a client gone wrong but
  another protocol, or content: a web page can POST a whole SMTP dialogue to this port. The caller closes on
  `RULE_BREAKER`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from pillarbox.smtp.replies import BAD_SYNTAX, BAD_UTF8, RULE_BREAKER, Reply

HTTP_VERBS = frozenset({b"CONNECT", b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS"})

UTF8_VERBS = frozenset({"MAIL", "RCPT", "VRFY"})

BLANK = " \t"

# Only these separate words: VT, FF and the blanks of Unicode do not.
_BLANK = re.compile(rb"[ \t]")

# Postfix closes on any line whose first word is a header field's name and colon; `Host:` is the one that HTTP brings.
_FIELD = re.compile(rb"[!-9;-~]*:")


class Command(NamedTuple):
    """`verb` in upper case, `arg` without blanks around it, "" when there is none."""

    verb: str
    arg: str


def verb_of(line: bytes) -> bytes:
    """The first word of a line in upper case, whatever else is wrong with the line; b"" when there is none."""
    words = line.split(None, 1)
    return words[0].upper() if words else b""


def upper(word: str) -> str:
    """A keyword in upper case; only ASCII has one here, so that `ſ` (which Python makes an S) is no S."""
    return word.upper() if word.isascii() else word


def parse(line: bytes) -> Command | Reply:
    """Read one command line, line end included. `parse(b"noop x\\r\\n")` is `Command("NOOP", "x")`."""
    # A line that may be AUTH has a secret in it, which is nothing to remember.
    return _parse(line) if len(line) > SHORT or line[:1] in b"Aa \t" else _parse_short(line)


def _parse(line: bytes) -> Command | Reply:
    stem = line.removesuffix(b"\n").removesuffix(b"\r").strip(b" \t")
    first = _BLANK.split(stem, 1)[0].upper()
    if first in HTTP_VERBS or _FIELD.match(first):
        return RULE_BREAKER
    if not first or b"\r" in stem or b"\0" in stem:
        return BAD_SYNTAX
    arg = stem[len(first) :].strip(b" \t")
    if stem.isascii():
        # Postfix forbids /^[^A-Z]/: a dot of its own, a number, a bracket is content or another protocol.
        return Command(first.decode("ascii"), arg.decode("ascii")) if first[:1].isalpha() else RULE_BREAKER
    try:
        verb, text = first.decode("utf-8"), arg.decode("utf-8")
    except UnicodeDecodeError:
        return BAD_UTF8
    if not first[:1].isalpha():
        return RULE_BREAKER
    return Command(verb, text) if verb in UTF8_VERBS else BAD_SYNTAX


SHORT = 256
"""Octets of a line that is remembered: a program says the same few lines all the time, and long ones take room."""

_parse_short = lru_cache(maxsize=512)(_parse)
