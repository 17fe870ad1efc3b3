"""A row with what a test says of it, and the rest as nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pillarbox.mail.message import Summary

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def row(message_id: int = 1, **said: Any) -> Summary:
    fields: dict[str, Any] = {
        "id": message_id,
        "inbox": "default",
        "session_id": None,
        "received_at": NOON,
        "size": 100,
        "mail_from": "",
        "rcpt_to": (),
        "from_": (),
        "to": (),
        "cc": (),
        "bcc": (),
        "reply_to": (),
        "subject": "",
        "date": None,
        "message_id": None,
        "snippet": "",
        "attachment_count": 0,
        "lint_count": 0,
        "read": False,
        "pinned": False,
        "tags": (),
    }
    return Summary(**(fields | said))
