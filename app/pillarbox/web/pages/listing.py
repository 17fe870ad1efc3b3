"""The list of messages, grouped by the reader's days, as it stands on the list's own page and beside a message."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo
from itertools import groupby

from pillarbox import clock
from pillarbox.box import Box, MessagePage, MessageQuery
from pillarbox.box.store import DEFAULT_INBOX
from pillarbox.mail.message import Addr, Summary
from pillarbox.mail.query import QueryError, parse
from pillarbox.web import wording
from pillarbox.web.contexts import Badge, Day, MessageList, Rail, Row
from pillarbox.web.pages.mistakes import meant, wrong
from pillarbox.web.urls import Scope

LENGTH = 50
"""Rows of one page."""


def listing(
    box: Box, scope: Scope, where: tzinfo, rail: Rail, *, selected: int | None = None, deleted: int | None = None
) -> MessageList:
    """A query that cannot be read gives an empty list that says so."""
    try:
        q = parse(scope.q, now=clock.now())
    except QueryError as error:
        return MessageList(
            scope=scope,
            days=(),
            total=0,
            exact=True,
            unread=None,
            older=None,
            selected=selected,
            wrong=wrong(scope, error),
        )
    found = box.messages(MessageQuery(inbox=scope.inbox, q=q, before=scope.before, limit=LENGTH))
    return replace(_listing(found, scope, where, rail), selected=selected, deleted=deleted)


def _listing(found: MessagePage, scope: Scope, where: tzinfo, rail: Rail) -> MessageList:
    name_inbox = scope.inbox is None
    rows = [row(summary, where, name_inbox=name_inbox) for summary in found.items]
    days = tuple(Day(label, tuple(group)) for label, group in groupby(rows, key=lambda row: row.at.day))
    return MessageList(
        scope=scope,
        days=days,
        total=found.total,
        exact=found.total_exact,
        unread=None if scope.q else _unread(scope, rail),
        older=found.next,
        meant=None if days else meant(scope),
    )


def _unread(scope: Scope, rail: Rail) -> int:
    if scope.inbox is None:
        return rail.unread
    return next((inbox.unread for inbox in rail.inboxes if inbox.name == scope.inbox), 0)


def row(summary: Summary, where: tzinfo, *, name_inbox: bool) -> Row:
    return Row(
        id=summary.id,
        sender=sender(summary),
        subject=summary.subject,
        snippet=summary.snippet,
        at=wording.moment(summary.received_at, where),
        read=summary.read,
        badges=tuple(_badges(summary, name_inbox)),
    )


def sender(summary: Summary) -> Addr | None:
    """Who to show a message as coming from: its first From address, else MAIL FROM, None when both are empty."""
    if summary.from_:
        return summary.from_[0]
    return Addr("", summary.mail_from) if summary.mail_from else None


def _badges(summary: Summary, name_inbox: bool) -> list[Badge]:
    found = []
    if name_inbox and summary.inbox != DEFAULT_INBOX:
        found.append(Badge(summary.inbox, f"In the inbox {summary.inbox}"))
    found.extend(Badge(tag, f"Tagged {tag}") for tag in summary.tags)
    if not summary.mail_from:
        found.append(Badge("bounce", "The envelope has the null sender, as bounces and reports have", "bad"))
    if summary.bcc:
        found.append(Badge("bcc", f"{wording.plural(len(summary.bcc), 'recipient')} that no header names"))
    if summary.lint_count:
        found.append(Badge(f"{summary.lint_count} lint", wording.plural(summary.lint_count, "finding"), "warn"))
    if summary.attachment_count:
        title = wording.plural(summary.attachment_count, "attachment")
        found.append(Badge(str(summary.attachment_count), title, icon="clip"))
    if summary.pinned:
        found.append(Badge("pinned", "Pinned"))
    return found
