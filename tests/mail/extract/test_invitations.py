from __future__ import annotations

import base64
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pillarbox.mail.defects import CODES
from pillarbox.mail.extract.invitations import invitations
from pillarbox.mail.message import Addr, Attendee, Invitation
from pillarbox.mail.parse import digest, parse
from tests.mail.extract.test_zones import OUTLOOK

BERLIN = f"BEGIN:VTIMEZONE\nTZID:W. Europe Standard Time\n{OUTLOOK}END:VTIMEZONE\n"
EVENT = """\
BEGIN:VEVENT
UID:4f1c7b2e@example.test
SEQUENCE:2
STATUS:CONFIRMED
SUMMARY;LANGUAGE=de:Planung\\, Teil 1
DESCRIPTION:Themen:\\n- Rückblick\\; Ausblick\\n- eine Zeile\\, die so lang is
 t\\, dass sie gefaltet wurde
LOCATION:Raum 4
URL:https://meet.example.test/planung
DTSTART;TZID="W. Europe Standard Time":20261201T090000
DTEND;TZID=W. Europe Standard Time:20261201T093000
RRULE:FREQ=WEEKLY;COUNT=10
EXDATE;TZID=W. Europe Standard Time:20261208T090000
ORGANIZER;CN="Weber, Anna":MAILTO:anna@example.test
ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=TRUE;CN=Bob ^'B^' Ross:mailto:bob@example.test
ATTENDEE:mailto:room4@example.test
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:Erinnerung
TRIGGER:-PT15M
END:VALARM
END:VEVENT
"""
WHOLE = Invitation(
    part=1,
    method="REQUEST",
    uid="4f1c7b2e@example.test",
    summary="Planung, Teil 1",
    description="Themen:\n- Rückblick; Ausblick\n- eine Zeile, die so lang ist, dass sie gefaltet wurde",
    start="2026-12-01T09:00:00+01:00",
    end="2026-12-01T09:30:00+01:00",
    all_day=False,
    time_zone="W. Europe Standard Time",
    location="Raum 4",
    organizer=Addr("Weber, Anna", "anna@example.test"),
    attendees=(
        Attendee('Bob "B" Ross', "bob@example.test", "OPT-PARTICIPANT", "ACCEPTED", True),
        Attendee("", "room4@example.test", "REQ-PARTICIPANT", "NEEDS-ACTION", False),
    ),
    status="CONFIRMED",
    sequence=2,
    recurrence=("RRULE:FREQ=WEEKLY;COUNT=10", "EXDATE;TZID=W. Europe Standard Time:20261208T090000"),
    url="https://meet.example.test/planung",
)
EMPTY = replace(
    WHOLE, method=None, uid=None, summary="", description="", start=None, end=None, time_zone=None, location="",
    organizer=None, attendees=(), status=None, sequence=0, recurrence=(), url=None,
)  # fmt: skip


def calendar(inside: str, method: str = "METHOD:REQUEST\n") -> str:
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{method}{inside}END:VCALENDAR\n"


def read(text: str) -> tuple[list[Invitation], list[str]]:
    """The events and the defects, each once."""
    noted: dict[str, None] = {}
    found = list(invitations(text, 1, lambda code: noted.setdefault(code)))
    return found, list(noted)


def event(*lines: str) -> tuple[Invitation, list[str]]:
    ((found,), noted) = read(calendar("BEGIN:VEVENT\n" + "".join(f"{line}\n" for line in lines) + "END:VEVENT\n", ""))
    return found, noted


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_an_invitation_is_read_with_all_that_it_says(line_end: str) -> None:
    assert read(calendar(BERLIN + EVENT).replace("\n", line_end)) == ([WHOLE], [])


def test_an_event_that_says_nothing_is_one_with_nothing() -> None:
    assert event() == (EMPTY, [])


@pytest.mark.parametrize(
    ("lines", "start", "end", "all_day", "defects"),
    [
        (["DTSTART:20261201T090000Z"], "2026-12-01T09:00:00Z", "2026-12-01T09:00:00Z", False, []),
        (["DTSTART:20261201T090000Z", "DURATION:P1DT1H30M"], "2026-12-01T09:00:00Z", "2026-12-02T10:30:00Z", False, []),
        (["DTSTART:20261201T090000Z", "DURATION:P2W"], "2026-12-01T09:00:00Z", "2026-12-15T09:00:00Z", False, []),
        (["DTSTART;VALUE=DATE:20261224"], "2026-12-24", "2026-12-25", True, []),
        (["DTSTART:20261224", "DTEND:20261227"], "2026-12-24", "2026-12-27", True, []),
        (["DTSTART;VALUE=DATE:20261224", "DURATION:P3D"], "2026-12-24", "2026-12-27", True, []),
        (["DTSTART:20261201T090000"], "2026-12-01T09:00:00", "2026-12-01T09:00:00", False, []),
        (
            ["DTSTART;TZID=Europe/Berlin:20260701T090000"],
            "2026-07-01T09:00:00+02:00",
            "2026-07-01T09:00:00+02:00",
            False,
            ["calendar-zone-undefined"],
        ),
        (
            ["DTSTART;TZID=Nowhere:20260701T090000"],
            "2026-07-01T09:00:00",
            "2026-07-01T09:00:00",
            False,
            ["calendar-zone-unknown"],
        ),
        (["DTSTART:tomorrow"], None, None, False, ["calendar-time-unreadable"]),
        (["DTSTART:20261301T090000Z"], None, None, False, ["calendar-time-unreadable"]),
        (
            ["DTSTART:20261201T090000Z", "DTEND:20261201T250000Z"],
            "2026-12-01T09:00:00Z",
            None,
            False,
            ["calendar-time-unreadable"],
        ),
        (
            ["DTSTART:20261201T090000Z", "DURATION:an hour"],
            "2026-12-01T09:00:00Z",
            None,
            False,
            ["calendar-time-unreadable"],
        ),
        (
            ["DTSTART:99991231T000000Z", "DURATION:P99999W"],
            "9999-12-31T00:00:00Z",
            None,
            False,
            ["calendar-time-unreadable"],
        ),
        (["DTSTART:99991231"], "9999-12-31", None, True, ["calendar-time-unreadable"]),
        (["DTEND:20261201T090000Z"], None, "2026-12-01T09:00:00Z", False, []),
    ],
)
def test_times_are_rfc_3339_as_far_as_they_can_be_read(
    lines: list[str], start: str | None, end: str | None, all_day: bool, defects: list[str]
) -> None:
    found, noted = event(*lines)
    assert (found.start, found.end, found.all_day) == (start, end, all_day)
    assert noted == defects


@pytest.mark.parametrize(
    ("offset", "shown"), [("+235959", "+23:59"), ("-000030", "Z"), ("+0545", "+05:45"), ("-0330", "-03:30")]
)
def test_an_offset_is_shown_in_whole_minutes(offset: str, shown: str) -> None:
    change = f"BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETTO:{offset}\nEND:STANDARD\n"
    zone = f"BEGIN:VTIMEZONE\nTZID:Z\n{change}END:VTIMEZONE\n"
    ((found,), noted) = read(calendar(f"{zone}BEGIN:VEVENT\nDTSTART;TZID=Z:20261201T090000\nEND:VEVENT\n"))
    assert (found.start, noted) == (f"2026-12-01T09:00:00{shown}", [])


def test_every_event_of_every_calendar_is_read() -> None:
    text = calendar(EVENT + EVENT) + calendar("BEGIN:VTODO\nEND:VTODO\n" + EVENT, "METHOD:cancel\n")
    found, _ = read(text)
    assert [one.method for one in found] == ["REQUEST", "REQUEST", "CANCEL"]


@pytest.mark.parametrize(
    ("text", "summaries", "defects"),
    [
        ("", [], ["calendar-unreadable"]),
        ("hello\n", [], ["calendar-syntax", "calendar-unreadable"]),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\n", ["a"], ["calendar-syntax"]),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\nEND:VCALENDAR\n", ["a"], ["calendar-syntax"]),
        (
            "BEGIN:VCALENDAR\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:a\nEND:VEVENT\nEND:VCALENDAR\n",
            ["a"],
            ["calendar-syntax"],
        ),
        (calendar("BEGIN:VEVENT\nno property\nSUMMARY:a\nEND:VEVENT\n"), ["a"], ["calendar-syntax"]),
        (calendar('BEGIN:VEVENT\nX;A="b:c\nSUMMARY;A="x:y;z":a\nEND:VEVENT\n'), ["a"], ["calendar-syntax"]),
        (calendar("BEGIN:VEVENT\nsummary:a\nSummary:b\nend:vevent\n"), ["a"], []),
        (
            calendar("BEGIN:VEVENT\n" + "BEGIN:X\n" * 50 + "SUMMARY:no\n" + "END:X\n" * 50 + "SUMMARY:a\nEND:VEVENT\n"),
            ["a"],
            [],
        ),
        (calendar("BEGIN:VEVENT\nSUMMARY:a\\\nSEQUENCE:-1\nEND:VEVENT\n"), ["a\\"], []),
    ],
)
def test_a_broken_calendar_gives_what_can_be_read_and_says_that_it_is_broken(
    text: str, summaries: list[str], defects: list[str]
) -> None:
    found, noted = read(text)
    assert [one.summary for one in found] == summaries
    assert noted == defects


def test_the_events_of_a_mail_are_read_once_however_often_they_are_attached() -> None:
    text = calendar(BERLIN + EVENT).replace("\n", "\r\n").encode()
    raw = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nYou are invited.\r\n"
        b"--b\r\nContent-Type: text/calendar; charset=utf-8; method=REQUEST\r\n\r\n" + text + b"\r\n"
        b"--b\r\nContent-Type: application/ics; name=invite.ics\r\nContent-Disposition: attachment\r\n\r\n"
        + text
        + b"\r\n"
        b"--b\r\nContent-Type: text/calendar\r\n\r\nnone\r\n--b--\r\n"
    )
    mail = parse(raw)
    assert mail.calendars == (replace(WHOLE, part=2),)
    assert [(one.code, one.part) for one in mail.defects] == [("calendar-syntax", 4), ("calendar-unreadable", 4)]
    assert digest(raw).snippet == "You are invited."


def test_a_calendar_whose_copies_differ_in_their_line_ends_is_read_once() -> None:
    text = calendar(BERLIN + EVENT)
    body, attached = (base64.encodebytes(one.encode()) for one in (text, text.replace("\n", "\r\n")))
    mail = parse(
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/calendar; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + body + b"\r\n--b\r\nContent-Type: application/ics\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + attached + b"\r\n--b--\r\n"
    )
    assert mail.calendars == (replace(WHOLE, part=1),)


PIECES = (
    re.findall(r"[^\n]+\n", calendar(BERLIN + EVENT))
    + list("\n\r;:=\"',\\ ^TZ0")
    + ["20261201", "\u2028", "\x00", "\U0001f600"]
)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=60).map("".join))
def test_anything_gives_events_with_times_that_are_times_and_defects_that_are_known(written: str) -> None:
    found, noted = read("BEGIN:VCALENDAR\n" + written)
    assert set(noted) <= set(CODES)
    for one in found:
        for moment in (one.start, one.end):
            assert moment is None or re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?)?", moment)
        assert one.sequence >= 0
