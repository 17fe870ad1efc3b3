"""A tree of texts as one expression for FTS5, so that results come newest first without being gathered before.

Rules of this module:

* A body's word that may go on is written out as the words that there are, as long as they are few: FTS5 merges all that
  begin so before it gives the first row, which takes 50 ms for a common word among 1,000,000 messages, and an OR of
  sixty takes 4. Listing them takes a step a word, because each is looked up and not walked to.
* A part of many grams is asked for by its rarest three beside each other first: FTS5 goes through what each of a phrase
  has, and of an address such as `anna@example.org` most grams are in every message. One phrase and not three words: of
  an AND every side is moved at every step. How rare a gram is, is seen from where the `SEEN`th newest row with it is.
* FTS5's parser has a stack of 100, of which a level of parentheses takes ten at most: eight are read
  (`pillarbox.mail.query.parser`), and NOT is never chained.
"""

from __future__ import annotations

from collections.abc import Sequence

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
"""Grams beside each other that a part is asked for by before it is asked for whole."""

MOST_GRAMS = 60
"""Grams of one query whose rareness is looked at."""

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
        self._grams = MOST_GRAMS

    def of(self, wanted: Node, flag: str | None) -> str:
        """The leaves of `wanted` are Text, Header and Flag."""
        expression = self._node(wanted)
        return expression if flag is None else f"flags : {flag} AND ({expression})"

    def _node(self, node: Node) -> str:
        if isinstance(node, And):
            there = [self._node(part) for part in node.parts if not isinstance(part, Not)]
            absent = [self._node(part.part) for part in node.parts if isinstance(part, Not)]
            return _without(" AND ".join(f"({one})" for one in there) or "flags : all", absent)
        if isinstance(node, Or):
            return " OR ".join(f"({self._node(part)})" for part in node.parts)
        if isinstance(node, Not):
            return _without("flags : all", [self._node(node.part)])
        if isinstance(node, Flag):
            return f"flags : has{node.kind}"
        if isinstance(node, Header):
            return self._header(node)
        assert isinstance(node, Text)
        return self._text(node)

    def _text(self, text: Text) -> str:
        if text.field == "body":
            return self._worded("body", text.words, goes_on=text.goes_on)
        if text.field is not None:
            return self._part(COLUMNS[text.field], text)
        body = self._worded("body", text.words, goes_on=text.goes_on)
        return f"({self._part(' '.join(PARTS), text)}) OR ({body})"

    def _header(self, header: Header) -> str:
        mark = header_mark(header.name)
        if not header.words:
            return f'headers : "{mark}"'
        return self._worded("headers", [mark + word for word in header.words], goes_on=header.goes_on)

    def _worded(self, column: str, words: Sequence[str], *, goes_on: bool) -> str:
        """These words one behind the other, the last one maybe going on."""
        for at, word in enumerate(words[:-1], 1):
            if len(word) == MAX_WORD:  # only the end of a phrase may go on
                begin, rest = self._worded(column, words[:at], goes_on=True), words[at:]
                return f"({begin}) AND ({self._worded(column, rest, goes_on=goes_on)})"
        *first, last = words
        # A word is cut there, but where the body is kept as it is, it stands in the index whole.
        goes_on = goes_on or len(last) == MAX_WORD
        if goes_on and self._words > 0:
            found = self._beginning(last)
            if len(found) <= MOST_WORDS:
                self._words -= len(found)
                return f"{column} : ({' OR '.join([_phrase([*first, word]) for word in found or [last]])})"
        return f"{column} : {_phrase(words)}{' *' if goes_on else ''}"

    def _beginning(self, word: str) -> Sequence[str]:
        values = (word, word + _LAST, word + _LAST, MOST_WORDS + 1)
        return self._connection.exec_driver_sql(_NEXT_WORDS, values).scalars().all()

    def _part(self, columns: str, text: Text) -> str:
        wanted = grams(text.joined, whole=not text.partial)
        columns = f"{{{columns}}}"
        whole = f"{columns} : {_phrase(wanted)}"
        if len(wanted) <= RARE:
            return whole
        looked_at = wanted[: self._grams]
        self._grams -= len(looked_at)
        seen = [self._seen(columns, gram) for gram in looked_at]
        start = min(range(max(1, len(seen) - RARE + 1)), key=lambda at: sum(seen[at : at + RARE]))
        return f"{columns} : {_phrase(wanted[start : start + RARE])} AND {whole}"

    def _seen(self, columns: str, gram: str) -> int:
        """The id of the `SEEN`th newest row with that gram, 0 when there are not so many."""
        statement = "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT 1 OFFSET ?"
        found = self._connection.exec_driver_sql(statement, (f"{columns} : {_phrase([gram])}", SEEN)).scalar()
        return int(found or 0)


def _phrase(words: Sequence[str]) -> str:
    """Words and grams have no quotation mark in them."""
    return f'"{" ".join(words)}"'


def _without(there: str, absent: Sequence[str]) -> str:
    if not absent:
        return there
    unwanted = absent[0] if len(absent) == 1 else " OR ".join(f"({one})" for one in absent)
    return f"({there}) NOT ({unwanted})"
