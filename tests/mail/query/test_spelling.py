from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given

from pillarbox.mail.query import parse
from pillarbox.mail.query.spelling import spelled
from tests.storage.test_sieve import queries

NOW = datetime(2026, 11, 23, 12, 0, 0, 250_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Invoice", "invoice"),
        ('"Your  Invoice"', '"your invoice"'),
        ("INV-2024", "inv-2024"),
        ("subject:(a OR b) -is:read", "subject:a OR subject:b -is:read"),
        ("(a b) OR c", "(a b) OR c"),
        ("-(a b)", "-(a b)"),
        ("code:5.1.1 code:5XX", "code:5.1.1 code:5xx"),
        ("larger:2K", "larger:2048"),
        ('tag:"to do"', 'tag:"to do"'),
        ("newer:90m", "since:2026-11-23T10:30:00.250000Z"),
        ('header:X-Mailer="Shop 3"', 'header:x-mailer="shop 3"'),
    ],
)
def test_a_tree_is_written_as_it_would_be_typed(typed: str, found: str) -> None:
    tree = parse(typed, now=NOW)
    assert tree is not None
    assert spelled(tree) == found


@given(queries)
def test_what_is_written_is_read_as_the_same_tree(typed: str) -> None:
    tree = parse(typed, now=NOW)
    assert tree is not None
    assert parse(spelled(tree), now=NOW) == tree
