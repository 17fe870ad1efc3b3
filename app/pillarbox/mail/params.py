"""Content-Type and Content-Disposition: a value and its parameters (RFC 2045 section 5.1, RFC 2183, RFC 2231).

Rules of this module:

* one pass over octets; at most 300 parameters;
* bare values may hold spaces and `=` (`boundary=----=_Part_1`), quoted ones may lack their closing quote;
* only `\\"` and `\\\\` are escapes: a Windows path in a file name keeps its backslashes;
* the pieces of a continued parameter are joined in the order of their numbers before they are decoded;
* the form of RFC 2231 wins over the plain one, the first of two equals wins;
* encoded words (RFC 2047) and raw 8-bit are decoded in any value, although no RFC allows them there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from pillarbox.mail import charset, encoded, headers

Note = Callable[[str], None]

MAX_PARAMETERS = 300

_TYPE = re.compile(rb"[\s\"]*([^\s;/\"=(]+(?:\s*/\s*[^\s;\"=(]+)?)")
_TOKEN_TYPE = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_PARAMETER = re.compile(rb"[\s;]*([^\s;=\"]{1,80})\s*=[ \t\r\n]*")
_QUOTED = re.compile(rb'"([^"\\]*(?:\\.[^"\\]*){0,500})"', re.DOTALL)
_NEXT = re.compile(rb";")
_ESCAPED = re.compile(rb'\\(["\\])')
_NUMBERED = re.compile(rb"([^*]+)\*(?:(\d{1,4})(\*?))?")
_EXTENDED = re.compile(rb"([^']{0,60})'[^']{0,60}'")
_FOLD = re.compile(rb"\r?\n[ \t]+")


@dataclass(frozen=True, slots=True)
class Field:
    """A structured field. `value` is in lower case and "" when it is missing; `raw` are the joined octets of each
    parameter, names in lower case; `charsets` are the charsets that RFC 2231 names."""

    value: str
    raw: Mapping[str, bytes] = field(default_factory=dict)
    charsets: Mapping[str, str] = field(default_factory=dict)

    def text(self, name: str, note: Note) -> str | None:
        """A parameter as text, decoded by all the ways that senders use; None when it is missing or empty."""
        octets = self.raw.get(name)
        if octets is None:
            return None
        label = self.charsets.get(name)
        decoded = charset.strictly(octets, label) if label else None
        if decoded is None:
            decoded = encoded.decode(charset.unlabelled(headers.unfold(octets)), note)
        return charset.valid(decoded).strip() or None


def content_type(value: bytes, note: Note) -> Field:
    """A Content-Type. One that is not of the form type/subtype has the value ""."""
    parsed = _parse(value, note)
    if not _TOKEN_TYPE.fullmatch(parsed.value.encode("ascii", "replace")):
        return Field("", parsed.raw, parsed.charsets)
    return parsed


def disposition(value: bytes, note: Note) -> Field:
    """A Content-Disposition: `inline`, `attachment`, or what else was sent."""
    return _parse(value, note)


def boundaries(declared: Field) -> tuple[bytes, ...]:
    """The boundary of a multipart as octets: one, or two readings when the value was folded in its middle."""
    octets = declared.raw.get("boundary", b"").strip(b" \t\r\n")
    if b"\n" not in octets:
        return (octets.rstrip(b" \t"),) if octets else ()
    # RFC 5322 keeps the white space of a fold; folding code that cuts anywhere put it there itself.
    return headers.unfold(octets), _FOLD.sub(b"", octets)


def download_name(filename: str | None, fallback: str = "part") -> str:
    """A file name that is safe to offer: no directory, no control character, no leading dot, at most 150 characters."""
    name = re.sub(r"[\x00-\x1f\x7f-\x9f\ufffd]", "", filename or "")
    name = re.split(r"[/\\]", name.rstrip("/\\"))[-1]
    name = re.sub(r'[<>:"|?*\u202a-\u202e\u2066-\u2069]', "_", name).strip().lstrip(". ").rstrip(". ")
    if len(name) > 150:
        stem, dot, extension = name.rpartition(".")
        name = stem[: 149 - len(extension)] + dot + extension if dot and len(extension) < 20 else name[:150]
    return name or fallback


def _parse(value: bytes, note: Note) -> Field:
    if len(value) > headers.MAX_VALUE:
        note("header-too-long")
        value = value[: headers.MAX_VALUE]
    head = _TYPE.match(value)
    name = re.sub(rb"\s+", b"", head[1]).lower() if head else b""
    pairs = _pairs(value, head.end() if head else 0, note)
    raw, charsets = _joined(pairs)
    return Field(charset.valid(charset.unlabelled(name)), raw, charsets)


def _pairs(value: bytes, at: int, note: Note) -> list[tuple[bytes, bytes]]:
    """Names (in lower case, stars kept) and unquoted values, in order."""
    pairs: list[tuple[bytes, bytes]] = []
    while at < len(value):
        found = _PARAMETER.match(value, at)
        if found is None:
            semicolon = _NEXT.search(value, at + 1)  # something that is no parameter: go on behind it
            if semicolon is None:
                break
            at = _skip(value, semicolon.start())
            continue
        if len(pairs) == MAX_PARAMETERS:
            note("too-many-parameters")
            break
        at = found.end()
        quoted = _QUOTED.match(value, at) if value[at : at + 1] == b'"' else None
        if quoted:
            text = _ESCAPED.sub(rb"\1", quoted[1])
            at = quoted.end()
        else:
            end = value.find(b";", at)
            end = len(value) if end < 0 else end
            text = value[at:end].strip(b" \t\r\n")
            if text.startswith(b'"'):
                note("parameter-syntax")
                text = text[1:]
            at = end
        pairs.append((found[1].lower(), text))
    return pairs


def _skip(value: bytes, at: int) -> int:
    """Past a run of semicolons and white space at once, so that `;;;;` costs one step."""
    found = re.compile(rb"[\s;]*").match(value, at)
    return found.end() if found else at


def _joined(pairs: list[tuple[bytes, bytes]]) -> tuple[dict[str, bytes], dict[str, str]]:
    plain: dict[str, bytes] = {}
    pieces: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for key, text in pairs:
        numbered = _NUMBERED.fullmatch(key)
        if numbered is None:
            plain.setdefault(charset.unlabelled(key), text)
            continue
        name = charset.unlabelled(numbered[1])
        number = int(numbered[2] or 0)
        extended = numbered[2] is None or bool(numbered[3])
        pieces.setdefault(name, {}).setdefault(number, (text, extended))
    charsets: dict[str, str] = {}
    for name, numbers in pieces.items():
        out = []
        for index, number in enumerate(sorted(numbers)):
            text, extended = numbers[number]
            if extended:
                if index == 0 and (label := _EXTENDED.match(text)):
                    charsets[name] = charset.unlabelled(label[1])
                    text = text[label.end() :]
                text = unquote_to_bytes(text)
            out.append(text)
        plain[name] = b"".join(out)
    return plain, charsets
