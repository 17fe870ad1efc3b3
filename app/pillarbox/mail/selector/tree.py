"""The HTML of a message as a tree of elements, numbered in the order in which they begin.

Rules of this module:

* The tree is what a browser makes of the HTML: lexbor builds it by the HTML standard (section 13.2.6), and lets other
  threads run meanwhile. It is imported when the first tree is built.
* HTML comes from strangers, and building is not linear in it: deep nesting, many attributes and formatting elements
  that are opened anew in each paragraph cost time or memory with the square. So tags are counted first, by a pass that
  is linear, and what has too many is not read. Within the limits half a second is the worst.
* Trying selectors is done by `choice` and not by lexbor, whose time grows exponentially with the number of steps.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pillarbox.mail.html import BLOCK
from pillarbox.mail.markup import ESCAPABLE_TEXT, attributes, decoded, tokens

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MOST_CHARACTERS = 5_000_000
MOST_TAGS = 10_000
"""Start tags; there may be twice as many end tags, and three times as many elements: some have no tag of their own."""

MOST_ATTRIBUTES = 300
"""Attributes of one tag."""

DEEPEST = 1_000
"""Elements within one another that are ended only by a tag of their own."""

MOST_REOPENED = 50_000
"""Elements that may come into being because formatting goes on in the next paragraph."""

MOST_TEXT = 5_000_000
"""Characters that are read to give the texts of elements, which lie within one another."""

_FORMATTING_NAMES = "a b big code em font i nobr s small strike strong tt u"
_FORMATTING = frozenset(_FORMATTING_NAMES.split())
_ENDED_NAMES = """
    area base body br col colgroup dd dt embed head hr html img input li link meta option optgroup p param rp rt source
    tbody td tfoot th thead tr track wbr
"""
_ENDED_BY_OTHERS = frozenset(_ENDED_NAMES.split())
_TOO_MANY = f"The HTML has more than {MOST_TAGS} elements; no selector is tried on it."
_SILENT = frozenset({"script", "style", "template"})


class Unreadable(Exception):
    """The HTML is too much for selectors; the text is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Element:
    """`parent` and `previous` (sibling) are numbers of elements, -1 when there is none."""

    name: str
    parent: int
    previous: int
    attributes: dict[str, str]


class Tree:
    """`empty`: there was no HTML at all; the elements that the standard adds are there all the same."""

    def __init__(self, elements: tuple[Element, ...], nodes: list[LexborNode], *, empty: bool) -> None:
        self.elements = elements
        self.empty = empty
        self._nodes = nodes
        self._text_left = MOST_TEXT

    def text(self, number: int) -> str:
        """All text in an element, hidden text too, white space collapsed; a block is apart from its neighbours.

        Raises Unreadable when all texts together are too much.
        """
        written = self._nodes[number].html or ""
        self._text_left -= len(written)
        if self._text_left < 0:
            raise Unreadable("The selector finds elements with too much text in them; write one that finds fewer.")
        out: list[str] = []
        silent = ""
        for text, kind, name, data in tokens(written):
            if not silent:
                out.append(decoded(text))
                if kind == "raw" and name in ESCAPABLE_TEXT:
                    out.append(decoded(data))
                elif name in BLOCK or name in ("td", "th"):
                    out.append(" ")
            if kind == "start" and name in _SILENT and not silent:
                silent = name
            elif kind == "end" and name == silent:
                silent = ""
        return " ".join("".join(out).split())

    def is_empty(self, number: int) -> bool:
        child = self._nodes[number].first_child
        while child is not None and child.is_comment_node:
            child = child.next
        return child is None

    @cached_property
    def children(self) -> dict[int, list[int]]:
        """By the number of an element its children, ascending; the root's is under -1."""
        found: dict[int, list[int]] = {}
        for number, element in enumerate(self.elements):
            found.setdefault(element.parent, []).append(number)
        return found


def read(html: str) -> Tree:
    """Raises Unreadable."""
    _weigh(html)
    from selectolax.lexbor import LexborHTMLParser

    root = LexborHTMLParser(html).root
    elements: list[Element] = []
    nodes: list[LexborNode] = []
    numbers: dict[int, int] = {}
    last: dict[int, int] = {}
    for node in root.traverse(include_text=False) if root is not None else ():
        if not node.is_element_node:
            continue
        if len(elements) == 3 * MOST_TAGS:
            raise Unreadable(_TOO_MANY)
        above = node.parent
        parent = numbers.get(above.mem_id, -1) if above is not None else -1
        number = len(elements)
        numbers[node.mem_id] = number
        written = {name: value or "" for name, value in node.attributes.items()}
        elements.append(Element((node.tag or "").lower(), parent, last.get(parent, -1), written))
        nodes.append(node)
        last[parent] = number
    return Tree(tuple(elements), nodes, empty=not html)


def _weigh(html: str) -> None:
    if len(html) > MOST_CHARACTERS:
        raise Unreadable(f"The HTML has more than {MOST_CHARACTERS} characters; no selector is tried on it.")
    started = ended = depth = formatting = reopened = 0
    opened: Counter[str] = Counter()
    for _, kind, name, data in tokens(html):
        if kind == "start":
            started += 1
            if len(data) > MOST_ATTRIBUTES and len(attributes(data)) > MOST_ATTRIBUTES:
                raise Unreadable(
                    f"A tag has more than {MOST_ATTRIBUTES} attributes; no selector is tried on this HTML."
                )
            step = 1
        elif kind == "end":
            ended += 1
            step = -bool(opened[name])
        else:
            step = 0
        if step and name not in _ENDED_BY_OTHERS:
            opened[name] += step
            depth += step
            formatting += step * (name in _FORMATTING)
        reopened += formatting
        if started > MOST_TAGS or ended > 2 * MOST_TAGS:
            raise Unreadable(_TOO_MANY)
        if depth > DEEPEST or reopened > MOST_REOPENED:
            raise Unreadable("The HTML opens elements without end; no selector is tried on it.")
