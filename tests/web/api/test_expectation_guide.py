"""The examples of docs/expect.md are tried as they stand there, with the answers that stand below them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pillarbox.mail.expect import FIELDS
from pillarbox.web.schemas.assertion import Assertions
from pillarbox.web.schemas.expectation import Match
from tests.web.api.expected_mail import told
from tests.web.api.expecting import PATH
from tests.web.world import World

GUIDE = (Path(__file__).resolve().parents[3] / "docs" / "expect.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(json|text)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
EXAMPLES = [
    (text, BLOCKS[at + 1][1] if at + 1 < len(BLOCKS) and BLOCKS[at + 1][0] == "text" else None)
    for at, (kind, text) in enumerate(BLOCKS)
    if kind == "json"
]


@pytest.fixture(scope="module")
def filled(shared_world: World) -> World:
    told(shared_world)
    return shared_world


@pytest.mark.parametrize(("body", "answer"), EXAMPLES, ids=[f"example {n}" for n, _ in enumerate(EXAMPLES, 1)])
def test_an_example_is_answered_as_the_guide_says(filled: World, body: str, answer: str | None) -> None:
    response = filled.client.post(PATH, json={"inbox": "default"} | json.loads(body))
    if response.status_code == 409:
        assert answer is not None, response.text
        assert response.json()["detail"].replace(" in the inbox default", "") == answer.rstrip("\n")
    else:
        assert response.status_code == 200, response.text
        assert answer is None or response.json() == json.loads(answer)


def test_every_field_is_in_the_guide() -> None:
    names = [field.alias or name for shape in (Assertions, Match) for name, field in shape.model_fields.items()]
    assert [name for name in (*names, *FIELDS) if f"`{name}`" not in GUIDE] == []
