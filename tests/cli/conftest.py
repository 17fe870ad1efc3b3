from __future__ import annotations

import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import running
from tests.running import Running

Run = Callable[..., subprocess.CompletedProcess[str]]
Caught = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def pillarbox(tmp_path: Path) -> Run:
    """Run the command line to its end, in the test's own folder."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return running.python(tmp_path, "-m", "pillarbox", *arguments, limit=60, **variables)

    return run


@pytest.fixture
def caught(shared_server: Running) -> Caught:
    """What the shared catcher has taken since the test began, oldest first."""

    def listed(**params: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = httpx.get(f"{shared_server.api}/messages", params=params).json()["messages"]
        return found

    before = max((one["id"] for one in listed(limit=1)), default=0)
    return lambda: listed(after=before)[::-1]


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address where nothing listens, nor can anything as long as the test runs."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
