"""What stood in mail lately and can be looked for: addresses, tags, inboxes.

Rules of this module:

* Only the newest rows are read, by key, however many there are: what people look for has mostly just come.
* What is hidden among them is passed over, and not made up for by older rows.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy import Connection, FromClause

from pillarbox.box.store import Correspondence, Named
from pillarbox.mail.message import Addr
from pillarbox.storage import inboxes, rows
from pillarbox.storage.tables import inbox, message, recipient, tag

MESSAGES = 300
"""Newest messages whose addresses are known."""

RECIPIENTS = 10
"""First recipients of each envelope; a newsletter has a thousand."""

NAMES = 500
"""Tags and inboxes that were made last."""

MOST = 4_000
"""Characters of a header's addresses as they are stored, above which it is passed over: some have thousands."""


def correspondents(connection: Connection, field: Correspondence, inbox_name: str | None) -> tuple[Addr, ...]:
    """Those of the newest messages, of that inbox or of all, each once, the latest first."""
    newest = _newest(connection, inbox_name)
    if field in ("to", "bcc"):
        found = _recipients(connection, newest, only_bcc=field == "bcc")
    else:
        found = _in_headers(connection, newest, field)
    once: dict[str, Addr] = {}
    for addr in found:
        key = addr.address.casefold()
        if addr.address and (key not in once or (addr.name and not once[key].name)):
            once[key] = addr
    return tuple(once.values())


def _newest(connection: Connection, inbox_name: str | None) -> FromClause:
    newest = sa.select(message).order_by(message.c.id.desc()).limit(MESSAGES)
    if inbox_name is not None:
        newest = newest.where(message.c.inbox_id == inboxes.find(connection, inbox_name))
    return newest.subquery()


def _recipients(connection: Connection, newest: FromClause, *, only_bcc: bool) -> Iterable[Addr]:
    query = (
        sa.select(recipient.c.address)
        .join(newest, newest.c.id == recipient.c.message_id)
        .where(newest.c.hidden_at.is_(None), recipient.c.position < RECIPIENTS)
        .order_by(recipient.c.message_id.desc(), recipient.c.position)
    )
    if only_bcc:
        query = query.where(recipient.c.role == "bcc")
    return [Addr("", address) for (address,) in connection.execute(query)]


def _in_headers(connection: Connection, newest: FromClause, field: Correspondence) -> Iterable[Addr]:
    kept = (newest.c.from_addrs, newest.c.reply_to_addrs) if field == "from" else (newest.c.cc_addrs,)
    length = sum((sa.func.length(sa.cast(column, sa.Text)) for column in kept), start=sa.literal(0))
    query = (
        sa.select(newest.c.mail_from, *kept)
        .where(newest.c.hidden_at.is_(None), length <= MOST)
        .order_by(newest.c.id.desc())
    )
    found: list[Addr] = []
    for sender, *headers in connection.execute(query):
        for addresses in headers:
            found.extend(rows.addrs(addresses))
        if field == "from":
            found.append(Addr("", sender))
    return found


def names(connection: Connection, kind: Named) -> tuple[str, ...]:
    """The tags or inboxes that were made last, the latest first."""
    table = tag if kind == "tag" else inbox
    query = sa.select(table.c.name).order_by(table.c.id.desc()).limit(NAMES)
    if kind == "inbox":
        query = query.where(inboxes.THERE)
    return tuple(connection.execute(query).scalars())
