"""A message as the API tells it, for tests that need no catcher."""

from __future__ import annotations

from typing import Any

ROW: dict[str, Any] = {
    "id": 42,
    "inbox": "default",
    "session_id": None,
    "received_at": "2026-11-23T22:14:09.123456Z",
    "size": 2048,
    "mail_from": "",
    "rcpt_to": ["ada@example.org"],
    "from": [],
    "to": [],
    "cc": [],
    "bcc": [],
    "reply_to": [],
    "subject": "Welcome",
    "date": None,
    "message_id": None,
    "snippet": "",
    "attachment_count": 0,
    "lint_count": 0,
    "read": False,
    "pinned": False,
    "tags": [],
}
