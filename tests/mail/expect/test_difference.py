"""What a reader is told when a value is not as wanted: the texts themselves, and what holds for all of them."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from pillarbox.mail.expect import Absent, Allowance, Contains, Equals, Finds, Matcher
from pillarbox.mail.expect import difference as differences
from pillarbox.mail.expect.matcher import failure, holds
from pillarbox.mail.expect.pattern import read

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("differences.yaml").read_text("utf-8"))


def matcher(asserted: dict[str, Any]) -> Matcher:
    ((kind, value),) = asserted.items()
    match kind:
        case "equals":
            return Equals(value)
        case "contains":
            return Contains(value)
        case "regex":
            return Finds(read(value))
        case _:
            return Absent(value)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["shows"])
def test_a_reason_is_told_as_it_is_written_down(case: dict[str, Any]) -> None:
    asserted = matcher(case["asserted"])
    assert not holds(asserted, case["values"], Allowance())
    told = failure("subject", asserted, case["values"])
    assert told.reason.split("\n") == case["told"].rstrip("\n").split("\n")
    assert (told.wanted, told.actual) == (case["wanted"], case["actual"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["shows"])
def test_no_line_of_a_reason_is_long_or_moves_a_cursor(case: dict[str, Any]) -> None:
    for line in failure("subject", matcher(case["asserted"]), case["values"]).reason.split("\n"):
        assert len(line) <= 200
        assert not any(unicodedata.category(one) in ("Cc", "Zl", "Zp") for one in line)


TEXTS = st.text(alphabet="aAé\u0301 \t\r\n\u00a0\u200b’'-–ﬁ語\x1b", max_size=12)


@given(wanted=TEXTS, actual=TEXTS)
@example(wanted="", actual=" \nA")
def test_the_mark_stands_under_the_first_character_that_differs(wanted: str, actual: str) -> None:
    at = differences.first(wanted, actual)
    assert wanted[:at] == actual[:at]
    assert wanted[at : at + 1] != actual[at : at + 1] or wanted == actual
    if wanted != actual:
        _, upper, lower, mark = differences.equal(wanted, actual).split("\n")
        column = mark.index("^")
        assert mark.strip() == "^"
        if not set(wanted + actual) & set("語\u0301\u200b"):
            assert upper[10:column].ljust(column) == lower[10:column].ljust(column)
            assert upper[column : column + 1] != lower[column : column + 1]


@given(wanted=TEXTS.filter(bool), actual=TEXTS)
def test_a_part_that_is_not_there_is_told_whatever_it_is(wanted: str, actual: str) -> None:
    if wanted not in actual:
        first, *lines = differences.part(wanted, actual).split("\n")
        assert first.startswith("does not contain “")
        assert len(lines) in (1, 3)


def test_the_place_of_a_difference_far_into_a_long_text_is_found_at_once() -> None:
    text = "line\n" * 2_000_000
    told = differences.equal(text + "a", text + "b")
    assert told.startswith("differs first at line 2000001, character 1.\n")
    assert differences.part("line\nb", text + "a").startswith("does not contain “line␊b”. Its beginning is at line 1,")
    assert len(differences.cut(text, len(text))) <= differences.LONGEST + 2


def test_a_value_is_cut_round_the_place_that_matters() -> None:
    text = "".join(map(chr, range(0x4E00, 0x4E00 + 1000)))
    assert differences.cut(text, 0) == text[:200] + "…"
    assert differences.cut(text, 500) == "…" + text[400:600] + "…"
    assert differences.cut(text, 999) == "…" + text[800:]
    assert differences.cut(text[:200], 199) == text[:200]
