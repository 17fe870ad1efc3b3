"""Searching over the API: the query language, and every wrong or hostile query a problem that names its place."""

from __future__ import annotations

import httpx
import pytest

from tests.web.shapes import assert_problem, assert_shape
from tests.web.world import PLAIN, World

MESSAGES = "/api/v1/messages"


def subjects(client: httpx.Client, q: str, **more: str) -> list[str]:
    answer = client.get(MESSAGES, params={"q": q, **more})
    return [one["subject"] for one in assert_shape(answer, "listMessages")["messages"]]


def test_operators_narrow_a_search(world: World) -> None:
    for subject in ("Your invoice 17", "Welcome"):
        world.take(PLAIN.replace(b"Hello\r\n", subject.encode() + b"\r\n", 1))
    assert subjects(world.client, "voice") == ["Your invoice 17"]
    assert subjects(world.client, "from:shop@ex -subject:invoice") == ["Welcome"]
    assert subjects(world.client, "subject:(invoice OR welcome) to:ada is:unread") == ["Welcome", "Your invoice 17"]
    assert subjects(world.client, 'body:"hello ada" larger:10K') == []
    assert subjects(world.client, " ") == ["Welcome", "Your invoice 17"]


@pytest.mark.parametrize(
    ("q", "message"),
    [
        ("a (b", "At character 3: this parenthesis is never closed"),
        ("is:blue", "At character 4: is: does not know “blue”"),
        ("a OR", "At character 3: nothing stands behind this OR"),
        ("!!!", "At character 1: there is no letter and no number"),
    ],
)
def test_a_query_that_cannot_be_read_is_a_problem_that_names_the_place(world: World, q: str, message: str) -> None:
    world.take()
    body = {"q": q, "set": {"read": True}}
    for answer, where in (
        (world.client.get(MESSAGES, params={"q": q}), "q"),
        (world.client.get(f"{MESSAGES}/latest", params={"q": q}), "q"),
        (world.client.delete(MESSAGES, params={"q": q}), "q"),
        (world.client.patch(MESSAGES, json=body), "body.q"),
    ):
        problem = assert_problem(answer, 400)
        (error,) = problem["errors"]
        assert error["where"] == where
        assert error["message"].startswith(message)
    assert world.client.get(MESSAGES).json()["messages"][0]["read"] is False


def test_an_empty_query_never_means_all_that_is_to_be_changed(world: World) -> None:
    world.take()
    for q in ("", " "):
        problem = assert_problem(world.client.delete(MESSAGES, params={"q": q}), 400)
        assert problem["errors"][0]["message"] == "It is empty: to name all messages, say so with all."
        assert_problem(world.client.patch(MESSAGES, json={"q": q, "set": {"read": True}}), 400)
    assert world.client.get(MESSAGES).json()["total"] == 1


@pytest.mark.parametrize(
    "q",
    [
        "(" * 10_000,
        ")" * 2_000,
        '"' * 1_999,
        '"' * 2_000,
        "a" * 2_000,
        " OR ".join("a" * 300),
        "-(" * 7 + "a" + ")" * 7,
        "-(a OR " * 7 + "a" + ")" * 7,
        "a b OR -(" * 7 + "abc def OR abcd" + ")" * 7,
        "-c -a d OR a OR -(" * 7 + "-abcdef" + ")" * 7,
        " ".join(f"b{number}" for number in range(64)),
        " OR ".join(f"subject:ab{number}" for number in range(64)),
        " ".join(f"-abc{number}" for number in range(64)),
        "NEAR(a b) NEAR(a, 5)",
        "subject : a",
        "col:a {subject}:b ^a a* a + b - c",
        "a' OR 1=1; DROP TABLE message --",
        "'; DELETE FROM search; --",
        'header:X="a" \' \\ :* & | ! <-> a',
        "header:{}()[]^*'=a",
        "tag:' tag:% tag:\\",
        "from:'a':* to:\"a\\'\"",
        "\ue000ab \ue200 header:\ue000=a",
        "a\u0301\u0301\u0301 \u202e \ufeff \U000e0001 \uffff",
        "since:9999-12-31 until:0001-01-01 newer:999999999s larger:9223372036854775807 session:9223372036854775807",
        "%00 %ud800",
    ],
)
def test_no_query_is_a_failure_of_the_server(world: World, q: str) -> None:
    world.take()
    for answer in (
        world.client.get(MESSAGES, params={"q": q}),
        world.client.get("/", params={"q": q}, headers={"accept": "text/html"}),
        world.client.delete(MESSAGES, params={"q": f"nothing-like-it ({q})"}),
    ):
        assert answer.status_code in (200, 400), answer.text
    assert world.client.get(MESSAGES).json()["total"] == 1


@pytest.mark.parametrize("q", ["a\x00b", "subject:\x00", "tag:\x00", '"\x00"', "header:\x00=a"])
def test_nul_and_lone_surrogates_are_refused_or_pass_for_no_word(world: World, q: str) -> None:
    world.take()
    assert_problem(world.client.get(MESSAGES, params={"q": q}), 400)
    assert world.client.get("/", params={"q": q}).status_code in (200, 400)
    escaped = '{"q": "' + q.replace("\x00", "\\ud800").replace('"', "") + '", "set": {"read": true}}'
    answer = world.client.patch(MESSAGES, content=escaped, headers={"content-type": "application/json"})
    assert answer.status_code in (200, 400), answer.text
