"""Queries for a store: what people type, read as the pages read it."""

from __future__ import annotations

from pillarbox.mail.query import Node, parse
from tests.storage.mails import NOON


def wanted(query: str) -> Node | None:
    """Ages count from the time when the tests' mail came."""
    return parse(query, now=NOON)
