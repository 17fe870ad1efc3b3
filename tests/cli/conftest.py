from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.running import environment

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def pillarbox(tmp_path: Path) -> Run:
    """Run the command line to its end, in the test's own folder."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pillarbox", *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment(**variables),
            timeout=60,
            check=False,
        )

    return run
