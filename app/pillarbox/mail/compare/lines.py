"""Two texts line by line, and two lines word by word.

Rules of this module:

* lines first, words only in lines that stand opposite each other: so a long text costs no more than its lines;
* words are compared until `WORDED` characters have been; the lines after that are marked whole;
* at most `MOST` lines of a text are compared and `LONGEST` characters of a line; how many lines are left out is said;
* lines are compared without white space at their ends and shown with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pillarbox.mail.compare.alignment import align

MOST = 4000
LONGEST = 2000
WORDS = 400
"""Words of a line up to which they are compared one by one."""

WORDED = 60_000
WORD_CELLS = 20_000

Kind = Literal["same", "changed", "removed", "added"]

_WORD = re.compile(r"\s+|\w+|[^\w\s]")


class Run(NamedTuple):
    """A run of a line; `changed` when it is not on the other side."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Row:
    """Lines opposite each other. Numbers are from 1 on, None on the side that has no line; there are no runs then."""

    kind: Kind
    left_n: int | None
    right_n: int | None
    left: tuple[Run, ...] = ()
    right: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class Diff:
    """`cut` lines at the ends were not compared."""

    rows: tuple[Row, ...]
    cut: int = 0

    @property
    def changes(self) -> int:
        return sum(row.kind != "same" for row in self.rows)


def diff(left: list[str], right: list[str]) -> Diff:
    """Two texts as lines without their ends."""
    cut = max(0, len(left) - MOST) + max(0, len(right) - MOST)
    left, right = [_cut(line) for line in left[:MOST]], [_cut(line) for line in right[:MOST]]
    rows: list[Row] = []
    left_to_word = WORDED
    for same, i, i2, j, j2 in align([line.rstrip() for line in left], [line.rstrip() for line in right]):
        if same:
            rows += [
                Row("same", a + 1, b + 1, (Run(left[a], False),), (Run(right[b], False),))
                for a, b in zip(range(i, i2), range(j, j2), strict=True)
            ]
            continue
        opposite = min(i2 - i, j2 - j)
        for a, b in zip(range(i, i + opposite), range(j, j + opposite), strict=True):
            left_to_word -= len(left[a]) + len(right[b])
            told = words(left[a], right[b]) if left_to_word > 0 else (_whole(left[a]), _whole(right[b]))
            rows.append(Row("changed", a + 1, b + 1, *told))
        rows += [Row("removed", a + 1, None, (Run(left[a], False),)) for a in range(i + opposite, i2)]
        rows += [Row("added", None, b + 1, (), (Run(right[b], False),)) for b in range(j + opposite, j2)]
    return Diff(tuple(rows), cut)


def words(left: str, right: str) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """Both lines as runs, the changed ones told apart; all of them changed where hardly a word is the same.

    >>> words("order 76 is here", "order 77 is here")[1]
    (Run(text='order ', changed=False), Run(text='77', changed=True), Run(text=' is here', changed=False))
    """
    one, other = _WORD.findall(left), _WORD.findall(right)
    if len(one) > WORDS or len(other) > WORDS:
        return _whole(left), _whole(right)
    steps = align(one, other, cells=WORD_CELLS)
    kept = sum(len("".join(one[step.i : step.i2]).strip()) for step in steps if step.same)
    if kept * 5 < max(len(left.strip()), len(right.strip())):
        return _whole(left), _whole(right)
    return (
        tuple(Run("".join(one[step.i : step.i2]), not step.same) for step in steps if step.i < step.i2),
        tuple(Run("".join(other[step.j : step.j2]), not step.same) for step in steps if step.j < step.j2),
    )


def source_lines(source: str) -> list[str]:
    """HTML as lines for comparing: programs write all of it on one line, so a tag that follows a tag begins one."""
    return re.sub(r">[ \t]*<", ">\n<", source).splitlines()


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _whole(line: str) -> tuple[Run, ...]:
    return (Run(line, True),) if line else ()
