"""What was said in a session, to be found again: the words of its lines, its verbs and its reply codes.

Rules of this module:

* The lines of both sides and the events count; the content of messages does not, it is searched as mail.
* A word is what `pillarbox.mail.words` says. A mark is one word as well: `code550`, `code5xx`, `code5d1d1`, `verbauth`.
* The inboxes that MAIL, RCPT and the user's name could mean are marks too, whether there are such inboxes or not, and
  whatever the answer was.
* A query is words and marks that must all be there; `-` before one says that it must not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pillarbox.mail import inbox
from pillarbox.mail.transcript import Record, reply_codes
from pillarbox.mail.words import words

MAX_LINES = 20_000
"""Lines of one session that are searched; a connection kept alive for days has more."""

MAX_OCTETS = 256 * 1024
"""Octets of the different words of one session that are searched, in UTF-8; PostgreSQL takes four times as many."""

ANYTHING = "anything"
"""The mark of every session, for queries that only say what must not be there."""

_TERM = re.compile(r'-?"[^"]*"?|\S+')
_CODE = re.compile(r"[2-5](?:[0-9]{2}|xx)|[245]\.[0-9]{1,3}\.[0-9]{1,3}", re.IGNORECASE)
_VERB = re.compile(r"[a-z0-9]+", re.IGNORECASE)
_WITH_ADDRESS = {"MAIL", "RCPT"}
_ADDRESS = re.compile(r"[^\s<>:,]+@[^\s<>:,]+")
"""The mailbox of a path, in brackets or not, without its source route."""


@dataclass(frozen=True, slots=True)
class Said:
    """The different words and marks of one session."""

    words: frozenset[str]
    marks: frozenset[str]

    def has(self, wanted: Wanted) -> bool:
        there = self.words.issuperset(wanted.words) and self.marks.issuperset(wanted.marks)
        return there and self.words.isdisjoint(wanted.no_words) and self.marks.isdisjoint(wanted.no_marks)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What must be there and what must not. Empty: every session is meant."""

    words: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    no_words: tuple[str, ...] = ()
    no_marks: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.marks or self.no_words or self.no_marks)


def said(records: Iterable[Record], more: Iterable[str] = (), username: str | None = None) -> Said:
    """What can be found of these records; `more` is text beside the transcript, `username` who the client was."""
    found: set[str] = set()
    room = MAX_OCTETS
    for text in more:
        room = _add(found, text, room)
    marks = {ANYTHING}
    if username is not None:
        room = _add(found, username, room)
        if (name := inbox.folded(username)) is not None:
            marks.add(inbox_mark(name))
    for record in records:
        if record.kind == "data":
            continue
        text = record.data.decode("utf-8", "replace")
        room = _add(found, text, room)
        if record.side == "server":
            code, enhanced = reply_codes(text)
            if code is not None:
                marks.update((f"code{code}", f"code{code // 100}xx"))
            if enhanced is not None:
                marks.add(_code_mark(enhanced))
        elif record.side == "client" and (verb := _VERB.match(text.lstrip())) is not None:
            marks.add(_verb_mark(verb[0]))
            if verb[0].upper() in _WITH_ADDRESS and (address := _ADDRESS.search(text)) is not None:
                marks.update(inbox_mark(name) for name, _ in inbox.of_address(address[0]))
    return Said(frozenset(found), frozenset(marks))


def _add(found: set[str], text: str, room: int) -> int:
    """Add the words of `text` as long as there is room for them; the octets that are left, below 0 once it was full."""
    if room >= 0:
        for word in words(text):
            if word not in found:
                room -= len(word.encode())
                if room < 0:
                    break
                found.add(word)
    return room


def wanted(query: str, codes: Iterable[str] = ()) -> Wanted:
    """Read a query such as `code:550 verb:AUTH -quit relay denied`; `codes` are marks to add.

    Raises ValueError with one sentence for people when a code or a verb cannot be one.
    """
    found: dict[str, dict[str, None]] = {"words": {}, "marks": {}, "no_words": {}, "no_marks": {}}
    for term in _TERM.findall(query):
        unwanted = len(term) > 1 and term.startswith("-")
        prefix = "no_" if unwanted else ""
        field, colon, value = term[unwanted:].partition(":")
        reader = READERS.get(field.lower()) if colon else None
        if reader is not None:
            found[prefix + "marks"][reader(value)] = None
        else:
            found[prefix + "words"].update(dict.fromkeys(words(term)))
    for code in codes:
        found["marks"][read_code(code)] = None
    return Wanted(*(tuple(kind) for kind in found.values()))


def read_code(value: str) -> str:
    """The mark of a reply code as people write it. Raises ValueError with one sentence."""
    if _CODE.fullmatch(value) is None:
        raise ValueError(
            f"{value[:20]!r} is no reply code: write one like 550, a class like 5xx, or an enhanced code like 5.1.1."
        )
    return _code_mark(value.lower())


def _read_verb(value: str) -> str:
    if _VERB.fullmatch(value) is None:
        raise ValueError(f"{value[:20]!r} is no verb: write one like AUTH.")
    return _verb_mark(value)


READERS = {"code": read_code, "verb": _read_verb}
"""What a word before a colon can be, and how its value is read to a mark."""


def inbox_mark(name: str) -> str:
    """Of an inbox by its folded name, in hexadecimal: its dots and hyphens would make several words of it."""
    return "inbox" + name.encode("ascii").hex()


def _code_mark(code: str) -> str:
    return "code" + code.replace(".", "d")


def _verb_mark(verb: str) -> str:
    return "verb" + verb[:32].lower()
