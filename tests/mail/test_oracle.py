"""Our reading beside the standard library's, on its own test data and on mail that it builds.

A difference is not an error, but each one is known: `DIFFERENCES` names it and says who is right and why. A difference
that is not there fails, and so does a line there that no longer differs.
"""

from __future__ import annotations

import importlib.util
import random
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from itertools import product
from pathlib import Path

import pytest

from pillarbox.mail.parse import content, digest, parse
from tests.mail.oracle import compared

DIFFERENCES = {
    ("msg_15.txt", "types"): "An inner multipart with its parent's boundary: we open it, the library makes it empty.",
    ("msg_15.txt", "names"): "The same: the library loses the last part, an image with a name.",
    ("msg_15.txt", "content"): "The same: the library has an empty part and lacks the image.",
    ("msg_17.txt", "types"): "The boundary never occurs: we show text, so that there is something to read.",
    ("msg_25.txt", "types"): "A multipart without a boundary: we show text, so that there is something to read.",
    ("msg_31.txt", "types"): "Every delimiter lacks the last character of the boundary: we show text.",
    ("msg_39.txt", "types"): "Inner multiparts with their parent's boundary: we open all six parts, the library two.",
    ("msg_39.txt", "names"): "The same.",
    ("msg_39.txt", "content"): "The same: the library loses four parts.",
    ("msg_41.txt", "types"): "A multipart without a boundary: we show text, so that there is something to read.",
}


def data() -> Path | None:
    found = importlib.util.find_spec("test.test_email")
    folder = Path(found.origin).parent / "data" if found and found.origin else None
    return folder if folder and folder.is_dir() else None


@pytest.fixture(scope="module")
def library_mail() -> dict[str, bytes]:
    folder = data()
    if folder is None:
        pytest.skip("this Python has no test.test_email (on Debian it is in libpython3.11-testsuite)")
    return {path.name: path.read_bytes() for path in sorted(folder.glob("msg_*.txt"))}


def test_our_reading_of_the_test_data_of_the_library_differs_only_where_we_know(library_mail: dict[str, bytes]) -> None:
    assert len(library_mail) > 40
    found = {(name, field): both for name, raw in library_mail.items() for field, both in compared(raw).items()}
    assert found.keys() - DIFFERENCES.keys() == set(), {key: found[key] for key in found.keys() - DIFFERENCES.keys()}
    assert DIFFERENCES.keys() - found.keys() == set(), "explained, but no longer different"


def test_line_ends_make_no_difference_but_in_the_octets(library_mail: dict[str, bytes]) -> None:
    for name, raw in library_mail.items():
        if b"\r" in raw:
            continue
        lf, crlf = parse(raw), parse(raw.replace(b"\n", b"\r\n"))
        assert (lf.text, lf.html, lf.subject) == (crlf.text, crlf.html, crlf.subject), name
        assert [part.content_type for part in lf.parts] == [part.content_type for part in crlf.parts], name


TEXTS = ["plain words\n", "Grüße, 5 €\n", "Привет, 東京 ✓\n", "a=b \nline with dots\n.\n..\n", "x" * 2_000 + "\n", "\n"]
LONG_NAME = "東京 ✓ a very long name that has to be continued over several lines of it.bin"
NAMES = ["a.txt", "Grüße.pdf", LONG_NAME, 'q"uote;.x', "C:\\a"]
PEOPLE = ["a@x.test", "Ann <a@x.test>", '"Doe, Jane" <j@x.test>', "Jürgen <j@x.test>", "Дмитрий Б <d@x.test>"]


def built(number: int, text: str, encoding: str | None) -> tuple[EmailMessage, list[tuple[str, bytes]]]:
    """A message and its attachments: what it holds follows from the number alone."""
    chance = random.Random(number)
    message = EmailMessage()
    message["Subject"] = chance.choice(["Hello", "Grüße", "Привет ✓ " * 12, 'a,b;c:d "quoted" =?x?'])
    message["From"] = chance.choice(PEOPLE)
    message["To"] = ", ".join(chance.sample(PEOPLE, 3))
    message["Cc"] = chance.choice(PEOPLE)
    message["Date"] = f"Mon, 23 Nov 2026 10:{number % 60:02}:00 +0130"
    message["X-Number"] = str(number)
    message.set_content(text, cte=encoding)
    attached: list[tuple[str, bytes]] = []
    if chance.random() < 0.7:
        message.add_alternative(f'<p>{text}<img src="cid:i@x">', subtype="html")
        if chance.random() < 0.5:
            page = message.get_payload(1)
            assert isinstance(page, EmailMessage)
            page.add_related(b"\x89PNG", "image", "png", cid="<i@x>", filename="i.png")
            attached.append(("i.png", b"\x89PNG"))
    for name in chance.sample(NAMES, chance.randrange(3)):
        octets = chance.randbytes(chance.randrange(300))
        message.add_attachment(octets, "application", "octet-stream", filename=name)
        attached.append((name, octets))
    return message, attached


CASES = [
    (number, text, encoding, policy)
    for number, (text, encoding, policy) in enumerate(
        product(TEXTS, [None, "base64", "quoted-printable", "8bit"], [SMTP, SMTPUTF8])
    )
    if encoding != "8bit" or max(map(len, text.split("\n"))) < 900
]


@pytest.mark.parametrize(("number", "text", "encoding", "policy"), CASES)
def test_mail_that_the_library_builds_is_read_as_it_was_built(
    number: int, text: str, encoding: str | None, policy: object
) -> None:
    message, attached = built(number, text, encoding)
    assert policy in (SMTP, SMTPUTF8)
    raw = message.as_bytes(policy=SMTP if policy is SMTP else SMTPUTF8)
    mail = parse(raw)
    assert mail.subject == message["Subject"].rstrip()
    assert mail.text == text
    assert [(part.filename, content(raw, part)) for part in mail.attachments] == attached
    for name, found in (("From", mail.from_), ("To", mail.to), ("Cc", mail.cc)):
        assert [(one.name, one.address) for one in found] == [
            (one.display_name, one.addr_spec) for one in message[name].addresses
        ]
    assert mail.date == message["Date"].datetime
    assert digest(raw).filenames == tuple(name for name, _ in attached)
    assert mail.defects == ()


@pytest.mark.parametrize(("number", "text", "encoding", "policy"), CASES)
def test_mail_that_the_library_builds_is_read_as_the_library_reads_it(
    number: int, text: str, encoding: str | None, policy: object
) -> None:
    message, _ = built(number, text, encoding)
    raw = message.as_bytes(policy=SMTP if policy is SMTP else SMTPUTF8)
    assert compared(raw) == {}
