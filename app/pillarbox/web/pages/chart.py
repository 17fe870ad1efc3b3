"""A bar chart over time: places are percent, so that it fits any width and letters keep their size.

Rules of this module:

* The full height stands for a round number, so that it does not change with every message.
* Times are said in the reader's zone and language; a bar says from when to when it goes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise

from pillarbox.box.statistics import Bucket
from pillarbox.web.contexts import Chart, Column
from pillarbox.web.language import month, month_day, short_day
from pillarbox.web.spans import Parted
from pillarbox.web.urls import Scope

GAP = 0.18
"""Of a bar's room, what is left free."""

LEAST = 5
"""Messages that the full height stands for at least: one message is not a mountain."""


def chart(
    parted: Parted, buckets: Sequence[Bucket], where: tzinfo, lead: Callable[[datetime, datetime], Scope]
) -> Chart:
    """`lead` gives the list of what came between two times."""
    room = 100 / len(buckets)
    columns = tuple(
        Column(
            when=_when(parted.step.unit, since, until, where),
            x=f"{room * (place + GAP / 2):.3f}%",
            width=f"{room * (1 - GAP):.3f}%",
            messages=bucket.messages,
            octets=bucket.octets,
            scope=lead(since, until),
        )
        for place, (bucket, (since, until)) in enumerate(zip(buckets, pairwise(parted.edges), strict=True))
    )
    edges = parted.edges
    marks = [_mark(parted, edge, where) for edge in (edges[0], edges[len(edges) // 2], edges[-1])]
    fullest = max(columns, key=lambda column: (column.messages, column.octets))
    return Chart(
        columns=columns,
        most_messages=_round(max(LEAST, fullest.messages)),
        most_octets=_round_octets(max(column.octets for column in columns)),
        fullest=fullest if fullest.messages else None,
        begins=marks[0],
        middle=marks[1] if len(columns) > 1 else "",
        ends=marks[2],
    )


def _round(value: int) -> int:
    """The next of 1, 2, 3, 4, 5, 6, 8, 10, 20 and so on that is not below."""
    unit = 1
    while True:
        for times in (1, 2, 3, 4, 5, 6, 8):
            if value <= unit * times:
                return unit * times
        unit *= 10


def _round_octets(value: int) -> int:
    """The same in the unit that the value is said in."""
    unit = 1
    while value > unit * 1000:
        unit *= 1024
    return _round(-(-value // unit)) * unit


def _local(moment: datetime, where: tzinfo) -> datetime:
    try:
        return moment.astimezone(where)
    except OverflowError:  # where the calendar ends
        return moment


def _when(unit: str, since: datetime, until: datetime, where: tzinfo) -> str:
    begin, end = _local(since, where), _local(until, where)
    if unit == "time":
        return f"{short_day(begin.date())} {begin:%H:%M}–{end:%H:%M}"
    said = {"day": short_day, "month": month, "year": _year}[unit]
    first, last = said(begin.date()), said(max(begin, end - timedelta(days=1)).date())
    return first if first == last else f"{first} – {last}"


def _mark(parted: Parted, edge: datetime, where: tzinfo) -> str:
    local = _local(edge, where)
    match parted.step.unit:
        case "time" if parted.edges[-1] - parted.edges[0] <= timedelta(days=1, hours=2):
            return f"{local:%H:%M}"
        case "time":
            return f"{month_day(local.date())} {local:%H:%M}"
        case "day":
            return month_day(local.date())
        case "month":
            return month(local.date())
        case _:
            return _year(local.date())


def _year(day: date) -> str:
    return str(day.year)
