from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pillarbox.mail import dates
from pillarbox.mail.parse import parse


@pytest.mark.parametrize(
    "value",
    [
        "Mon, 23 Nov 2026 10:00:00 +0200",
        "23 Nov 2026 10:00 +0200",
        "Mon, 23 Nov 2026 08:00:00 GMT",
        "Mon, 23 Nov 2026 08:00:00 -0000",
        "Mon, 23 Nov 2026 08:00:00",
        "Mon, 23 Nov 2026 03:00:00 EST",
        "Mon, 23 Nov 26 10:00:00 +0200 (EET)",
    ],
)
def test_a_date_is_read_in_utc(value: str) -> None:
    assert dates.moment(value) == datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "Tue, 24 Nov 2026 02:51:02 +0000",
        "Wed, 1 Jan 2025 00:30:00 +0530",
        "Tue, 31 Dec 2024 23:30:00 -0330",
        "Thu, 29 Feb 2024 12:00:00 -1130",
        "Thu, 29 Feb 2023 12:00:00 +0000",
        "Mon, 23 Nov 2026 24:00:00 +0000",
        "Mon, 23 Nov 1026 10:00:00 -0045 (XYZ)",
    ],
)
def test_the_usual_form_is_read_as_the_reader_of_all_forms_reads_it(value: str) -> None:
    assert dates.moment(value) == dates.moment(value + " ")


def test_a_leap_second_is_the_second_before_it() -> None:
    assert dates.moment("Sat, 31 Dec 2016 23:59:60 +0000") == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "yesterday",
        "Mon, 32 Nov 2026 10:00:00 +0000",
        "Mon, 23 Nov 2026 25:00:00 +0000",
        "Mon, 23 Nov 99999 10:00:00 +0000",
        "Fri, 31 Dec 9999 23:00:00 -0100",
        "Mon, 23 Nov 2026 10:00:00 +9999",
        "1 " * 5_000,
        "Mon, 23 Nov " + "9" * 5_000,
    ],
)
def test_what_is_no_date_is_none(value: str) -> None:
    assert dates.moment(value) is None


def test_an_unreadable_date_is_a_defect_and_stands_among_the_headers() -> None:
    mail = parse(b"Date: soon\r\n\r\n")
    assert mail.date is None
    assert mail.headers == (("Date", "soon"),)
    assert [defect.code for defect in mail.defects] == ["date-unreadable"]


def test_no_date_at_all_is_no_defect() -> None:
    mail = parse(b"Subject: x\r\n\r\n")
    assert (mail.date, mail.defects) == (None, ())
