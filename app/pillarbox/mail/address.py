"""Address headers as mailboxes, for whatever senders write there (RFC 5322 section 3.4, RFC 6532, and worse).

Rules of this module:

* one pass over tokens, no recursion: comments are counted, not nested; a quote, comment or bracket that is never
  closed is an ordinary character from there on;
* `,` and `;` separate; `name:` opens a group, whose name is dropped and whose members count;
* a mailbox needs no `@` (`Cron Daemon <root>`); a comment is the name where there is no other;
* names are decoded (RFC 2047) after splitting, so an encoded comma separates nothing; addresses stay as sent;
* at most 2,000 mailboxes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import groupby

from pillarbox.mail import charset, encoded
from pillarbox.mail.message import Addr

Note = Callable[[str], None]

MAX_ADDRESSES = 2000

_SIMPLE = re.compile(
    r"(?:\"([^\"\\<>]*)\"|([^\"\\<>(),;:@\[\]]*)) ?<([^<>@\s\"(),;:\\]+@[^<>@\s\"(),;:\\]+)>"
    r"|([^<>@\s\"(),;:\\]+@[^<>@\s\"(),;:\\\[]+)"
)
_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<word>=\?[^?\s]{1,80}\?[bBqQ]\?[^?\"<>]{0,4000}\?=)"
    r"|(?P<angle><([^<>\"]*(?:\"(?:[^\"\\]|\\.){0,256}\"[^<>\"]*)?)>)"
    r"|(?P<literal>@?\[[^\[\]<>,;\"\s]{0,256}\])"
    r"|(?P<atom>[^\s\"(),;:<>\[\\]+)"
    r"|(?P<mark>[,;]+|\\+|\(+|\"+|<+(?=<)|.)",
    re.DOTALL,
)
_QUOTED = re.compile(r'"([^"\\]*(?:\\.[^"\\]*){0,500})"', re.DOTALL)
_COMMENT_MARK = re.compile(r"\\.|[()]", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SPACES = re.compile(r"\s+")


def addresses(values: list[str], note: Note) -> tuple[Addr, ...]:
    """The mailboxes of every value of an address header, unfolded but not decoded, in order. `note` takes defect codes.

    >>> addresses(['"Doe, J." <j@x.test>, (Ann) a@x.test', "list: b@x.test;"], print)
    (Addr(name='Doe, J.', address='j@x.test'), Addr(name='Ann', address='a@x.test'), Addr(name='', address='b@x.test'))
    """
    found: list[Addr] = []
    for value in values:
        if len(value) < 320 and (simple := _SIMPLE.fullmatch(value.strip())):
            name = simple[1] if simple[1] is not None else simple[2] or ""
            found.append(Addr(_name(name, note), charset.valid(simple[3] or simple[4])))
        else:
            _Reader(value, note, found).read()
        if len(found) >= MAX_ADDRESSES:
            break
    return tuple(found)


def _name(phrase: str, note: Note) -> str:
    if "=?" in phrase:
        phrase = encoded.decode(phrase, note)
    return charset.valid(_SPACES.sub(" ", phrase).strip())


class _Reader:
    """The state of one pass over one value: the mailbox that is being read, as the pieces seen so far."""

    __slots__ = ("_angle", "_before", "_comments", "_found", "_literal", "_note", "_pieces", "_text")

    def __init__(self, text: str, note: Note, found: list[Addr]) -> None:
        self._text = text
        self._note = note
        self._found = found
        self._literal: set[str] = set()  # openers that are known to have no end: ordinary characters
        self._clear()

    def _clear(self) -> None:
        self._pieces: list[str] = []  # atoms, unquoted strings and " " of the phrase or the bare address
        self._comments: list[str] = []
        self._angle: str | None = None
        self._before = 0  # how many of the pieces stand before the angle address

    def read(self) -> None:
        at = 0
        while at < len(self._text):
            char = self._text[at]
            if char in '"(' and char not in self._literal:
                at = self._quoted(at) if char == '"' else self._comment(at)
                continue
            token = _TOKEN.match(self._text, at)
            if token is None:  # "." matches everything, so this is the end
                break
            at = token.end()
            if not self._take(token):
                return
        self._finish()

    def _take(self, token: re.Match[str]) -> bool:
        kind, text = token.lastgroup, token[0]
        if kind == "space":
            self._pieces.append(" ")
        elif kind == "angle":
            if self._angle is not None and not self._part():
                return False
            self._angle, self._before = token[4], len(self._pieces)
        elif text[0] in ",;":
            return self._finish()
        elif text == ":" and self._angle is None and not any("@" in piece for piece in self._pieces[-1:]):
            self._clear()  # the display name of a group, or "mailto"
        else:
            if text[0] == "<":
                self._note("address-syntax")
            self._pieces.append(text)
        return True

    def _quoted(self, at: int) -> int:
        found = _QUOTED.match(self._text, at)
        if found is None:
            self._literal.add('"')
            self._note("address-syntax")
            return at
        follows = self._text[found.end() : found.end() + 1]
        # A quoted local part ("john doe"@x.test) keeps its quotes: they are part of the address.
        self._pieces.append(found[0] if follows == "@" else _ESCAPED.sub(r"\1", found[1]))
        return found.end()

    def _comment(self, at: int) -> int:
        depth = 0
        for mark in _COMMENT_MARK.finditer(self._text, at):
            if mark[0] == "(":
                depth += 1
            elif mark[0] == ")":
                depth -= 1
                if not depth:
                    self._comments.append(_ESCAPED.sub(r"\1", self._text[at + 1 : mark.start()]))
                    return mark.end()
        self._literal.add("(")
        self._note("address-syntax")
        return at

    def _part(self) -> bool:
        """A second address in brackets and no comma: what stands between the two is the name of the second."""
        after = self._pieces[self._before :]
        del self._pieces[self._before :]
        going_on = self._finish()
        self._pieces = after
        return going_on

    def _finish(self) -> bool:
        """Close the mailbox; False when the value has named as many as are read."""
        if any(piece.strip() for piece in self._pieces) or self._angle is not None:
            if len(self._found) >= MAX_ADDRESSES:
                self._note("too-many-addresses")
                return False
            self._found.append(self._mailbox())
        self._clear()
        return True

    def _mailbox(self) -> Addr:
        comment = " ".join(self._comments)
        if self._angle is not None:
            address = self._angle.strip()
            if address.startswith("@") and ":" in address:
                address = address.rpartition(":")[2]  # a source route, obsolete (RFC 5322 section 4.4)
            return Addr(_name("".join(self._pieces), self._note) or _name(comment, self._note), charset.valid(address))
        name, address = self._bare()
        return Addr(_name(name or comment, self._note), charset.valid(address))

    def _bare(self) -> tuple[str, str]:
        """Name and address of a mailbox without brackets: the word with an `@`, or the only word, is the address."""
        words = ["".join(group) for space, group in groupby(self._pieces, " ".__eq__) if not space]
        at = next((index for index, word in enumerate(words) if "@" in word), None)
        if at is None:
            alone = len(words) == 1 and " " not in words[0] and not words[0].startswith("=?")
            return ("", words[0]) if alone else (" ".join(words), "")
        first = last = at
        if words[at].startswith("@") and at > 0:  # bob @example.test, bob @ example.test
            first -= 1
        if words[at].endswith("@") and at + 1 < len(words):
            last += 1
        return " ".join(words[:first] + words[last + 1 :]), "".join(words[first : last + 1])
