"""Bodies that cannot be right: refused by name, all that is wrong at once; and what the document says of a body."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.web.api.expecting import PATH
from tests.web.shapes import assert_problem, assert_schema, document

WRONG_ASSERTIONS: list[tuple[Any, str]] = [
    ({"subjct": "x"}, "subjct"),
    ({"subject": {"equals": "x", "contains": "y"}}, "subject"),
    ({"subject": {}}, "subject"),
    ({"subject": 1}, "subject"),
    ({"subject": ["x"]}, "subject"),
    ({"subject": {"equals": 1}}, "subject.equals"),
    ({"subject": {"absent": 1}}, "subject.absent"),
    ({"subject": {"regex": "(a"}}, "subject.regex"),
    ({"headers": {"X-A": {"regex": "*"}}}, "headers.X-A.regex"),
    ({"headers": {"a b": "x"}}, "headers.a b"),
    ({"html": [{"css": "a["}]}, "html.0.css"),
    ({"html": [{"css": "a", "attr": {"x": {"regex": "["}}}]}, "html.0.attr.x.regex"),
    ({"html": [{"text": "a"}]}, "html.0.css"),
    ({"html": [{"css": "a", "count": -1}]}, "html.0.count"),
    ({"html": []}, "html"),
    ({"html": 1}, "html"),
    ({"attachments": []}, "attachments"),
    ({"attachments": [{}]}, "attachments.0"),
    ({"attachments": [{"size": 1.5}]}, "attachments.0.size"),
    ({"attachments": [{"size": {"regex": "("}}]}, "attachments.0.size.regex"),
    ({"attachments": "x"}, "attachments"),
    ({"transcript": [{}]}, "transcript.0"),
    ({"transcript": [{"verb": "A B"}]}, "transcript.0.verb"),
    ({"transcript": [{"code": 99}]}, "transcript.0.code"),
    ({"lint": {"absent": ["missing-dat"]}}, "lint.absent.0"),
    ({"lint": {"absent": []}}, "lint.absent"),
]

WRONG_BODIES: list[tuple[Any, str]] = [
    ({"expectations": [{"match": {"sbject": "x"}}]}, "body.expectations.0.match.sbject"),
    ({"expectations": [{"match": {"to": "ada@"}}]}, "body.expectations.0.match.to"),
    ({"expectations": [{"match": {"header": "X-A"}}]}, "body.expectations.0.match.header.0"),
    ({"expectations": [{"match": {"header": ["X-A:1", "X B:1"]}}]}, "body.expectations.0.match.header.1"),
    ({"expectations": [{"match": {"q": "(a"}}]}, "body.expectations.0.match.q"),
    ({"expectations": [{"match": {"inbox": "a b"}}]}, "body.expectations.0.match.inbox"),
    ({"expectations": [{"count": 1, "min": 1}]}, "body.expectations.0"),
    ({"expectations": [{"never": True, "max": 1}]}, "body.expectations.0"),
    ({"expectations": [{"never": True, "count": 0}]}, "body.expectations.0"),
    ({"expectations": [{"min": 3, "max": 1}]}, "body.expectations.0"),
    ({"expectations": [{"never": False}]}, "body.expectations.0.never"),
    ({"expectations": [{"count": 501}]}, "body.expectations.0.count"),
    ({"expectations": [{"count": True}]}, "body.expectations.0.count"),
    ({"expectations": [{"within": 60.1}]}, "body.expectations.0.within"),
    ({"expectations": [{"within": -1}]}, "body.expectations.0.within"),
    ({"expectations": [{"name": ""}]}, "body.expectations.0.name"),
    ({"expectations": [{"name": "a\nb"}]}, "body.expectations.0.name"),
    ({"expectations": [1]}, "body.expectations.0"),
    ({"expectations": []}, "body.expectations"),
    ({"expectations": [{}] * 101}, "body.expectations"),
    ({"expectations": {}}, "body.expectations"),
    ({"expectations": [{}], "within": "5"}, "body.within"),
    ({"expectations": [{}], "after": "x"}, "body.after"),
    ({"expectations": [{}], "after": -1}, "body.after"),
    ({"expectations": [{}], "after": 9223372036854775808}, "body.after"),
    ({"expectations": [{}], "timeout": 5}, "body.timeout"),
    ({"within": 1}, "body.expectations"),
    ([], "body"),
    ("x", "body"),
]


@pytest.mark.parametrize(("asserted", "place"), WRONG_ASSERTIONS, ids=lambda value: json.dumps(value)[:70])
def test_a_wrong_assertion_is_refused_with_its_place(shared_client: httpx.Client, asserted: Any, place: str) -> None:
    answer = shared_client.post(PATH, json={"expectations": [{"assert": asserted}]})
    assert_problem(answer, 400, f"body.expectations.0.assert.{place}")


@pytest.mark.parametrize(("body", "place"), WRONG_BODIES, ids=lambda value: json.dumps(value)[:70])
def test_a_wrong_body_is_refused_with_its_place(shared_client: httpx.Client, body: Any, place: str) -> None:
    assert_problem(shared_client.post(PATH, json=body), 400, place)


def test_numbers_that_are_none_are_refused(shared_client: httpx.Client) -> None:
    for number in ("NaN", "Infinity", "1e999"):
        sent = f'{{"within": {number}, "expectations": [{{}}]}}'
        answer = shared_client.post(PATH, content=sent, headers={"content-type": "application/json"})
        assert_problem(answer, 400)


@pytest.mark.parametrize("sent", ["[" * 100_000, '{"a":' * 100_000, "", "null", '{"expectations": [{}]', "\ufeff{}"])
def test_a_body_that_is_no_json_or_nests_without_end_is_refused(shared_client: httpx.Client, sent: str) -> None:
    answer = shared_client.post(PATH, content=sent.encode(), headers={"content-type": "application/json"})
    assert_problem(answer, 400)


def test_everything_that_cannot_be_read_is_told_at_once(shared_client: httpx.Client) -> None:
    asserted = {"subject": {"regex": "(a"}, "html": [{"css": "a:hover"}, {"css": "b", "text": {"regex": "(?R)"}}]}
    body = {"expectations": [{}, {"match": {"q": "(a"}, "assert": asserted}]}
    found = assert_problem(shared_client.post(PATH, json=body), 400)
    places = [error["where"].removeprefix("body.expectations.1.") for error in found["errors"]]
    assert places == ["match.q", "assert.subject.regex", "assert.html.0.css", "assert.html.1.text.regex"]


def test_a_body_has_at_most_200_patterns_and_200_selectors(shared_client: httpx.Client) -> None:
    patterns = [{"assert": {"headers": {f"X-{number}": {"regex": "a"} for number in range(41)}}}] * 5
    selectors = [{"assert": {"html": [{"css": "a"}] * 41}}] * 5
    for expectations in (patterns, selectors):
        found = assert_problem(shared_client.post(PATH, json={"expectations": expectations}), 400)
        assert found["errors"][0]["message"] == "There are more than 200 patterns or selectors."


def test_a_body_in_parentheses_is_told_with_its_place(shared_client: httpx.Client) -> None:
    """Steps in parentheses are choices that the program makes, and keys may look like them."""
    found = assert_problem(shared_client.post(PATH, json={"expectations": [{"(x)": 1}]}), 400)
    assert found["errors"][0]["message"] == "There is no such field."


def test_the_examples_of_the_document_are_what_its_schemas_say() -> None:
    schemas = document()["components"]["schemas"]
    matchers = schemas["Matcher"]
    assert len(matchers["oneOf"]) == 5
    for example in matchers["examples"]:
        assert_schema(example, matchers)
    for name in ("Assertions", "Expectation", "ElementAssertion", "AttachmentAssertion", "ReplyAssertion", "Match"):
        whole = {field: one["examples"][0] for field, one in schemas[name]["properties"].items() if one.get("examples")}
        assert_schema(whole, schemas[name])
