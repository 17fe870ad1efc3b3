"""What is got out of a message, over JSON and by `pick`."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from pillarbox.mail.extract.pick import PICKS
from pillarbox.web import security
from tests.web.shapes import assert_problem, assert_shape
from tests.web.world import PLAIN, World

MESSAGES = "/api/v1/messages"

INVITE = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
UID:1@example.test
SUMMARY:Planning
DTSTART:20261201T080000Z
DTEND:20261201T083000Z
ORGANIZER;CN=Anna:mailto:anna@example.test
ATTENDEE;RSVP=TRUE:mailto:ada@example.test
END:VEVENT
END:VCALENDAR
"""


def signup() -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "shop@example.org", "ada@example.org", "Confirm your address"
    message["List-Unsubscribe"] = "<https://example.org/u?1>, <mailto:leave@example.org>"
    message.set_content("Your code is 482 913.\nhttps://example.org/verify?t=1\n")
    message.add_alternative(
        '<a href="https://example.org/">Shop</a> <a href="https://example.org/verify?t=1&amp;u=2">Verify</a>',
        subtype="html",
    )
    message.add_attachment(INVITE.encode(), maintype="text", subtype="calendar", filename="invite.ics")
    return message.as_bytes().replace(b"\n", b"\r\n")


VALUES = {
    "link": "https://example.org/verify?t=1&u=2",
    "code": "482913",
    "subject": "Confirm your address",
    "text": "Your code is 482 913.\nhttps://example.org/verify?t=1\n",
    "unsubscribe": "https://example.org/u?1",
}


def test_a_message_has_its_links_codes_and_invitations(shared_world: World) -> None:
    found = shared_world.take(signup()).id
    message = assert_shape(shared_world.client.get(f"{MESSAGES}/{found}"), "getMessage")
    assert message["links"] == [
        {"href": "https://example.org/verify?t=1", "text": "https://example.org/verify?t=1", "source": "text"},
        {"href": "https://example.org/", "text": "Shop", "source": "html"},
        {"href": "https://example.org/verify?t=1&u=2", "text": "Verify", "source": "html"},
    ]
    assert message["codes"] == [
        {"value": "482913", "context": "Your code is 482 913. https://example.org/verify?t=1", "source": "text"},
    ]
    assert message["list_unsubscribe"] == ["https://example.org/u?1", "mailto:leave@example.org"]
    (event,) = message["calendars"]
    assert event == {
        "part": 4,
        "method": "REQUEST",
        "uid": "1@example.test",
        "summary": "Planning",
        "description": "",
        "start": "2026-12-01T08:00:00Z",
        "end": "2026-12-01T08:30:00Z",
        "all_day": False,
        "time_zone": None,
        "location": "",
        "organizer": {"name": "Anna", "address": "anna@example.test"},
        "attendees": [
            {
                "name": "",
                "address": "ada@example.test",
                "role": "REQ-PARTICIPANT",
                "status": "NEEDS-ACTION",
                "rsvp": True,
            }
        ],
        "status": None,
        "sequence": 0,
        "recurrence": [],
        "url": None,
    }


def test_what_is_wrong_with_a_calendar_is_among_the_defects(shared_world: World) -> None:
    found = shared_world.take(b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n").id
    message = assert_shape(shared_world.client.get(f"{MESSAGES}/{found}"), "getMessage")
    assert message["calendars"] == []
    assert [(one["code"], one["part"]) for one in message["defects"]] == [("calendar-syntax", 0)]


@pytest.mark.parametrize("name", PICKS)
def test_pick_gives_one_value_as_plain_text_and_nothing_else(shared_world: World, name: str) -> None:
    found = shared_world.take(signup()).id
    answer = shared_world.client.get(f"{MESSAGES}/{found}", params={"pick": name})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-security-policy"] == security.PART_POLICY
    expected = {**VALUES, "id": str(found), "html": shared_world.client.get(f"{MESSAGES}/{found}").json()["html"]}
    assert answer.text == expected[name]
    latest = shared_world.client.get(f"{MESSAGES}/latest", params={"pick": name})
    assert latest.text == answer.text


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("link", "has no link to follow: none of http or https, but for pictures and unsubscribing."),
        ("code", "has nothing that looks like a one-time code."),
        ("subject", "has no subject."),
        ("html", "has no HTML part."),
        ("unsubscribe", "has no address in a List-Unsubscribe header."),
    ],
)
def test_what_a_message_has_not_is_a_404_with_a_sentence(shared_world: World, name: str, sentence: str) -> None:
    found = shared_world.take(PLAIN.replace(b"Subject: Hello\r\n", b"")).id
    problem = assert_problem(shared_world.client.get(f"{MESSAGES}/{found}", params={"pick": name}), 404)
    assert problem["detail"] == f"Message {found} {sentence}"


def test_a_value_that_there_is_none_of_is_refused_by_name(shared_world: World) -> None:
    found = shared_world.take().id
    problem = assert_problem(shared_world.client.get(f"{MESSAGES}/{found}", params={"pick": "codes"}), 400, "pick")
    assert all(name in problem["detail"] for name in PICKS)


def test_picking_does_not_mark_a_message_read(shared_world: World) -> None:
    found = shared_world.take().id
    assert shared_world.client.get(f"{MESSAGES}/{found}", params={"pick": "subject"}).text == "Hello"
    assert shared_world.client.get(f"{MESSAGES}/{found}").json()["read"] is False
