"""Zones that calendars define, held against the time zone database."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.mail.extract.content_lines import calendars
from pillarbox.mail.extract.zones import Zone, by_name, zones

# As Outlook, Google, Evolution and Apple write them.
OUTLOOK = """\
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
"""
GOOGLE = """\
BEGIN:DAYLIGHT
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
TZNAME:EDT
DTSTART:19700308T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
TZNAME:EST
DTSTART:19701101T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
END:STANDARD
"""
EVOLUTION = GOOGLE.replace("BYDAY=2SU", "BYDAY=SU;BYMONTHDAY=8,9,10,11,12,13,14").replace(
    "BYDAY=1SU", "BYMONTHDAY=1,2,3,4,5,6,7;BYDAY=SU"
)
SYDNEY = """\
BEGIN:STANDARD
DTSTART:20080406T030000
TZOFFSETFROM:+1100
TZOFFSETTO:+1000
RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20081005T020000
TZOFFSETFROM:+1000
TZOFFSETTO:+1100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=1SU
END:DAYLIGHT
"""
DATES = """\
BEGIN:STANDARD
DTSTART:20251026T030000
RDATE:20261025T030000,20271031T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20250330T020000
RDATE:20260329T020000
RDATE:20270328T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
"""
KATHMANDU = "BEGIN:STANDARD\nDTSTART:19860101T000000\nTZOFFSETFROM:+0530\nTZOFFSETTO:+0545\nEND:STANDARD\n"


def zone(observances: str) -> Zone:
    text = f"BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Z\n{observances}END:VTIMEZONE\nEND:VCALENDAR\n"
    (calendar,) = calendars(text, pytest.fail)
    return zones(calendar)["Z"]


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.datetimes(datetime(2025, 3, 30, 3), datetime(2027, 12, 31)).map(lambda moment: moment.replace(microsecond=0)))
def test_a_zone_says_what_the_time_zone_database_says(local: datetime) -> None:
    for observances, name in (
        (OUTLOOK, "Europe/Berlin"),
        (GOOGLE, "America/New_York"),
        (EVOLUTION, "America/New_York"),
        (SYDNEY, "Australia/Sydney"),
        (DATES, "Europe/Berlin"),
        (KATHMANDU, "Asia/Kathmandu"),
    ):
        assert zone(observances).offset(local) == local.replace(tzinfo=ZoneInfo(name)).utcoffset(), name


@pytest.mark.parametrize(
    ("local", "hours"),
    [
        ("2026-03-29T01:59:59", 1),
        ("2026-03-29T02:30:00", 1),  # is skipped: the offset before counts
        ("2026-03-29T03:00:00", 2),
        ("2026-10-25T02:30:00", 2),  # comes twice: the first counts
        ("2026-10-25T03:00:00", 1),
        ("1600-01-01T00:00:00", 1),  # before all that is said: what was before the first change
        ("9999-12-31T23:59:59", 1),
    ],
)
def test_the_hours_around_a_change_are_those_of_the_rfc(local: str, hours: int) -> None:
    assert zone(OUTLOOK).offset(datetime.fromisoformat(local)) == timedelta(hours=hours)


def test_a_rule_ends_when_it_says_so() -> None:
    ended = zone(OUTLOOK.replace("BYMONTH=3", "BYMONTH=3;UNTIL=20250330T010000Z"))
    assert ended.offset(datetime(2025, 7, 1)) == timedelta(hours=2)
    assert ended.offset(datetime(2026, 7, 1)) == timedelta(hours=1)


@pytest.mark.parametrize(
    "observances",
    [
        "",
        "BEGIN:STANDARD\nEND:STANDARD\n",
        "BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETTO:+9900\nEND:STANDARD\n",
        "BEGIN:STANDARD\nDTSTART:19700199T000000\nTZOFFSETTO:+0100\nEND:STANDARD\n",
    ],
)
def test_a_zone_without_anything_readable_has_no_offset(observances: str) -> None:
    assert zone(observances).offset(datetime(2026, 1, 1)) is None


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=YEARLY;BYDAY=0SU",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31",
        "=;=",
        "FREQ=SECONDLY",
    ],
)
def test_a_rule_that_cannot_be_read_leaves_its_first_day(rule: str) -> None:
    observances = (
        f"BEGIN:STANDARD\nDTSTART:20000101T000000\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0300\nRRULE:{rule}\nEND:STANDARD\n"
    )
    assert zone(observances).offset(datetime(2026, 1, 1)) == timedelta(hours=3)
    assert zone(observances).offset(datetime(1999, 1, 1)) == timedelta(0)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Europe/Berlin", True),
        ("/example.org/20260101/Europe/Berlin", True),
        ("UTC", True),
        ("America/Argentina/Ushuaia", True),
        ("Europe", False),
        ("../../etc/passwd", False),
        ("/etc/passwd", False),
        ("", False),
        ("Nowhere/At_All", False),
        ("x" * 10_000, False),
        ("\x00", False),
        ("Customized Time Zone", False),
    ],
)
def test_a_zone_is_taken_by_its_name_if_there_is_one(name: str, known: bool) -> None:
    assert (by_name(name) is not None) == known
