"""One line of the benchmark's table, and the table."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`figure` is ours, `reference` what it is held against in the same run, `ratio` the one by the other; `asked` is
    what was asked for, and `met` whether it is so: None where nothing was asked.
    """

    what: str
    figure: str
    reference: str = ""
    ratio: str = ""
    asked: str = ""
    met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        verdict = "" if self.met is None else "yes" if self.met else "**no**"
        return (self.what, self.figure, self.reference, self.ratio, self.asked, verdict)


HEAD = ("What", "Pillarbox", "Beside it", "Ratio", "Asked", "Met")

Tell = Callable[[Row], None]
"""Called with each row as soon as it is known."""


def markdown(rows: Iterable[Row]) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in (HEAD, *(row.cells() for row in rows))]
    lines.insert(1, "|---|--:|--:|--:|--:|---|")
    return "\n".join(lines) + "\n"


def printed(row: Row) -> str:
    return "{:58} {:>22}  {:44} {:>8} {:>14} {}".format(*row.cells()).rstrip()


def p99(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[98]
