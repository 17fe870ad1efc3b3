"""The word at the caret, of queries that are still being typed (the caret is written as |)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pillarbox.mail.query.typed import Typed, typed, value

KNOWN = {"from", "to", "tag", "message-id"}


@pytest.mark.parametrize(
    ("shown", "word"),
    [
        ("|", Typed(0, 0, None, "")),
        ("fr|", Typed(0, 2, None, "fr")),
        ("invoice fr|om", Typed(8, 12, None, "fr")),
        ("invoice | x", Typed(8, 8, None, "")),
        ("from:|", Typed(0, 5, "from", "")),
        ("a -From:sh|op b", Typed(3, 12, "from", "sh")),
        ("fro|m:shop", Typed(0, 9, None, "fro")),
        ("(from:a OR -to:b|)", Typed(12, 16, "to", "b")),
        ("message-id:4|", Typed(0, 12, "message-id", "4")),
        ("http://x|", Typed(0, 8, None, "http://x")),
        ('tag:"to d|o" x', Typed(0, 11, "tag", "to d")),
        ('tag:"to d|', Typed(0, 9, "tag", "to d")),
        ('a "b fr|', Typed(2, 7, None, '"b fr')),
        ("-|", Typed(0, 1, None, "-")),
        ("-f|", Typed(1, 2, None, "f")),
    ],
)
def test_the_word_at_the_caret_is_found(shown: str, word: Typed) -> None:
    before, _, after = shown.partition("|")
    assert typed(before + after, len(before), KNOWN) == word


@given(st.text(st.sampled_from('ab:"()- from:tag') | st.characters(), max_size=40), st.integers(0, 50))
def test_any_text_has_a_word_at_any_place(query: str, caret: int) -> None:
    found = typed(query, caret, KNOWN)
    assert found.start <= caret <= found.end or found.start == found.end == caret


@pytest.mark.parametrize(
    ("text", "written"),
    [("done", "tag:done"), ("to do", 'tag:"to do"'), ("a(b)", 'tag:"a(b)"'), ('a"b', None), (" ", None)],
)
def test_a_value_is_written_as_the_language_has_it(text: str, written: str | None) -> None:
    assert value("tag", text) == written
