"""A query as it is typed, read into its tree.

    query   = each*                     all of them
    each    = term ("OR" term)*         OR binds tighter than the space, as people know it
    term    = "-" term                  not
            | "(" query ")"
            | operator ":" value
            | value
    value   = '"' … '"' | characters up to white space; parentheses in it are its own when they are pairs

Rules of this module:

* A word before a colon that is no operator is text: people paste `http://x` and `12:30`. A known operator with a value
  that it cannot have is an error, and so are parentheses, quotation marks and an OR that lack their other side.
* Text without a letter or a number (`&`, `:-)` in quotes) is passed over; a query of nothing else is an error, for it
  would mean everything.
* Operators are read in any case, OR in capitals only.
* Every limit has its own sentence. The parser is called once for each level of parentheses, which are limited.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from pillarbox.mail.query import operators
from pillarbox.mail.query.tree import And, Field, Node, Not, Or, QueryError, Unreadable

MAX_LENGTH = 2_000
MAX_TERMS = 64
MAX_DEPTH = 8

_SPACE = re.compile(r"\s*")
_OPERATOR = re.compile(r"([A-Za-z][A-Za-z-]*):")
_HEADER = re.compile(r"[^\s()=\"]+=")
_OR = re.compile(r"OR(?=[\s()]|$)")


def parse(query: str, *, now: datetime) -> Node | None:
    """The tree; None when there is nothing but white space, which means everything. `now` is what ages count from.

    Raises QueryError, its text a sentence for people that names the place.
    """
    if len(query) > MAX_LENGTH:
        raise QueryError(
            Unreadable(f"a query has at most {MAX_LENGTH:,} characters; search for less at a time."),
            MAX_LENGTH,
            len(query),
        )
    reader = _Reader(query, now)
    found = reader.all_of(None, 0)
    if reader.at < len(query):
        why = Unreadable("this parenthesis closes none; leave it out, or put the text in quotation marks.", "")
        raise QueryError(why, reader.at, reader.at + 1)
    if found is None and query.strip():
        start = len(query) - len(query.lstrip())
        raise QueryError(Unreadable("there is no letter and no number to search for."), start, len(query.rstrip()))
    return found


class _Reader:
    """Goes through the query once; `at` is where it has come to."""

    def __init__(self, query: str, now: datetime) -> None:
        self._query: Final = query
        self._now: Final = now
        self._terms = 0
        self.at = 0

    def all_of(self, field: Field | None, depth: int) -> Node | None:
        """Up to the end or to a parenthesis that closes; bare text is sought in `field`."""
        parts: list[Node] = []
        while self._goes_on():
            part = self._any_of(field, depth)
            if part is not None:
                parts.append(part)
        return _joined(And, parts)

    def _goes_on(self) -> bool:
        self._pass_space()
        return self.at < len(self._query) and self._query[self.at] != ")"

    def _any_of(self, field: Field | None, depth: int) -> Node | None:
        if first := _OR.match(self._query, self.at):
            raise QueryError(
                Unreadable("nothing stands before this OR; write what else it may be, or “OR” in quotation marks.", ""),
                *first.span(),
            )
        parts = [self._term(field, depth)]
        while self._goes_on() and (found := _OR.match(self._query, self.at)):
            self.at = found.end()
            if not self._goes_on() or _OR.match(self._query, self.at):
                raise QueryError(
                    Unreadable("nothing stands behind this OR; write what else it may be, or leave it out.", ""),
                    *found.span(),
                )
            parts.append(self._term(field, depth))
        return _joined(Or, [part for part in parts if part is not None])

    def _term(self, field: Field | None, depth: int) -> Node | None:
        self._terms += 1
        if self._terms > MAX_TERMS:
            raise QueryError(
                Unreadable(f"a query has at most {MAX_TERMS} terms; search for less at a time."),
                self.at,
                len(self._query.rstrip()),
            )
        unwanted = self._query[self.at] == "-" and self._query[self.at + 1 : self.at + 2].strip() not in ("", ")")
        self.at += unwanted
        found = self._operand(field, depth)
        return Not(found) if unwanted and found is not None else found

    def _operand(self, field: Field | None, depth: int) -> Node | None:
        if self._query[self.at] == "(":
            return self._group(field, depth)
        named = _OPERATOR.match(self._query, self.at)
        name = named[1].lower() if named else ""
        if named is None or name not in operators.READERS:
            return operators.text(*self._value(), field)
        place = self.at
        self.at = named.end()
        if name in operators.FIELDS and self._query[self.at : self.at + 1] == "(":
            return self._group(name, depth)
        start = self.at
        prefix = _HEADER.match(self._query, start) if name == "header" else None
        if prefix is not None:
            self.at = prefix.end()
        value, quoted = self._value()
        if prefix is not None:
            value = prefix[0] + value
        if not value.strip():
            raise QueryError(Unreadable(f"{name}: has no value; write it right behind the colon."), place, self.at)
        try:
            return operators.READERS[name](value, quoted, self._now)
        except Unreadable as why:
            raise QueryError(why, start, self.at) from None

    def _group(self, field: Field | None, depth: int) -> Node | None:
        place = self.at
        if depth == MAX_DEPTH:
            raise QueryError(
                Unreadable(f"parentheses stand in each other {MAX_DEPTH} deep at most; leave some out."),
                place,
                place + 1,
            )
        self.at += 1
        if not self._goes_on() and self.at < len(self._query):
            raise QueryError(Unreadable("nothing stands in these parentheses; leave them out.", ""), place, self.at + 1)
        found = self.all_of(field, depth + 1)
        if self.at == len(self._query):
            raise self._open(
                "this parenthesis is never closed; add “)”, or put the text in quotation marks.", place, ")"
            )
        self.at += 1
        return found

    def _value(self) -> tuple[str, bool]:
        """What stands here, and whether it was quoted; empty at white space and at the end."""
        start = self.at
        if self._query[start : start + 1] == '"':
            end = self._query.find('"', start + 1)
            if end < 0:
                raise self._open("this quotation mark has no second one; add it, or leave this one out.", start, '"')
            self.at = end + 1
            return self._query[start + 1 : end], True
        inside = 0
        while self.at < len(self._query):
            character = self._query[self.at]
            if character.isspace() or (character == ")" and not inside):
                break
            inside += (character == "(") - (character == ")")
            self.at += 1
        return self._query[start : self.at], False

    def _open(self, sentence: str, place: int, other: str) -> QueryError:
        """What begins there has no end, which `other` would be."""
        piece = self._query[place:].rstrip()
        return QueryError(Unreadable(sentence, piece + other), place, place + len(piece))

    def _pass_space(self) -> None:
        found = _SPACE.match(self._query, self.at)
        self.at = found.end() if found else self.at


def _joined(kind: type[And] | type[Or], parts: list[Node]) -> Node | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    return kind(tuple(parts))
