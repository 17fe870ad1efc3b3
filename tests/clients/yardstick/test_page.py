from __future__ import annotations

import re

from tests.clients.yardstick import page
from tests.clients.yardstick.differences import BY_STEP, DIFFERENCES


def test_the_documentation_shows_the_table_of_differences() -> None:
    """Made anew by `python -m tests.clients.yardstick.page`."""
    text = page.PAGE.read_text("utf-8")
    assert page.with_table(text) == text


def test_each_difference_names_its_reason() -> None:
    assert [
        each for each in DIFFERENCES if not re.match(r"RFC [0-9]{4} section [0-9.]+: |all verbs of HTTP ", each.why)
    ] == []


def test_no_line_has_two_answers() -> None:
    assert len(BY_STEP) == sum(len(each.steps) for each in DIFFERENCES)
