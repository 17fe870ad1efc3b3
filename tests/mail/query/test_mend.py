"""What somebody most likely meant whose query cannot be read, or has a word that nearly is an operator."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pillarbox.mail.query import QueryError, mend, operators, parse

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "piece", "mended"),
    [
        ("a is:unred", "unred", "a is:unread"),
        ("-has:attachments b", "attachments", "-has:attachment b"),
        ("larger:2MB", "2MB", "larger:2M"),
        ("smaller:1.5M", "1.5M", "smaller:1536K"),
        ("newer:2hours", "2hours", "newer:2h"),
        ('older:"3 weeks"', '"3 weeks"', "older:21d"),
        ("since:yesterday", "yesterday", "since:2026-11-23"),
        ("since:3.11.2026", "3.11.2026", "since:2026-11-03"),
        ("until:2026-11-23T10:00", "2026-11-23T10:00", "until:2026-11-23T10:00:00Z"),
        ("until:2026/13/1", "2026/13/1", None),
        ("newer:2months", "2months", None),
        ("code:5", "5", "code:5xx"),
        ("session:#7", "#7", "session:7"),
        ("header:X-Mailer:shop", "X-Mailer:shop", "header:X-Mailer=shop"),
        ('a "b c ', '"b c', 'a "b c"'),
        ("a (b", "(b", "a (b)"),
        ("a) b", ")", "a b"),
        ("a OR", "OR", "a"),
        ("a ( ) b", "( )", "a  b"),
        ("a from: b", "from:", None),
        ("is:purple", "purple", None),
    ],
)
def test_the_piece_that_cannot_be_read_is_named_and_mended(query: str, piece: str, mended: str | None) -> None:
    with pytest.raises(QueryError) as refused:
        parse(query, now=NOW)
    assert query[refused.value.position : refused.value.end] == piece
    assert refused.value.mended(query) == mended
    if mended is not None:
        parse(mended, now=NOW)


@pytest.mark.parametrize(
    ("query", "mended"),
    [
        ("form:ada", "from:ada"),
        ("(-subjet:x OR sender:y)", "(-subject:x OR from:y)"),
        ("http://x 12:30 note:a Re:b from:c form: ", None),
        ('"form:ada"', None),
    ],
)
def test_a_word_that_nearly_is_an_operator_is_recognised(query: str, mended: str | None) -> None:
    assert mend.operator(query, operators.READERS) == mended
