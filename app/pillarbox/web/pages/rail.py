"""The column at the left of every page: all mail, some of it, the inboxes, tags and the wire, with their figures."""

from __future__ import annotations

from pillarbox.box import Box
from pillarbox.box.store import DEFAULT_INBOX
from pillarbox.mail.query.spelling import spelled
from pillarbox.mail.query.tree import State, Tag
from pillarbox.web.contexts import Rail, RailInbox, RailSearch
from pillarbox.web.language import gettext as _
from pillarbox.web.urls import Scope

SHOWN = 20
"""Inboxes that stand there at most, besides the default one and the one that is open: those that were made last."""

TAGS = 20
"""Tags that stand there at most: those that were made last."""

OPEN_INBOX = "inbox:"
SEARCH = "q:"

UNREAD, PINNED = spelled(State("unread")), spelled(State("pinned"))


def rail(box: Box, current: str) -> Rail:
    counts, marks = box.counts(), box.marks(TAGS)
    opened = {current.removeprefix(OPEN_INBOX)} if current.startswith(OPEN_INBOX) else set()
    found = box.inboxes.recent(SHOWN, opened | {DEFAULT_INBOX})
    searches = (
        RailSearch(_("Unread"), Scope(q=UNREAD), counts.unread, fresh=True),
        RailSearch(_("Pinned"), Scope(q=PINNED), marks.pinned, marks.pinned_exact),
    )
    tags = tuple(
        RailSearch(tag.name, Scope(q=spelled(Tag(tag.name))), tag.total, tag.exact)
        for tag in marks.tags
        if '"' not in tag.name  # no query can name it
    )
    if current.startswith(SEARCH) and current not in {SEARCH + one.scope.q for one in (*searches, *tags)}:
        current = "all"
    return Rail(
        current=current,
        messages=counts.messages,
        unread=counts.unread,
        searches=searches,
        tags=tags,
        sessions=counts.sessions,
        inboxes=tuple(RailInbox(inbox.name, inbox.total, inbox.unread) for inbox in found.items),
        all_inboxes=found.total,
    )
