from __future__ import annotations

import re
from typing import Any

import pytest

from pillarbox.client import expectation
from pillarbox.client.conditions import as_params
from pillarbox.client.message import Summary
from pillarbox.client.reading import read
from tests.client.rows import ROW


@pytest.mark.parametrize(
    ("conditions", "params"),
    [
        ({"to": "a@b.c", "subject": None}, [("to", "a@b.c")]),
        ({"from_": "a@b.c"}, [("from", "a@b.c")]),
        ({"from": "a@b.c"}, [("from", "a@b.c")]),
        ({"header": "X-Id:1"}, [("header", "X-Id:1")]),
        ({"header": ["X-Id:1", "X-Other:2"]}, [("header", "X-Id:1"), ("header", "X-Other:2")]),
        ({"header": {"X-Id": "1"}}, [("header", "X-Id:1")]),
        ({"after": 41}, [("after", "41")]),
        ({"after": "41"}, [("after", "41")]),
        ({"after": read(Summary, ROW)}, [("after", "42")]),
    ],
)
def test_conditions_become_parameters_and_none_is_no_condition(
    conditions: dict[str, Any], params: list[tuple[str, str]]
) -> None:
    assert as_params(conditions) == params


def test_an_expectation_has_its_counts_its_conditions_and_its_assertions_in_their_places() -> None:
    made = expectation(
        {"from_": "a@b.c", "header": {"X-Id": "1"}},
        name="welcome",
        count=2,
        subject="Welcome",
        from_={"contains": "shop"},
        headers={"X-Id": re.compile("[0-9]+")},
        html=[{"css": "a.button", "text": re.compile("go", re.IGNORECASE)}],
    )
    assert made == {
        "name": "welcome",
        "match": {"from": "a@b.c", "header": ["X-Id:1"]},
        "count": 2,
        "assert": {
            "subject": "Welcome",
            "from": {"contains": "shop"},
            "headers": {"X-Id": {"regex": "[0-9]+"}},
            "html": [{"css": "a.button", "text": {"regex": "(?i)go"}}],
        },
    }
    assert expectation({}, never=True) == {"match": {}, "never": True}


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        ({"subjct": "x"}, "There is nothing called 'subjct' here; did you mean subject?"),
        ({"form": "x"}, "There is nothing called 'form' here; did you mean from_?"),
        ({"zzz": 1}, "There is nothing called 'zzz' here; there are to, from_, subject, header, q, after."),
    ],
)
def test_a_misspelt_condition_is_refused_before_anything_is_asked(conditions: dict[str, Any], said: str) -> None:
    with pytest.raises(TypeError, match=re.escape(said)):
        as_params(conditions)


def test_a_misspelt_assertion_is_refused_before_anything_is_asked() -> None:
    misspelt: Any = {"atachments": []}
    with pytest.raises(TypeError, match="did you mean attachments"):
        expectation({}, **misspelt)
