"""The table of docs/protocol.md that shows where we differ from Postfix, made from the tests' own table.

`python -m tests.clients.yardstick.page` writes it.
"""

from __future__ import annotations

from pathlib import Path

from tests.clients.yardstick.conversation import shown
from tests.clients.yardstick.differences import DIFFERENCES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "protocol.md"
BEGIN = "<!-- made from tests/clients/yardstick/differences.py: begin -->\n"
END = "<!-- end -->\n"


def table() -> str:
    """One row a difference, in the order of the tests' table."""
    lines = ["| input | Postfix | here | why |", "|---|---|---|---|"]
    for each in DIFFERENCES:
        steps = ", ".join(f"`{shown(step).strip()}`" for step in each.steps)
        lines.append(f"| {steps} | {each.postfix} | {each.ours} | {each.why} |")
    return "\n".join([*lines, ""])


def with_table(page: str) -> str:
    """The page with its table made anew. Raises ValueError when it lacks the marks."""
    before, _, rest = page.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{PAGE.name} lacks the lines that stand around the table")
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text("utf-8")), "utf-8")
