"""`/compare`: two messages beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pillarbox.mail.compare import FieldChange, Row, Run
from pillarbox.web.contexts.page import Page
from pillarbox.web.wording import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two messages; `has_body`: there is something that its preview can show."""

    id: int
    subject: str
    received: Moment
    has_body: bool


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One line of the summary: what it is about, and what either message has."""

    name: str
    left: tuple[Run, ...]
    right: tuple[Run, ...]
    same: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring rows; `folded` when they are the same on both sides and away from every change."""

    rows: tuple[Row, ...]
    folded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A text of both, `changes` lines of which are not the same. `cut` lines were not compared, `hidden` are not shown.

    `missing` is left, right or both where there is no such text, else "".
    """

    stretches: tuple[Stretch, ...] = ()
    changes: int = 0
    cut: int = 0
    hidden: int = 0
    missing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePage(Page):
    """`left` and `right` are None where a message is still to be chosen; `asked` is what the form holds then.

    `sentence` says why there is nothing to compare. `volatile` are headers that differ in any two messages.
    """

    template: ClassVar[str] = "compare.html"
    left: Side | None = None
    right: Side | None = None
    asked: tuple[str, str] = ("", "")
    sentence: str = ""
    summary: tuple[SummaryRow, ...] = ()
    fields: tuple[FieldChange, ...] = ()
    volatile: tuple[FieldChange, ...] = ()
    same_fields: tuple[FieldChange, ...] = ()
    text: Source | None = None
    html: Source | None = None
