"""The rows that figures are taken from: the newest by id, never more than `CONSIDERED` of them.

Rules of this module:

* They are found through an index in the order of ids; whatever else is asked of a row is asked of these alone. So no
  figure costs more than so many rows, however many are kept and however few are like what is wanted.
* Every column of a figure that is a name is ordered by its octets, on both databases alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, FromClause, Select, Table

from pillarbox.box.statistics import CONSIDERED, TOP, Count, Extent
from pillarbox.storage import rows

ENDS = 100
"""Rows at the older end that are asked for their time: an import may have put a few old ones there."""


@dataclass(frozen=True, slots=True)
class Considered:
    """Rows of `table`, whose time stands in the column `at`. `key` is the id in `source`, where `first` finds them."""

    table: Table
    at: ColumnElement[int]
    source: FromClause
    key: ColumnElement[int]
    first: ColumnElement[bool] | None
    conditions: Sequence[ColumnElement[bool]] = ()

    def _newest(self) -> Select[Any]:
        found = sa.select(self.key.label("id")).select_from(self.source)
        return found if self.first is None else found.where(self.first)

    def select(self, *columns: ColumnElement[Any]) -> Select[Any]:
        """These columns of the rows that are like what is wanted."""
        newest = self._newest().order_by(self.key.desc()).limit(CONSIDERED).subquery("newest")
        source = self.table.join(newest, newest.c.id == self.table.c.id)
        return sa.select(*columns).select_from(source).where(*self.conditions)

    def within(self, since: datetime, until: datetime) -> Considered:
        return self.like(self.at >= rows.micros(since), self.at < rows.micros(until))

    def like(self, *conditions: ColumnElement[bool]) -> Considered:
        every = (*self.conditions, *conditions)
        return Considered(self.table, self.at, self.source, self.key, self.first, every)

    def complete(self, connection: Connection, since: datetime) -> bool:
        """Whether older rows than these, if there are any, came before `since`: times ascend with ids, but for mail
        that was imported.
        """
        newest = self._newest().order_by(self.key.desc()).limit(CONSIDERED).subquery("newest")
        number, lowest = connection.execute(sa.select(sa.func.count(), sa.func.min(newest.c.id))).one()
        if number < CONSIDERED:
            return True
        if connection.execute(self._newest().where(self.key < lowest).limit(1)).first() is None:
            return True
        oldest = sa.select(newest.c.id).order_by(newest.c.id).limit(ENDS)
        last = connection.execute(sa.select(sa.func.max(self.at)).where(self.table.c.id.in_(oldest))).scalar()
        return last is not None and last < rows.micros(since)


def extent(connection: Connection, found: Considered) -> Extent | None:
    first, last = connection.execute(found.select(sa.func.min(found.at), sa.func.max(found.at))).one()
    return None if first is None else Extent(rows.moment(first), rows.moment(last))


def top(connection: Connection, found: Select[Any], name: ColumnElement[str]) -> tuple[Count, ...]:
    """The most frequent names; `found` selects `name` and how often it is there, without the grouping."""
    number: ColumnElement[int] = sa.literal_column("2")
    octets = sa.collate(name, "C" if connection.dialect.name == "postgresql" else "BINARY")
    query = found.group_by(name).order_by(number.desc(), octets).limit(TOP)
    return tuple(Count(*row) for row in connection.execute(query))
