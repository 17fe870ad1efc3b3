"""A catcher that programs in other languages speak to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import running
from tests.running import Running


@pytest.fixture(scope="package")
def catcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    server = running.start(tmp_path_factory.mktemp("catcher"))
    yield server
    assert server.stop() == 0
