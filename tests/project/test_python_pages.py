"""The pages for Python: their examples are run as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import running
from tests.installing import ROOT

DOCS = ROOT / "docs"


def blocks(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def run(folder: Path, *arguments: str) -> str:
    done = running.python(folder, *arguments)
    return done.stdout + done.stderr


def test_the_examples_for_any_program_run_one_after_the_other(tmp_path: Path) -> None:
    script = tmp_path / "page.py"
    script.write_text("\n".join([*blocks("python.md", "python"), 'print("the end")\n']), "utf-8")
    said = run(tmp_path, "-W", "error", "page.py")
    assert said.startswith("the end\n"), said


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the page about pytest: each block says in its first line which one it is, or goes on."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -p no:asyncio -p no:cacheprovider\npythonpath = .\n")
    for block in blocks("pytest.md", "python"):
        name, _, rest = block.removeprefix("# ").partition("\n")
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(rest)
    return folder


def test_the_examples_for_pytest_pass(project: Path) -> None:
    said = run(project, "-m", "pytest", "--durations=0", "--durations-min=4.9")
    assert re.search(r"= 4 passed in ", said), said
    assert not re.search(r"s call +test_", said), "None waits for the end of a time in which nothing comes."


def test_the_example_that_fails_says_what_stands_below_it(project: Path) -> None:
    said = run(project, "-m", "pytest", "fails.py")
    assert re.search(r"= 2 failed in ", said), said
    [text] = blocks("pytest.md", "text")
    shown = "\n".join(line.rstrip() for line in said.splitlines())
    assert text.rstrip("\n") in shown, said
    assert said.count("- Pillarbox: mail of this test -") == 2


def test_every_name_of_an_inbox_and_of_a_client_is_on_its_page() -> None:
    from pillarbox.client import Client
    from pillarbox.testing import Catcher, Inbox

    pages = (DOCS / "pytest.md").read_text("utf-8") + (DOCS / "python.md").read_text("utf-8")
    names = [name for kind in (Inbox, Client, Catcher) for name in dir(kind) if not name.startswith("_")]
    assert [name for name in names if name not in ("ask", "close") and not re.search(rf"[`.]{name}\b", pages)] == []
