"""What programs send to change messages, and what they are told."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from pillarbox import box, clock
from pillarbox.mail.inbox import NAMES, folded
from pillarbox.mail.query import Node, parse
from pillarbox.mail.query.parser import MAX_LENGTH
from pillarbox.web.schemas.shape import Body, Shape, about

LARGEST_ID = 2**63 - 1
"""Ids are 64 bits with a sign in both databases."""

MOST_IDS = 10_000
"""Ids that one request may name."""


def printable(text: str) -> str:
    """The text; ValueError when it has a control character (NUL cannot be stored at all)."""
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise ValueError("Must not contain control characters.")
    return text


def _inbox_name(text: str) -> str:
    name = folded(text)
    if name is None:
        raise ValueError(f"Must be the name of an inbox; {NAMES}.")
    return name


Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Ids = Annotated[tuple[Id, ...], Field(min_length=1, max_length=MOST_IDS, strict=False)]
Tag = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(printable)]
InboxName = Annotated[
    str,
    AfterValidator(_inbox_name),
    Field(json_schema_extra={"pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$"}),
]

NO_QUERY = "It is empty: to name all messages, say so with all."


def found_by(q: str) -> Node:
    """The query read; ValueError with a sentence when it cannot be, or when it is empty and would name everything."""
    found = parse(q, now=clock.now())
    if found is None:
        raise ValueError(NO_QUERY)
    return found


def _readable(q: str) -> str:
    found_by(q)
    return q


Words = Annotated[str, Field(max_length=MAX_LENGTH), AfterValidator(_readable)]


class Change(Body):
    """What to set; a field that is missing or null stays as it is."""

    model_config = ConfigDict(
        json_schema_extra={"minProperties": 1, "examples": [{"read": True, "tags": ["checkout"]}]}
    )

    read: bool | None = about("Mark as read or unread.", True, default=None)
    pinned: bool | None = about("Pin or unpin.", False, default=None)
    tags: Annotated[tuple[Tag, ...], Field(max_length=100, strict=False)] | None = about(
        "Replaces all tags.", ["checkout"], default=None
    )

    @model_validator(mode="after")
    def _sets_something(self) -> Change:
        if self.read is None and self.pinned is None and self.tags is None:
            raise ValueError("Set at least one of read, pinned and tags.")
        return self

    def value(self) -> box.Change:
        tags = None if self.tags is None else tuple(dict.fromkeys(self.tags))
        return box.Change(read=self.read, pinned=self.pinned, tags=tags)


def selection(
    *, ids: tuple[int, ...] | None = None, inbox: str | None = None, q: str | None = None, everything: bool = False
) -> box.Selection:
    """Which messages; ValueError when nothing is named, or more than one way is: the wrong mail would be changed."""
    ways = (ids is not None, inbox is not None, q is not None, everything)
    if sum(ways) != 1:
        raise ValueError("Name the messages in exactly one way: ids, inbox, q or all=true.")
    return box.Selection(ids=ids, inbox=inbox, q=None if q is None else found_by(q), all=everything)


class ChangeMany(Body):
    """Which messages, in exactly one of four ways, and what to set."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ids": [41, 42], "set": {"read": True}}]})

    ids: Ids | None = about("Exactly these.", [41, 42], default=None)
    inbox: InboxName | None = about("All of an inbox.", None, "default", default=None)
    q: Words | None = about("All that this query finds.", None, "invoice", default=None)
    all_: bool = about("All there are.", False, alias="all", default=False)
    set_: Change = about("What to set.", alias="set")

    @model_validator(mode="after")
    def _names_something(self) -> ChangeMany:
        self.selection()
        return self

    def selection(self) -> box.Selection:
        return selection(ids=self.ids, inbox=self.inbox, q=self.q, everything=self.all_)


class Restore(Body):
    """Which deleted messages to bring back."""

    ids: Ids = about("The messages.", [41, 42])


class Changed(Shape):
    """What a change did."""

    changed: int = about("Messages that are now different from before.", 2)


class Deleted(Shape):
    """What deleting did."""

    deleted: int = about("Messages that were deleted.", 2)


class Restored(Shape):
    """What restoring did."""

    restored: int = about("Messages that are back.", 2)
