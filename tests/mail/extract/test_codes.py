"""One-time codes: mails of many languages as they are sent, and each rule alone.

A mail of mails/*.toml tells what it shows, its subject and bodies, and all codes that are found in it, the best first.
"""

from __future__ import annotations

import tomllib
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

from pillarbox.mail.extract.codes import codes
from pillarbox.mail.parse import parse

MAILS = sorted((Path(__file__).parent / "mails").glob("*.toml"))


def written() -> list[Any]:
    return [
        pytest.param(mail, id=f"{path.stem}: {mail['shows']}")
        for path in MAILS
        for mail in tomllib.loads(path.read_text("utf-8"))["mail"]
    ]


def raw(mail: dict[str, Any]) -> bytes:
    """The mail as a program sends it."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "Fernway <no-reply@example.test>"
    message["Subject"] = mail["subject"]
    if "text" in mail:
        message.set_content(mail["text"])
    if "html" in mail:
        if "text" in mail:
            message.add_alternative(mail["html"], subtype="html")
        else:
            message.set_content(mail["html"], subtype="html")
    return bytes(message)


@pytest.mark.parametrize("mail", written())
def test_the_codes_of_a_mail_are_found_and_no_other_number_is_one(mail: dict[str, Any]) -> None:
    assert [code.value for code in codes(parse(raw(mail)))] == mail["codes"]
