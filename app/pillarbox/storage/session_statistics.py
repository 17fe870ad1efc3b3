"""Figures about sessions, taken from the newest (`considered`), or from those that some messages came by."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import cast

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from pillarbox.box.statistics import TOP, Lasted, SessionStatistics
from pillarbox.mail.session import Outcome
from pillarbox.storage import rows, sessions
from pillarbox.storage.considered import Considered, counts, most
from pillarbox.storage.session_search_rows import SessionSearch
from pillarbox.storage.tables import message, session

# "127.0.0.1:52114" and "[::1]:52114" without the port; of a Unix socket's client it is kept as it is.
_HOST = sa.func.rtrim(sa.func.rtrim(session.c.peer, "0123456789"), ":")
PEER: ColumnElement[str] = sa.case((session.c.peer.like("unix:%"), session.c.peer), else_=_HOST).label("peer")

_LASTED = (session.c.ended_at - session.c.started_at).label("lasted")


def all_of_them(connection: Connection, search: SessionSearch, inbox: str | None) -> Considered:
    """Those of an inbox as a list of sessions has them, or all."""
    found = Considered(session, session.c.started_at, session, session.c.id).bounded(connection)
    return found if inbox is None else found.like(sessions.of_inbox(connection, search, inbox))


def that_brought(messages: Considered) -> Considered:
    """Those that these messages came by, whenever they began: not more than there are messages."""
    ids = messages.select(message.c.session_id).where(message.c.session_id.is_not(None))
    return Considered(session, session.c.started_at, session, session.c.id, session.c.id.in_(ids))


def of_sessions(connection: Connection, chosen: Considered, *, complete: bool) -> SessionStatistics:
    """All figures come from one statement, which reads the sessions once; the few slow ones are looked up then."""
    # Of a session of an older program the worst reply is known, and no other.
    codes = sa.func.coalesce(session.c.codes, sa.cast(session.c.worst_reply, sa.Text), "").label("codes")
    helo = sa.case((session.c.greeting.is_not(None), sa.func.coalesce(session.c.helo, ""))).label("helo")
    silent = sa.case((session.c.delivered == 0, 1), else_=0).label("silent")
    columns = (session.c.id, session.c.outcome, codes, PEER, helo, silent, _LASTED)
    found = chosen.select(*columns).cte("found")
    one = found.c
    number = sa.func.count()
    slow = sa.select(one.id, one.lasted).where(one.lasted.is_not(None)).order_by(one.lasted.desc(), one.id.desc())
    slowest = slow.limit(TOP).subquery()
    figures = sa.union_all(
        sa.select(sa.literal("outcome"), one.outcome, number, sa.func.sum(one.silent)).group_by(one.outcome),
        sa.select(sa.literal("codes"), one.codes, number, sa.literal(0)).group_by(one.codes),
        most(connection, "peer", sa.select(one.peer, number), one.peer),
        most(connection, "helo", sa.select(one.helo, number).where(one.helo.is_not(None)), one.helo),
        sa.select(sa.literal("slow"), sa.literal(""), slowest.c.id, slowest.c.lasted),
    )
    read: defaultdict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for kind, name, first, second in connection.execute(figures):
        read[kind].append((name, int(first), int(second)))
    together: Counter[int] = Counter()
    for text, times, _ in read["codes"]:
        together.update(dict.fromkeys(rows.codes(text), times))
    return SessionStatistics(
        sessions=sum(times for _, times, _ in read["outcome"]),
        silent=sum(without for _, _, without in read["outcome"]),
        outcomes=tuple(sorted((cast(Outcome, outcome), times) for outcome, times, _ in read["outcome"])),
        codes=tuple(sorted(together.items())),
        peers=counts(read["peer"]),
        helos=counts(read["helo"]),
        slowest=_slowest(connection, [session_id for _, session_id, _ in read["slow"]]),
        complete=complete,
    )


def _slowest(connection: Connection, ids: Sequence[int]) -> tuple[Lasted, ...]:
    listed = sa.select(session.c.id, session.c.peer, session.c.helo, _LASTED).where(session.c.id.in_(ids))
    return tuple(Lasted(*row) for row in connection.execute(listed.order_by(_LASTED.desc(), session.c.id.desc())))
