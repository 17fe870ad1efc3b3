"""The column at the left of every page: the inboxes and the wire, with their figures."""

from __future__ import annotations

from pillarbox.box import Box
from pillarbox.box.store import DEFAULT_INBOX
from pillarbox.web.contexts import Rail, RailInbox

SHOWN = 20
"""Inboxes that stand there at most, besides the default one and the one that is open: those that were made last."""

OPEN_INBOX = "inbox:"


def rail(box: Box, current: str) -> Rail:
    counts = box.counts()
    opened = {current.removeprefix(OPEN_INBOX)} if current.startswith(OPEN_INBOX) else set()
    found = box.inboxes.recent(SHOWN, opened | {DEFAULT_INBOX})
    return Rail(
        current=current,
        messages=counts.messages,
        unread=counts.unread,
        sessions=counts.sessions,
        inboxes=tuple(RailInbox(inbox.name, inbox.total, inbox.unread) for inbox in found.items),
        all_inboxes=found.total,
    )
