"""Node programs with their packages, as lock files say. What cannot be had skips the test with the reason."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]


def packages(source: Path) -> Path:
    """A folder with the files of `source` in which its packages are installed; kept for the next run, and of this
    worker alone."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("npm or node is not installed (Debian packages npm and nodejs)")
    place = "-".join(source.relative_to(PROJECT / "tests").parts)
    folder = PROJECT / ".build" / f"{place}-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    lock, installed = source / "package-lock.json", folder / "package-lock.json"
    fresh = not (folder / "node_modules").is_dir() or installed.read_bytes() != lock.read_bytes()
    shutil.copytree(source, folder, dirs_exist_ok=True)
    if fresh:
        command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            shutil.rmtree(folder)
            pytest.skip(f"The packages of {place} could not be installed: {done.stderr[-500:]}")
    return folder
