"""Mail as Nodemailer builds it: what was put in comes out. `nodemailer/build.js` holds the other half of each case."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path

import pytest

from pillarbox.mail.message import Mail
from pillarbox.mail.parse import content, digest, parse
from tests import node
from tests.mail.oracle import compared

HERE = Path(__file__).parent / "nodemailer"
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452")

DIFFERENCES: dict[tuple[str, str], str] = {}


@pytest.fixture(scope="module")
def mails() -> dict[str, bytes]:
    folder = node.packages(HERE)
    built = subprocess.run(["node", str(folder / "build.js")], capture_output=True, timeout=60, check=True)
    return {sample["name"]: base64.b64decode(sample["raw"]) for sample in json.loads(built.stdout)}


@pytest.fixture(scope="module")
def read(mails: dict[str, bytes]) -> dict[str, Mail]:
    return {name: parse(raw) for name, raw in mails.items()}


def test_senders_recipients_and_dates_are_as_they_were_given(read: dict[str, Mail]) -> None:
    assert len(read) == 12
    for name, mail in read.items():
        assert [(one.name, one.address) for one in mail.from_] == [("Jürgen, der Große", "juergen@example.test")], name
        assert [(one.name, one.address) for one in mail.to] == [
            ("Doe, Jane", "jane@example.test"),
            ("", "bob@example.test"),
        ], name
        assert mail.date is not None
        assert mail.date.isoformat() == "2026-11-23T10:00:00+00:00"
        assert mail.message_id == "fixed@example.test"
        assert mail.defects == (), name


def test_copies_reply_and_unsubscribe_addresses_are_as_they_were_given(read: dict[str, Mail]) -> None:
    mail = read["lists and groups"]
    assert [(one.name, one.address) for one in mail.cc] == [("Ärzte", "a@example.test"), ("", "c@example.test")]
    assert [(one.name, one.address) for one in mail.reply_to] == [("Reply", "r@example.test")]
    assert mail.list_unsubscribe == ("https://example.test/u?id=1",)


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("plain", "Hello"),
        ("non-ascii subject and text", "Größe ✓ と 東京"),
        ("very long subject", ("wörter " * 60).strip()),
    ],
)
def test_subjects_are_as_they_were_given(read: dict[str, Mail], name: str, subject: str) -> None:
    assert read[name].subject == subject


@pytest.mark.parametrize(
    ("name", "text", "html"),
    [
        ("plain", "Hello world\n", None),
        ("non-ascii subject and text", "Ünïcödé ✓ 東京\nsecond line\n", None),
        ("text and html", "plain part", "<p>HTML <b>part</b></p>"),
        ("html with an embedded image", None, '<p>See <img src="cid:logo@example.test"></p>'),
        ("base64 text", "Ünïcödé\n", None),
        ("quoted-printable text", "a=b\n" + "long " * 40 + "\nÜ\n", None),
        ("calendar", "invite", None),
        ("a message attached", "see below", None),
    ],
)
def test_bodies_are_as_they_were_given(read: dict[str, Mail], name: str, text: str | None, html: str | None) -> None:
    assert (read[name].text, read[name].html) == (text, html)


@pytest.mark.parametrize(
    ("name", "attached"),
    [
        ("plain", []),
        ("html with an embedded image", [("logo.png", PNG, True)]),
        (
            "attachments with names of all kinds",
            [
                ("plain.txt", b"hello", False),
                ("Überraschung €.pdf", b"%PDF-1.4", False),
                ("日本語のとても長いファイル名がここに入りますので何行にも分かれます.txt", b"x", False),
                ('quo"te and space.bin', b"\x00\x01\x02\xff", False),
            ],
        ),
        ("all at once", [("a.png", PNG, True), ("b.csv", b"a,b\n1,2\n", False)]),
        # Nodemailer itself gives an enclosed message the disposition inline.
        ("a message attached", [("orig.eml", b"Subject: inner\r\n\r\nbody\r\n", True)]),
    ],
)
def test_attachments_are_as_they_were_given(
    mails: dict[str, bytes], read: dict[str, Mail], name: str, attached: list[tuple[str, bytes, bool]]
) -> None:
    found = [(part.filename, content(mails[name], part), part.inline) for part in read[name].attachments]
    assert found == attached
    assert digest(mails[name]).filenames == tuple(one[0] for one in attached)
    assert digest(mails[name]).attachment_count == sum(not one[2] for one in attached)


def test_a_calendar_is_another_form_of_the_text_and_an_attachment(read: dict[str, Mail]) -> None:
    found = [(part.content_type, part.inline) for part in read["calendar"].attachments]
    assert found == [("text/calendar", True), ("application/ics", False)]


def test_the_standard_library_reads_the_same(mails: dict[str, bytes]) -> None:
    found = {(name, field): both for name, raw in mails.items() for field, both in compared(raw).items()}
    assert found.keys() == DIFFERENCES.keys(), found
