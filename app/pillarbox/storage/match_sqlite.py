"""A tree of texts as one expression for FTS5, so that results come newest first without being gathered before.

Rules of this module:

* A body's word that may go on is written out as the words that there are, as long as they are few: FTS5 merges all that
  begin so before it gives the first row, which takes 50 ms for a common word among 1,000,000 messages, and an OR of
  sixty takes 4. Listing them takes a step a word, because each is looked up and not walked to.
* A word of the body that is cut in queries may be several in the index, where it stands whole: a phrase with it is
  written out as the phrases that there are. Of more than 64 its parts are looked for each by itself.
* A part of many grams is asked for in `layers`: by a rare gram first, then by three beside each other, then whole.
  FTS5 goes through what each word of a phrase and each side of an AND has, at every step, and of an address such as
  `anna@example.org` most grams are in every message. So a layer must be a side of its own that moves only where the one
  before has found something: a NOT of nothing keeps FTS5 from making one AND of two. How rare a gram is, is seen from
  where the `SEEN`th newest row with it is.
* FTS5's parser has a stack of 100, of which a level of parentheses takes ten at most: eight are read
  (`pillarbox.mail.query.parser`), and NOT is never chained.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from pillarbox.mail.query import And, Flag, Header, Node, Not, Or, Text
from pillarbox.mail.words import MAX_WORD
from pillarbox.storage.search import PARTS, grams, header_mark

COLUMNS = {
    "subject": "subject",
    "from": "sender",
    "to": "recipients cc bcc",
    "cc": "cc",
    "bcc": "bcc",
    "filename": "filenames",
}

MOST_WORDS = 64
"""Words that one beginning is written out as."""

ALL_WORDS = 256
"""Words that the beginnings of one query are written out as together."""

SEEN = 32
RARE = 3
"""Grams beside each other that a part is asked for by before it is asked for whole; so many share a look."""

MOST_LOOKS = 24
"""Grams of one query whose rareness is looked at."""

NOTHING = "flags : nothing"
"""No flag is called so."""

_NEXT_WORDS = """
WITH RECURSIVE found (word) AS (
    SELECT (SELECT term FROM search_words WHERE term >= ? LIMIT 1)
    UNION ALL
    SELECT (SELECT term FROM search_words WHERE term >= found.word || char(1) LIMIT 1) FROM found WHERE found.word < ?
)
SELECT word FROM found WHERE word < ? LIMIT ?
"""

_LAST = "\U0010ffff"


class Expression:
    """Made for one query; looks into the index by `connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._words = ALL_WORDS
        self._looks = MOST_LOOKS

    def of(self, wanted: Node, flag: str | None) -> str:
        """The leaves of `wanted` are Text, Header and Flag."""
        parts = wanted.parts if isinstance(wanted, And) else (wanted,)
        return self._all(parts, [] if flag is None else [f"flags : {flag}"])

    def _node(self, node: Node) -> str:
        if isinstance(node, Or):
            return " OR ".join(f"({self._node(part)})" for part in node.parts)
        if isinstance(node, Flag):
            return f"flags : has{node.kind}"
        if isinstance(node, Header):
            return self._header(node)
        if isinstance(node, Text) and node.field is None:
            body = self._worded("body", node.words, goes_on=node.goes_on)
            return f"({_together([self._part(' '.join(PARTS), node)])}) OR ({body})"
        return self._all(node.parts if isinstance(node, And) else (node,), [])

    def _all(self, parts: Sequence[Node], flags: Sequence[str]) -> str:
        """That all of these parts and flags hold."""
        there = [[flag] for flag in flags]
        there += [self._layers(part) for part in parts if not isinstance(part, Not)]
        absent = [self._node(part.part) for part in parts if isinstance(part, Not)]
        expression = _together(there or [["flags : all"]])
        if not absent:
            return expression
        unwanted = absent[0] if len(absent) == 1 else " OR ".join(f"({one})" for one in absent)
        return f"({expression}) NOT ({unwanted})"

    def _layers(self, node: Node) -> list[str]:
        """What must hold, what finds the least first; only the last one says all."""
        if not isinstance(node, Text) or node.field is None:
            return [self._node(node)]
        if node.field == "body":
            return [self._worded("body", node.words, goes_on=node.goes_on)]
        return self._part(COLUMNS[node.field], node)

    def _header(self, header: Header) -> str:
        mark = header_mark(header.name)
        if not header.words:
            return f'headers : "{mark}"'
        return self._worded("headers", [mark + word for word in header.words], goes_on=header.goes_on)

    def _worded(self, column: str, words: Sequence[str], *, goes_on: bool) -> str:
        """These words one behind the other, the last one maybe going on."""
        *first, last = words
        # A word is cut there, but where the body is kept as it is, it stands in the index whole.
        longest = MAX_WORD if column == "body" else None
        begins: list[tuple[str, ...]] = [()]
        for at, word in enumerate(first, 1):
            ways = self._beginning(word) or [word] if len(word) == longest else [word]
            if len(begins) * len(ways) > MOST_WORDS:
                begin = self._worded(column, words[:at], goes_on=True)
                return f"({begin}) AND ({self._worded(column, words[at:], goes_on=goes_on)})"
            begins = [(*begin, way) for begin in begins for way in ways]
        goes_on = goes_on or len(last) == longest
        if goes_on and self._words > 0:
            found = self._beginning(last) or [last]
            if len(begins) * len(found) <= MOST_WORDS:
                self._words -= len(begins) * len(found)
                return f"{column} : ({_any(_phrase([*begin, word]) for begin in begins for word in found)})"
        return f"{column} : ({_any(_phrase([*begin, last]) + (' *' if goes_on else '') for begin in begins)})"

    def _beginning(self, word: str) -> Sequence[str]:
        values = (word, word + _LAST, word + _LAST, MOST_WORDS + 1)
        return self._connection.exec_driver_sql(_NEXT_WORDS, values).scalars().all()

    def _part(self, columns: str, text: Text) -> list[str]:
        columns, wanted = f"{{{columns}}}", grams(text.joined, whole=not text.partial)
        looked_at = wanted[: self._looks * RARE : RARE]
        if len(wanted) == 1 or not looked_at:
            return [f"{columns} : {_phrase(wanted)}"]
        self._looks -= len(looked_at)
        rarest = RARE * min(range(len(looked_at)), key=list(map(self._seen, looked_at)).__getitem__)
        begin = max(0, min(rarest - 1, len(wanted) - RARE))
        layers = (wanted[rarest : rarest + 1], wanted[begin : begin + RARE], wanted)
        return [f"{columns} : {_phrase(layer)}" for layer in (layers if len(wanted) > RARE else layers[::2])]

    def _seen(self, gram: str) -> int:
        """The id of the `SEEN`th newest row with that gram, 0 when there are not so many. In any column: what makes a
        gram dear is where it stands, not where it is wanted.
        """
        statement = "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT 1 OFFSET ?"
        found = self._connection.exec_driver_sql(statement, (_phrase([gram]), SEEN)).scalar()
        return int(found or 0)


def _together(parts: Sequence[Sequence[str]]) -> str:
    """That all of them hold, by their layers."""
    expression = " AND ".join(f"({layers[0]})" for layers in parts)
    for level in range(1, max(map(len, parts))):
        further = " AND ".join(f"({layers[level]})" for layers in parts if level < len(layers))
        expression = f"(({expression}) NOT {NOTHING}) AND {further}"
    return expression


def _any(phrases: Iterable[str]) -> str:
    return " OR ".join(phrases)


def _phrase(words: Sequence[str]) -> str:
    """Words and grams have no quotation mark in them."""
    return f'"{" ".join(words)}"'
