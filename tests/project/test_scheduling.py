"""Tests that share what is dear to start are run by one worker."""

from __future__ import annotations

from tests import scheduling
from tests.scheduling import ROOT, GroupScheduling, group


def test_a_marked_module_is_a_group_and_another_is_none() -> None:
    assert group("tests/clients/yardstick/test_postfix_agrees.py") == "yardstick"
    assert group("tests/project/test_scheduling.py") is None


def test_the_tests_of_a_group_stay_together_and_all_others_are_alone() -> None:
    scope = object.__new__(GroupScheduling)._split_scope
    pages = "tests/browser/test_pages.py"
    assert scope(f"{pages}::test_one[a::b]") == scope(f"{pages}::test_two") == "browser-pages"
    alone = "tests/project/test_scheduling.py::test_one[x@y]"
    assert scope(alone) == alone


def test_every_mark_is_one_that_is_found() -> None:
    """One written in another way would be no group, and nothing would say so."""
    marked = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("*.py")
        if "mark.xdist_group" in path.read_text("utf-8") and path.name != "test_scheduling.py"
    }
    assert {module for module in marked if group(module) is None} == set()
    assert marked
    assert scheduling.MARK.search('    pytestmark = pytest.mark.xdist_group("in a class")') is None
