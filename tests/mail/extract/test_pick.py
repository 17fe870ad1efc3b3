from __future__ import annotations

import pytest

from pillarbox.mail.extract.pick import MISSING, PICKS, Pick, pick
from pillarbox.mail.parse import parse

RAW = (
    b"From: a@x.test\r\nSubject: Your code\r\nList-Unsubscribe: <https://x.test/u>, <mailto:u@x.test>\r\n"
    b"Content-Type: multipart/alternative; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain\r\n\r\nYour code: 482 913\r\n"
    b'--b\r\nContent-Type: text/html\r\n\r\n<a href="https://x.test/verify">Verify</a>\r\n--b--\r\n'
)
VALUES: dict[Pick, str] = {
    "link": "https://x.test/verify",
    "code": "482913",
    "subject": "Your code",
    "text": "Your code: 482 913",
    "html": '<a href="https://x.test/verify">Verify</a>',
    "id": "42",
    "unsubscribe": "https://x.test/u",
}


@pytest.mark.parametrize("name", PICKS)
def test_each_name_gives_one_value(name: Pick) -> None:
    assert pick(parse(RAW), name, number=42) == VALUES[name]


@pytest.mark.parametrize("name", PICKS)
def test_what_a_message_has_not_is_none_and_told_in_a_sentence(name: Pick) -> None:
    empty = parse(b"Content-Type: application/pdf\r\n\r\n")
    assert pick(empty, name, number=7) == ("7" if name == "id" else None)
    assert MISSING[name].startswith("has no")


def test_an_empty_body_is_a_value() -> None:
    assert pick(parse(b"Subject: x\r\n\r\n"), "text", number=1) == ""
