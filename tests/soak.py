"""The tests that count, with large counts, and one table of what came out: `make soak`.

The table goes to standard output and, with `--write`, into docs/soak.md. The tests are those of `make test`.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "soak.md"
BEGIN = "<!-- made by `make soak`: begin -->\n"
END = "<!-- end -->\n"


@dataclass(frozen=True)
class Soak:
    """One variable that tests read by `tests.counts.count`, how large it is here, and which tests they are."""

    variable: str
    number: int
    what: str
    tests: tuple[str, ...]


SOAKS = (
    Soak(
        "PILLARBOX_ROUNDTRIP", 30_000, "generated messages by SMTP, sha256 in equal to sha256 out", ("tests/roundtrip",)
    ),
    Soak(
        "PILLARBOX_KILLS",
        50,
        "kill -9 a database while twenty clients send, nothing lost, nothing twice",
        ("tests/crash/test_kill.py",),
    ),
    Soak(
        "PILLARBOX_STATES",
        5_000,
        "random SMTP sessions, one reply a command and in order, 250 only for what is stored",
        ("tests/wire/test_state_machine.py",),
    ),
    Soak(
        "PILLARBOX_STORM",
        5_000,
        "connections at once, reset, left alone or over the limit; each is kept as a session, the listener goes on",
        ("tests/wire/test_storms.py",),
    ),
    Soak(
        "PILLARBOX_CROWD",
        5_000,
        "idle connections beside twenty that deliver",
        ("tests/wire/test_storms.py",),
    ),
    Soak(
        "PILLARBOX_SIEVE",
        1_000,
        "boxes of random mail and some twenty random queries to each, found as by the plain filter",
        ("tests/storage/test_sieve.py",),
    ),
    Soak(
        "PILLARBOX_WAITS",
        1_000,
        "waits at once, each for its own address, each answered with its own message",
        ("tests/service/test_waits.py",),
    ),
    Soak(
        "PILLARBOX_FLIGHT",
        200,
        "clients sending 25 MB at once under --max-bytes-in-flight 50M, none that got 250 lost",
        ("tests/wire/test_flight.py",),
    ),
    Soak(
        "PILLARBOX_PARALLEL",
        50,
        "runs of 200 tests by eight workers against one catcher, each test in its inbox, with the same subject",
        ("tests/testing/test_parallel.py",),
    ),
)


@dataclass(frozen=True)
class Outcome:
    passed: int
    failed: int
    skipped: int
    seconds: float


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the tests that count with large counts.")
    parser.add_argument("--write", action="store_true", help="write the table into docs/soak.md")
    parser.add_argument("--only", metavar="VARIABLE", help="run the tests of one variable")
    options = parser.parse_args()
    rows = []
    failed = 0
    for soak in SOAKS:
        if options.only in (None, soak.variable):
            outcome = run(soak)
            failed += outcome.failed
            rows.append((soak, outcome))
    table = render(rows)
    print(table, end="")
    if options.write:
        PAGE.write_text(with_table(PAGE.read_text("utf-8"), table), "utf-8")
    return 1 if failed else 0


def run(soak: Soak) -> Outcome:
    """Run the tests of one count. A run that could not begin counts as one failure."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        subprocess.run(
            [sys.executable, "-m", "pytest", "-n", "auto", "--dist", "loadgroup", f"--junitxml={report}", *soak.tests],
            cwd=ROOT,
            env=os.environ | {soak.variable: str(soak.number)},
            check=False,
        )
        return outcome_of(report)


def outcome_of(report: Path) -> Outcome:
    if not report.exists():
        return Outcome(0, 1, 0, 0.0)
    suite = ElementTree.parse(report).getroot()[0]
    total, failures, errors, skipped = (int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped"))
    wrong = failures + errors
    return Outcome(total - wrong - skipped, wrong if total else 1, skipped, float(suite.get("time", 0)))


def render(rows: list[tuple[Soak, Outcome]]) -> str:
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} processors",
        "",
        "| What | Count | Passed | Failed | Skipped | Seconds |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for soak, outcome in rows:
        numbers = f"{soak.number:,} | {outcome.passed} | {outcome.failed} | {outcome.skipped} | {outcome.seconds:.0f}"
        lines.append(f"| {soak.what} | {numbers} |")
    return "\n".join([*lines, ""])


def with_table(page: str, table: str) -> str:
    before, _, rest = page.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{PAGE.name} lacks the lines that stand around the table")
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


if __name__ == "__main__":
    sys.exit(main())
