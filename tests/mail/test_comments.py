"""Comments of structured headers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pillarbox.mail.comments import Run, runs


def test_comments_may_be_nested_and_quotes_hide_parentheses() -> None:
    assert runs('a (b (c)) "(d)" e') == [Run("a ", False), Run("b (c)", True), Run(' "(d)" e', False)]


def test_a_comment_that_is_never_closed_ends_with_the_value() -> None:
    assert runs("a (b") == [Run("a ", False), Run("b", True)]
    assert runs(r"a \( b) (c\)d)") == [Run(r"a \( b) ", False), Run(r"c\)d", True)]
    assert runs("") == []


@given(st.text(alphabet='ab ()"\\;', max_size=60))
def test_nothing_but_outermost_parentheses_is_lost(value: str) -> None:
    kept = "".join(run.text for run in runs(value))
    assert len(value) - len(kept) <= value.count("(") + value.count(")")
    assert [c for c in value if c not in "()"] == [c for c in kept if c not in "()"]
