"""Where the crashing catcher keeps its mail: a file, or a database of the tests' own PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.storage.cluster import Cluster


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/mail.db"


@pytest.fixture
def postgresql_url(cluster: Cluster) -> Iterator[str]:
    name = cluster.create()
    yield cluster.url(name)
    cluster.drop(name)
