"""What pages read at each visit is found through an index: no statement goes through a table that grows with mail."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import sqlalchemy as sa

from pillarbox.box import Change, MessageQuery, Selection
from pillarbox.box.store import InboxQuery
from pillarbox.storage.store import SqlStore
from tests.storage.inside import Inside, SqliteInside
from tests.storage.mails import Talk, deliver, delivery, mail
from tests.storage.queries import wanted

GROWING = ("message", "recipient", "raw", "lint", "message_tag", "session", "segment", "event")

Open = Callable[..., SqlStore]
Plan = tuple[str, str]
"""A statement, and how the database means to do it."""


@contextmanager
def planned(sqlite: bool) -> Iterator[list[Plan]]:
    found: list[Plan] = []

    def explain(connection: sa.Connection, cursor: object, statement: str, values: Any, *rest: object) -> None:
        if not statement.startswith("SELECT"):
            return
        driver: Any = connection.connection.driver_connection
        own = driver.cursor()
        if sqlite:
            plan = [row[3] for row in own.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
        else:
            own.execute("SET LOCAL enable_seqscan = off")  # which is right for few rows
            plan = [row[0].strip() for row in own.execute(f"EXPLAIN {statement}", values)]
        found.append((statement, " | ".join(plan)))

    sa.event.listen(sa.Engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", explain)


def goes_through(statement: str, plan: str) -> str | None:
    """The growing table that it reads whole. Rows in the order of an index, up to a limit, are not that, if all of them
    are wanted: the newest messages, or those of an index that has no others.
    """
    in_order = "LIMIT" in statement and "TEMP B-TREE" not in plan
    for table, how in re.findall(r"(?:SCAN|Seq Scan on) (\w+)( USING INDEX)?", plan):
        all_wanted = how or "WHERE message.hidden_at IS NULL ORDER BY" in statement
        if table in GROWING and not (in_order and all_wanted):
            return str(table)
    return None


def test_a_statement_that_goes_through_a_table_is_seen(open_at: Open, at: str) -> None:
    store = open_at(at)
    deliver(store, delivery())
    with planned(sqlite=True) as plans:
        store.messages(MessageQuery(limit=50))
        assert [goes_through(*one) for one in plans if goes_through(*one)] == []
        store.messages(MessageQuery(q=wanted("larger:1k"), limit=50))
    assert "message" in [goes_through(*one) for one in plans]


def test_no_list_goes_through_a_table(store: SqlStore, inside: Inside) -> None:
    deliver(store, *[Talk().delivery(mail(str(n))) for n in range(3)], delivery(inbox="team"))
    store.change(Selection(ids=(1, 2)), Change(tags=("a", "b"), pinned=True))
    queries = [None, *map(wanted, ("is:unread", "is:pinned", "tag:a", "tag:a tag:b", "hello tag:a", "hello"))]
    with planned(isinstance(inside, SqliteInside)) as plans:
        for q, inbox, before in product(queries, (None, "team"), (None, 3)):
            store.messages(MessageQuery(inbox=inbox, q=q, before=before, limit=50))
    assert len(plans) > len(queries) * 4
    assert [one for one in plans if goes_through(*one)] == []


def test_neither_the_rail_nor_a_message_goes_through_a_table(store: SqlStore, inside: Inside) -> None:
    deliver(store, *[Talk().delivery(mail(str(n))) for n in range(3)], delivery(inbox="team"))
    store.change(Selection(ids=(1, 2, 3)), Change(tags=("a", "b"), pinned=True))
    with planned(isinstance(inside, SqliteInside)) as plans:
        store.counts()
        store.marks(20)
        store.delete(Selection(ids=(3,)))
        store.marks(20)
        store.recent_inboxes(20, {"default", "team"})
        store.inbox_page(InboxQuery(limit=50))
        store.in_clear({1, 2})
        store.message(1)
        store.raw(1)
    assert len(plans) > 8
    assert [one for one in plans if goes_through(*one)] == []
