"""Stores to test on: `store` is one on each kind of database, `url` where it is, `events` what it has published."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from pillarbox.events import Event
from pillarbox.storage.store import SqlStore, open_store
from pillarbox.storage.writer import Publish
from tests.storage.cluster import Cluster
from tests.storage.heard import Heard
from tests.storage.inside import Inside, PostgresInside, SqliteInside

Open = Callable[..., SqlStore]


@pytest.fixture(params=["sqlite", "postgresql"])
def inside(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Inside]:
    """A database to make a store in, and the way to look into it past the store."""
    if request.param == "sqlite":
        yield SqliteInside(tmp_path / "pillarbox.db")
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = cluster.create()
    yield PostgresInside(cluster, name)
    cluster.drop(name)


@pytest.fixture
def shared(cluster: Cluster) -> Iterator[PostgresInside]:
    """A database for several nodes."""
    name = cluster.create()
    yield PostgresInside(cluster, name)
    cluster.drop(name)


@pytest.fixture
def url(inside: Inside) -> str:
    return inside.url


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Of a SQLite file that is not there yet."""
    return tmp_path / "pillarbox.db"


@pytest.fixture
def at(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def open_at(events: list[Event]) -> Iterator[Open]:
    """Opens stores that are closed after the test, last first; what they publish is in `events` or where it is said."""
    opened: list[SqlStore] = []

    def publish(told: Sequence[Event]) -> None:
        events.extend(told)

    def open_one(url: str, publish: Publish = publish, **options: Any) -> SqlStore:
        opened.append(open_store(url, publish, **options))
        return opened[-1]

    yield open_one
    for store in reversed(opened):
        store.close()


@pytest.fixture
def store(url: str, open_at: Open) -> SqlStore:
    return open_at(url)
