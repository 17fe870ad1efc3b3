from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pillarbox.client.failure import Failure, Nearest
from pillarbox.client.message import Addr, Envelope, Link
from pillarbox.client.reading import read
from pillarbox.client.session import Entry, Session

SESSION: dict[str, Any] = {
    "id": 7,
    "started_at": "2026-11-23T22:14:09.123456Z",
    "ended_at": None,
    "listener": "smtp 127.0.0.1:1025",
    "peer": "127.0.0.1:52114",
    "greeting": "EHLO",
    "helo": "app",
    "tls": {"version": "TLSv1.3", "cipher": "X", "sni": None},
    "auth": None,
    "outcome": "open",
    "commands": 3,
    "errors": 0,
    "worst_reply": None,
    "reason": None,
    "messages": [41, 42],
}


def test_an_object_becomes_a_value_with_times_tuples_and_values_within() -> None:
    session = read(Session, SESSION)
    assert session.started_at == datetime(2026, 11, 23, 22, 14, 9, 123456, UTC)
    assert session.ended_at is None
    assert session.tls is not None
    assert session.tls.version == "TLSv1.3"
    assert session.messages == (41, 42)
    assert session.lint == ()


def test_what_a_newer_catcher_says_in_addition_is_left_out() -> None:
    assert read(Addr, {"name": "Ada", "address": "ada@example.org", "mood": "good"}) == Addr("Ada", "ada@example.org")


def test_a_name_that_python_has_taken_ends_in_an_underscore() -> None:
    entry = {"seq": 1, "at_us": 412, "side": "client", "kind": "command", "text": "QUIT", "bytes": 6, "verb": "QUIT"}
    assert read(Entry, entry) == Entry(1, 412, "client", "command", "QUIT", 6, verb="QUIT")


def test_a_mapping_has_values_of_several_types() -> None:
    said = {"mail_from": {"address": "a@b.c", "params": {"SIZE": "12", "SMTPUTF8": True}}, "rcpt_to": []}
    assert read(Envelope, said).mail_from.params == {"SIZE": "12", "SMTPUTF8": True}


def test_a_failure_reads_what_its_route_says_and_nothing_else_is_needed() -> None:
    said = {"detail": "None came.", "status": 409, "nearest": [{"id": 1, "subject": "", "failed": []}]}
    failure = read(Failure, said)
    assert failure.nearest == (Nearest(1, "", ()),)
    assert failure.results == ()


@pytest.mark.parametrize(
    ("kind", "found", "said"),
    [
        (Session, SESSION | {"id": "7"}, "id is str"),
        (Session, SESSION | {"id": True}, "id is bool"),
        (Session, SESSION | {"started_at": "yesterday"}, "started_at is no time"),
        (Session, SESSION | {"messages": [1, "2"]}, "messages.1 is str"),
        (Session, SESSION | {"messages": None}, "messages is not the list that it should be"),
        (Session, SESSION | {"tls": {"version": 3}}, "tls.version is int"),
        (Session, {}, "id is missing"),
        (Session, [], "the answer is no object"),
        (Link, {"href": "x", "text": "y"}, "source is missing"),
    ],
)
def test_what_is_missing_or_of_another_type_is_told_with_its_place(kind: type, found: Any, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said}$"):
        read(kind, found)
