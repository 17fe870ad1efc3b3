"""Promises about the files themselves."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import pillarbox

ROOT = Path(__file__).resolve().parents[2]

# Put together here, so that this file does not name what no file may name.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs"),
        ("npmjs", "com"),
        ("docker", "io"),
        ("ghcr", "io"),
        ("quay", "io"),
        ("deb", "debian", "org"),
        ("proxy", "golang", "org"),
    )
]
BUILD_PLACES = ["/".join(("", "work", "main")), "/".join(("", "root", "")), "/".join(("", "home", "runner"))]


def tracked() -> list[Path]:
    """The files of the checkout that git knows; skips where there is no git, as in an unpacked sdist."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("this is no git checkout")
    return [ROOT / name for name in done.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_no_source_file_is_longer_than_400_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked()
        if path.suffix in (".py", ".js", ".css", ".html", ".sh") and "vendor" not in path.parts
        if (lines := path.read_bytes().count(b"\n")) > 400
    }
    assert long == {}


def test_no_file_names_a_package_registry_or_a_place_on_a_build_machine() -> None:
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", "replace")
        found += [f"{path.relative_to(ROOT)}: {word}" for word in (*REGISTRIES, *BUILD_PLACES) if word in text]
    assert found == []


def test_the_constraints_are_names_and_versions_only() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.!+]*", line)] == []


def test_the_constraints_hold_every_package_the_project_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    named = [
        *project["build-system"]["requires"],
        *project["project"]["dependencies"],
        *(one for extra in project["project"]["optional-dependencies"].values() for one in extra),
        *project["dependency-groups"]["dev"],
    ]
    held = {_name(line) for line in (ROOT / "constraints.txt").read_text().splitlines()}
    assert [one for one in named if _name(one) not in held] == []


def _name(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match is not None
    return match[0].lower().replace("_", "-").replace(".", "-")


def test_dependencies_have_lower_bounds_only() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    loose = [one for one in project["dependencies"] if not re.match(r"[a-z0-9-]+(\[[a-z]+\])?>=[0-9.]+(;|$)", one)]
    assert loose == []


def test_the_makefile_tells_at_most_a_dozen_targets_that_help_themselves() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE)
    helped = subprocess.run(["make", "-s"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert len(targets) <= 12
    assert [target for target in targets if f"make {target} " not in helped] == []


def test_the_changelog_tells_about_this_version() -> None:
    assert pillarbox.__version__ in (ROOT / "CHANGELOG.md").read_text()


def test_the_package_itself_imports_nothing() -> None:
    # The docstring is for pytest, which would compile the modules of a plugin's distribution anew.
    expected = f'"""PYTEST_DONT_REWRITE"""\n\n__version__ = "{pillarbox.__version__}"\n'
    assert (ROOT / "app/pillarbox/__init__.py").read_text() == expected


def test_the_layers_hold() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    if not linter.exists():
        pytest.skip("import-linter is not installed")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_links_between_the_pages_of_the_documentation_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    broken = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert broken == []
