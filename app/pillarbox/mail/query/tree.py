"""The tree of a query: frozen values, each leaf one condition on a message. Databases compile it, tests filter by it.

What a leaf matches (docs/search.md says the same for people):

* A text is first made words (`pillarbox.mail.words`). "Its words" stand one behind the other, in one field.
* Subject, addresses and file names are matched on their words joined by one space, each address and each file name by
  itself: the words sought, joined alike, are a part of them, wherever that begins or ends. When they are shorter than
  `SHORTEST_PART` or `whole`, they must begin and end where words do.
* Bodies and headers are matched by word: the last one may go on, unless it is shorter than `SHORTEST_PART` or the text
  is `whole`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

SHORTEST_PART = 3
"""Characters from which on a part of a word is found; shorter ones are whole words."""

Field = Literal["subject", "from", "to", "cc", "bcc", "filename", "body"]


class Unreadable(ValueError):
    """Why a piece of a query cannot be read, in one sentence. `instead` is what was most likely meant; None: nobody
    knows.
    """

    def __init__(self, sentence: str, instead: str | None = None) -> None:
        super().__init__(sentence)
        self.instead = instead


class QueryError(ValueError):
    """A query that cannot be read, in a sentence with the mend: that of `why`, behind the place.

    What cannot be read are the characters from `position` to `end`, counted from 0.
    """

    def __init__(self, why: Unreadable, position: int, end: int) -> None:
        super().__init__(f"At character {position + 1}: {why}")
        self.why, self.position, self.end = why, position, end

    def mended(self, query: str) -> str | None:
        """The same query with what was most likely meant; None when nobody knows."""
        if self.why.instead is None:
            return None
        return (query[: self.position] + self.why.instead + query[self.end :]).strip() or None


@dataclass(frozen=True, slots=True)
class Text:
    """These words in that field, or in any of them (None); `whole` when they were quoted."""

    words: tuple[str, ...]
    field: Field | None = None
    whole: bool = False

    @property
    def joined(self) -> str:
        return " ".join(self.words)

    @property
    def partial(self) -> bool:
        """Whether it may begin and end within words, where parts are found."""
        return not self.whole and len(self.joined) >= SHORTEST_PART

    @property
    def goes_on(self) -> bool:
        """Whether the last word may be the beginning of a longer one, where words are found."""
        return not self.whole and len(self.words[-1]) >= SHORTEST_PART


@dataclass(frozen=True, slots=True)
class Header:
    """A header field of that name (in lower case) with these words in its value; none: there is such a field."""

    name: str
    words: tuple[str, ...] = ()
    whole: bool = False

    @property
    def goes_on(self) -> bool:
        return not self.whole and len(self.words[-1]) >= SHORTEST_PART


@dataclass(frozen=True, slots=True)
class InInbox:
    name: str


@dataclass(frozen=True, slots=True)
class Tag:
    name: str


@dataclass(frozen=True, slots=True)
class Flag:
    """It has an attachment, a body in HTML, a finding of lint."""

    kind: Literal["attachment", "html", "lint"]


@dataclass(frozen=True, slots=True)
class State:
    kind: Literal["unread", "read", "pinned"]


@dataclass(frozen=True, slots=True)
class Received:
    """Not before `since`, and before `until`; exactly one of them is set."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Size:
    """Of the message as it came, in octets; exactly one of them is set."""

    larger: int | None = None
    smaller: int | None = None


@dataclass(frozen=True, slots=True)
class InSession:
    id: int


@dataclass(frozen=True, slots=True)
class Code:
    """It came by a session in which such a reply was given; a mark of `pillarbox.mail.spoken`."""

    mark: str


Leaf = Text | Header | InInbox | Tag | Flag | State | Received | Size | InSession | Code


@dataclass(frozen=True, slots=True)
class And:
    """All of at least two."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of at least two."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Node


Node = Leaf | And | Or | Not


def leaves(node: Node) -> Iterator[Leaf]:
    """Every leaf, as they stand."""
    if isinstance(node, And | Or):
        for part in node.parts:
            yield from leaves(part)
    elif isinstance(node, Not):
        yield from leaves(node.part)
    else:
        yield node
