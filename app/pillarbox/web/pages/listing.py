"""The list of messages, grouped by the reader's days, as it stands on the list's own page and beside a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo
from itertools import groupby

from pillarbox import clock
from pillarbox.box import Box, MessagePage, MessageQuery
from pillarbox.box.store import DEFAULT_INBOX
from pillarbox.mail.message import Addr, Summary
from pillarbox.mail.query import QueryError, parse
from pillarbox.web import wording
from pillarbox.web.contexts import Badge, Day, MessageList, Rail, Row, Undo
from pillarbox.web.language import gettext as _
from pillarbox.web.language import ngettext, number
from pillarbox.web.pages.mistakes import meant, wrong
from pillarbox.web.query import wanted
from pillarbox.web.urls import Scope

LENGTH = 50
"""Rows of one page."""

COUNTED = 10_000
"""Messages of a deletion are counted so far."""


def listing(
    box: Box, scope: Scope, where: tzinfo, rail: Rail, *, selected: int | None = None, deletion: Undo | None = None
) -> MessageList:
    """A query that cannot be read gives an empty list that says so. `deletion` is one that may still be undone."""
    try:
        q = parse(scope.q, now=clock.now())
    except QueryError as error:
        return replace(_nothing(scope), selected=selected, wrong=wrong(scope, error))
    found = box.messages(MessageQuery(inbox=scope.inbox, q=q, before=scope.before, limit=LENGTH))
    return replace(
        _figures(found, scope, rail),
        days=_days(box, found.items, scope, where),
        older=found.next,
        meant=None if found.items else meant(scope),
        selected=selected,
        deletion=deletion,
        tags=tuple(tag.name for tag in rail.tags),
    )


def figures(box: Box, scope: Scope, rail: Rail) -> MessageList:
    """How many there are, without any of them: what changes around a list that is open."""
    try:
        q = parse(scope.q, now=clock.now())
    except QueryError as error:
        return replace(_nothing(scope), wrong=wrong(scope, error))
    return _figures(box.messages(MessageQuery(inbox=scope.inbox, q=q, limit=1)), scope, rail)


def piece(box: Box, scope: Scope, where: tzinfo, below: int | None, above: int | None) -> MessageList:
    """Some rows of that list alone, newest first: those with ids between the two. Raises Invalid."""
    before = scope.before if below is None else below
    query = MessageQuery(inbox=scope.inbox, q=wanted(scope.q), before=before, after=above, limit=LENGTH, counted=False)
    found = box.messages(query)
    return replace(_nothing(scope), days=_days(box, found.items, scope, where), older=found.next)


def _nothing(scope: Scope) -> MessageList:
    return MessageList(scope=scope, days=(), total=0, exact=True, unread=None, older=None)


def _figures(found: MessagePage, scope: Scope, rail: Rail) -> MessageList:
    unread = None if scope.q else _unread(scope, rail)
    return replace(_nothing(scope), total=found.total, exact=found.total_exact, unread=unread)


def _days(box: Box, items: Sequence[Summary], scope: Scope, where: tzinfo) -> tuple[Day, ...]:
    clear = frozenset(box.in_clear({one.session_id for one in items if one.session_id is not None}))
    rows = [row(one, where, name_inbox=scope.inbox is None, in_clear=one.session_id in clear) for one in items]
    return tuple(Day(label, tuple(group)) for label, group in groupby(rows, key=lambda row: row.at.day))


def _unread(scope: Scope, rail: Rail) -> int:
    if scope.inbox is None:
        return rail.unread
    return next((inbox.unread for inbox in rail.inboxes if inbox.name == scope.inbox), 0)


def undo(box: Box, deletion: int, *, opened: bool) -> Undo | None:
    """None when nothing of it can be brought back any more. `opened`: what it hid was open."""
    ids = box.deleted(deletion, COUNTED + 1)
    if not ids:
        return None
    only = ids[0] if len(ids) == 1 else None
    opens = opened and only is not None
    return Undo(key=deletion, total=min(len(ids), COUNTED), exact=len(ids) <= COUNTED, only=only, opens=opens)


def row(summary: Summary, where: tzinfo, *, name_inbox: bool, in_clear: bool) -> Row:
    to = summary.to or tuple(Addr("", address) for address in summary.rcpt_to)
    return Row(
        id=summary.id,
        sender=sender(summary),
        recipient=to[0] if to else None,
        others=max(0, len(to) - 1),
        subject=summary.subject,
        snippet=summary.snippet,
        at=wording.moment(summary.received_at, where),
        read=summary.read,
        pinned=summary.pinned,
        badges=tuple(_badges(summary, name_inbox, in_clear)),
    )


def sender(summary: Summary) -> Addr | None:
    """Who to show a message as coming from: its first From address, else MAIL FROM, None when both are empty."""
    if summary.from_:
        return summary.from_[0]
    return Addr("", summary.mail_from) if summary.mail_from else None


def _badges(summary: Summary, name_inbox: bool, in_clear: bool) -> list[Badge]:
    found = []
    if name_inbox and summary.inbox != DEFAULT_INBOX:
        found.append(Badge(summary.inbox, _("In the inbox %(name)s", name=summary.inbox)))
    found.extend(Badge(tag, _("Tagged %(name)s", name=tag), "strong") for tag in summary.tags)
    if not summary.mail_from:
        found.append(Badge(_("bounce"), _("The envelope has the null sender, as bounces and reports have"), "bad"))
    if summary.bcc:
        title = ngettext(
            "%(num)s recipient that no header names",
            "%(num)s recipients that no header names",
            len(summary.bcc),
            num=number(len(summary.bcc)),
        )
        found.append(Badge("bcc", title))
    # Most mail of a test comes without TLS, and may: it is worth a word where a login was to be read on the way.
    if in_clear:
        found.append(Badge(_("no TLS"), _("Its client logged in without TLS"), "warn"))
    if lint := summary.lint_count:
        found.append(
            Badge(
                _("%(n)s lint", n=number(lint)),
                ngettext("%(num)s finding", "%(num)s findings", lint, num=number(lint)),
                "warn",
            )
        )
    if attached := summary.attachment_count:
        title = ngettext("%(num)s attachment", "%(num)s attachments", attached, num=number(attached))
        found.append(Badge(number(attached), title, icon="clip"))
    return found
