"""Spans of time that figures are asked of, and the edges that part one into the bars of a chart.

Rules of this module:

* Edges are where the reader's clock and calendar have them: at whole minutes, hours, days, Mondays, firsts of a month
  and of a year. A day that the clock is changed on is an hour shorter or longer, and one bar all the same.
* There are at most `MOST` bars, and every span ends with the bar that the present is in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from pillarbox.box import Extent
from pillarbox.web.language import noop

MOST = 62
"""Bars: two months of days, an hour of minutes."""

ALL = "all"
LENGTHS: dict[str, timedelta | None] = {
    "1h": timedelta(hours=1),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    ALL: None,
}
"""By how they stand in an address; None: as long as there is something."""

NAMES = {
    "1h": noop("Last hour"),
    "24h": noop("24 hours"),
    "7d": noop("7 days"),
    "30d": noop("30 days"),
    ALL: noop("All"),
}

# Where the calendar ends: an imported message can say any time.
BEGINNING, END = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """How long a bar is: `begin` is the local time at which that of a local time begins, `next` when the next one does.

    `unit` is what a label has to say: time, day, month or year.
    """

    unit: str
    begin: Callable[[datetime], datetime]
    next: Callable[[datetime], datetime]


def _clock(minutes: int) -> Step:
    length = timedelta(minutes=minutes)

    def begin(local: datetime) -> datetime:
        midnight = _midnight(local)
        return midnight + (local - midnight) // length * length

    return Step("time", begin, lambda local: local + length)


def _midnight(local: datetime) -> datetime:
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _months(number: int) -> Step:
    def begin(local: datetime) -> datetime:
        month = (local.year * 12 + local.month - 1) // number * number
        return datetime(max(1, month // 12), month % 12 + 1, 1)

    def after(local: datetime) -> datetime:
        month = local.year * 12 + local.month - 1 + number
        return datetime(month // 12, month % 12 + 1, 1)

    return Step("month" if number < 12 else "year", begin, after)


STEPS = (
    *map(_clock, (1, 2, 5, 10, 15, 30, 60, 180, 360)),
    Step("day", _midnight, lambda local: local + DAY),
    Step("day", lambda local: _midnight(local) - local.weekday() * DAY, lambda local: local + 7 * DAY),
    *map(_months, (1, 3, 12, 60, 240, 1200, 12_000)),
)
"""From short to long; the last one is as long as half the calendar."""


@dataclass(frozen=True, slots=True)
class Parted:
    """`edges` are aware and in UTC, one more than there are bars."""

    step: Step
    edges: tuple[datetime, ...]


def shortest(extent: Extent | None, now: datetime) -> str:
    """The name of the shortest span that has something in it."""
    for name, length in LENGTHS.items():
        if length is None or (extent is not None and extent.last >= now - length):
            return name
    raise AssertionError("the last span has no length")


def whole(name: str, extent: Extent | None, now: datetime) -> tuple[datetime, datetime]:
    """From when to when a span goes, an hour at least: a few messages in a minute are not all of a chart."""
    length = LENGTHS[name]
    if length is not None:
        return now - length + MINUTE, now
    first, last = (extent.first, max(extent.last, now)) if extent is not None else (now, now)
    return min(first, now - timedelta(hours=1) + MINUTE), last


def parted(first: datetime, last: datetime, where: tzinfo) -> Parted:
    """Bars that hold both times, as short as they can be."""
    for step in STEPS:
        edges = _edges(step, first, last, where)
        if edges is not None:
            return Parted(step, edges)
    raise AssertionError("the longest step is longer than the calendar")


def _edges(step: Step, first: datetime, last: datetime, where: tzinfo) -> tuple[datetime, ...] | None:
    """None when there would be too many. A local time that the clock passes over twice or never is one edge."""
    local = step.begin(_local(first, where))
    edges = [min(_moment(local, where), first)]
    while edges[-1] <= last and edges[-1] < END:
        if len(edges) > MOST:
            return None
        try:
            local = step.next(local)
            edge = _moment(local, where)
        except (OverflowError, ValueError):
            edge = END
        if edge > edges[-1]:
            edges.append(edge)
    return tuple(edges)


def _local(moment: datetime, where: tzinfo) -> datetime:
    try:
        return moment.astimezone(where).replace(tzinfo=None)
    except OverflowError:
        return moment.replace(tzinfo=None)


def _moment(local: datetime, where: tzinfo) -> datetime:
    try:
        return local.replace(tzinfo=where).astimezone(UTC)
    except OverflowError:
        return BEGINNING if local.year == 1 else END
