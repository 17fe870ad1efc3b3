"""The word of a query that somebody is just typing: what stands at the caret, and what to put in its place.

Rules of this module:

* It reads what is not finished: an open quotation mark, an operator without a value, anything at all.
* A word is what the parser takes for one term, without the `-` and the parentheses before it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

_TERM = re.compile(r'[^\s()"]*"[^"]*"?|[^\s()"]+')
_OPERATOR = re.compile(r"([A-Za-z][A-Za-z-]*):")
_QUOTED = re.compile(r'[\s()]|^"')


@dataclass(frozen=True, slots=True)
class Typed:
    """The word from `start` to `end` of a query. `operator` is the one it has, None without; `begun` is its value, or
    itself without one, as far as the caret.
    """

    start: int
    end: int
    operator: str | None
    begun: str


def typed(query: str, caret: int, known: Collection[str]) -> Typed:
    """What stands at the caret; `known` are the names that are operators. An empty word where nothing does."""
    for found in _TERM.finditer(query):
        start = found.start() + (found[0].startswith("-") and found.end() > found.start() + 1)
        if start <= caret <= found.end():
            break
    else:
        return Typed(caret, caret, None, "")
    named = _OPERATOR.match(query, start, max(start, caret))
    name = named[1].lower() if named else ""
    if named is None or name not in known:
        return Typed(start, found.end(), None, query[start:caret])
    return Typed(start, found.end(), name, query[named.end() : caret].removeprefix('"').removesuffix('"'))


def value(operator: str, text: str) -> str | None:
    """`operator:text`, quoted where it must be; None for what cannot be written."""
    if not text.strip() or '"' in text:
        return None
    return f'{operator}:"{text}"' if _QUOTED.search(text) else f"{operator}:{text}"
