"""How conditions on mail are written, in addresses and in bodies alike."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from pillarbox.mail.match import HeaderCondition
from pillarbox.web.schemas.change import printable

LONGEST_WAIT = 60
"""Seconds."""

MOST_WANTED = 500
"""Messages that may be waited for at once."""

MOST_HEADERS = 20

_HEADER = re.compile(r"([!-9;-~]+):(.*)", re.DOTALL)


def _address(value: str) -> str:
    local, at, domain = value.rpartition("@")
    if any(map(str.isspace, value)):
        raise ValueError("An address has no spaces; a + in a query string must be written %2B.")
    pattern = local.startswith("*") and local != "*"
    if value == "*" or (at and (not local or not domain or "*" in domain or pattern)):
        raise ValueError("Must be one whole address, like ada@example.org, or all of a domain: *@example.org.")
    if value[:1] == "<" or value[-1:] == ">":
        raise ValueError("Must be an address without brackets.")
    return value


def _header(value: str) -> str:
    if _HEADER.fullmatch(value) is None:
        raise ValueError("Must be a header's name, a colon, and a part of its value: X-Test-Id:4711.")
    return value


def _given(value: object) -> object:
    if value == "":
        raise ValueError("It is empty; leave it out to ask for nothing.")
    return value


Text = Annotated[str, Field(min_length=1, max_length=1000), BeforeValidator(_given), AfterValidator(printable)]
Address = Annotated[Text, AfterValidator(_address)]
NamedPart = Annotated[Text, AfterValidator(_header)]
"""`Name:part` of a header."""


def header(given: str) -> HeaderCondition:
    name, _, part = given.partition(":")
    return HeaderCondition(name, part.strip())
