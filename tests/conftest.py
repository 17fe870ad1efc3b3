"""Fixtures for every test: catchers that run as processes of their own.

`server` is one for this test alone; `shared_server` is one for all tests of a worker that only look for what they have
put in themselves; `start_server` starts as many as a test needs, with flags. `world` and `start_world` are the web part
alone, over a real store and in this process; `catcher` is a whole one in this process. `cluster` is a PostgreSQL.
"""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pillarbox.testing import Catcher
from tests import running
from tests.running import Running
from tests.storage.cluster import Cluster, Missing, running_cluster
from tests.web.world import World

LONGEST_NAME = 1_000

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # As a shell starts what runs in the background. The programs that tests start would inherit it, and hear no Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)


# What is collected stays to the end: to look for garbage in it takes each worker two of the six seconds of collecting,
# and again whenever a test has made some.
gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A name that no program could be handed (see `naming`) is a mistake, told before anything runs."""
    for item in items:
        if len(item.nodeid) > LONGEST_NAME:
            raise pytest.UsageError(f"{item.nodeid[:120]}… is too long a name; use ids=short of tests.naming.")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object | None:
    if config.getvalue("dist") != "loadgroup":
        return None
    from tests.scheduling import GroupScheduling

    return GroupScheduling(config, log)


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def start(*flags: str, folder: Path | None = None, **more: Any) -> Running:
        """Like `running.start`, in the test's own folder unless another one is given; stopped after the test."""
        server = running.start(folder or tmp_path, *flags, **more)
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


@pytest.fixture(scope="module")
def catcher() -> Iterator[Catcher]:
    """One in this process, as people's own tests have it, for tests that only look for what they have sent.

    No longer than a module: while it runs, the log lines of this process below ERROR are not told.
    """
    with Catcher() as running_here:
        yield running_here


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """PostgreSQL for all tests of a worker; each makes a database of its own in it."""
    try:
        with running_cluster() as cluster:
            yield cluster
    except Missing as reason:
        pytest.skip(str(reason))


@pytest.fixture
def start_world() -> Iterator[Callable[..., World]]:
    started: list[World] = []

    def start(**config: Any) -> World:
        started.append(World(**config))
        return started[-1]

    yield start
    for world in started:
        world.close()


@pytest.fixture
def world(start_world: Callable[..., World]) -> World:
    return start_world()
