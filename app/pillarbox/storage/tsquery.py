"""A tree of texts as one tsquery over the lexemes that `search_postgres` writes.

Where a row had no place left for all of its words, a phrase is all of its words in any order, and a field all fields
that share its mark: such a row may be found without having the phrase, and is never missed.
"""

from __future__ import annotations

from collections.abc import Sequence

from pillarbox.mail.query import And, Flag, Header, Node, Not, Or, Text
from pillarbox.storage.search import grams, header_mark

FLAG = ":"
LONG = "long"

PLACES = (("=", "A"), ("=", "B"), ("@", "A"), ("@", "B"), ("@", "C"), ("=", "C"))
"""The mark and the weight of each of `search.PARTS`."""

_FIELDS = {
    "subject": ("=", "A"),
    "from": ("=", "B"),
    "filename": ("=", "C"),
    "to": ("@", ""),
    "cc": ("@", "B"),
    "bcc": ("@", "C"),
}


def of(wanted: Node, flag: str | None) -> str:
    """The leaves of `wanted` are Text, Header and Flag."""
    query = _node(wanted)
    return query if flag is None else f"{quoted(FLAG + flag)} & ({query})"


def quoted(lexeme: str) -> str:
    """As both tsvector and tsquery read it; no lexeme of ours has a quotation mark or a backslash."""
    return f"'{lexeme}'"


def _node(node: Node) -> str:
    if isinstance(node, And):
        return " & ".join(f"({_node(part)})" for part in node.parts)
    if isinstance(node, Or):
        return " | ".join(f"({_node(part)})" for part in node.parts)
    if isinstance(node, Not):
        return f"!({_node(node.part)})"
    if isinstance(node, Flag):
        return quoted(f"{FLAG}has{node.kind}")
    if isinstance(node, Header):
        mark = header_mark(node.name)
        if not node.words:
            return quoted(mark)
        return _phrase([mark + word for word in node.words], goes_on=node.goes_on)
    assert isinstance(node, Text)
    if node.field == "body":
        return _phrase(node.words, goes_on=node.goes_on)
    wanted = grams(node.joined, whole=not node.partial)
    if node.field is not None:
        mark, weight = _FIELDS[node.field]
        return _phrase([mark + gram for gram in wanted], weight)
    parts = [_phrase([mark + gram for gram in wanted]) for mark in ("=", "@")]
    return " | ".join([*parts, _phrase(node.words, goes_on=node.goes_on)])


def _phrase(lexemes: Sequence[str], weight: str = "", *, goes_on: bool = False) -> str:
    """These one behind the other, all with that weight; the last one maybe going on."""
    wanted = [quoted(one) + (f":{weight}" if weight else "") for one in lexemes]
    anywhere = [quoted(one) for one in lexemes]
    if goes_on:
        wanted[-1] = f"{quoted(lexemes[-1])}:{weight}*"
        anywhere[-1] += ":*"
    there = " <-> ".join(wanted)
    if len(lexemes) == 1 and not weight:
        return there
    return f"(({there}) | ({quoted(FLAG + LONG)} & {' & '.join(dict.fromkeys(anywhere))}))"
