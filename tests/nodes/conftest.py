"""Nodes as people run them: processes of their own on one PostgreSQL database, behind the balancer of the compose
file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.balancer import Balancer, balancer
from tests.running import Running
from tests.storage.cluster import Cluster
from tests.storage.inside import PostgresInside

StartNode = Callable[..., Running]


@pytest.fixture
def shared(cluster: Cluster) -> Iterator[PostgresInside]:
    name = cluster.create()
    yield PostgresInside(cluster, name)
    cluster.drop(name)


@pytest.fixture
def start_node(shared: PostgresInside, start_server: StartNode, tmp_path: Path) -> StartNode:
    """Like `start_server`, on the shared database and in a folder of its own."""
    number = 0

    def start(*flags: str, **more: object) -> Running:
        nonlocal number
        number += 1
        folder = tmp_path / f"node-{number}"
        folder.mkdir()
        return start_server("--database", shared.url, *flags, folder=folder, **more)

    return start


@pytest.fixture
def balanced(start_node: StartNode, tmp_path: Path) -> Iterator[tuple[Balancer, list[Running]]]:
    """Two nodes and what stands before them."""
    nodes = [start_node("--proxy-protocol") for _ in range(2)]
    with balancer(tmp_path, [(node.smtp_port, int(node.ready["http"][0]["port"])) for node in nodes]) as before:
        yield before, nodes
