"""What a test expects of mail: each field that can be asserted, holding and not; counts; time; and wrong bodies."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.web.api.expected_mail import MAIL, told
from tests.web.api.expecting import PATH, begun, expect, met, unmet
from tests.web.shapes import assert_problem
from tests.web.world import LIMIT, PLAIN, World

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


def test_where_too_few_came_it_is_told_too_what_is_wrong_with_those_that_did(world: World) -> None:
    kept = world.take(PLAIN).id
    asserted = {"subject": "Hallo", "text": {"contains": "Hello"}, "headers": {"X-A": "b"}}
    found = unmet(expect(world, {"count": 2, "match": {"to": "ada@example.org"}, "assert": asserted}))
    assert found["detail"] == (
        "Only 1 of 2 messages to ada@example.org are there.\n"
        f"Message {kept} came, but is not as asserted: subject and 1 more thing.\n"
        "subject differs first at character 2.\n  wanted: Hallo\n  actual: Hello\n           ^"
    )


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
def test_messages_are_counted(shared_world: World, number: dict[str, Any], passes: bool) -> None:
    inbox = "-".join(["counted", *(f"{name}-{value}" for name, value in number.items())]).lower()
    kept = [shared_world.take(PLAIN, "ada@example.org", inbox=inbox).id for _ in range(2)]
    shared_world.take(PLAIN, "bob@example.org", inbox="elsewhere")
    answer = expect(shared_world, number, inbox=inbox)
    found = met(answer) if passes else unmet(answer)["results"]
    assert found[0]["messages"] == kept


def test_only_messages_that_are_as_asserted_count_in_whatever_order_they_come(shared_world: World) -> None:
    world = shared_world
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


def test_mail_that_comes_later_ends_the_waiting_at_once(world: World) -> None:
    began = time.monotonic()
    with begun(world, {"assert": {"subject": "Hello"}}) as answer:
        kept = world.take()
        assert met(answer.result(LIMIT))[0]["messages"] == [kept.id]
    assert time.monotonic() - began < 20


def test_never_holds_for_all_of_its_time_and_fails_at_once_when_mail_comes(world: World) -> None:
    began = time.monotonic()
    met(expect(world, {"never": True}, within=0.3))
    assert time.monotonic() - began >= 0.3
    began = time.monotonic()
    with begun(world, {"never": True}) as answer:
        kept = world.take()
        assert unmet(answer.result(LIMIT))["detail"] == f"Message {kept.id}, “Hello”, came, and none was to come."
    assert time.monotonic() - began < 20


def test_an_upper_bound_fails_as_soon_as_one_too_many_has_come(world: World) -> None:
    world.take()
    began = time.monotonic()
    with begun(world, {"count": 1}, {"max": 1, "assert": {"subject": "Hello"}}) as answer:
        world.take()
        assert [one["passed"] for one in unmet(answer.result(LIMIT))["results"]] == [False, False]
    assert time.monotonic() - began < 20


def test_all_expectations_run_at_the_same_time_each_with_its_own(world: World) -> None:
    world.take(PLAIN, "ada@example.org")
    never = [{"name": f"nothing {number}", "match": {"to": "bob@example.org"}, "never": True} for number in range(30)]
    there = {"name": "there", "match": {"to": "ada@example.org"}}
    missing = {"name": "not there", "match": {"to": "eve@example.org"}, "within": 0.1}
    began = time.monotonic()
    found = unmet(expect(world, *never, there, missing, within=0.5))
    assert 0.5 <= time.monotonic() - began < 10
    assert [one["name"] for one in found["results"] if not one["passed"]] == ["not there"]
    first = found["detail"].split("\n\n")[:2]
    assert first[0] == "1 of 32 expectations were not met."
    assert first[1].startswith("“not there”: No message to eve@example.org came within 0.1 s.")


def test_many_clients_expect_at_once_and_each_sees_its_own_mail_alone(shared_world: World) -> None:
    def one(number: int) -> list[int]:
        mine = {"assert": {"subject": f"For {number}", "text": {"regex": f"^Number {number}$"}}, "min": 2}
        others = {"never": True, "assert": {"subject": {"regex": f"^For (?!{number}$)"}}, "within": 0.3}
        body = {"inbox": f"client{number}", "within": 20, "expectations": [mine, others]}
        results = met(httpx.post(f"{shared_world.url}{PATH}", json=body, timeout=LIMIT))
        found: list[int] = results[0]["messages"]
        return found

    with ThreadPoolExecutor(20) as clients:
        asked = [clients.submit(one, number) for number in range(20)]
        kept: dict[int, list[int]] = {number: [] for number in range(20)}
        for _ in range(2):
            for number, ids in kept.items():
                raw = f"Subject: For {number}\r\n\r\nNumber {number}".encode()
                ids.append(shared_world.take(raw, inbox=f"client{number}").id)
        assert [answer.result(LIMIT) for answer in asked] == list(kept.values())


def test_a_deletion_in_the_middle_takes_the_message_out_of_the_count(world: World) -> None:
    kept = [world.take() for _ in range(2)]
    with begun(world, {"count": 2}, within=1) as answer:
        world.client.delete(f"/api/v1/messages/{kept[0].id}").raise_for_status()
        (result,) = unmet(answer.result(LIMIT))["results"]
    assert (result["passed"], result["messages"], result["actual"]) == (False, [kept[1].id], "1 message")


def test_a_client_that_goes_away_is_no_longer_worked_for(world: World) -> None:
    body = {"within": 60, "expectations": [{}, {"never": True, "match": {"to": "ada@example.org"}}]}
    with pytest.raises(httpx.ReadTimeout):
        world.client.post(PATH, json=body, timeout=0.5)

    async def forgotten() -> None:
        while len(world.box.waiting) or len(world.box.bus):
            await asyncio.sleep(0)

    world.run(forgotten())


def test_a_server_that_stops_says_so(start_world: Callable[..., World]) -> None:
    world = start_world()
    with begun(world, {"min": 1}, {"never": True}) as answer:
        world.run(closed(world))
        assert_problem(answer.result(LIMIT), 503)


async def closed(world: World) -> None:
    world.box.bus.close()


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


# Too much


def test_more_messages_than_are_looked_at_break_an_upper_bound(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("watch", "expect"):
        monkeypatch.setattr(f"pillarbox.box.{module}.ENOUGH", 3)
    for _ in range(3):
        world.take()
    met(expect(world, {}))
    found = unmet(expect(world, {"never": True, "assert": {"subject": "Other"}}))
    assert "messages or more are like what is expected, and no more are looked at." in found["detail"]
    assert found["results"][0]["found"] == 3


def test_messages_that_take_too_long_to_judge_break_an_expectation(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pillarbox.box.expect.LONGEST", 0.0)
    world.take()
    found = unmet(expect(world, {"assert": {"subject": "Other"}}, within=30))
    assert found["detail"].startswith("Holding the messages against what is asserted has taken more than 10 s")


def test_a_pattern_that_takes_too_long_fails_and_others_are_answered_meanwhile(world: World) -> None:
    numbers = b"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24"
    world.take(b"Subject: slow\r\n\r\n" + (numbers + b"\r\n") * 10)
    slow = {"assert": {"text": {"regex": r"(?s)(.*,){11}P"}}}
    began = time.monotonic()
    with begun(world, slow, {**slow, "never": True}) as answer:
        while not answer.done():
            world.client.get("/api/v1/messages").raise_for_status()
    assert time.monotonic() - began < 20
    for result in unmet(answer.result())["results"]:
        assert "text cannot be told. The pattern /(?s)(.*,){11}P/ took longer than 1 s" in result["reason"]
        assert result["wanted"] == "matches /(?s)(.*,){11}P/"
