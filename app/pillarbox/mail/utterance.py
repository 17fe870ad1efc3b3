"""One thing that a screen reader says: what it is, and its words. `pillarbox.mail.aloud` makes them."""

from __future__ import annotations

from typing import Literal, NamedTuple

_Thing = Literal["heading", "link", "nameless-link", "button", "nameless-button", "image", "nameless-image", "field"]
_Place = Literal["list", "list-end", "item", "table", "table-end", "header", "cell", "quote", "quote-end", "separator"]
Kind = Literal[_Thing, _Place, "language", "unread"]


class Label(NamedTuple):
    """What is said before or instead of words.

    `number` is the level of a heading, the items of a list, the place of an item in an ordered one (0 in others), the
    rows of a table or the column of a cell; `columns` those of a table. `text` is the header of a cell's column, the
    tag of a language ("" when it is not known), the kind of a field, the file of a picture without an alternative,
    where a link without words leads, whether a table has "headers", or why something is not said: aria-hidden, hidden
    or preheader.
    """

    kind: Kind
    number: int = 0
    columns: int = 0
    text: str = ""


class Said(NamedTuple):
    """One thing that is said: what it is, the outermost first, and its words, maybe ""."""

    labels: tuple[Label, ...]
    text: str
