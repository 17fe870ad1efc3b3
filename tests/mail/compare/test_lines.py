"""Texts line by line and word by word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pillarbox.mail.compare.lines import LONGEST, MOST, Run, diff, source_lines, words


def text(runs: tuple[Run, ...]) -> str:
    return "".join(run.text for run in runs)


def test_words_that_changed_are_told_apart_in_their_line() -> None:
    left, right = words("Your order 76 is confirmed.", "Your order 77 is now confirmed.")
    assert [run.text for run in left if run.changed] == ["76"]
    assert text(left) == "Your order 76 is confirmed."
    assert [run.text.strip() for run in right if run.changed] == ["77", "now"]
    assert words("Hello Ada", "completely different") == (
        (Run("Hello Ada", True),),
        (Run("completely different", True),),
    )


def test_lines_stand_opposite_each_other_with_their_numbers() -> None:
    found = diff(["Dear Ada,", "order 76", "bye"], ["Dear Ada,  ", "order 77", "P.S. more", "bye"])
    assert [(row.kind, row.left_n, row.right_n) for row in found.rows] == [
        ("same", 1, 1),
        ("changed", 2, 2),
        ("added", None, 3),
        ("same", 3, 4),
    ]
    assert (found.changes, found.cut) == (2, 0)


def test_what_is_longer_than_anybody_reads_is_cut_and_that_is_said() -> None:
    found = diff(["x" * 5000], [str(n) for n in range(MOST + 7)])
    assert found.cut == 7
    assert len(text(found.rows[0].left)) == LONGEST


def test_html_on_one_line_is_compared_tag_by_tag() -> None:
    assert source_lines("<p><b>a</b> <i>b</i>\n</p>") == ["<p>", "<b>a</b>", "<i>b</i>", "</p>"]


lines = st.lists(st.text(alphabet="ab \t.é<>", max_size=12), max_size=12)


@given(lines, lines)
def test_nothing_of_either_text_is_lost(left: list[str], right: list[str]) -> None:
    found = diff(left, right)
    assert [text(row.left) for row in found.rows if row.left_n] == left
    assert [text(row.right) for row in found.rows if row.right_n] == right
    assert [row.left_n for row in found.rows if row.left_n] == list(range(1, len(left) + 1))
    for row in found.rows:
        if row.kind == "same":
            assert text(row.left).rstrip() == text(row.right).rstrip()
        assert (row.left_n is None, row.right_n is None) == (row.kind == "added", row.kind == "removed")


def test_long_hostile_lines_are_compared_within_their_budget() -> None:
    found = diff(["a " * 60 + str(n) for n in range(1000)], ["b a " * 30 + str(n) for n in range(1000)])
    assert found.changes == 1000
    assert len(found.rows[0].left) > 1
    assert found.rows[-1].left == (Run("a " * 60 + str(999), True),)
