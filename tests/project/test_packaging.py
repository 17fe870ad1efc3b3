"""What is installed elsewhere: a wheel with one package, and an sdist that makes the same wheel."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import httpx
import pytest

import pillarbox
from tests import running

ROOT = Path(__file__).resolve().parents[2]
VERSION = pillarbox.__version__


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist of this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", folder], cwd=ROOT, check=True, capture_output=True
    )
    return folder


def wheel(folder: Path) -> Path:
    return folder / f"pillarbox-{VERSION}-py3-none-any.whl"


def test_the_wheel_holds_one_package_and_its_metadata(built: Path) -> None:
    with zipfile.ZipFile(wheel(built)) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names} == {"pillarbox", f"pillarbox-{VERSION}.dist-info"}
    assert {"pillarbox/py.typed", "pillarbox/migrations/env.py"} <= set(names)
    for folder in ("templates", "static", "migrations"):
        ours = {
            f"pillarbox/{path.relative_to(ROOT)}"
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert ours
        assert {name for name in names if name.startswith(f"pillarbox/{folder}/")} == ours
    assert [name for name in names if "test" in name.lower()] == []


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


def test_an_installed_wheel_serves_pages_without_the_checkout(built: Path, tmp_path: Path) -> None:
    """In a new environment that sees the libraries of this one, but not its Pillarbox."""
    place = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(place), "platbase": str(place)}))
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", site, wheel(built)],
        check=True,
    )
    libraries = tmp_path / "libraries"
    libraries.mkdir()
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if "pillarbox" not in path.name and path.suffix != ".pth":
            (libraries / path.name).symlink_to(path)
    (site / "libraries.pth").write_text(f"{libraries}\n")
    python = place / "bin" / "python"
    found = subprocess.run(
        [python, "-c", "import pillarbox, pillarbox.resources as r; print(pillarbox.__file__, r.folder('templates'))"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=running.environment(),
    ).stdout.split()
    assert all(Path(path).is_relative_to(site) for path in found)

    folder = tmp_path / "run"
    folder.mkdir()
    server = running.start(folder, command=(str(python), "-m", "pillarbox", "serve"))
    try:
        page = httpx.get(server.url)
        assert page.status_code == 200
        assert "</html>" in page.text
        assert httpx.get(f"{server.url}/readyz").status_code == 200
    finally:
        assert server.stop() == 0


def test_the_command_is_installed_with_the_package() -> None:
    command = Path(sys.executable).parent / "pillarbox"
    if not command.exists():
        pytest.skip("pillarbox is not installed in this environment, only its source is on the path")
    done = subprocess.run([command, "version"], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout == f"pillarbox {VERSION}\n"
