"""One message's page, and the document of its preview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pillarbox.mail.message import Addr, Part
from pillarbox.web.contexts.messages import MessageList
from pillarbox.web.contexts.page import Page
from pillarbox.web.contexts.panels import Panel, Rcpt, Tab
from pillarbox.web.urls import Scope
from pillarbox.web.wording import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePage(Page):
    """`/messages/{id}`: the list it was opened from, what its headers and envelope say, and one panel.

    `listing` is None where only the reader is asked for, beside a list that is there already.

    `differs`: MAIL FROM is none of the From addresses. `date` is the Date header as it was written. `codes` are the
    best one-time codes, each with the words around it. `counts` say how much stands under a tab.
    """

    template: ClassVar[str] = "message.html"
    scope: Scope
    listing: MessageList | None
    id: int
    subject: str
    from_: Sequence[Addr]
    to: Sequence[Addr]
    cc: Sequence[Addr]
    reply_to: Sequence[Addr]
    date: str | None
    received: Moment
    size: int
    session_id: int | None
    mail_from: str
    differs: bool
    recipients: tuple[Rcpt, ...]
    attachments: tuple[Part, ...]
    codes: tuple[tuple[str, str], ...]
    defects: int
    tags: tuple[str, ...]
    pinned: bool
    known_tags: tuple[str, ...]
    tab: Tab
    tab_name: str
    tabs: tuple[tuple[Tab, str], ...]
    counts: Mapping[Tab, int]
    panel: Panel


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPreview:
    """The frame's document for a message without HTML: its text with its links made links."""

    template: ClassVar[str] = "preview_text.html"
    text: str | None
    runs: tuple[tuple[str, str | None], ...]
