"""Encoded words, `=?utf-8?Q?caf=C3=A9?=` (RFC 2047), in header values, phrases and parameters.

Rules of this module:

* one pattern finds them, and looks at no character twice: a word ends at the first `?=`, and none reaches past the
  start of another one;
* adjacent words of one charset are joined before decoding, for senders that split a character in two;
* white space between two encoded words is dropped, all other white space stays (RFC 2047 section 6.2);
* what does not decode stays as it was written;
* a decoded line break is no line break of the header: it becomes a space, and a defect.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable

from pillarbox.mail import charset, transfer

Note = Callable[[str], None]

_TEXT = r"[^?=]*(?:(?:=(?!\?[^=])|\?(?!=))[^?=]*)*"
_WORD = re.compile(rf"=\?([^?=\s*]{{1,40}})(?:\*[^?\s]{{0,40}})?\?([bBqQ])\?({_TEXT})\?=")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/=\s]")
_LINE_BREAK = re.compile(r"[\r\n]+")

_Word = tuple[str, str, str, str]  # charset, encoding, encoded text, the word as written


def decode(value: str, note: Note) -> str:
    """`value` with its encoded words decoded. `note` takes defect codes.

    >>> decode("=?utf-8?Q?caf=C3?= =?utf-8?Q?=A9?= noir", print)
    'café noir'
    """
    if "=?" not in value:
        return value
    out: list[str] = []
    run: list[_Word] = []
    at = 0
    for found in _WORD.finditer(value):
        between = value[at : found.start()]
        if run and between and not between.isspace():
            out += _run(run, note)
            run = []
        if not run:
            out.append(between)
        run.append((found[1].lower(), found[2].lower(), found[3], found[0]))
        at = found.end()
    out += _run(run, note)
    out.append(value[at:])
    decoded = "".join(out)
    if "\r" in decoded or "\n" in decoded:
        note("encoded-line-break")
        decoded = _LINE_BREAK.sub(" ", decoded)
    return decoded


def _run(words: list[_Word], note: Note) -> list[str]:
    """Words with nothing but white space between them, decoded; one that fails stays as written, between spaces."""
    out: list[str] = []
    start = 0
    failed = False
    while start < len(words):
        end = start + 1
        while end < len(words) and words[end][0] == words[start][0]:
            end += 1
        group = words[start:end]
        decoded = _decoded(group)
        singly = [decoded] if decoded is not None else [_decoded([word]) for word in group]
        for index, text in enumerate(singly):
            if out and (text is None or failed):
                out.append(" ")
            out.append(group[index][3] if text is None else text)
            failed = text is None
            if failed:
                note("encoded-word-undecodable")
        start = end
    return out


def _decoded(group: list[_Word]) -> str | None:
    data = bytearray()
    pending: list[str] = []  # base64 that a sender cut within four characters: the next word goes on with it
    for _, encoding, text, _ in group:
        if encoding == "b":
            if _NOT_BASE64.search(text):
                return None
            pending.append(text)
            if len(text) % 4 and not text.endswith("="):
                continue
        data += transfer.base64("".join(pending).encode("ascii"))
        pending.clear()
        if encoding == "q":
            # header=True reads the underscore as a space (RFC 2047 section 4.2)
            data += binascii.a2b_qp(text.encode("utf-8", "surrogatepass"), header=True)
    data += transfer.base64("".join(pending).encode("ascii"))
    return charset.strictly(bytes(data), group[0][0])
