"""One line of the transcript in pieces, each with its explanation: what a page shows on hover and by keyboard.

Rules of this module:

* the texts of the spans, joined, are the text of the entry, whatever it is;
* a span without an explanation is text between others;
* the time is linear in the line, and at most `MAX_SPANS` pieces are made of one; the rest is one piece more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pillarbox.mail.explain.explanation import Explanation
from pillarbox.mail.explain.keywords import keyword, limit
from pillarbox.mail.explain.parameters import parameter
from pillarbox.mail.explain.replies import reply
from pillarbox.mail.explain.statuses import enhanced
from pillarbox.mail.explain.verbs import mechanism, verb
from pillarbox.mail.transcript import Entry

MAX_SPANS = 64

_PATH = re.compile(r"""(\s*(?:FROM|TO)\s*:\s*)(<(?:"(?:\\.|[^"\\])*"|[^>"])*>|<[^>]*>|[^\s]*)""", re.IGNORECASE)
_WORD = re.compile(r"\S+")
_REPLY = re.compile(r"([0-9]{3})([ -]?)(?:([245]\.[0-9]{1,3}\.[0-9]{1,3})(?=\s|\Z))?", re.ASCII)

_NAME = Explanation(
    "The client's name", "A domain, or an address in brackets such as [192.0.2.1].", "RFC 5321 section 4.1.1.1"
)
_SENDER = Explanation(
    "Envelope sender", "Reports and bounces go to this address; the From header may differ.", "RFC 5321 section 4.1.1.2"
)
_NULL_SENDER = Explanation(
    "Null sender", "Nobody: used by bounces and reports, so that they never cause another.", "RFC 5321 section 4.5.5"
)
_RECIPIENT = Explanation(
    "Envelope recipient", "Who gets the message, whatever its headers say.", "RFC 5321 section 4.1.1.3"
)
_OCTETS = Explanation("Length of the chunk", "So many octets of content follow this line.", "RFC 3030 section 2")
_LAST = Explanation("Last chunk", "The content is complete after this chunk.", "RFC 3030 section 2")
_RESPONSE = Explanation(
    "Log-in data", "A response of the log-in in base64; it is hidden unless --show-secrets is on.", "RFC 4954 section 4"
)
_CANCEL = Explanation("Broken off", "The client gives up this log-in.", "RFC 4954 section 4")
_CHALLENGE = Explanation("Challenge", "What the server asks for next, in base64.", "RFC 4954 section 4")

EVENTS = {
    "connect": Explanation("Connected", "The client opened the connection; the times count from here.", None),
    "tls": Explanation("TLS", "The connection is encrypted from here on; what is shown is the plain text.", None),
    "timeout": Explanation("Time-out", "The client sent nothing for too long.", "RFC 5321 section 4.5.3.2"),
    "disconnect": Explanation("Disconnected", "The connection ended here.", "RFC 5321 section 3.8"),
    "limit": Explanation("Limit", "A limit of this server was reached.", None),
    "error": Explanation("Error", "Something failed.", None),
}


@dataclass(frozen=True, slots=True)
class Span:
    text: str
    explanation: Explanation | None = None


def spans(entry: Entry, answers: str | None = None) -> tuple[Span, ...]:
    """The pieces of one entry. `answers` is the verb that a server line answers: it tells a line of the reply to EHLO.

    >>> [span.text for span in spans(Entry(0, 0, "server", "reply", "250-SIZE 100", 14, code=250), answers="EHLO")]
    ['250', '-', 'SIZE', ' 100']
    """
    if entry.side == "event":
        return (Span(entry.text, EVENTS.get(entry.kind)),) if entry.text else ()
    if entry.side == "server":
        found = _server(entry.text, (answers or "").upper())
    elif entry.kind == "data":
        found = _plain(entry.text)
    else:
        found = _client(entry.text, exchange=entry.kind == "auth")
    return _bounded(entry.text, found)


def _bounded(text: str, found: Iterator[Span]) -> tuple[Span, ...]:
    pieces: list[Span] = []
    at = 0
    for span in found:
        if span.text:
            pieces.append(span)
            at += len(span.text)
        if len(pieces) == MAX_SPANS and at < len(text):
            pieces.append(Span(text[at:]))
            break
    return tuple(pieces)


def _plain(text: str) -> Iterator[Span]:
    yield Span(text)


def _words(text: str, explain: Callable[[str], Explanation | None]) -> Iterator[Span]:
    """The words of `text`, each with what `explain` says of it, and the blanks between them."""
    at = 0
    for word in _WORD.finditer(text):
        if (known := explain(word[0])) is not None:
            yield Span(text[at : word.start()])
            yield Span(word[0], known)
            at = word.end()
    yield Span(text[at:])


def _client(text: str, *, exchange: bool) -> Iterator[Span]:
    head = _WORD.search(text)
    if head is None:
        return _plain(text)
    name = head[0].upper()
    if exchange and name != "AUTH":
        return _words(text, lambda word: _CANCEL if word == "*" else _RESPONSE)
    return _command(text, head, name)


def _command(text: str, head: re.Match[str], name: str) -> Iterator[Span]:
    yield Span(text[: head.start()])
    yield Span(head[0], verb(name))
    rest = text[head.end() :]
    if name in ("MAIL", "RCPT", "SEND", "SOML", "SAML"):
        path = _PATH.match(rest)
        if path is not None:
            yield Span(path[1])
            yield Span(path[2], _address(name, path[2]))
            rest = rest[path.end() :]
        yield from _words(rest, parameter)
    elif name in ("HELO", "EHLO", "LHLO"):
        yield from _words(rest, lambda word: _NAME)
    elif name == "BDAT":
        yield from _words(rest, lambda word: _LAST if word.upper() == "LAST" else _OCTETS if word.isdigit() else None)
    elif name == "AUTH":
        yield from _log_in(rest)
    else:
        yield from _words(rest, lambda word: parameter(word) if word.upper() == "SMTPUTF8" else None)


def _address(name: str, path: str) -> Explanation:
    if name == "RCPT":
        return _RECIPIENT
    return _NULL_SENDER if path == "<>" else _SENDER


def _log_in(rest: str) -> Iterator[Span]:
    named = _WORD.search(rest)
    if named is None:
        yield Span(rest)
        return
    yield Span(rest[: named.start()])
    yield Span(named[0], mechanism(named[0]))
    yield from _words(rest[named.end() :], lambda word: _RESPONSE)


def _server(text: str, answers: str) -> Iterator[Span]:
    head = _REPLY.match(text)
    if head is None:
        yield Span(text)
        return
    code = int(head[1])
    yield Span(head[1], reply(code))
    yield Span(head[2])
    if head[3]:
        known = enhanced(head[3]) if head[3][0] == head[1][0] else None
        yield Span(head[3], known)
    rest = text[head.end() :]
    if code == 334:
        yield from _words(rest, lambda word: _CHALLENGE)
    elif code == 250 and answers in ("EHLO", "LHLO"):
        yield from _keyword_line(rest)
    else:
        yield Span(rest)


def _keyword_line(rest: str) -> Iterator[Span]:
    """A line of the reply to EHLO. The first one, the server's name, is in no table and stays as it is."""
    head = _WORD.match(rest)
    if head is None:
        yield Span(rest)
        return
    yield Span(head[0], keyword(head[0]))
    name = head[0].partition("=")[0].upper()
    arguments = rest[head.end() :]
    if name in ("AUTH", "X-EXPS"):
        yield from _words(arguments, mechanism)
    elif name == "LIMITS":
        yield from _words(arguments, limit)
    else:
        yield Span(arguments)
