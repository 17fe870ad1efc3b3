"""A received message from its octets: whole (`parse`), as a list row and search text (`digest`), or one part of it.

Rules of this module:

* total: every input ends in a value; what is wrong with it is listed as defects, and a failure of the parser itself
  is one of them (`parse-failed`), because the message has been acknowledged and must be shown;
* one walk serves both: the fields that `Mail` and `Digest` share are equal;
* the digest decodes the bodies and nothing else: it runs for each message before its 250;
* the text is the first text/plain leaf that is no attachment, the HTML the first such text/html leaf; a message that
  has neither shows its first other text leaf;
* calendars are read by `parse` only, and only when there is one;
* `message/rfc822` is a leaf, its content the exact octets: call `parse` on them to look inside.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from html import unescape
from typing import NamedTuple
from urllib.parse import unquote

from pillarbox.mail import address, charset, dates, headers, structure, transfer
from pillarbox.mail.defects import Defects
from pillarbox.mail.extract.unsubscribe import unsubscribe
from pillarbox.mail.html import html_to_text
from pillarbox.mail.lint.content import judge
from pillarbox.mail.memory import remembering
from pillarbox.mail.message import Addr, Digest, Invitation, Mail, Part
from pillarbox.mail.structure import Node

log = logging.getLogger(__name__)

MAX_BODY = 256 * 1024  # characters of Digest.body
MAX_SNIPPET = 200
MAX_FIELDS = 32 * 1024  # octets of Digest.fields, raw
MAX_CALENDARS = 10
CALENDAR_TYPES = ("text/calendar", "application/ics")
MAX_ADDRESS_HEADER = 256 * 1024  # room for 2,000 mailboxes of 128 octets

Note = Callable[[str], None]
PartNote = Callable[[str, int | None], None]

_ONCE_NAMES = """
    date from sender reply-to to cc bcc message-id in-reply-to references subject mime-version
    content-type content-transfer-encoding content-disposition
"""
_ONCE = frozenset(_ONCE_NAMES.encode("ascii").split())
_ANGLE = re.compile(r"<([^<>]*)>")
_CID = re.compile(r"cid:([^\"'\s<>)\\]+)", re.IGNORECASE)
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufffc]")
_CONTROL = re.compile("[\x00-\x1f\x7f]+")
_HEADER_LINE = re.compile(rb"\s*[!-9;-~]+[ \t]*:")


class _Summary(NamedTuple):
    from_: tuple[Addr, ...]
    to: tuple[Addr, ...]
    cc: tuple[Addr, ...]
    reply_to: tuple[Addr, ...]
    subject: str
    date: datetime | None
    message_id: str | None


class _Walk(NamedTuple):
    """One reading of the raw message: header block, summary, tree and decoded bodies."""

    head: headers.Head
    named: dict[bytes, list[bytes]]
    summary: _Summary
    nodes: list[Node]
    text_node: Node | None
    html_node: Node | None
    text: str | None
    html: str | None

    def attachments(self) -> list[tuple[Node, bool]]:
        """The leaves that are neither body, each with whether it is inline."""
        if len(self.nodes) == 1 and (self.text_node or self.html_node):
            return []
        leaves = [n for n in self.nodes if not n.boundaries and n is not self.text_node and n is not self.html_node]
        referenced = _referenced(self.html, leaves)
        return [(node, self._inline(node, referenced)) for node in leaves]

    def _inline(self, node: Node, referenced: frozenset[str]) -> bool:
        """Displayed or referred to, rather than attached (RFC 2183, RFC 2387, RFC 2046 section 5.1.4)."""
        disposed = node.disposed.value
        if disposed == "inline" or node.content_id in referenced:
            return True
        if disposed:
            return False  # an unknown disposition is an attachment (RFC 2183 section 2.8)
        around = self.nodes[node.parent].content_type if node.parent is not None else ""
        if around == "multipart/alternative" or (around == "multipart/related" and node.content_id):
            return True
        return node.content_type in ("text/plain", "text/html") and not _named(node)

    def readable(self) -> tuple[str, str]:
        """The words of the text and of the HTML."""
        return self.text or "", html_to_text(self.html, MAX_BODY) if self.html else ""


def parse(raw: bytes) -> Mail:
    """Everything about a message. Never raises; time and memory are linear in its size."""
    try:
        return _parse(raw)
    except Exception:
        log.exception("parsing a message of %d octets failed", len(raw))
        return _unparsed(raw)


def digest(raw: bytes) -> Digest:
    """What a list row and the search index need of a message. Never raises; attachments are counted, not decoded."""
    try:
        return _digest(raw)
    except Exception:
        log.exception("digesting a message of %d octets failed", len(raw))
        return Digest()


def content(raw: bytes, part: Part) -> bytes:
    """The decoded content of a part of this message; the exact octets of a multipart or an enclosed message.

    An enclosed message may only be 7bit, 8bit or binary (RFC 2046 section 5.2.1); base64 is decoded anyway.
    """
    return _content(raw, part.start, part.end, part.content_type, part.encoding, None)


def text_of(raw: bytes, part: Part) -> str:
    """A text part of this message as text, by the rules of `pillarbox.mail.charset`; line ends are LF."""
    html = part.content_type == "text/html"
    return charset.text(content(raw, part), part.charset, html=html, note=_ignore)


def _ignore(code: str) -> None:
    """Takes a defect where only the value is wanted."""


def _parse(raw: bytes) -> Mail:
    defects = Defects()
    walk = _walk(raw, defects.note, thorough=True)
    inline = {node.n: flag for node, flag in walk.attachments()}
    parts = tuple(_part(raw, node, inline.get(node.n, not node.boundaries), defects.note) for node in walk.nodes)
    decoded = []
    for name, value in walk.head.fields:
        decoded.append((name.decode("ascii"), headers.decode(value, defects.note)))
        if len(walk.named[name.lower()]) > 1 and name.lower() in _ONCE:
            defects.note("repeated-header")
    text, summary = walk.text, walk.summary
    readable = text if text and not text.isspace() else walk.readable()[1]
    return Mail(
        headers=tuple(decoded),
        from_=summary.from_,
        to=summary.to,
        cc=summary.cc,
        reply_to=summary.reply_to,
        subject=summary.subject,
        date=summary.date,
        message_id=summary.message_id,
        snippet=_snippet(readable),
        text=text,
        html=walk.html,
        text_part=walk.text_node.n if walk.text_node else None,
        html_part=walk.html_node.n if walk.html_node else None,
        parts=parts,
        attachments=tuple(parts[n] for n in inline),
        list_unsubscribe=tuple(unsubscribe(_decoded(walk.named.get(b"list-unsubscribe", ())))),
        calendars=_calendars(raw, parts, defects),
        defects=defects.listed(),
    )


def _digest(raw: bytes) -> Digest:
    noted: dict[str, None] = {}

    def note(code: str, part: int | None) -> None:
        noted[code] = None

    walk = _walk(raw, note, thorough=False)
    attachments, summary = walk.attachments(), walk.summary
    text, words = walk.readable()
    names = [node.filename(_ignore) for node, _ in attachments] if attachments else ()
    lint = judge(raw, len(walk.head.fields), walk.named, summary.from_, walk.nodes, (walk.text, walk.html), noted)
    return Digest(
        *summary,
        _snippet(text if text and not text.isspace() else words),
        sum([not inline for _, inline in attachments]) if attachments else 0,
        tuple([name for name in names if name]) if names else (),
        (f"{text[:MAX_BODY]}\n{words}" if words and text else words or text)[:MAX_BODY],
        lint,
        walk.html_node is not None,
        _fields(walk.head),
    )


def _fields(head: headers.Head) -> tuple[tuple[str, str], ...]:
    """The fields in order, decoded, as long as there is room for them."""
    room = MAX_FIELDS
    found = []
    for name, value in head.fields:
        room -= len(name) + len(value)
        if room < 0:
            break
        found.append((name.decode("ascii"), headers.decode(value, _ignore)))
    return tuple(found)


def _walk(raw: bytes, note: PartNote, *, thorough: bool) -> _Walk:
    """`thorough` looks for defects in the transfer encoding of the bodies as well and turns CRLF in the text into LF,
    which costs passes over them.
    """

    def about_message(code: str) -> None:
        note(code, None)

    head = headers.split(raw, 0, *headers.block(raw), about_message)
    if raw and not head.fields:
        note("no-headers", None)
    named = head.named()
    summary = _summary(named, about_message)
    nodes = structure.scan(raw, named, head.body, note)
    text_node, html_node = _pick(nodes)
    text = _body(raw, text_node, note, thorough) if text_node else None
    html = _body(raw, html_node, note, thorough) if html_node else None
    return _Walk(head, named, summary, nodes, text_node, html_node, text, html)


def _summary(named: dict[bytes, list[bytes]], note: Note) -> _Summary:
    moment = message_id = None
    if b"date" in named:
        moment = _moment(named[b"date"][0][:1000], note)
        if moment is None:
            note("date-unreadable")
    if b"message-id" in named:
        written = headers.decode(named[b"message-id"][0], note)
        found = _ANGLE.search(written)
        message_id = (found[1] if found else written.strip("<> ")).strip() or None
    return _Summary(
        _addresses(named[b"from"], note) if b"from" in named else (),
        _addresses(named[b"to"], note) if b"to" in named else (),
        _addresses(named[b"cc"], note) if b"cc" in named else (),
        _addresses(named[b"reply-to"], note) if b"reply-to" in named else (),
        headers.decode(named[b"subject"][0], note) if b"subject" in named else "",
        moment,
        message_id,
    )


@remembering
def _moment(value: bytes, note: Note) -> datetime | None:
    return dates.moment(headers.undecorated(value, note))


def _addresses(values: list[bytes], note: Note) -> tuple[Addr, ...]:
    if len(values) == 1:
        return _mailboxes(values[0], note)
    if any(len(value) > MAX_ADDRESS_HEADER for value in values):
        note("header-too-long")
    return address.addresses([headers.undecorated(value[:MAX_ADDRESS_HEADER], note) for value in values], note)


@remembering
def _mailboxes(value: bytes, note: Note) -> tuple[Addr, ...]:
    if len(value) > MAX_ADDRESS_HEADER:
        note("header-too-long")
        value = value[:MAX_ADDRESS_HEADER]
    return address.addresses([headers.undecorated(value, note)], note)


def _named(node: Node) -> bool:
    return "filename" in node.disposed.raw or "name" in node.declared.raw


def _pick(nodes: list[Node]) -> tuple[Node | None, Node | None]:
    """The parts that hold the text and the HTML."""
    text = html = other = None
    for node in nodes:
        if node.boundaries or not node.content_type.startswith("text/"):
            continue
        disposed = node.disposed.value
        if disposed not in ("", "inline") or (not disposed and node.n and _named(node)):
            continue
        if node.content_type == "text/plain":
            text = text or node
        elif node.content_type == "text/html":
            html = html or node
        else:
            other = other or node
    return (text, html) if text or html else (other, None)


def _body(raw: bytes, node: Node, note: PartNote, thorough: bool) -> str:
    def about_part(code: str) -> None:
        note(code, node.n)

    octets = _content(raw, node.start, node.end, node.content_type, node.encoding, about_part if thorough else None)
    html = node.content_type == "text/html"
    return charset.text(octets, node.charset, html=html, note=about_part, line_ends=thorough or html)


def _content(raw: bytes, start: int, end: int, content_type: str, encoding: str, note: Note | None) -> bytes:
    octets = raw[start:end]
    if content_type.startswith("multipart/"):
        return octets
    enclosed = content_type in ("message/rfc822", "message/global", "message/news")
    if enclosed and (encoding != "base64" or _HEADER_LINE.match(octets)):
        return octets
    return transfer.decode(octets, encoding, note)


def _part(raw: bytes, node: Node, inline: bool, note: PartNote) -> Part:
    def about_part(code: str) -> None:
        note(code, node.n)

    octets = _content(raw, node.start, node.end, node.content_type, node.encoding, about_part)
    return Part(
        n=node.n,
        parent=node.parent,
        content_type=node.content_type,
        charset=node.charset,
        disposition=node.disposed.value or None,
        filename=node.filename(about_part),
        content_id=node.content_id,
        inline=inline,
        size=len(octets),
        sha256=hashlib.sha256(octets).hexdigest(),
        start=node.start,
        end=node.end,
        encoding=node.encoding,
    )


def _referenced(html: str | None, leaves: list[Node]) -> frozenset[str]:
    """The Content-IDs of `leaves` that the HTML refers to (RFC 2392)."""
    wanted = {node.content_id for node in leaves if node.content_id}
    if not html or not wanted:
        return frozenset()
    found = (unquote(unescape(match[1][:1000])) for match in _CID.finditer(html))
    return frozenset(cid for cid in found if cid in wanted)


def _snippet(text: str) -> str:
    """The first words on one line, at most 200 characters; what mailers put in to push other text away is left out."""
    text = text.lstrip()
    start = text[: MAX_SNIPPET + 56]
    if start.isascii():
        line = " ".join(start.split())
        if line.isprintable() and (len(line) >= MAX_SNIPPET or len(start) == len(text)):
            return line[:MAX_SNIPPET].rstrip()  # what follows would not change it
    start = text[:4000].replace("\r\n", "\n")[:2000]
    if not start.isascii():
        start = _UNSEEN.sub("", start)
    line = " ".join(start.split())
    return (line if line.isprintable() else _CONTROL.sub(" ", line))[:MAX_SNIPPET].rstrip()


def _decoded(values: Iterable[bytes]) -> Iterator[str]:
    return (headers.decode(value, _ignore) for value in values)


def _calendars(raw: bytes, parts: tuple[Part, ...], defects: Defects) -> tuple[Invitation, ...]:
    """The events of every calendar; one that is there twice, as invitations have it, is read once.

    Libraries give the body LF and the attachment CRLF, so what is compared are the texts, as far as they are read.
    """
    given = {part.sha256: part for part in reversed(parts) if part.content_type in CALENDAR_TYPES}
    if not given:
        return ()
    # Here and not above: most mail has none, and nothing before its 250 needs it.
    from pillarbox.mail.extract.invitations import MAX_READ, invitations

    found: list[Invitation] = []
    read: set[str] = set()
    for part in sorted(given.values(), key=lambda part: part.n)[:MAX_CALENDARS]:
        text = text_of(raw, part)
        if (beginning := text[:MAX_READ].rstrip("\n")) not in read:
            read.add(beginning)
            found += invitations(text, part.n, partial(defects.note, part=part.n))
    return tuple(found)


def _unparsed(raw: bytes) -> Mail:
    """What is shown of a message that the parser failed on: its octets, as one text."""
    defects = Defects()
    defects.note("parse-failed")
    whole = Part(0, None, "text/plain", None, None, None, None, True, len(raw), "", 0, len(raw), "")
    whole = replace(whole, sha256=hashlib.sha256(raw).hexdigest())
    text = charset.valid(raw.decode("utf-8", "replace"))
    return Mail(text=text, text_part=0, parts=(whole,), snippet=_snippet(text), defects=defects.listed())
