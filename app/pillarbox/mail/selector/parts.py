"""What a selector consists of (Selectors Level 4), as far as a mail has it: no states, no pseudo-elements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Combinator = Literal[" ", ">", "+", "~"]
Operator = Literal["", "=", "~=", "|=", "^=", "$=", "*="]


@dataclass(frozen=True, slots=True)
class Kind:
    """An element of that name, in lower case."""

    name: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute; with no operator it need only be there. `#id` and `.class` are attributes too."""

    name: str
    operator: Operator = ""
    value: str = ""
    insensitive: bool = False


@dataclass(frozen=True, slots=True)
class Nth:
    """The element is number `step` * n + `offset` among its siblings, from 1, for an n of 0 or more."""

    step: int
    offset: int
    last: bool = False
    of_type: bool = False


@dataclass(frozen=True, slots=True)
class Empty:
    """Neither elements nor text in it."""


@dataclass(frozen=True, slots=True)
class Root:
    pass


@dataclass(frozen=True, slots=True)
class Any:
    """Any of these."""

    selectors: Selectors


@dataclass(frozen=True, slots=True)
class Not:
    """None of these."""

    selectors: Selectors


@dataclass(frozen=True, slots=True)
class Has:
    """Something like one of these stands in it (" ", ">") or after it ("+", "~")."""

    wanted: tuple[tuple[Combinator, Compound], ...]


Simple = Kind | Attribute | Nth | Empty | Root | Any | Not | Has
Compound = tuple[Simple, ...]
"""All of these at once; none is any element."""


@dataclass(frozen=True, slots=True)
class Complex:
    """Compounds from left to right; each but the first has the combinator to the one before it."""

    first: Compound
    rest: tuple[tuple[Combinator, Compound], ...] = ()


Selectors = tuple[Complex, ...]
"""Any of these."""
