"""The column at the left of every page: the inboxes and the wire, with their figures."""

from __future__ import annotations

from pillarbox.box import Box
from pillarbox.web.contexts import Rail, RailInbox


def rail(box: Box, current: str) -> Rail:
    counts = box.counts()
    inboxes = tuple(RailInbox(inbox.name, inbox.total, inbox.unread) for inbox in box.inboxes())
    return Rail(
        current=current,
        messages=counts.messages,
        unread=counts.unread,
        sessions=counts.sessions,
        inboxes=inboxes,
    )
