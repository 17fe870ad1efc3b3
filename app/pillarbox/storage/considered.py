"""The rows that figures are taken from: the newest by id, never more than `CONSIDERED` of them.

Rules of this module:

* They are found through an index in the order of ids; whatever else is asked of a row is asked of these alone. So no
  figure costs more than so many rows, however many are kept and however few are like what is wanted.
* Every column of a figure that is a name is ordered by its octets, on both databases alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
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
    """Rows of `table`, whose time stands in the column `at`. `key` is the id in `source`, where `first` finds them.

    `lowest` is the id that they begin with; `older`: there are others below it.
    """

    table: Table
    at: ColumnElement[int]
    source: FromClause
    key: ColumnElement[int]
    first: ColumnElement[bool] | None = None
    conditions: tuple[ColumnElement[bool], ...] = ()
    lowest: int = 0
    older: bool = False

    def _keys(self) -> Select[Any]:
        found = sa.select(self.key.label("id")).select_from(self.source)
        return found if self.first is None else found.where(self.first)

    def bounded(self, connection: Connection) -> Considered:
        """The newest of them. A bound by id is asked for: a LIMIT within each figure would be found again and again."""
        newest = self._keys().order_by(self.key.desc()).limit(CONSIDERED).subquery("newest")
        number, lowest = connection.execute(sa.select(sa.func.count(), sa.func.min(newest.c.id))).one()
        if number < CONSIDERED:
            return self
        below = connection.execute(self._keys().where(self.key < lowest).limit(1)).first()
        return replace(self, lowest=lowest, older=below is not None)

    def select(self, *columns: ColumnElement[Any]) -> Select[Any]:
        """These columns of the rows that are like what is wanted."""
        found = sa.select(*columns)
        if self.source is self.table:
            found = found.select_from(self.table)
        else:
            found = found.select_from(self.source.join(self.table, self.table.c.id == self.key))
        if self.first is not None:
            found = found.where(self.first)
        if self.lowest:
            # Of both: a planner does not see that they are the same.
            found = found.where(self.key >= self.lowest, self.table.c.id >= self.lowest)
        return found.where(*self.conditions)

    def like(self, *conditions: ColumnElement[bool]) -> Considered:
        return replace(self, conditions=(*self.conditions, *conditions))

    def within(self, since: datetime, until: datetime) -> Considered:
        return self.like(self.at >= rows.micros(since), self.at < rows.micros(until))

    def complete(self, connection: Connection, since: datetime) -> bool:
        """Whether older rows than these, if there are any, came before `since`: times ascend with ids, but for mail
        that was imported.
        """
        if not self.older:
            return True
        oldest = self._keys().where(self.key >= self.lowest).order_by(self.key).limit(ENDS)
        last = connection.execute(sa.select(sa.func.max(self.at)).where(self.table.c.id.in_(oldest))).scalar()
        return last is not None and last < rows.micros(since)


def extent(connection: Connection, found: Considered) -> Extent | None:
    first, last = connection.execute(found.select(sa.func.min(found.at), sa.func.max(found.at))).one()
    return None if first is None else Extent(rows.moment(first), rows.moment(last))


def most(connection: Connection, kind: str, found: Select[Any], name: ColumnElement[str]) -> Select[Any]:
    """The most frequent names as rows of kind, name, number; `found` selects the name and how often it is there."""
    number: ColumnElement[int] = sa.literal_column("2")
    octets = sa.collate(name, "C" if connection.dialect.name == "postgresql" else "BINARY")
    few = found.group_by(name).order_by(number.desc(), octets).limit(TOP).subquery()
    return sa.select(sa.literal(kind), *few.c, sa.literal(0))


def counts(found: Iterable[tuple[str, int, int]]) -> tuple[Count, ...]:
    """Of such rows, most frequent first, then by name: a UNION does not promise an order."""
    named = sorted(found, key=lambda row: (-row[1], row[0].encode()))
    return tuple(Count(name, number) for name, number, _ in named)
