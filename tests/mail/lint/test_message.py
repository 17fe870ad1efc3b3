from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pillarbox.mail.envelope import Envelope, Params, Recipient, Sender
from pillarbox.mail.lint import Wired, of_message
from pillarbox.mail.lint.rules import finding
from pillarbox.mail.message import Lint
from pillarbox.mail.parse import digest
from tests.mail.lint.test_content import MIME, mail

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
WIRED = Wired((), 4, 10)


def lint(
    raw: bytes, params: Params | None = None, *, sender: str = "anna@example.org", wired: Wired | None = WIRED,
    received_at: datetime = NOON,
) -> list[tuple[str, int | None]]:  # fmt: skip
    envelope = Envelope(Sender(sender, params or {}), (Recipient("bob@example.com"),))
    found = of_message(raw, digest(raw), envelope, wired=wired, received_at=received_at)
    return [(one.code, one.entry) for one in found]


UTF8_BODY = mail(f"{MIME}Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n", "Grüße\r\n")


@pytest.mark.parametrize(
    ("raw", "params", "found"),
    [
        (mail(), {}, []),
        (UTF8_BODY, {"BODY": "8BITMIME"}, []),
        (UTF8_BODY, {"BODY": "8bitmime"}, []),
        (UTF8_BODY, {"BODY": "7BIT"}, [("8bit-without-8bitmime", 4)]),
        (UTF8_BODY, {}, [("8bit-without-8bitmime", 4)]),
        (mail(Subject="Grüße"), {"SMTPUTF8": True}, []),
        (mail(Subject="Grüße"), {"BODY": "8BITMIME"}, [("utf8-without-smtputf8", 4)]),
        (mail(body="a\rb\x00\n\r\n" + "x" * 2000), {"BODY": "BINARYMIME"}, []),
        (mail(body="a\rb\x00\n\r\n"), {"BODY": "BinaryMime"}, []),
        (mail(body="a\rb\r\n"), {"BODY": "8BITMIME"}, [("bare-cr", 10)]),
    ],
)
def test_the_envelope_and_the_content_have_to_agree(raw: bytes, params: Params, found: list[tuple[str, int]]) -> None:
    assert lint(raw, params) == found


@pytest.mark.parametrize(
    ("sender", "told"),
    [
        ("bounce@example.org", False),
        ("bounce@mail.EXAMPLE.org", False),
        ("bounce@org", False),
        ("", False),
        ("root", False),
        ("bounce@example.net", True),
        ("bounce@anexample.org", True),
    ],
)
def test_from_and_mail_from_in_different_domains(sender: str, told: bool) -> None:
    assert lint(mail(), sender=sender) == ([("from-other-domain", 4)] if told else [])
    assert lint(mail(), sender=sender, wired=None) == ([("from-other-domain", None)] if told else [])


@pytest.mark.parametrize(
    ("off", "told"),
    [
        (timedelta(hours=23), False),
        (timedelta(days=-6), False),
        (timedelta(days=2), True),
        (timedelta(days=-8), True),
    ],
)
def test_a_date_far_from_the_arrival_is_told(off: timedelta, told: bool) -> None:
    assert lint(mail(), received_at=NOON - off) == ([("date-far-off", None)] if told else [])
    assert lint(mail(), received_at=NOON - off, wired=None) == []


def test_nothing_is_said_of_the_way_that_an_imported_message_came() -> None:
    assert lint(UTF8_BODY, wired=None) == []
    assert lint(mail(body="a\rb\r\n"), wired=None) == [("bare-cr", None)]


def test_what_the_wire_has_told_is_not_told_twice() -> None:
    told = Wired((finding("smuggling-attempt", entry=10),), 4, 10)
    assert lint(mail(body="a\n.\nb\r\n"), wired=told) == [("smuggling-attempt", 10), ("bare-lf", 10)]


def test_the_wire_comes_first_and_the_headers_last() -> None:
    early = Lint("early-talker", "error", "", None, 1)
    assert lint(mail(without="Date"), wired=Wired((early,), 4, 10), sender="a@x.test") == [
        ("early-talker", 1),
        ("from-other-domain", 4),
        ("missing-date", None),
    ]
