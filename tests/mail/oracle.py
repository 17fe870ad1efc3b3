"""The standard library's reading of a message, in the words of ours: what two parsers can be compared by.

`compared(raw)` gives, for each field that differs, the pair (ours, the standard library's). Where a message has raw
UTF-8 in its headers, their text is left out: the library gives lone surrogates for it, and raises on some.
"""

from __future__ import annotations

import email
import email.policy
import re
from datetime import UTC
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from pillarbox.mail.parse import content, parse

Reading = dict[str, object]


def ours(raw: bytes) -> Reading:
    mail = parse(raw)
    inner = {part.parent for part in mail.parts}
    leaves = [part for part in mail.parts if part.n not in inner]
    return {
        "headers": [name for name, _ in mail.headers],
        "subject": mail.subject,
        "from": [(found.name, found.address) for found in mail.from_],
        "to": [(found.name, found.address) for found in mail.to],
        "cc": [(found.name, found.address) for found in mail.cc],
        "date": mail.date,
        "types": [part.content_type for part in mail.parts],
        "names": [part.filename for part in leaves],
        "content": [content(raw, part) for part in leaves if not part.content_type.startswith("message/")],
    }


def theirs(raw: bytes) -> Reading:
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    parts = walked(message)
    leaves = [part for part in parts if not nested(part)]
    found: Reading = {
        "headers": [name for name, _ in message.items()],
        "date": moment(message),
        "types": [part.get_content_type() for part in parts],
        "content": [part.get_payload(decode=True) for part in leaves if part.get_content_maintype() != "message"],
    }
    if not re.search(rb"^[A-Za-z-]+:.*[\x80-\xff]", raw, re.MULTILINE):
        found["subject"] = decoded(message["subject"])
        found["names"] = [decoded(part.get_filename()) or None for part in leaves]
        found.update({name: addresses(message, name) for name in ("from", "to", "cc")})
    return found


def compared(raw: bytes) -> dict[str, tuple[object, object]]:
    left, right = ours(raw), theirs(raw)
    return {name: (left[name], right[name]) for name in right if left[name] != right[name]}


def nested(part: Message) -> bool:
    return part.is_multipart() and part.get_content_maintype() == "multipart"


def walked(part: Message) -> list[Message]:
    """The parts, depth first; what is inside an enclosed message is not of this one."""
    below = part.get_payload() if nested(part) else []
    assert isinstance(below, list)
    children = [child for child in below if isinstance(child, Message)]
    return [part, *(found for child in children for found in walked(child))]


def decoded(value: str | None) -> str:
    if value is None:
        return ""
    return str(make_header(decode_header("".join(value.splitlines())))).strip()


def addresses(message: Message, name: str) -> list[tuple[str, str]]:
    values = ["".join(str(value).splitlines()) for value in message.get_all(name, [])]
    return [(decoded(found), address) for found, address in getaddresses(values) if (found, address) != ("", "")]


def moment(message: Message) -> object:
    if message["date"] is None:
        return None
    try:
        found = parsedate_to_datetime(str(message["date"]))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
