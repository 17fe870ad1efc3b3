"""The example projects of docs/examples: their tests run as their owners would run them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests import running

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"

RUNS = {
    "django": (["manage.py", "test"], "Ran 2 tests"),
    "flask": (["-m", "pytest"], "2 passed"),
    "fastapi": (["-m", "pytest"], "2 passed"),
}


def test_every_example_is_run() -> None:
    assert {place.name for place in EXAMPLES.iterdir() if place.is_dir()} == set(RUNS)


@pytest.mark.parametrize("name", RUNS)
def test_the_tests_of_an_example_pass(tmp_path: Path, name: str) -> None:
    command, said = RUNS[name]
    place = shutil.copytree(EXAMPLES / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    done = running.python(place, *command)
    assert done.returncode == 0, done.stdout + done.stderr
    assert said in done.stdout + done.stderr
