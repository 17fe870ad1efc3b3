"""Which elements of two sequences correspond: what lines, words and headers are compared by.

Rules of this module:

* what stands once in both is an anchor, and the longest chain of anchors that are in order holds (Bram Cohen's patience
  diff): a line that is unique says more than ten empty ones;
* between anchors the same is done again; what has none is aligned by the longest common subsequence while that costs
  little, else all of it is taken for changed;
* so time is bounded whatever the input: `CELLS` steps for common subsequences, `DEPTH` times the length for anchors.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple

CELLS = 300_000
DEPTH = 16


class Step(NamedTuple):
    """left[i:i2] corresponds to right[j:j2]: element by element when `same`, as a whole when not; one may be empty."""

    same: bool
    i: int
    i2: int
    j: int
    j2: int


class _Budget:
    def __init__(self, cells: int) -> None:
        self.cells = cells


def align(left: Sequence[Hashable], right: Sequence[Hashable], *, cells: int = CELLS) -> list[Step]:
    """All of both in order, neighbours of one kind joined.

    >>> align("ab", "axb")[:2]
    [Step(same=True, i=0, i2=1, j=0, j2=1), Step(same=False, i=1, i2=1, j=1, j2=2)]
    """
    budget = _Budget(cells)
    pairs: list[tuple[int, int]] = []
    stack = [(0, len(left), 0, len(right), 0)]
    while stack:
        i, i2, j, j2, depth = stack.pop()
        while i < i2 and j < j2 and left[i] == right[j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        while i < i2 and j < j2 and left[i2 - 1] == right[j2 - 1]:
            i2, j2 = i2 - 1, j2 - 1
            pairs.append((i2, j2))
        if i == i2 or j == j2:
            continue
        anchors = _anchors(left, right, i, i2, j, j2) if depth < DEPTH else []
        if not anchors:
            pairs += _subsequence(left, right, i, i2, j, j2, budget)
            continue
        pairs += anchors
        for (a, b), (a2, b2) in zip([(i - 1, j - 1), *anchors], [*anchors, (i2, j2)], strict=True):
            stack.append((a + 1, a2, b + 1, b2, depth + 1))
    return _steps(sorted(pairs), len(left), len(right))


def _anchors(
    left: Sequence[Hashable], right: Sequence[Hashable], i: int, i2: int, j: int, j2: int
) -> list[tuple[int, int]]:
    """Pairs of what stands once on either side, the longest chain that is in order on both."""
    once_left, once_right = Counter(left[i:i2]), Counter(right[j:j2])
    places = {right[b]: b for b in range(j, j2) if once_right[right[b]] == 1}
    found = [(a, places[left[a]]) for a in range(i, i2) if once_left[left[a]] == 1 and left[a] in places]
    ends: list[int] = []  # of the chain of each length, the smallest last place on the right
    last: list[int] = []  # and its index in `found`
    before: list[int] = []
    for index, (_a, b) in enumerate(found):
        length = bisect_left(ends, b)
        before.append(last[length - 1] if length else -1)
        if length == len(ends):
            ends.append(b)
            last.append(index)
        else:
            ends[length], last[length] = b, index
    chain = []
    at = last[-1] if last else -1
    while at >= 0:
        chain.append(found[at])
        at = before[at]
    return chain[::-1]


def _subsequence(
    left: Sequence[Hashable], right: Sequence[Hashable], i: int, i2: int, j: int, j2: int, budget: _Budget
) -> list[tuple[int, int]]:
    """Pairs of a longest common subsequence, none when that would cost more than is left."""
    rows, columns = i2 - i, j2 - j
    if rows * columns > budget.cells:
        return []
    budget.cells -= rows * columns
    table = [[0] * (columns + 1) for _ in range(rows + 1)]
    for a in range(rows - 1, -1, -1):
        row, below, element = table[a], table[a + 1], left[i + a]
        for b in range(columns - 1, -1, -1):
            row[b] = below[b + 1] + 1 if element == right[j + b] else max(below[b], row[b + 1])
    found = []
    a = b = 0
    while a < rows and b < columns:
        if left[i + a] == right[j + b]:
            found.append((i + a, j + b))
            a, b = a + 1, b + 1
        elif table[a + 1][b] >= table[a][b + 1]:
            a += 1
        else:
            b += 1
    return found


def _steps(pairs: list[tuple[int, int]], rows: int, columns: int) -> list[Step]:
    steps: list[Step] = []
    i = j = 0
    for a, b in [*pairs, (rows, columns)]:
        if a > i or b > j:
            steps.append(Step(False, i, a, j, b))
        if a < rows or b < columns:
            if steps and steps[-1].same:
                steps[-1] = steps[-1]._replace(i2=a + 1, j2=b + 1)
            else:
                steps.append(Step(True, a, a + 1, b, b + 1))
        i, j = a + 1, b + 1
    return steps
