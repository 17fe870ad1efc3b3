"""What is installed elsewhere: a wheel with one package, and an sdist that makes the same wheel."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import httpx
import pytest

import pillarbox
from tests import installing, running
from tests.installing import ROOT, Installed

# What is built and installed is so once for all of them.
pytestmark = pytest.mark.xdist_group("packaging")

VERSION = pillarbox.__version__


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist of this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    installing.build(folder)
    return folder


def wheel(folder: Path) -> Path:
    return folder / f"pillarbox-{VERSION}-py3-none-any.whl"


def test_the_wheel_holds_one_package_and_its_metadata(built: Path) -> None:
    with zipfile.ZipFile(wheel(built)) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names} == {"pillarbox", f"pillarbox-{VERSION}.dist-info"}
    assert {"pillarbox/py.typed", "pillarbox/migrations/env.py"} <= set(names)
    assert "pillarbox/web/locale/ru/LC_MESSAGES/pillarbox.po" in names
    for folder in ("templates", "static", "migrations"):
        ours = {
            f"pillarbox/{path.relative_to(ROOT)}"
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert ours
        assert {name for name in names if name.startswith(f"pillarbox/{folder}/")} == ours
    for_tests = ("pillarbox/testing/", "pillarbox/pytest_plugin.py")
    assert [name for name in names if "test" in name.lower() and not name.startswith(for_tests)] == []


def test_the_sdist_makes_the_same_wheel(built: Path, tmp_path: Path) -> None:
    with tarfile.open(built / f"pillarbox-{VERSION}.tar.gz") as archive:
        # The oldest 3.11 has no filters; where there are some, none is asked for without a warning.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(tmp_path)
    unpacked = tmp_path / f"pillarbox-{VERSION}"
    assert (unpacked / "tests" / "project").is_dir()
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel"], cwd=unpacked, check=True, capture_output=True
    )
    with zipfile.ZipFile(wheel(built)) as ours, zipfile.ZipFile(wheel(unpacked / "dist")) as theirs:
        assert {name: ours.read(name) for name in ours.namelist()} == {
            name: theirs.read(name) for name in theirs.namelist()
        }


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return installing.install(wheel(built), tmp_path_factory.mktemp("installed"))


def test_an_installed_wheel_serves_pages_without_the_checkout(installed: Installed, tmp_path: Path) -> None:
    found = subprocess.run(
        [
            installed.python,
            "-c",
            "import pillarbox, pillarbox.resources as r; print(pillarbox.__file__, r.folder('templates'))",
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=running.environment(),
    ).stdout.split()
    assert all(Path(path).is_relative_to(installed.site) for path in found)

    server = running.start(tmp_path, command=(str(installed.python), "-m", "pillarbox", "serve"))
    try:
        page = httpx.get(server.url)
        assert page.status_code == 200
        assert "</html>" in page.text
        assert httpx.get(f"{server.url}/readyz").status_code == 200
    finally:
        assert server.stop() == 0


def test_pytest_compiles_no_module_of_an_installed_wheel_anew(installed: Installed, tmp_path: Path) -> None:
    """It would, for assertions to rewrite, in every module of a distribution that has a plugin."""
    project = tmp_path / "test_signup.py"
    project.write_text((ROOT / "tests" / "pytest_plugin" / "projects" / "signup.py").read_text("utf-8"))
    flags = ["-q", "-p", "no:cacheprovider", "-p", "no:asyncio", "-W", "error"]
    done = subprocess.run(
        [installed.python, "-m", "pytest", *flags, project.name],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=running.environment(PYTHONDONTWRITEBYTECODE=""),
        timeout=120,
    )
    assert "5 passed" in done.stdout, done.stdout + done.stderr
    anew = {path.name.partition(".")[0] for path in installed.site.rglob("pillarbox/**/*-pytest-*.pyc")}
    assert anew == {"__init__", "pytest_plugin"}
    assert len(list(installed.site.rglob("pillarbox/**/*-pytest-*.pyc"))) == 2


def test_the_command_is_installed_with_the_package() -> None:
    command = Path(sys.executable).parent / "pillarbox"
    if not command.exists():
        pytest.skip("pillarbox is not installed in this environment, only its source is on the path")
    done = subprocess.run([command, "version"], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout == f"pillarbox {VERSION}\n"
