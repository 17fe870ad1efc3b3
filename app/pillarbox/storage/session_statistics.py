"""Figures about sessions, taken from the newest (`considered`), or from those that some messages came by."""

from __future__ import annotations

from collections import Counter
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from pillarbox.box.statistics import TOP, Lasted, SessionStatistics
from pillarbox.storage import rows, sessions
from pillarbox.storage.considered import Considered, top
from pillarbox.storage.session_search_rows import SessionSearch
from pillarbox.storage.tables import message, session

# "127.0.0.1:52114" and "[::1]:52114" without the port; of a Unix socket's client it is kept as it is.
_HOST = sa.func.rtrim(sa.func.rtrim(session.c.peer, "0123456789"), ":")
PEER: ColumnElement[str] = sa.case((session.c.peer.like("unix:%"), session.c.peer), else_=_HOST).label("address")

_LASTED = session.c.ended_at - session.c.started_at


def all_of_them(connection: Connection, search: SessionSearch, inbox: str | None) -> Considered:
    """Those of an inbox as a list of sessions has them, or all."""
    found = Considered(session, session.c.started_at, session, session.c.id, None)
    return found if inbox is None else found.like(sessions.of_inbox(connection, search, inbox))


def that_brought(messages: Considered) -> Considered:
    """Those that these messages came by, whenever they began."""
    ids = messages.select(message.c.session_id).where(message.c.session_id.is_not(None))
    return Considered(session, session.c.started_at, session, session.c.id, session.c.id.in_(ids))


def of_sessions(connection: Connection, found: Considered, *, complete: bool) -> SessionStatistics:
    silent = sa.func.sum(sa.case((session.c.delivered == 0, 1), else_=0))
    ended = connection.execute(
        found.select(session.c.outcome, sa.func.count(), silent).group_by(session.c.outcome)
    ).all()
    helo = sa.func.coalesce(session.c.helo, "")
    helos = found.select(helo, sa.func.count()).where(session.c.greeting.is_not(None))
    return SessionStatistics(
        sessions=sum(number for _, number, _ in ended),
        silent=sum(int(number) for _, _, number in ended),
        outcomes=tuple(sorted((outcome, number) for outcome, number, _ in ended)),
        codes=_codes(connection, found),
        peers=top(connection, found.select(PEER, sa.func.count()), PEER),
        helos=top(connection, helos, helo),
        slowest=_slowest(connection, found),
        complete=complete,
    )


def _codes(connection: Connection, found: Considered) -> tuple[tuple[int, int], ...]:
    """Of a session of an older program the worst reply is known, and no other."""
    codes = sa.func.coalesce(session.c.codes, sa.cast(session.c.worst_reply, sa.Text))
    together: Counter[int] = Counter()
    for text, number in connection.execute(found.select(codes, sa.func.count()).group_by(sa.literal_column("1"))):
        for code in rows.codes(text):
            together[code] += number
    return tuple(sorted(together.items()))


def _slowest(connection: Connection, found: Considered) -> tuple[Lasted, ...]:
    wanted: list[ColumnElement[Any]] = [session.c.id, session.c.peer, session.c.helo, _LASTED]
    query = found.select(*wanted).where(session.c.ended_at.is_not(None))
    listed = connection.execute(query.order_by(_LASTED.desc(), session.c.id.desc()).limit(TOP))
    return tuple(Lasted(*row) for row in listed)
