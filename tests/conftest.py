"""Fixtures for every test: catchers that run as processes of their own.

`server` is one for this test alone; `shared_server` is one for all tests of a worker that only look for what they have
put in themselves; `start_server` starts as many as a test needs, with flags.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import running
from tests.running import Running


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def start(*flags: str, folder: Path | None = None, variables: dict[str, str] | None = None) -> Running:
        """Like `running.start`, in the test's own folder unless another one is given; stopped after the test."""
        server = running.start(folder or tmp_path, *flags, variables=variables)
        started.append(server)
        return server

    yield start
    for server in started:
        server.kill()


@pytest.fixture
def server(start_server: Callable[..., Running]) -> Running:
    return start_server()


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    server = running.start(tmp_path_factory.mktemp("shared-server"))
    yield server
    server.kill()
