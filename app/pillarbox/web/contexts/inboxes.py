"""The list of inboxes, and what is shown of one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from pillarbox.web.contexts.page import Page
from pillarbox.web.urls import InboxScope
from pillarbox.web.wording import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """`goes` is None for one that stays."""

    name: str
    total: int
    unread: int
    made: Moment
    goes: Moment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxLogin:
    """What an app needs to send to an inbox; `password` is "" as long as it has none. `goes` as in a row."""

    name: str
    address: str
    password: str = field(repr=False)
    goes: Moment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxesPage(Page):
    """`/inboxes`. `further` is the next page; `name` what was typed for a new one, `wrong` why it cannot be made.

    `lasting` are the choices of how long a new one stays, as (seconds, in words).
    """

    template: ClassVar[str] = "inboxes.html"
    scope: InboxScope
    rows: tuple[InboxRow, ...]
    total: int
    further: InboxScope | None
    lasting: tuple[tuple[str, str], ...]
    name: str = ""
    wrong: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteInboxPage(Page):
    """Asks before an inbox is removed with its mail."""

    template: ClassVar[str] = "delete_inbox.html"
    name: str
    total: int
