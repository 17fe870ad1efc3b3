"""Every count that tests read is one that `make soak` makes large, and its table says what came out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import soak
from tests.counts import count
from tests.soak import SOAKS, Outcome


def test_a_count_comes_from_its_variable_else_from_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PILLARBOX_SOME_COUNT", raising=False)
    assert count("PILLARBOX_SOME_COUNT", 7) == 7
    monkeypatch.setenv("PILLARBOX_SOME_COUNT", "50")
    assert count("PILLARBOX_SOME_COUNT", 7) == 50
    monkeypatch.setenv("PILLARBOX_SOME_COUNT", "0")
    with pytest.raises(ValueError, match="above 0"):
        count("PILLARBOX_SOME_COUNT", 7)


def test_every_count_of_a_test_is_soaked_and_the_other_way_round() -> None:
    tests = soak.ROOT / "tests"
    read = {
        name
        for path in tests.rglob("*.py")
        if path.name not in ("counts.py", "test_soak.py")
        for name in re.findall(
            r"""(?:count|environ\.get|getenv)\(\s*["'](PILLARBOX_[A-Z_]+)["']""", path.read_text("utf-8")
        )
    }
    assert read == {one.variable for one in SOAKS}
    assert [place for one in SOAKS for place in one.tests if not (soak.ROOT / place).exists()] == []


def test_a_report_is_read_as_what_passed_and_what_did_not(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    assert soak.outcome_of(report) == Outcome(0, 1, 0, 0.0)
    report.write_text('<testsuites><testsuite tests="9" failures="1" errors="2" skipped="3" time="4.5"/></testsuites>')
    assert soak.outcome_of(report) == Outcome(3, 3, 3, 4.5)
    report.write_text('<testsuites><testsuite tests="0" failures="0" errors="0" skipped="0" time="0.1"/></testsuites>')
    assert soak.outcome_of(report).failed == 1


def test_the_table_has_a_line_for_each_count() -> None:
    table = soak.render([(one, Outcome(2, 0, 1, 61.2)) for one in SOAKS])
    for one in SOAKS:
        assert f"| {one.what} | {one.number:,} | 2 | 0 | 1 | 61 |" in table
    page = soak.with_table(soak.PAGE.read_text("utf-8"), table)
    assert table in page
    assert soak.with_table(page, table) == page
