"""Every route with everything that can be wrong with a request for it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.web.shapes import assert_problem, document
from tests.web.world import World

API = "/api/v1"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
OUTSIDE = ("/healthz", "/readyz", "/metrics")


def routes() -> Iterator[tuple[str, list[str]]]:
    """Every documented path with its methods."""
    for path, item in document()["paths"].items():
        yield path, [method.upper() for method in item]


def addressed(path: str, number: str = "1") -> str:
    return path.replace("{message_id}", number).replace("{session_id}", number).replace("{n}", number)


@pytest.mark.parametrize(("path", "methods"), list(routes()))
def test_a_method_that_a_route_does_not_take_is_refused_with_those_it_takes(
    shared_client: httpx.Client, path: str, methods: list[str]
) -> None:
    for method in METHODS:
        if method in methods:
            continue
        found = shared_client.request(method, addressed(path))
        # A neighbour may take it: /messages/restore and /messages/wait are also messages that have no number.
        if found.status_code == 404 and path.endswith(("/restore", "/wait")):
            continue
        assert_problem(found, 405)
        allowed = found.headers["allow"].split(", ")
        assert set(methods) <= set(allowed)
        assert ("HEAD" in allowed) == ("GET" in allowed)
        assert method not in allowed


@pytest.mark.parametrize("path", [path for path, _ in routes() if path not in OUTSIDE])
def test_a_parameter_that_a_route_does_not_have_is_named(shared_client: httpx.Client, path: str) -> None:
    for method in document()["paths"][path]:
        for name in ("limt", "Inbox", "", "inbox[]", "__proto__"):
            answer = shared_client.request(method, addressed(path), params={name: "1"})
            if answer.status_code == 415 or "body" in answer.text:
                continue
            assert_problem(answer, 400, name) if name else assert_problem(answer, 400)


NUMBERS = (
    "x",
    "-1",
    "1.0",
    "+1",
    "0x1",
    "1_000",
    "%20 1",
    "1e3",
    "\u0661",
    str(2**63),
    "9" * 5000,
    "%00",
    "%FF",
    "NaN",
)


@pytest.mark.parametrize(
    ("path", "method"), [(path, method) for path, methods in routes() for method in methods if "{" in path]
)
@pytest.mark.parametrize("wrong", [*NUMBERS, "999999999", "0"])
def test_an_id_that_is_no_number_or_of_nothing_is_not_found(
    shared_client: httpx.Client, path: str, method: str, wrong: str
) -> None:
    json = {"read": True} if method == "PATCH" else None
    assert_problem(shared_client.request(method, addressed(path, wrong), json=json), 404)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "501"),
        ("limit", "-1"),
        ("limit", "ten"),
        ("limit", "1.5"),
        ("limit", ""),
        ("limit", "9" * 5000),
        ("before", "x"),
        ("before", "-1"),
        ("before", str(2**63)),
        ("after", "x"),
        ("after", "1 "),
        ("inbox", ""),
        ("inbox", "a b"),
        ("inbox", "a\n"),
        ("inbox", "-a"),
        ("inbox", "a" * 64),
        ("q", "a\x00b"),
        ("q", "x" * 2001),
    ],
)
def test_a_parameter_that_cannot_be_right_is_named(shared_client: httpx.Client, name: str, value: str) -> None:
    assert_problem(shared_client.get(f"{API}/messages", params={name: value}), 400, name)


def test_everything_that_is_wrong_is_named_at_once(shared_client: httpx.Client) -> None:
    answer = shared_client.get(f"{API}/messages", params={"limit": "0", "before": "x"})
    assert sorted(error["where"] for error in assert_problem(answer, 400)["errors"]) == ["before", "limit"]


@pytest.mark.parametrize(
    "path",
    ["/api", "/api/", "/api/v1", "/api/v1/nothing", "/api/v2/messages", "/api/v1/messages/", "/api/v1//messages"],
)
def test_an_address_with_nothing_at_it_is_a_problem_even_for_a_browser(shared_client: httpx.Client, path: str) -> None:
    assert_problem(shared_client.get(path, headers={"accept": "text/html"}), 404)


def test_a_person_who_misses_a_page_gets_a_page_and_a_program_a_problem(shared_client: httpx.Client) -> None:
    page = shared_client.get("/nothing", headers={"accept": "text/html,*/*;q=0.8"})
    assert page.status_code == 404
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"
    assert_problem(shared_client.get("/nothing"), 404)


def test_a_person_at_a_strange_name_gets_a_page(shared_world: World) -> None:
    page = shared_world.client.get("/", headers={"accept": "text/html", "host": "evil.com"})
    assert page.status_code == 421
    assert page.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    "path", ["/messages?q=a&q=b", "/messages/wait?to=a@x.test&to=b@x.test", "/sessions?tls=true&tls=false"]
)
def test_a_parameter_that_may_stand_once_is_refused_the_second_time(shared_client: httpx.Client, path: str) -> None:
    answer = shared_client.get(f"/api/v1{path}")
    assert answer.status_code == 400
    name = path.partition("?")[2].partition("=")[0]
    assert answer.json()["errors"] == [{"where": name, "message": "It stands there twice, and may stand once."}]


def test_a_list_may_be_repeated(shared_client: httpx.Client) -> None:
    assert shared_client.delete("/api/v1/messages?ids=4711&ids=4712").json() == {"deleted": 0}


@pytest.mark.parametrize("path", ["/api/v1/inboxes", "/api/v1/expectations"])
@pytest.mark.parametrize("body", [[], "x", 7])
def test_a_body_that_is_no_object_is_told_so_in_words(shared_client: httpx.Client, path: str, body: object) -> None:
    problem = assert_problem(shared_client.post(path, json=body), 400, "body")
    assert problem["detail"] == "body: Must be an object, in braces."
