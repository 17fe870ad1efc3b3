"""A line of `manifest.jsonl`: everything of a message but its octets, in JSON, written and read.

Rules of this module:

* Names are those of the API. Fields that are not known are passed over, so that a later version may add some.
* What is read came from anywhere: each field is what it says it is, or the line is refused. Whether an address or a tag
  may be so, the catcher decides, which is told it as it stands.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pillarbox.cli.archive.item import Item
from pillarbox.mail.envelope import Params, Recipient, Sender

NAME = "manifest.jsonl"

LONGEST = 4 * 1024 * 1024
"""Octets of a line: a thousand recipients with all the parameters that SMTP has."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Listed:
    """A message that a manifest names, before its octets are read: `item.raw` is empty."""

    file: str
    size: int
    sha256: str
    item: Item


def line(item: Item, file: str) -> bytes:
    assert item.sender is not None
    assert item.recipients is not None
    assert item.received_at is not None
    said = {
        "id": item.id,
        "file": file,
        "size": len(item.raw),
        "sha256": hashlib.sha256(item.raw).hexdigest(),
        "received_at": rfc3339(item.received_at),
        "inbox": item.inbox,
        "mail_from": {"address": item.sender.address, "params": dict(item.sender.params)},
        "rcpt_to": [{"address": one.address, "params": dict(one.params)} for one in item.recipients],
        "subject": item.subject,
        "read": item.read,
        "pinned": item.pinned,
        "tags": item.tags,
    }
    return json.dumps(said, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def rfc3339(moment: datetime) -> str:
    """`2026-11-23T22:14:09.123456Z`, as the API writes and reads times."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def read(text: bytes) -> Listed | str:
    """The message that a line names, or what is wrong with the line."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return "it is no JSON"
    if not isinstance(said, dict):
        return "it is no JSON object"
    try:
        file, size, sha256 = _text(said, "file"), said.get("size"), _text(said, "sha256")
        if type(size) is not int or not 0 <= size < 2**63:
            raise _Wrong("size")
        if not _SHA256.fullmatch(sha256):
            raise _Wrong("sha256")
        item = Item(
            name=file,
            raw=b"",
            sender=_sender(said.get("mail_from")),
            recipients=_recipients(said.get("rcpt_to")),
            received_at=_moment(said),
            inbox=_text(said, "inbox"),
            read=_truth(said, "read"),
            pinned=_truth(said, "pinned"),
            tags=_tags(said.get("tags", [])),
        )
    except _Wrong as error:
        return f"its {error} is missing, or not what an export writes"
    return Listed(file, size, sha256, item)


class _Wrong(Exception):
    """The field of that name is."""


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value or not _whole(value):
        raise _Wrong(name)
    return value


def _whole(text: str) -> bool:
    """Without lone surrogates, which JSON can say and UTF-8 cannot."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def _truth(said: dict[str, Any], name: str) -> bool:
    value = said.get(name, False)
    if not isinstance(value, bool):
        raise _Wrong(name)
    return value


def _moment(said: dict[str, Any]) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(said, "received_at"))
        if moment.tzinfo is None:
            raise _Wrong("received_at")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _Wrong("received_at") from None


def _tags(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and _whole(one) for one in value):
        raise _Wrong("tags")
    return tuple(value)


def _sender(value: object) -> Sender:
    return Sender(*_address(value, "mail_from"))


def _recipients(value: object) -> tuple[Recipient, ...]:
    if not isinstance(value, list):
        raise _Wrong("rcpt_to")
    return tuple(Recipient(*_address(one, "rcpt_to")) for one in value)


def _address(value: object, name: str) -> tuple[str, Params]:
    if not isinstance(value, dict):
        raise _Wrong(name)
    address, params = value.get("address"), value.get("params", {})
    if not isinstance(address, str) or not _whole(address) or not isinstance(params, dict):
        raise _Wrong(name)
    if not all(_whole(key) and (one is True or (isinstance(one, str) and _whole(one))) for key, one in params.items()):
        raise _Wrong(name)
    return address, params
