"""What stands on every page, and the pages that need little more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pillarbox.web.urls import Scope


@dataclass(frozen=True, slots=True)
class RailInbox:
    name: str
    total: int
    unread: int


@dataclass(frozen=True, slots=True)
class RailSearch:
    """Messages that a search finds, which are unread when `fresh`. There are more than `total` when not `exact`."""

    name: str
    scope: Scope
    total: int
    exact: bool = True
    fresh: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rail:
    """The column that stands on every page. `current` is all, inbox:NAME, q:QUERY, inboxes, sessions, stats, settings,
    docs or
    nothing.

    `inboxes` are some of `all_inboxes` in number.
    """

    current: str
    messages: int
    unread: int
    searches: tuple[RailSearch, ...]
    tags: tuple[RailSearch, ...]
    sessions: int
    inboxes: tuple[RailInbox, ...]
    all_inboxes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What base.html needs. `rail` is None where the store cannot be asked; the rail then has no figures."""

    template: ClassVar[str]
    title: str
    rail: Rail | None
    refresh: str | None = None
    follow: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage(Page):
    """Any refusal, in a sentence and with what to do about it."""

    template: ClassVar[str] = "error.html"
    status: int
    sentence: str
    mend: str
