"""Which elements of a tree a selector chooses.

Rules of this module:

* Every part of a selector chooses a set of elements out of the whole tree in one pass over it, so the time is the
  number of elements times the number of parts: no selector on any HTML takes longer.
* Names of elements and attributes are in lower case on both sides; values, ids and classes are compared as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Set

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
    Root,
    Selectors,
    Simple,
)
from pillarbox.mail.selector.tree import Tree


def chosen(selectors: Selectors, tree: Tree) -> list[int]:
    """The numbers of the elements that any of the selectors chooses, in the order of the document."""
    return sorted(_any(selectors, tree))


def along(path: Complex, tree: Tree) -> list[int]:
    """How many elements each step of a path leaves, from left to right: [3, 1, 0] for one that fails at its third."""
    found = _compound(path.first, tree)
    counts = [len(found)]
    for combinator, compound in path.rest:
        found = _compound(compound, tree) & _led_to(combinator, found, tree)
        counts.append(len(found))
    return counts


def _any(selectors: Selectors, tree: Tree) -> set[int]:
    return set().union(*(_complex(one, tree) for one in selectors))


def _complex(path: Complex, tree: Tree) -> set[int]:
    found = _compound(path.first, tree)
    for combinator, compound in path.rest:
        found = _compound(compound, tree) & _led_to(combinator, found, tree)
    return found


def _led_to(combinator: Combinator, origins: Set[int], tree: Tree) -> set[int]:
    """The elements that stand so to one of the origins: " " in it, ">" its child, "+" and "~" after it."""
    found: set[int] = set()
    for number, element in enumerate(tree.elements):  # ascending, so what a step leads over is known before
        near = element.parent if combinator in " >" else element.previous
        if near in origins or (combinator in " ~" and near in found):
            found.add(number)
    return found


def _leading_to(combinator: Combinator, ends: Collection[int], tree: Tree) -> set[int]:
    """The elements to which one of the ends stands so."""
    found: set[int] = set()
    for number in ends:
        while True:
            element = tree.elements[number]
            number = element.parent if combinator in " >" else element.previous
            if number < 0 or number in found:
                break
            found.add(number)
            if combinator in ">+":
                break
    return found


def _compound(compound: Compound, tree: Tree) -> set[int]:
    found = set(range(len(tree.elements)))
    for simple in compound:
        if not found:
            break
        found &= _simple(simple, tree)
    return found


def _simple(simple: Simple, tree: Tree) -> Set[int]:
    match simple:
        case Kind(name):
            return {number for number, element in enumerate(tree.elements) if element.name == name}
        case Attribute():
            return _with_attribute(simple, tree)
        case Nth():
            return _numbered(simple, tree)
        case Empty():
            return {number for number in range(len(tree.elements)) if tree.is_empty(number)}
        case Root():
            return {number for number, element in enumerate(tree.elements) if element.parent < 0}
        case Any(selectors):
            return _any(selectors, tree)
        case Not(selectors):
            return set(range(len(tree.elements))) - _any(selectors, tree)
        case Has(wanted):
            return set().union(*(_leading_to(how, _compound(one, tree), tree) for how, one in wanted))


_COMPARED: dict[str, Callable[[str, str], bool]] = {
    "": lambda value, wanted: True,
    "=": lambda value, wanted: value == wanted,
    "~=": lambda value, wanted: wanted in value.split(),
    "|=": lambda value, wanted: value == wanted or value.startswith(wanted + "-"),
    "^=": lambda value, wanted: wanted != "" and value.startswith(wanted),
    "$=": lambda value, wanted: wanted != "" and value.endswith(wanted),
    "*=": lambda value, wanted: wanted != "" and wanted in value,
}


def _with_attribute(wanted: Attribute, tree: Tree) -> set[int]:
    name, holds = wanted.name, _COMPARED[wanted.operator]
    if wanted.insensitive:
        text = wanted.value.lower()
        return {
            number
            for number, element in enumerate(tree.elements)
            if name in element.attributes and holds(element.attributes[name].lower(), text)
        }
    return {
        number
        for number, element in enumerate(tree.elements)
        if name in element.attributes and holds(element.attributes[name], wanted.value)
    }


def _numbered(wanted: Nth, tree: Tree) -> set[int]:
    found: set[int] = set()
    for children in tree.children.values():
        counts: dict[str, int] = {}
        for number in reversed(children) if wanted.last else children:
            kind = tree.elements[number].name if wanted.of_type else ""
            counts[kind] = counts.get(kind, 0) + 1
            past = counts[kind] - wanted.offset
            if past == 0 if wanted.step == 0 else past % wanted.step == 0 and past // wanted.step >= 0:
                found.add(number)
    return found
