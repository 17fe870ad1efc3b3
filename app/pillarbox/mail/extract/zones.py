"""Which offset from UTC a local time of a calendar has, by the zones that it brings along (RFC 5545 section 3.6.5).

Rules of this module:

* what a zone says is looked up and never counted through: of a rule only the year of a time and the one before are
  worked out, so a rule that begins in 1601 or comes every second costs nothing;
* rules that real zones have are read: once a year, on a day of a month or a weekday in it, until a moment; of any other
  rule only its first day counts;
* a time that a change of clocks skips has the offset from before it, one that comes twice is the first (section 3.3.5);
* a zone that is not brought along is taken by its name from the time zone database of the machine, if it is there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from pillarbox.mail.extract.content_lines import Component

MAX_CHANGES = 500
"""Rules and single changes of one zone that are looked at."""

_OFFSET = re.compile(r"\s*([+-])([01][0-9]|2[0-3])([0-5][0-9])([0-5][0-9])?\s*")
_LOCAL = re.compile(r"\s*([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})(Z?)\s*", re.IGNORECASE)
_BY_DAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.IGNORECASE)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,30}(?:/[A-Za-z0-9_+-]{1,30}){0,3}")


@dataclass(frozen=True, slots=True)
class _Rule:
    """A change of clocks once a year. `nth` weekday of the month, or the first on or after `day`; `until` is in UTC."""

    first: datetime
    month: int
    day: int
    weekday: int | None
    nth: int
    until: datetime | None
    before: timedelta
    after: timedelta

    def in_year(self, year: int) -> datetime | None:
        """The local time, by the clock before it, of the change in that year."""
        if year < self.first.year or not 1 < year < 9999:
            return None
        try:
            found = self._day(year)
        except ValueError:  # the 30th of February
            return None
        change = found.replace(hour=self.first.hour, minute=self.first.minute, second=self.first.second)
        if change < self.first or (self.until is not None and change - self.before > self.until):
            return None
        return change

    def _day(self, year: int) -> datetime:
        if self.weekday is None:
            return datetime(year, self.month, self.day)
        if self.nth < 0:
            month_end = datetime(year + self.month // 12, self.month % 12 + 1, 1) - timedelta(days=1)
            return month_end - timedelta(days=(month_end.weekday() - self.weekday) % 7 + 7 * (-self.nth - 1))
        begin = datetime(year, self.month, self.day)
        return begin + timedelta(days=(self.weekday - begin.weekday()) % 7 + 7 * (self.nth - 1))


class Zone:
    """A zone that a calendar defines. `offset` answers for any local time."""

    def __init__(self, component: Component) -> None:
        changes: list[tuple[datetime, timedelta, timedelta]] = []
        self._rules: list[_Rule] = []
        for observance in component.components:
            if len(changes) + len(self._rules) >= MAX_CHANGES:
                break
            self._read(observance, changes)
        changes.sort(key=lambda change: change[0])
        self._changes = changes[:MAX_CHANGES]
        self._times = [change[0] for change in self._changes]

    def _read(self, observance: Component, changes: list[tuple[datetime, timedelta, timedelta]]) -> None:
        start, before, after = (observance.first(name) for name in ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO"))
        first = local_time(start.value) if start else None
        offset_after = _offset(after.value) if after else None
        if first is None or offset_after is None:
            return
        offset_before = _offset(before.value) if before else None
        if offset_before is None:
            offset_before = offset_after
        changes.append((first, offset_before, offset_after))
        for listed in observance.all("RDATE"):
            times = map(local_time, listed.value.split(",")[:MAX_CHANGES])
            changes += [(one, offset_before, offset_after) for one in times if one is not None]
        for rule in observance.all("RRULE"):
            self._rules += _rules(rule.value, first, offset_before, offset_after)

    def offset(self, local: datetime) -> timedelta | None:
        """The offset of a time without one; None when the zone says nothing that can be read."""
        if not self._changes:
            return None
        at = bisect_right(self._times, local)
        latest = self._changes[at - 1] if at else None
        for rule in self._rules:
            for year in (local.year, local.year - 1):
                change = rule.in_year(year)
                if change is not None and change <= local:
                    if latest is None or change > latest[0]:
                        latest = change, rule.before, rule.after
                    break
        if latest is None:
            return self._changes[0][1]
        change, before, after = latest
        return before if local - change < after - before else after


def zones(calendar: Component) -> dict[str, Zone]:
    """The zones that a calendar defines, by their TZID."""
    found: dict[str, Zone] = {}
    for component in calendar.components:
        name = component.first("TZID") if component.name == "VTIMEZONE" else None
        if name is not None and name.value not in found:
            found[name.value] = Zone(component)
    return found


def by_name(name: str) -> tzinfo | None:
    """The zone of the time zone database that a TZID means, a prefix as in `/vendor/Europe/Berlin` aside."""
    if name.upper() in ("UTC", "GMT", "ETC/UTC"):
        return UTC
    pieces = name.strip("/").split("/")[:8] if name.startswith("/") else [name]
    for start in range(len(pieces)):
        candidate = "/".join(pieces[start:])
        if _NAME.fullmatch(candidate) is None:
            continue
        try:
            return ZoneInfo(candidate)
        except (ValueError, OSError, KeyError):  # what zoneinfo raises for names that are none, or directories
            continue
    return None


def local_time(value: str) -> datetime | None:
    """`20261123T090000` as a time without an offset, whatever follows; None when it is none."""
    found = _LOCAL.match(value[:40])
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    try:
        return datetime(year, month, day, hour, minute, min(second, 59))  # 60 is a leap second
    except ValueError:
        return None


def _offset(value: str) -> timedelta | None:
    found = _OFFSET.fullmatch(value[:20])
    if found is None:
        return None
    sign, hours, minutes, seconds = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0))
    return -offset if sign == "-" else offset


def _rules(written: str, first: datetime, before: timedelta, after: timedelta) -> Iterator[_Rule]:
    parts = dict(_pairs(written[:1000].upper().split(";")))
    if parts.get("FREQ") != "YEARLY" or parts.get("INTERVAL", "1") != "1" or "COUNT" in parts:
        return
    until = local_time(parts["UNTIL"]) if "UNTIL" in parts else None
    days = sorted(_numbers(parts.get("BYMONTHDAY", ""), 1, 31)) or [first.day]
    by_day = _BY_DAY.fullmatch(parts.get("BYDAY", ""))
    for month in _numbers(parts.get("BYMONTH", str(first.month)), 1, 12):
        if by_day is None:
            yield _Rule(first, month, days[0], None, 1, until, before, after)
            continue
        weekday, nth = _DAYS.index(by_day[2]), int(by_day[1] or 1)
        day = days[0] if "BYMONTHDAY" in parts else 1
        if -5 <= nth <= 5 and nth:
            yield _Rule(first, month, day, weekday, nth, until, before, after)


def _pairs(written: Iterable[str]) -> Iterator[tuple[str, str]]:
    for one in written:
        name, _, value = one.partition("=")
        yield name.strip(), value.strip()


def _numbers(written: str, least: int, most: int) -> list[int]:
    found = (int(one) for one in written.split(",")[:31] if one.isascii() and one.isdigit() and len(one) < 3)
    return [one for one in found if least <= one <= most]


def fixed(offset: timedelta) -> timezone:
    """A zone of one offset, cut to whole minutes, as RFC 3339 writes them."""
    return timezone(timedelta(minutes=int(offset.total_seconds() / 60)))
