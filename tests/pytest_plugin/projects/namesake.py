"""Tests of a project that has a fixture called `inbox` of its own."""

from __future__ import annotations

import sys

import pytest


@pytest.fixture
def inbox() -> list[str]:
    return ["mine"]


def test_that_it_is_theirs_and_nothing_of_the_service_was_imported(inbox: list[str]) -> None:
    assert inbox == ["mine"]
    assert {"fastapi", "sqlalchemy", "httpx"}.isdisjoint(sys.modules)
