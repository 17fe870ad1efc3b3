"""Tests of a project that does not use the plugin, in an environment in which it is installed."""

from __future__ import annotations

import sys


def test_that_nothing_of_pillarbox_was_imported() -> None:
    ours = {name for name in sys.modules if name.partition(".")[0] in ("pillarbox", "httpx", "fastapi", "sqlalchemy")}
    assert ours == {"pillarbox", "pillarbox.pytest_plugin"}
