"""The conditions of a wait: what must all hold of a message. One frozen value, made at the edge from checked text.

Rules of this module:

* Addresses, subjects and header values are compared by their case folding; nothing else about them is changed.
* `*@example.org` is every address of that domain, and of none below it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pillarbox.mail.query import And, Header, Node, Text, sieve
from pillarbox.mail.words import words

ANY_LOCAL = "*@"

INDEXED_NAME = 100
"""Characters of a header's name up to which an index knows it (docs/search.md, limits)."""


@dataclass(frozen=True, slots=True)
class HeaderCondition:
    """A header field of that name (any case) has this in its decoded value; "" when it only has to be there."""

    name: str
    substring: str = ""


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """None and empty: nothing is asked. `to` is an envelope recipient or stands in To or Cc, `from_` is the sender of
    the envelope or stands in From; both are a whole address or `*@domain`. `subject` is a part of it.
    """

    inbox: str | None = None
    to: str | None = None
    from_: str | None = None
    subject: str | None = None
    headers: tuple[HeaderCondition, ...] = ()
    q: Node | None = None

    @cached_property
    def asks_content(self) -> bool:
        """Whether the row of a message is not enough to tell."""
        return bool(self.headers) or sieve.asks_content(self.q)

    @cached_property
    def asks_codes(self) -> bool:
        return sieve.asks_codes(self.q)

    @cached_property
    def query(self) -> Node | None:
        """A query that finds every message for which these conditions hold, and maybe others; `inbox` left aside.

        None when no index can narrow it down.
        """
        parts: list[Node] = []
        for field, address in (("to", self.to), ("from", self.from_)):
            found = tuple(words(address.removeprefix(ANY_LOCAL))) if address is not None else ()
            if found:
                parts.append(Text(found, "to" if field == "to" else "from", whole=True))
        if self.subject is not None and self.subject.isascii():
            # Parts of words are found, but of other scripts words may be pairs of characters, which have no parts.
            text = Text(tuple(words(self.subject)), "subject")
            if text.partial:
                parts.append(text)
        parts += [Header(one.name.lower()) for one in self.headers if len(one.name) <= INDEXED_NAME]
        if self.q is not None:
            parts += self.q.parts if isinstance(self.q, And) else (self.q,)
        return parts[0] if len(parts) == 1 else And(tuple(parts)) if parts else None

    @cached_property
    def key(self) -> tuple[str, str] | None:
        """The one thing that these conditions are kept by: `verdict.keys` of every message they hold for has it."""
        if self.to is not None:
            return ("to", self.to.casefold())
        if self.inbox is not None:
            return ("inbox", self.inbox)
        if self.from_ is not None:
            return ("from", self.from_.casefold())
        return None
