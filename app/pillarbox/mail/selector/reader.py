"""A selector's text read into its parts (Selectors Level 4, CSS Syntax Level 3 for names, strings and escapes).

Rules of this module:

* What cannot be read is an error with its place; nothing is skipped, because a selector that finds something else than
  was meant makes a test that proves nothing.
* A selector has at most `LONGEST` characters and `DEEPEST` parentheses within one another. Within `:has()` stand single
  elements, no paths.
"""

from __future__ import annotations

import re
from typing import Literal, cast

from pillarbox.mail.selector.parts import (
    Any,
    Attribute,
    Combinator,
    Complex,
    Compound,
    Empty,
    Has,
    Kind,
    Not,
    Nth,
    Operator,
    Root,
    Selectors,
    Simple,
)

LONGEST = 500
DEEPEST = 5

_BLANKS = " \t\r\n\f"
_ESCAPE = r"\\(?:[0-9a-fA-F]{1,6}(?:\r\n|[ \t\r\n\f])?|[^\r\n\f0-9a-fA-F])"
_NAME = re.compile(rf"(?:--|-?(?:[A-Za-z_]|[^\x00-\x7f]|{_ESCAPE}))(?:[A-Za-z0-9_-]|[^\x00-\x7f]|{_ESCAPE})*")
_STRING = re.compile(rf'"((?:[^"\\\r\n\f]|{_ESCAPE})*)"|\'((?:[^\'\\\r\n\f]|{_ESCAPE})*)\'')
_ESCAPED = re.compile(r"\\(?:([0-9a-fA-F]{1,6})(?:\r\n|[ \t\r\n\f])?|(.))", re.DOTALL)
_OPERATOR = re.compile(r"[~|^$*]?=")
_NTH = re.compile(r"(?:([+-]?[0-9]{0,6})n(?:\s*([+-])\s*([0-9]{1,6}))?|([+-]?[0-9]{1,6})|(odd|even))\s*\)", re.I)
_COMBINATOR = re.compile(r"[ \t\r\n\f]*([>+~])[ \t\r\n\f]*|[ \t\r\n\f]+(?![ \t\r\n\f,)]|\Z)")

_PLAIN: dict[str, Compound] = {
    "first-child": (Nth(0, 1),),
    "last-child": (Nth(0, 1, last=True),),
    "only-child": (Nth(0, 1), Nth(0, 1, last=True)),
    "first-of-type": (Nth(0, 1, of_type=True),),
    "last-of-type": (Nth(0, 1, last=True, of_type=True),),
    "only-of-type": (Nth(0, 1, of_type=True), Nth(0, 1, last=True, of_type=True)),
    "empty": (Empty(),),
    "root": (Root(),),
    "link": (Kind("a"), Attribute("href")),
    "any-link": (Kind("a"), Attribute("href")),
}
_COUNTED = ("nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type")
_LISTED = ("not", "is", "where", "has")


class SelectorError(ValueError):
    """A selector that cannot be read; the text is a sentence with its place."""

    def __init__(self, sentence: str, position: int) -> None:
        super().__init__(f"At character {position + 1}: {sentence}")
        self.position = position


def read(text: str) -> Selectors:
    """Raises SelectorError.

    >>> read("a.b")
    (Complex(first=(Kind(name='a'), Attribute(name='class', operator='~=', value='b', insensitive=False)), rest=()),)
    """
    if len(text) > LONGEST:
        raise SelectorError(f"A selector may have at most {LONGEST} characters.", LONGEST)
    reading = _Reading(text)
    found = reading.selectors(0)
    if reading.at < len(text):
        raise reading.odd("more of an element, > + ~ or a comma may stand here.")
    return found


class _Reading:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def wrong(self, sentence: str, at: int | None = None) -> SelectorError:
        return SelectorError(sentence, self.at if at is None else at)

    def odd(self, instead: str) -> SelectorError:
        """What stands here was not expected; `instead` says what was."""
        found = self.text[self.at : self.at + 1]
        return self.wrong(f"{found!r} was not expected; {instead}" if found else f"It ends too early; {instead}")

    def skip(self) -> None:
        while self.text[self.at : self.at + 1] and self.text[self.at] in _BLANKS:
            self.at += 1

    def taken(self, piece: str) -> bool:
        there = self.text.startswith(piece, self.at)
        self.at += len(piece) if there else 0
        return there

    def selectors(self, depth: int) -> Selectors:
        """Selectors with commas between them, up to a parenthesis or the end."""
        found = [self.complex(depth)]
        while self.taken(","):
            found.append(self.complex(depth))
        return tuple(found)

    def complex(self, depth: int) -> Complex:
        self.skip()
        first = self.compound(depth)
        rest: list[tuple[Combinator, Compound]] = []
        while (combinator := _COMBINATOR.match(self.text, self.at)) is not None:
            self.at = combinator.end()
            rest.append((cast(Combinator, combinator[1] or " "), self.compound(depth)))
        self.skip()
        return Complex(first, tuple(rest))

    def compound(self, depth: int) -> Compound:
        start = self.at
        found: list[Simple] = []
        if not self.taken("*") and (name := self.name()):
            found.append(Kind(name.lower()))
        if self.text.startswith("|", self.at):
            raise self.wrong("Namespaces are not known here.")
        while (simple := self.simple(depth)) is not None:
            found.extend(simple)
        if self.at == start:
            raise self.odd("an element must stand here, such as a.button.")
        return tuple(found)

    def simple(self, depth: int) -> Compound | None:
        """What may follow an element's name, None when nothing does."""
        start = self.at
        if self.taken("#"):
            return (Attribute("id", "=", self.wanted_name("an id")),)
        if self.taken("."):
            return (Attribute("class", "~=", self.wanted_name("a class")),)
        if self.taken("["):
            return (self.attribute(),)
        if self.taken("::"):
            raise self.wrong("A pseudo-element is nothing that a mail has.", start)
        if self.taken(":"):
            return self.pseudo(start, depth)
        return None

    def name(self) -> str:
        """A name with its escapes read, "" when none stands here."""
        found = _NAME.match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return _unescaped(found[0])

    def wanted_name(self, what: str) -> str:
        name = self.name()
        if not name and self.text[self.at : self.at + 1].isdigit():
            instead = {"an id": '; write [id="…"]', "a class": '; write [class="…"]'}.get(what, "")
            raise self.wrong(f"The name of {what} cannot begin with a digit{instead}.")
        if not name:
            raise self.odd(f"{what} must have a name.")
        return name

    def attribute(self) -> Attribute:
        self.skip()
        name = self.wanted_name("an attribute").lower()
        self.skip()
        operator = _OPERATOR.match(self.text, self.at)
        value, insensitive = "", False
        if operator is not None:
            self.at = operator.end()
            self.skip()
            value = self.value()
            self.skip()
            flag = self.text[self.at : self.at + 1]
            if flag and flag in "iIsS":
                insensitive = flag in "iI"
                self.at += 1
                self.skip()
        if not self.taken("]"):
            raise self.odd("an attribute ends with ].")
        return Attribute(name, cast(Operator, operator[0] if operator else ""), value, insensitive)

    def value(self) -> str:
        string = _STRING.match(self.text, self.at)
        if string is not None:
            self.at = string.end()
            return _unescaped(string[1] if string[1] is not None else string[2])
        if self.text[self.at : self.at + 1] in ('"', "'"):
            raise self.wrong("These quotation marks are not closed.")
        name = self.name()
        if not name:
            raise self.odd("a value that is no name stands in quotation marks.")
        return name

    def pseudo(self, start: int, depth: int) -> Compound:
        name = self.name().lower()
        if name in _PLAIN:
            return _PLAIN[name]
        if name in (*_COUNTED, *_LISTED) and not self.text.startswith("(", self.at):
            raise self.odd(f":{name} is followed by parentheses.")
        if name in _COUNTED and self.taken("("):
            return (self.nth(last="last" in name, of_type="type" in name),)
        if name in _LISTED and self.taken("("):
            if depth >= DEEPEST:
                raise self.wrong(f"There are more than {DEEPEST} parentheses within one another.", start)
            inner = self.inner(cast(Literal["not", "is", "where", "has"], name), depth + 1)
            if not self.taken(")"):
                raise self.odd("a parenthesis is not closed.")
            return (inner,)
        known = [f":{one}" for one in _PLAIN] + [f":{one}()" for one in (*_COUNTED, *_LISTED)]
        raise self.wrong(f"There is no :{name} here; there are {', '.join(known)}.", start)

    def nth(self, *, last: bool, of_type: bool) -> Nth:
        self.skip()
        found = _NTH.match(self.text, self.at)
        if found is None:
            raise self.wrong("In these parentheses must stand a number, odd, even, or the like of 2n+1.")
        self.at = found.end()
        step, sign, offset, number, word = found.groups()
        if word:
            return Nth(2, word.lower() == "odd", last, of_type)
        if number:
            return Nth(0, int(number), last, of_type)
        times = int(step) if step.strip("+-") else int(f"{step}1")
        return Nth(times, int(f"{sign}{offset}") if sign else 0, last, of_type)

    def inner(self, name: Literal["not", "is", "where", "has"], depth: int) -> Simple:
        if name == "not":
            return Not(self.selectors(depth))
        if name != "has":
            return Any(self.selectors(depth))
        found = [self.relative(depth)]
        while self.taken(","):
            found.append(self.relative(depth))
        return Has(tuple(found))

    def relative(self, depth: int) -> tuple[Combinator, Compound]:
        self.skip()
        combinator = _COMBINATOR.match(self.text, self.at)
        if combinator is not None:
            self.at = combinator.end()
        compound = self.compound(depth)
        self.skip()
        if self.text[self.at : self.at + 1] not in (",", ")", ""):
            raise self.wrong("Within :has() stand single elements, with >, + or ~ before them; no path of several.")
        return cast(Combinator, combinator[1] if combinator else " "), compound


def _unescaped(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        if found[2] is not None:
            return found[2]
        code = int(found[1], 16)
        return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"

    return _ESCAPED.sub(one, text)
