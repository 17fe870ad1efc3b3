"""Servers for the API's tests: one for a single test, and one for all that change nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.web.world import World


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
