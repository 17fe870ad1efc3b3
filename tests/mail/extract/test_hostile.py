"""What is got out of mail built to be expensive costs work in proportion to it, or a bounded amount.

Work is counted as in tests/mail/test_hostile.py: calls, and a stop for what the profiler cannot see, which is the
inside of one regular expression.
"""

from __future__ import annotations

import pytest

from pillarbox.mail.extract.action import action
from pillarbox.mail.extract.codes import MAX_READ, codes
from pillarbox.mail.extract.invitations import MAX_ATTENDEES, MAX_EVENTS, invitations
from pillarbox.mail.extract.links import links
from pillarbox.mail.extract.unsubscribe import unsubscribe
from pillarbox.mail.message import Mail
from tests.mail.test_hostile import calls, stop

__all__ = ["stop"]  # a fixture for every test here

SMALL, LARGE, HUGE = 40_000, 200_000, 5_000_000
EVENT = "BEGIN:VEVENT\nDTSTART;TZID=Z:20261201T090000\nATTENDEE:mailto:a@x.test\nEND:VEVENT\n"

BODIES: dict[str, str] = {
    "digits": "1",
    "digits apart": "1 ",
    "a digit a line": "1\n",
    "six digits": "482913 ",
    "six digits a line": "482913\n",
    "codes": "Your code is 482913. ",
    "codes after their words": "482913 is your code. ",
    "words for codes": "verification code ",
    "words for other numbers": "order number ",
    "words without spaces": "验证码1234",
    "letters and digits": "A1-",
    "capitals that become two letters": "İ1234 ",
    "digits of another script": "٤",
    "addresses": "https://x.test/a ",
    "addresses of brackets": "https://x.test/((((",
    "an address of closing brackets": ")",
    "schemes": "a://",
    "what could be a scheme": "a+",
    "at signs": "a@",
    "dots": "a.",
    "hyphens": "a-",
    "stars": "*",
    "white space": " ",
    "lines": "\n",
    "links": '<a href="https://x.test/a">b</a>',
    "links in links": "<a href=b>",
    "links without an end": '<a href="https://x.test/">words ',
    "forms": "<form action=a><button>",
    "pictures in a link": "<img alt=words>",
    "attributes": '<a href="',
    "boxes": "<td>1</td>",
}


def body(piece: str, size: int) -> Mail:
    written = "<a href=https://x.test>" + piece * (size // len(piece))
    return Mail(text=written, html=written, subject=written[:65_536], text_part=0, html_part=1)


def chosen(mail: Mail) -> None:
    action(links(mail))


@pytest.mark.parametrize("piece", BODIES.values(), ids=BODIES.keys())
def test_links_cost_work_in_proportion_to_the_body(piece: str) -> None:
    chosen(body(piece, 2_000))  # what is made once
    small, large = body(piece, SMALL), body(piece, LARGE)
    few, many = calls(lambda: chosen(small)), calls(lambda: chosen(large))
    assert many <= 5.5 * few + 1_000
    assert many <= 10 * LARGE


@pytest.mark.parametrize("piece", BODIES.values(), ids=BODIES.keys())
def test_codes_cost_work_in_proportion_to_what_is_read_of_the_body(piece: str) -> None:
    codes(body(piece, 2_000))
    assert calls(lambda: codes(body(piece, LARGE))) <= 10 * MAX_READ


@pytest.mark.parametrize("piece", ["1", "482913\n", "code "])
def test_a_body_of_5_mb_is_read_to_the_end(piece: str) -> None:
    written = piece * (HUGE // len(piece))
    mail = Mail(text=written, html=written, text_part=0, html_part=1)
    assert links(mail) == ()
    assert codes(mail) == ()


def test_a_hundred_thousand_links_are_all_found() -> None:
    page = "".join(f'<a href="https://x.test/{number}">Link</a>' for number in range(100_000))
    assert len(links(Mail(html=page, html_part=0))) == 100_000


CALENDARS: dict[str, str] = {
    "events": EVENT,
    "begins": "BEGIN:VEVENT\n",
    "ends": "END:VEVENT\n",
    "zones": "BEGIN:VTIMEZONE\nTZID:Z\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETTO:+0100\n"
    "END:STANDARD\nEND:VTIMEZONE\n",
    "lines": "A:b\n",
    "lines that are none": "a\n",
    "folds": "\n ",
    "folds of a value": "SUMMARY:a\n a\n a\n",
    "parameters": ";A=b",
    "quotes": ';A="',
    "guests": "ATTENDEE;CN=a:mailto:b\n",
    "white space": " ",
    "backslashes": "\\",
}


@pytest.mark.parametrize("piece", CALENDARS.values(), ids=CALENDARS.keys())
def test_a_calendar_larger_than_is_read_of_one_costs_a_bounded_time(piece: str) -> None:
    noted: set[str] = set()

    def work() -> None:
        text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY" + piece * (1_200_000 // len(piece))
        assert len(list(invitations(text, 1, noted.add))) <= MAX_EVENTS

    assert calls(work) < 2_000_000
    assert noted


@pytest.mark.parametrize(
    "frequency", ["SECONDLY", "MINUTELY", "DAILY", "YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYDAY=MO"]
)
def test_a_zone_whose_clocks_change_all_the_time_costs_no_more_than_another(frequency: str) -> None:
    rule = f"DTSTART:16010101T000000\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0100\nRRULE:FREQ={frequency}\n"
    both = f"BEGIN:STANDARD\n{rule}END:STANDARD\nBEGIN:DAYLIGHT\n{rule}END:DAYLIGHT\n"
    text = f"BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Z\n{both * 600}END:VTIMEZONE\n{EVENT * 100}END:VCALENDAR\n"
    found: list[object] = []
    assert calls(lambda: found.extend(invitations(text, 1, lambda _: None))) < 5_000_000
    assert len(found) == 100


def test_a_calendar_of_guests_names_a_thousand_and_says_so() -> None:
    noted: list[str] = []
    text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + "ATTENDEE:mailto:a@x.test\n" * 2_000 + "END:VEVENT\nEND:VCALENDAR\n"
    (event,) = invitations(text, 1, noted.append)
    assert len(event.attendees) == MAX_ATTENDEES
    assert noted == ["calendar-too-large"]


@pytest.mark.parametrize("piece", ["<", "(", "(<", "\\", "<a>,", ":,", "(<>", "<("])
def test_list_unsubscribe_costs_work_in_proportion(piece: str) -> None:
    few, many = calls(lambda: list(unsubscribe([piece * 10_000]))), calls(lambda: list(unsubscribe([piece * 100_000])))
    assert many <= 11 * few + 1_000
