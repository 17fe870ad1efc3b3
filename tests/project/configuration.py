"""The tables of docs/configuration.md, made from the settings table.

`python -m tests.project.configuration` writes them.
"""

from __future__ import annotations

from pathlib import Path

from pillarbox.settings import TABLE

PAGE = Path(__file__).resolve().parents[2] / "docs" / "configuration.md"
BEGIN = "<!-- made by `make docs` from app/pillarbox/settings/table.py: begin -->\n"
END = "<!-- end -->\n"


def tables() -> str:
    """One table a group, in the order of the settings table."""
    lines: list[str] = []
    group = ""
    for setting in TABLE:
        row = setting.row
        if row.group != group:
            group = row.group
            lines += ["", f"### {group}", "", "| Flag | Variable | Default | |", "|---|---|---|---|"]
        more = " May be repeated." if row.repeatable else ""
        shown = f"`{row.shown}`" if _is_value(row.shown) else row.shown
        flag = f"{setting.flag} {row.kind.metavar}".rstrip().replace("|", "\\|")
        lines.append(f"| `{flag}` | `{setting.variable}` | {shown} | {row.help}{more} |")
    return "\n".join([*lines, "", ""])


def _is_value(shown: str) -> bool:
    return " " not in shown and shown != "none"


def with_tables(page: str) -> str:
    """The page with its tables made anew. Raises ValueError when it lacks the marks."""
    before, _, rest = page.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{PAGE.name} lacks the lines that stand around the tables")
    return before + BEGIN + tables() + END + after


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text("utf-8")), "utf-8")
