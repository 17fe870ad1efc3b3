"""The events of a calendar that came by mail (RFC 5545, RFC 5546): what an invitation says.

Rules of this module:

* total: hostile or broken calendars give what can be read, and defects;
* times are RFC 3339 with the offset that they have where they were written; all-day events have dates, whose end is the
  day after the last (RFC 5545 section 3.6.1); a time that no zone is known for stands without an offset;
* an end that is not written is the one that the RFC gives: by DURATION, else a day for dates, else the start;
* nothing recurs here: rules are given as they were written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from pillarbox.mail.extract.content_lines import Component, Note, Property, calendars
from pillarbox.mail.extract.zones import Zone, by_name, fixed, local_time, zones
from pillarbox.mail.message import Addr, Attendee, Invitation

MAX_READ = 1 << 20  # characters of one calendar
MAX_EVENTS = 100
MAX_ATTENDEES = 1000
MAX_LINES = 100  # of a recurrence

_DATE = re.compile(r"\s*([0-9]{4})([0-9]{2})([0-9]{2})\s*")
_DURATION = re.compile(
    r"\s*([+-]?)P(?:([0-9]{1,5})W)?(?:([0-9]{1,5})D)?(?:T(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,7})S)?)?\s*",
    re.IGNORECASE,
)
_MAILTO = re.compile(r"mailto:", re.IGNORECASE)


def invitations(text: str, part: int, note: Note) -> Iterator[Invitation]:
    """The events of the calendar in part number `part`. `note` takes codes of `defects.CODES`. Linear in `text`."""
    if len(text) > MAX_READ:
        note("calendar-too-large")
    found = calendars(text[:MAX_READ], note)
    if not found:
        note("calendar-unreadable")
    left = MAX_EVENTS
    for calendar in found:
        method = _word(calendar.first("METHOD"))
        times = _Times(zones(calendar), note)
        for component in calendar.components:
            if component.name != "VEVENT":
                continue
            if not left:
                note("calendar-too-large")
                return
            left -= 1
            yield _invitation(component, method, part, times, note)


class _Times:
    """Reads the times of one calendar."""

    def __init__(self, known: dict[str, Zone], note: Note) -> None:
        self._known = known
        self._note = note

    def of(self, written: Property | None) -> date | datetime | None:
        """A date, or a time with or without an offset; None when there is none that can be read."""
        if written is None:
            return None
        local = local_time(written.value)
        if local is None:
            return self._date(written.value)
        if written.value.strip()[-1:] in ("Z", "z"):
            return local.replace(tzinfo=UTC)
        name = written.parameters.get("TZID")
        return self._in_zone(local, name) if name else local

    def _date(self, value: str) -> date | None:
        found = _DATE.fullmatch(value[:20])
        try:
            if found:
                return date(*map(int, found.groups()))
        except ValueError:
            pass  # noted as what is no date at all
        self._note("calendar-time-unreadable")
        return None

    def _in_zone(self, local: datetime, name: str) -> datetime:
        zone = self._known.get(name)
        offset = zone.offset(local) if zone else None
        if offset is None and (usual := by_name(name)) is not None:
            offset = usual.utcoffset(local)
            self._note("calendar-zone-undefined")
        if offset is None:
            self._note("calendar-zone-unknown")
            return local
        return local.replace(tzinfo=fixed(offset))


def _invitation(event: Component, method: str | None, part: int, times: _Times, note: Note) -> Invitation:
    start = times.of(event.first("DTSTART"))
    begin = event.first("DTSTART")
    organizer = event.first("ORGANIZER")
    address = event.first("URL")
    return Invitation(
        part=part,
        method=method,
        uid=_text(event, "UID") or None,
        summary=_text(event, "SUMMARY"),
        description=_text(event, "DESCRIPTION"),
        start=_rfc3339(start),
        end=_rfc3339(_end(event, start, times, note)),
        all_day=start is not None and not isinstance(start, datetime),
        time_zone=begin.parameters.get("TZID") if begin else None,
        location=_text(event, "LOCATION"),
        organizer=_person(organizer) if organizer else None,
        attendees=tuple(_attendees(event, note)),
        status=_word(event.first("STATUS")),
        sequence=_sequence(event.first("SEQUENCE")),
        recurrence=tuple(_recurrence(event)),
        url=address.value.strip() or None if address else None,
    )


def _end(event: Component, start: date | datetime | None, times: _Times, note: Note) -> date | datetime | None:
    written = event.first("DTEND")
    if written is not None:
        return times.of(written)
    duration = event.first("DURATION")
    length = timedelta(0) if isinstance(start, datetime) else timedelta(days=1)
    if duration is not None:
        read = _duration(duration.value)
        if read is None:
            note("calendar-time-unreadable")
            return None
        length = read
    try:
        return start + length if start is not None else None
    except OverflowError:
        note("calendar-time-unreadable")
        return None


def _duration(value: str) -> timedelta | None:
    found = _DURATION.fullmatch(value[:60])
    if found is None:
        return None
    weeks, days, hours, minutes, seconds = (int(one or 0) for one in found.groups()[1:])
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -length if found[1] == "-" else length


def _rfc3339(moment: date | datetime | None) -> str | None:
    """`2026-11-23`, `2026-11-23T09:00:00+01:00`, `2026-11-23T08:00:00Z`, or without an offset when none is known."""
    if moment is None:
        return None
    written = moment.isoformat()
    return written[:-6] + "Z" if isinstance(moment, datetime) and moment.tzinfo is UTC else written


def _attendees(event: Component, note: Note) -> Iterator[Attendee]:
    for count, written in enumerate(event.all("ATTENDEE")):
        if count == MAX_ATTENDEES:
            note("calendar-too-large")
            return
        person, given = _person(written), written.parameters
        yield Attendee(
            name=person.name,
            address=person.address,
            role=given.get("ROLE", "REQ-PARTICIPANT").upper(),
            status=given.get("PARTSTAT", "NEEDS-ACTION").upper(),
            rsvp=given.get("RSVP", "").upper() == "TRUE",
        )


def _person(written: Property) -> Addr:
    return Addr(written.parameters.get("CN", "").strip(), _MAILTO.sub("", written.value.strip(), count=1))


def _recurrence(event: Component) -> Iterator[str]:
    """The lines that make an event recur, as they were written, unfolded."""
    for count, one in enumerate(event.all("RRULE", "RDATE", "EXRULE", "EXDATE")):
        if count == MAX_LINES:
            return
        given = "".join(f";{name}={value}" for name, value in one.parameters.items())
        yield f"{one.name}{given}:{one.value.strip()}"


def _text(event: Component, name: str) -> str:
    found = event.first(name)
    return found.text().strip() if found else ""


def _word(found: Property | None) -> str | None:
    return found.value.strip().upper() or None if found else None


def _sequence(found: Property | None) -> int:
    written = found.value.strip() if found else ""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else 0
