"""Which elements of two sequences correspond."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pillarbox.mail.compare.alignment import Step, align


def test_what_is_unique_holds_and_what_is_between_is_changed() -> None:
    assert align("axxb", "ayb") == [Step(True, 0, 1, 0, 1), Step(False, 1, 3, 1, 2), Step(True, 3, 4, 2, 3)]
    assert align("", "") == []
    assert align("a", "") == [Step(False, 0, 1, 0, 0)]
    assert align("abc", "abc") == [Step(True, 0, 3, 0, 3)]


def test_a_block_that_was_moved_in_is_added_whole() -> None:
    old, new = ["a", "", "b", ""], ["a", "", "new", "", "b", ""]
    assert [step for step in align(old, new) if not step.same] in (
        [Step(False, 2, 2, 2, 4)],
        [Step(False, 1, 1, 1, 3)],
    )


sequences = st.text(alphabet="abcdef ", max_size=40)


@given(sequences, sequences, st.sampled_from([0, 5, 300_000]))
def test_all_of_both_is_there_in_order_and_the_same_is_the_same(left: str, right: str, cells: int) -> None:
    steps = align(left, right, cells=cells)
    i = j = 0
    for step in steps:
        assert (step.i, step.j) == (i, j)
        i, j = step.i2, step.j2
        assert (i, j) > (step.i, step.j)
        if step.same:
            assert left[step.i : i] == right[step.j : j]
    assert (i, j) == (len(left), len(right))
    assert all(one.same != other.same for one, other in pairwise(steps))


@given(sequences, sequences)
def test_without_anchors_no_longer_subsequence_exists_than_is_found(left: str, right: str) -> None:
    left, right = left + left, right + right  # every element twice: nothing is unique
    found = sum(step.i2 - step.i for step in align(left, right) if step.same)
    table = [0] * (len(right) + 1)
    for one in left:
        before = 0
        for b, other in enumerate(right, 1):
            before, table[b] = table[b], before + 1 if one == other else max(table[b], table[b - 1])
    assert found <= table[-1]
    assert bool(found) == bool(table[-1])


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (["a"] * 4000, ["b", "a"] * 2000),
        ([str(n) for n in range(4000)], [str(n) for n in range(4000, 0, -1)]),
        ([str(n % 700) for n in range(4000)], [str(n % 701) for n in range(4000)]),
        (["a", "b"] * 2000, ["b", "b", "a"] * 1300),
    ],
)
def test_hostile_sequences_are_aligned_within_their_budget(left: list[str], right: list[str]) -> None:
    steps = align(left, right)
    assert steps[-1].i2 == len(left)
    assert steps[-1].j2 == len(right)
