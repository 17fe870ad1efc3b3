"""What is wrong with a message's own octets, headers and parts; nothing of how it came.

Rules of this module:

* It runs for every message before its 250: a few searches over the octets, a few look-ups among the headers, and what
  the walk of the parser has noted anyway. No body is decoded for it.
* A code stands once, or once for each header, so hostile mail cannot make the list long.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from pillarbox.mail.lint.rules import finding
from pillarbox.mail.message import Addr, Lint
from pillarbox.mail.structure import Node
from pillarbox.mail.transfer import KNOWN

LONGEST_LINE = 998
OCTETS = frozenset({"bare-cr", "bare-lf", "nul", "line-too-long", "smuggling-attempt"})
"""Findings that BODY=BINARYMIME makes pointless: such content has no lines (RFC 3030 section 3)."""

_BARE_CR = re.compile(rb"\r(?!\n)")
_LONE_DOT = re.compile(rb"(?:(?<!\r)\n\.\r?\n|\r\.\r|\n\.\r(?!\n))")
_LONG_WORD = re.compile(rb"=\?[^?\s]{1,80}\?[bBqQ]\?[^?\s]{0,2000}\?=")
_MESSAGE_ID = re.compile(rb"\s*<[^<>@\s]+@[^<>@\s]+>\s*")
_BULK = re.compile(rb"\s*(?:bulk|list|junk)\b", re.IGNORECASE)
_ONCE = (
    b"date", b"from", b"message-id", b"subject", b"to", b"cc", b"bcc", b"sender", b"reply-to", b"in-reply-to",
    b"references", b"mime-version", b"content-type", b"content-transfer-encoding",
)  # fmt: skip
_SPELT = {b"message-id": "Message-ID", b"mime-version": "MIME-Version"}
_FOOTER = 4000  # characters at the end of a body, where newsletters say how to leave

# What the parser has noted anyway, and what it is called here.
_NOTED: dict[str, tuple[str, str | None]] = {
    "header-without-colon": ("malformed-header", None),
    "missing-blank-line": ("malformed-header", None),
    "no-headers": ("malformed-header", None),
    "date-unreadable": ("malformed-date", "Date"),
    "address-syntax": ("malformed-address", None),
    "encoded-line-break": ("malformed-encoded-word", None),
    "encoded-word-undecodable": ("malformed-encoded-word", None),
    "boundary-missing": ("multipart-without-boundary", "Content-Type"),
    "boundary-not-found": ("boundary-not-found", "Content-Type"),
    "boundary-not-closed": ("boundary-not-closed", None),
    "content-type-invalid": ("malformed-content-type", "Content-Type"),
    "encoding-on-multipart": ("malformed-encoding", "Content-Transfer-Encoding"),
    "charset-undecodable": ("charset-undecodable", "Content-Type"),
    "charset-mislabelled": ("charset-mislabelled", "Content-Type"),
    "charset-unknown": ("charset-unknown", "Content-Type"),
    "charset-missing": ("charset-missing", "Content-Type"),
}

Note = Callable[[Lint], None]


def judge(
    raw: bytes,
    fields: int,
    named: Mapping[bytes, list[bytes]],
    from_: Sequence[Addr],
    nodes: Sequence[Node],
    bodies: tuple[str | None, str | None],
    noted: Collection[str],
) -> tuple[Lint, ...]:
    """The findings, in the order octets, headers, parts.

    `fields` is how many header fields there are and `named` their raw values by lower-case name; `bodies` are the
    decoded text and HTML; `noted` the codes of `pillarbox.mail.defects` that the walk has come upon.
    """
    found: list[Lint] = []
    _octets(raw, found.append)
    _required(named, from_, found.append)
    if fields != len(named):
        _repeated(named, found.append)
    _others(named, found.append)
    if raw.find(b"=?", 0, nodes[0].start) >= 0:
        _encoded_words(named, found.append)
    if b"content-type" in named and b"mime-version" not in named:
        found.append(finding("missing-mime-version", header="MIME-Version"))
    _text_and_bulk(named, nodes, bodies, found.append)
    for node in nodes:
        if node.encoding not in KNOWN:
            found.append(finding("malformed-encoding", header="Content-Transfer-Encoding"))
            break
    if not raw.isascii():
        _undeclared(raw, nodes, found.append)
    if noted:
        found += _from_parser(noted)
    return tuple(found)


def _octets(raw: bytes, note: Note) -> None:
    bare_cr = _BARE_CR.search(raw) is not None
    # Where every CR has its LF, there are as many of them as CRLFs: one search of two octets less.
    bare_lf = raw.count(b"\n") != raw.count(b"\r\n" if bare_cr else b"\r")
    if bare_cr:
        note(finding("bare-cr"))
    if bare_lf:
        note(finding("bare-lf"))
    if (bare_cr or bare_lf) and _LONE_DOT.search(raw):
        note(finding("smuggling-attempt"))
    if b"\x00" in raw:
        note(finding("nul"))
    if _has_long_line(raw):
        note(finding("line-too-long"))


def _has_long_line(raw: bytes) -> bool:
    """Jumps from line end to line end, as far as they may lie apart, so that lines of any number cost little."""
    at, end, most = 0, len(raw), LONGEST_LINE + 2
    while end - at > most:
        found = raw.rfind(b"\n", at, at + most)
        if found < 0:
            return True
        if found == at + most - 1 and raw[found - 1] != 13 and raw.find(b"\n", at, found) < 0:
            return True  # 999 octets and a bare LF
        at = found + 1
    return end - at > LONGEST_LINE and raw.find(b"\n", at) < 0


def _required(named: Mapping[bytes, list[bytes]], from_: Sequence[Addr], note: Note) -> None:
    if b"date" not in named:
        note(finding("missing-date", header="Date"))
    if b"from" not in named:
        note(finding("missing-from", header="From"))
    elif not (from_ and "@" in from_[0].address) and not any("@" in one.address for one in from_):
        note(finding("malformed-from", header="From"))
    elif len(from_) > 1 and b"sender" not in named:
        note(finding("missing-sender", header="Sender"))
    identity = named.get(b"message-id")
    if identity is None:
        note(finding("missing-message-id", header="Message-ID"))
    elif _MESSAGE_ID.fullmatch(identity[0]) is None:
        note(finding("malformed-message-id", header="Message-ID"))


def _others(named: Mapping[bytes, list[bytes]], note: Note) -> None:
    if b"to" not in named and b"cc" not in named:
        note(finding("missing-to", header="To"))
    if b"subject" not in named:
        note(finding("missing-subject", header="Subject"))
    if b"bcc" in named and any(value.strip() for value in named[b"bcc"]):
        note(finding("bcc-header", header="Bcc"))


def _repeated(named: Mapping[bytes, list[bytes]], note: Note) -> None:
    for name in _ONCE:
        values = named.get(name)
        if values is not None and len(values) > 1:
            spelt = _spelt(name)
            note(finding("repeated-header", spelt, len(values), header=spelt))


def _spelt(name: bytes) -> str:
    return _SPELT.get(name) or name.decode("ascii").title()


def _encoded_words(named: Mapping[bytes, list[bytes]], note: Note) -> None:
    for name, values in named.items():
        for value in values:
            if b"=?" in value and any(len(word[0]) > 75 for word in _LONG_WORD.finditer(value)):
                note(finding("encoded-word-too-long", header=_spelt(name[:100])))
                return


def _text_and_bulk(
    named: Mapping[bytes, list[bytes]], nodes: Sequence[Node], bodies: tuple[str | None, str | None], note: Note
) -> None:
    text, html = bodies
    if html is not None and text is None:
        note(finding("html-without-text", header="Content-Type"))
    if b"list-unsubscribe" not in named and _looks_bulk(named, text or "", html or ""):
        note(finding("missing-list-unsubscribe", header="List-Unsubscribe"))


def _looks_bulk(named: Mapping[bytes, list[bytes]], text: str, html: str) -> bool:
    """By the headers that list servers and mailing services write, or a footer that says how to leave."""
    if b"list-id" in named or b"feedback-id" in named:
        return True
    if b"precedence" in named and _BULK.match(named[b"precedence"][0]):
        return True
    return "unsubscribe" in text[-_FOOTER:].lower() or (html != "" and "unsubscribe" in html[-_FOOTER:].lower())


def _undeclared(raw: bytes, nodes: Sequence[Node], note: Note) -> None:
    for node in nodes:
        if node.boundaries or node.encoding not in ("", "7bit"):
            continue
        if not raw[node.start : node.end].isascii():
            note(finding("8bit-not-declared", header="Content-Transfer-Encoding"))
            return


def _from_parser(noted: Collection[str]) -> Iterable[Lint]:
    told = dict.fromkeys(_NOTED[code] for code in noted if code in _NOTED)
    return [finding(code, header=header) for code, header in told]
