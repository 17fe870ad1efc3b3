"""Projects that use the plugin, run as people run them: pytest in a process of its own, in a folder of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests import running

PROJECTS = Path(__file__).parent / "projects"

LIMIT = 120.0
"""Seconds after which a run that has not ended hangs."""


@dataclass(frozen=True)
class Outcome:
    """`counts` are those of the last line: `{"passed": 3}`."""

    code: int
    counts: dict[str, int]
    output: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a project; the first of its names is the file with the tests, the others lie beside it as they are called."""
    if "pillarbox" not in entry_points(group="pytest11").names:
        pytest.skip("pillarbox is not installed in this environment, only its source is on the path")

    def run_project(
        *names: str, flags: Sequence[str] = (), command: Sequence[str] = ("-m", "pytest"), **variables: str
    ) -> Outcome:
        for name in names:
            target = f"test_{name}" if name == names[0] else name
            (tmp_path / f"{target}.py").write_text((PROJECTS / f"{name}.py").read_text("utf-8"), "utf-8")
        (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
        words = [*command, "-p", "no:cacheprovider", "-W", "error", "--color=no", *flags]
        variables["PYTHONDONTWRITEBYTECODE"] = ""  # else each run compiles all of ours anew
        done = running.python(tmp_path, *words, limit=LIMIT, **variables)
        output = done.stdout + done.stderr
        counts = re.findall(r"([0-9]+) (passed|failed|error|skipped|deselected)", output.rstrip().splitlines()[-1])
        return Outcome(done.returncode, {name: int(count) for count, name in counts}, output)

    return run_project
