from __future__ import annotations

import doctest
import importlib

import pytest

MODULES = ["address", "charset", "dates", "encoded", "explain.requests", "explain.spans", "html", "transfer", "words"]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_docstrings_hold(name: str) -> None:
    found = doctest.testmod(importlib.import_module(f"pillarbox.mail.{name}"))
    assert found.attempted > 0
    assert found.failed == 0
