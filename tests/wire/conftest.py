"""Fixtures for tests on the wire: a catcher, one with a policy of the test's own, and a recording proxy before it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.wire.catching import Catcher
from tests.wire.dialling import Proxy


@pytest.fixture
def start_catcher(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Callable[..., Catcher]]:
    """Starts catchers with a policy; after the test there must be no exception in the log and none in the loop."""
    started: list[Catcher] = []

    def start(**options: object) -> Catcher:
        folder = tmp_path / str(len(started))
        folder.mkdir()
        started.append(Catcher(folder, **options))  # type: ignore[arg-type]
        return started[-1]

    yield start
    for catcher in started:
        catcher.close()
        assert catcher.problems == []
    logged = [record for when in ("setup", "call", "teardown") for record in caplog.get_records(when)]
    assert [record.getMessage() for record in logged if record.levelno >= logging.ERROR or record.exc_info] == []


@pytest.fixture
def catcher(start_catcher: Callable[..., Catcher]) -> Catcher:
    return start_catcher()


@pytest.fixture
def proxy(catcher: Catcher) -> Iterator[Proxy]:
    proxy = Proxy(catcher)
    yield proxy
    proxy.close()
