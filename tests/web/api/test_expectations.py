"""What a test expects of mail: each field that can be asserted, holding and not; counts; time; and wrong bodies."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.web.api.expected_mail import MAIL, told
from tests.web.shapes import assert_problem, assert_schema, assert_shape, document
from tests.web.world import PLAIN, World

PATH = "/api/v1/expectations"
CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("expectations.yaml").read_text("utf-8"))
HOLDING = [case for case in CASES if "told" not in case]
FAILING = [case for case in CASES if "told" in case]


@pytest.fixture(scope="module")
def filled() -> Iterator[World]:
    """A box with the mail of `expected_mail` as its only one in the default inbox."""
    world = World()
    told(world)
    yield world
    world.close()


def expect(world: World, *expectations: dict[str, Any], **body: Any) -> httpx.Response:
    return world.client.post(PATH, json={"within": 0, "expectations": expectations, **body})


def met(response: httpx.Response) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    found = assert_shape(response, "expectMail")
    assert found["passed"] is True
    results: list[dict[str, Any]] = found["results"]
    return results


def unmet(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code == 409, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    found: dict[str, Any] = response.json()
    assert_schema(found, {"$ref": "#/components/schemas/ExpectationProblem"})
    assert_schema(found, {"$ref": "#/components/schemas/Problem"})
    return found


# Assertions


@pytest.mark.parametrize("case", HOLDING, ids=lambda case: json.dumps(case["asserted"])[:60])
def test_what_is_so_holds(filled: World, case: dict[str, Any]) -> None:
    (result,) = met(expect(filled, {"name": "it", "assert": case["asserted"]}, inbox="default"))
    assert result == {"name": "it", "passed": True, "messages": [1]}


@pytest.mark.parametrize("case", FAILING, ids=lambda case: case["shows"])
def test_what_is_not_so_is_told_as_it_is_written_down(filled: World, case: dict[str, Any]) -> None:
    found = unmet(expect(filled, {"name": "it", "assert": case["asserted"]}, inbox="default"))
    (result,) = found["results"]
    assert (result["passed"], result["messages"], result["found"]) == (False, [], 1)
    (near,) = result["nearest"]
    assert near["id"] == 1
    reasons = "\n".join(one["reason"] for one in near["failed"])
    assert reasons.split("\n") == case["told"].rstrip("\n").split("\n")
    first = near["failed"][0]
    assert (result["wanted"], result["actual"]) == (first["wanted"], first["actual"])
    assert found["detail"] == result["reason"]
    head, _, rest = result["reason"].partition("\n")
    assert head.startswith(f"Message 1 came, but is not as asserted: {first['condition'].removeprefix('assert.')}")
    assert rest == first["reason"]


def test_a_message_that_came_by_no_session_has_no_tls_no_log_in_and_no_transcript(world: World) -> None:
    world.take(MAIL)
    met(expect(world, {"assert": {"tls": {"absent": True}, "auth": {"absent": True}}}))
    for asserted in ({"tls": {"absent": False}}, {"auth": "shop"}, {"transcript": [{"verb": "DATA"}]}):
        reason = unmet(expect(world, {"assert": asserted}))["results"][0]["reason"]
        assert "is not known: the message was imported and came by no session" in reason


def test_a_message_without_html_says_so_and_one_without_text_too(world: World) -> None:
    world.take(b"Subject: text\r\n\r\nHello\r\n")
    world.take(b"Subject: html\r\nContent-Type: text/html\r\n\r\n<p>Hello\r\n")
    told = {
        "html": ({"html": {"contains": "Hello"}}, "html is not there: the message has plain text only; wanted"),
        "text": ({"text": {"contains": "Hello"}}, "text is not there: the message has HTML only; wanted"),
    }
    for missing, (asserted, reason) in told.items():
        there = "text" if missing == "html" else "html"
        found = unmet(expect(world, {"match": {"subject": there}, "assert": asserted}))
        assert reason in found["detail"]
    found = unmet(expect(world, {"match": {"subject": "text"}, "assert": {"html": [{"css": "p"}]}}))
    assert "html.0 finds no element: the message has no HTML." in found["detail"]


def test_html_that_is_too_much_for_selectors_fails_and_says_so(world: World) -> None:
    kept = world.take(b"Subject: big\r\nContent-Type: text/html\r\n\r\n" + b"<div>" * 2_000 + b"\r\n")
    for number in ({}, {"never": True}):
        found = unmet(expect(world, {"assert": {"html": [{"css": "p"}]}, **number}))
        assert "html.0 cannot be told. The HTML opens elements without end" in found["detail"]
        assert found["results"][0]["nearest"][0]["id"] == kept.id


# How many


def test_any_mail_that_is_there_is_enough_unless_a_cursor_says_what_is_new(world: World) -> None:
    first = world.take()
    assert met(expect(world, {}))[0] == {"name": "mail", "passed": True, "messages": [first.id]}
    cursor = expect(world, {}).json()["cursor"]
    assert cursor == str(first.id)
    for after in (cursor, first.id):
        assert unmet(expect(world, {}, after=after))["results"][0]["found"] == 0
    second = world.take()
    assert met(expect(world, {}, after=cursor))[0]["messages"] == [second.id]


@pytest.mark.parametrize(
    ("number", "passes"),
    [
        ({"count": 2}, True),
        ({"count": 1}, False),
        ({"count": 3}, False),
        ({"min": 2}, True),
        ({"min": 3}, False),
        ({"max": 2}, True),
        ({"max": 1}, False),
        ({"min": 1, "max": 3}, True),
        ({"min": 3, "max": 5}, False),
        ({"never": True}, False),
        ({"count": 0}, False),
        ({"max": 0}, False),
        ({}, True),
    ],
)
def test_messages_are_counted(world: World, number: dict[str, Any], passes: bool) -> None:
    kept = [world.take(PLAIN, "ada@example.org", inbox="counted").id for _ in range(2)]
    world.take(PLAIN, "bob@example.org", inbox="elsewhere")
    answer = expect(world, {**number}, inbox="counted", within=0)
    found = met(answer) if passes else unmet(answer)["results"]
    assert found[0]["messages"] == kept


def test_only_messages_that_are_as_asserted_count_in_whatever_order_they_come(world: World) -> None:
    subjects = ("News", "Confirm", "News")
    ids = [world.take(b"Subject: %b\r\n\r\n" % one.encode(), inbox="order").id for one in subjects]
    for number in ({}, {"count": 1}, {"max": 1}, {"min": 1, "max": 1}):
        (result,) = met(expect(world, {"assert": {"subject": "Confirm"}, **number}, inbox="order"))
        assert result["messages"] == [ids[1]]
    met(expect(world, {"never": True, "assert": {"subject": "Reset"}}, inbox="order"))
    found = unmet(expect(world, {"min": 2, "assert": {"subject": "Confirm"}}, inbox="order"))
    assert found["detail"].startswith(
        "3 messages came, of which 1 is as asserted, wanted at least 2 messages. "
        f"The nearest of the others is message {ids[2]}: subject.\nsubject differs first at character 1."
    )
    assert [one["id"] for one in found["results"][0]["nearest"]] == [ids[2], ids[0]]


# Time


def later(world: World, *raws: bytes, after: threading.Event) -> threading.Thread:
    """Mail that comes once the event is set."""

    def come() -> None:
        after.wait(30)
        for raw in raws:
            world.take(raw)

    thread = threading.Thread(target=come)
    thread.start()
    return thread


def when_waited_for(world: World, count: int) -> None:
    """Returns when so many expectations wait."""
    deadline = time.monotonic() + 30
    while len(world.box.waiting) < count:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_mail_that_comes_later_ends_the_waiting_at_once(world: World) -> None:
    go = threading.Event()
    coming = later(world, PLAIN, after=go)
    watcher = threading.Thread(target=lambda: (when_waited_for(world, 1), go.set()))
    watcher.start()
    began = time.monotonic()
    (result,) = met(expect(world, {"assert": {"subject": "Hello"}}, within=30))
    assert time.monotonic() - began < 20
    assert len(result["messages"]) == 1
    watcher.join()
    coming.join()


def test_never_holds_for_all_of_its_time_and_fails_at_once_when_mail_comes(world: World) -> None:
    began = time.monotonic()
    met(expect(world, {"never": True}, within=0.3))
    assert time.monotonic() - began >= 0.3
    go = threading.Event()
    coming = later(world, PLAIN, after=go)
    watcher = threading.Thread(target=lambda: (when_waited_for(world, 1), go.set()))
    watcher.start()
    began = time.monotonic()
    found = unmet(expect(world, {"never": True}, within=30))
    assert time.monotonic() - began < 20
    assert found["detail"].endswith("“Hello”, came, and none was to come.")
    watcher.join()
    coming.join()


def test_all_expectations_run_at_the_same_time_each_with_its_own(world: World) -> None:
    world.take(PLAIN, "ada@example.org")
    began = time.monotonic()
    found = unmet(
        expect(
            world,
            *({"name": f"nothing {number}", "match": {"to": "bob@example.org"}, "never": True} for number in range(30)),
            {"name": "there", "match": {"to": "ada@example.org"}},
            {"name": "not there", "match": {"to": "eve@example.org"}, "within": 0.1},
            within=0.5,
        )
    )
    assert 0.5 <= time.monotonic() - began < 10
    assert [one["name"] for one in found["results"] if not one["passed"]] == ["not there"]
    assert found["detail"].startswith(
        "1 of 32 expectations were not met.\n\n“not there”: No message to eve@example.org"
    )


def test_a_deletion_in_the_middle_takes_the_message_out_of_the_count(world: World) -> None:
    kept = world.take()
    watcher = threading.Thread(
        target=lambda: (
            when_waited_for(world, 1),
            world.client.delete(f"/api/v1/messages/{kept.id}").raise_for_status(),
        )
    )
    watcher.start()
    found = unmet(expect(world, {"count": 1}, within=1.5))
    watcher.join()
    assert (found["results"][0]["messages"], found["results"][0]["actual"]) == ([], None)


def test_a_client_that_goes_away_is_no_longer_worked_for(world: World) -> None:
    body = {"within": 60, "expectations": [{}, {"never": True, "match": {"to": "ada@example.org"}}]}
    with pytest.raises(httpx.ReadTimeout):
        world.client.post(PATH, json=body, timeout=0.5)
    deadline = time.monotonic() + 30
    while len(world.box.waiting):
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_server_that_stops_says_so(world: World) -> None:
    answers: list[httpx.Response] = []
    asking = threading.Thread(
        target=lambda: answers.append(httpx.post(f"{world.url}{PATH}", json={"within": 60, "expectations": [{}, {}]}))
    )
    asking.start()
    when_waited_for(world, 2)
    world.close()
    asking.join(30)
    assert_problem(answers[0], 503)


# Explanation


def test_mail_that_did_not_come_is_explained_as_a_wait_explains_it(world: World) -> None:
    assert "The box is empty: does the program send its mail to 127.0.0.1:1025" in unmet(expect(world, {}))["detail"]
    kept = world.take(PLAIN, "ada@example.org")
    found = unmet(expect(world, {"match": {"to": "eve@example.org", "subject": "Hello"}}, inbox="default"))
    (result,) = found["results"]
    assert result["name"] == "mail to eve@example.org with “Hello” in its subject in the inbox default"
    assert (result["wanted"], result["actual"]) == ("at least 1 message", None)
    (near,) = result["nearest"]
    assert near == {
        "id": kept.id,
        "subject": "Hello",
        "failed": [
            {
                "condition": "match.to",
                "reason": "it is to ada@example.org, not to eve@example.org",
                "wanted": "eve@example.org",
                "actual": "ada@example.org",
            }
        ],
    }
    assert near["failed"][0]["reason"] in result["reason"]


# Hostile and wrong bodies


def test_a_pattern_that_takes_too_long_fails_and_others_are_answered_meanwhile(world: World) -> None:
    world.take(b"Subject: slow\r\n\r\n" + b"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24\r\n" * 10)
    slow = {"assert": {"text": {"regex": r"(?s)(.*,){11}P"}}}
    with httpx.Client(base_url=world.url, timeout=60) as client:
        answers: list[httpx.Response] = []
        body = {"within": 20, "expectations": [slow, {**slow, "never": True}]}
        asking = threading.Thread(target=lambda: answers.append(client.post(PATH, json=body)))
        began = time.monotonic()
        asking.start()
        while asking.is_alive():
            world.client.get("/api/v1/messages").raise_for_status()
    assert time.monotonic() - began < 20
    found = unmet(answers[0])
    for result in found["results"]:
        assert (
            "text cannot be told. The pattern /(?s)(.*,){11}P/ took longer than 1 s and was given up."
            in result["reason"]
        )
        assert result["wanted"] == "matches /(?s)(.*,){11}P/"


WRONG: list[tuple[Any, list[str]]] = [
    ({"expectations": [{"assert": {"subjct": "x"}}]}, ["body.expectations.0.assert.subjct"]),
    ({"expectations": [{"assert": {"subject": {"equals": "x", "contains": "y"}}}]}, ["body.expectations.0.assert.subject"]),
    ({"expectations": [{"assert": {"subject": {}}}]}, ["body.expectations.0.assert.subject"]),
    ({"expectations": [{"assert": {"subject": 1}}]}, ["body.expectations.0.assert.subject"]),
    ({"expectations": [{"assert": {"subject": ["x"]}}]}, ["body.expectations.0.assert.subject"]),
    ({"expectations": [{"assert": {"subject": {"equals": 1}}}]}, ["body.expectations.0.assert.subject.equals"]),
    ({"expectations": [{"assert": {"subject": {"absent": 1}}}]}, ["body.expectations.0.assert.subject.absent"]),
    ({"expectations": [{"assert": {"subject": {"regex": "(a"}}}]}, ["body.expectations.0.assert.subject.regex"]),
    ({"expectations": [{"assert": {"headers": {"X-A": {"regex": "*"}}}}]}, ["body.expectations.0.assert.headers.X-A.regex"]),
    ({"expectations": [{"assert": {"headers": {"a b": "x"}}}]}, ["body.expectations.0.assert.headers.a b"]),
    ({"expectations": [{"assert": {"html": [{"css": "a["}]}}]}, ["body.expectations.0.assert.html.0.css"]),
    ({"expectations": [{"assert": {"html": [{"css": "a", "attr": {"x": {"regex": "["}}}]}}]}, ["body.expectations.0.assert.html.0.attr.x.regex"]),
    ({"expectations": [{"assert": {"html": [{"text": "a"}]}}]}, ["body.expectations.0.assert.html.0.css"]),
    ({"expectations": [{"assert": {"html": [{"css": "a", "count": -1}]}}]}, ["body.expectations.0.assert.html.0.count"]),
    ({"expectations": [{"assert": {"html": []}}]}, ["body.expectations.0.assert.html"]),
    ({"expectations": [{"assert": {"html": 1}}]}, ["body.expectations.0.assert.html"]),
    ({"expectations": [{"assert": {"attachments": []}}]}, ["body.expectations.0.assert.attachments"]),
    ({"expectations": [{"assert": {"attachments": [{}]}}]}, ["body.expectations.0.assert.attachments.0"]),
    ({"expectations": [{"assert": {"attachments": [{"size": 1.5}]}}]}, ["body.expectations.0.assert.attachments.0.size"]),
    ({"expectations": [{"assert": {"attachments": [{"size": {"regex": "("}}]}}]}, ["body.expectations.0.assert.attachments.0.size.regex"]),
    ({"expectations": [{"assert": {"attachments": "x"}}]}, ["body.expectations.0.assert.attachments"]),
    ({"expectations": [{"assert": {"transcript": [{}]}}]}, ["body.expectations.0.assert.transcript.0"]),
    ({"expectations": [{"assert": {"transcript": [{"verb": "A B"}]}}]}, ["body.expectations.0.assert.transcript.0.verb"]),
    ({"expectations": [{"assert": {"transcript": [{"code": 99}]}}]}, ["body.expectations.0.assert.transcript.0.code"]),
    ({"expectations": [{"assert": {"lint": {"absent": ["missing-dat"]}}}]}, ["body.expectations.0.assert.lint.absent.0"]),
    ({"expectations": [{"assert": {"lint": {"absent": []}}}]}, ["body.expectations.0.assert.lint.absent"]),
    ({"expectations": [{"match": {"sbject": "x"}}]}, ["body.expectations.0.match.sbject"]),
    ({"expectations": [{"match": {"to": "ada@"}}]}, ["body.expectations.0.match.to"]),
    ({"expectations": [{"match": {"header": "X-A"}}]}, ["body.expectations.0.match.header.0"]),
    ({"expectations": [{"match": {"header": ["X-A:1", "X B:1"]}}]}, ["body.expectations.0.match.header.1"]),
    ({"expectations": [{"match": {"q": "(a"}}]}, ["body.expectations.0.match.q"]),
    ({"expectations": [{"match": {"inbox": "a b"}}]}, ["body.expectations.0.match.inbox"]),
    ({"expectations": [{"count": 1, "min": 1}]}, ["body.expectations.0"]),
    ({"expectations": [{"never": True, "max": 1}]}, ["body.expectations.0"]),
    ({"expectations": [{"never": True, "count": 0}]}, ["body.expectations.0"]),
    ({"expectations": [{"min": 3, "max": 1}]}, ["body.expectations.0"]),
    ({"expectations": [{"never": False}]}, ["body.expectations.0.never"]),
    ({"expectations": [{"count": 501}]}, ["body.expectations.0.count"]),
    ({"expectations": [{"count": True}]}, ["body.expectations.0.count"]),
    ({"expectations": [{"within": 60.1}]}, ["body.expectations.0.within"]),
    ({"expectations": [{"within": -1}]}, ["body.expectations.0.within"]),
    ({"expectations": [{"name": ""}]}, ["body.expectations.0.name"]),
    ({"expectations": [{"name": "a\nb"}]}, ["body.expectations.0.name"]),
    ({"expectations": [1]}, ["body.expectations.0"]),
    ({"expectations": []}, ["body.expectations"]),
    ({"expectations": [{}] * 101}, ["body.expectations"]),
    ({"expectations": {}}, ["body.expectations"]),
    ({"expectations": [{}], "within": "5"}, ["body.within"]),
    ({"expectations": [{}], "after": "x"}, ["body.after"]),
    ({"expectations": [{}], "after": -1}, ["body.after"]),
    ({"expectations": [{}], "after": 2**63}, ["body.after"]),
    ({"expectations": [{}], "timeout": 5}, ["body.timeout"]),
    ({"within": 1}, ["body.expectations"]),
    ([], ["body"]),
    ("x", ["body"]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "places"), WRONG, ids=lambda value: json.dumps(value)[:70])
def test_a_wrong_body_is_refused_with_its_places(shared_client: httpx.Client, body: Any, places: list[str]) -> None:
    assert_problem(shared_client.post(PATH, json=body), 400, *places)


def test_numbers_that_are_none_are_refused(shared_client: httpx.Client) -> None:
    for number in ("NaN", "Infinity", "1e999"):
        sent = '{"within": %s, "expectations": [{}]}' % number
        answer = shared_client.post(PATH, content=sent, headers={"content-type": "application/json"})
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
