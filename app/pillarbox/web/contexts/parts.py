"""The parts of a message: their tree, and the one of them that is opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pillarbox.mail.message import Defect, Invitation, Part
from pillarbox.web.pages.visible import Piece

Way = Literal["parts", "picture", "pdf", "events", "text", "octets", "save"]


@dataclass(frozen=True, slots=True)
class TreePart:
    """A part with its `depth` in the tree and its word in this message: text, HTML, attachment, inline or "".

    `share` is its size in hundredths of that of the largest part.
    """

    part: Part
    depth: int
    word: str
    share: int


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a calendar. `when` is said in the reader's zone, or as it was written where it has no zone."""

    said: Invitation
    when: str
    recurs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPart:
    """One part as far as it can be shown.

    `way` says how: as `text`, or a source whose octets are made visible in `pieces`, of which `cut` octets or
    characters are not shown; as a picture or a PDF, which the reader's browser loads; as the `events` of a calendar,
    with its text; or not at all: what has parts itself, and what can only be saved. `in_tab`: a browser shows it alone.
    """

    part: Part
    way: Way
    in_tab: bool
    text: str = ""
    pieces: tuple[Piece, ...] = ()
    events: tuple[Event, ...] = ()
    cut: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsPanel:
    """The tree, `more` parts at its end left out, what is wrong with it, and the part that the address names."""

    parts: tuple[TreePart, ...]
    more: int
    defects: tuple[Defect, ...]
    opened: OpenedPart | None
