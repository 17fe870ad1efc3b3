"""Servers for the API's tests: one for a single test, and one for all that change nothing."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.web.waits import Waits
from tests.web.world import World


@pytest.fixture
def client(world: World) -> httpx.Client:
    return world.client


@pytest.fixture(scope="module")
def shared_world() -> Iterator[World]:
    world = World()
    yield world
    world.close()


@pytest.fixture
def shared_client(shared_world: World) -> httpx.Client:
    return shared_world.client


@pytest.fixture
def box(shared_world: World, request: pytest.FixtureRequest) -> Iterator[Waits]:
    """Waits in an inbox that no other test uses; none of them is left open."""
    waits = Waits(shared_world, f"box{abs(hash(request.node.nodeid))}")
    yield waits
    waits.close()
    assert len(shared_world.box.waiting) == len(shared_world.box.bus) == 0
