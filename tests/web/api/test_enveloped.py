"""Messages that are handed in with their whole envelope, and envelopes that are given out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from pillarbox.web.api.imports import ENVELOPED
from pillarbox.web.schemas.given import LONGEST
from tests.web.shapes import assert_problem, assert_shape
from tests.web.world import PLAIN, World

MESSAGES = "/api/v1/messages"
TYPE = {"content-type": ENVELOPED}

ENVELOPE: dict[str, Any] = {
    "mail_from": {"address": "", "params": {"RET": "HDRS", "ENVID": "a+b=c", "SMTPUTF8": True}},
    "rcpt_to": [
        {"address": '"a, b <c>"@example.org', "params": {"NOTIFY": "SUCCESS,DELAY", "ORCPT": "rfc822;a b@example.org"}},
        {"address": "анна@пример.рф", "params": {}},
        {"address": "ada@example.org", "params": {}},
    ],
}


def body(envelope: Any = ENVELOPE, raw: bytes = PLAIN) -> bytes:
    return json.dumps(envelope).encode() + b"\n" + raw


def test_an_envelope_comes_out_as_it_went_in(world: World) -> None:
    answer = world.client.post(MESSAGES, content=body(), headers=TYPE)
    summary = assert_shape(answer, "importMessage")
    assert summary["mail_from"] == ""
    assert summary["rcpt_to"] == [one["address"] for one in ENVELOPE["rcpt_to"]]
    given = world.client.get(answer.headers["location"] + "/envelope")
    found = assert_shape(given, "getEnvelope")
    assert [one.pop("role") for one in found["rcpt_to"]] == ["bcc", "bcc", "to"]
    assert found == ENVELOPE
    assert found["mail_from"] == world.client.get(answer.headers["location"]).json()["envelope"]["mail_from"]


def test_what_the_api_gives_can_be_handed_in_again(world: World) -> None:
    first = world.client.post(MESSAGES, content=body(), headers=TYPE)
    given = world.client.get(first.headers["location"] + "/envelope").content
    second = world.client.post(MESSAGES, content=given + b"\n" + PLAIN, headers=TYPE)
    assert world.client.get(second.headers["location"] + "/envelope").content == given


@pytest.mark.parametrize("raw", [b"", b"\n", b"\r\n\r\n", b"\n{}\n", b"a\nb\r\x00\xff"])
def test_the_message_is_all_that_follows_the_first_line_feed(world: World, raw: bytes) -> None:
    whole = body(raw=raw)
    for content in (whole, iter([whole[i : i + 1] for i in range(len(whole))])):
        answer = world.client.post(MESSAGES, content=content, headers=TYPE)
        assert answer.status_code == 201, answer.text
        assert world.client.get(answer.headers["location"] + "/raw").content == raw


def test_inbox_and_time_stand_in_the_address(world: World) -> None:
    params = {"inbox": "checkout", "received_at": "2026-11-23T22:14:09.123456Z"}
    summary = world.client.post(MESSAGES, params=params, content=body(), headers=TYPE).json()
    assert (summary["inbox"], summary["received_at"]) == ("checkout", "2026-11-23T22:14:09.123456Z")


def test_a_thousand_recipients_with_parameters_fit(world: World) -> None:
    params = {"NOTIFY": "SUCCESS,FAILURE,DELAY", "ORCPT": f"rfc822;{'o' * 400}@example.org"}
    many = [{"address": f"{'a' * 60}{n}@example.org", "params": params} for n in range(1000)]
    answer = world.client.post(MESSAGES, content=body({**ENVELOPE, "rcpt_to": many}), headers=TYPE)
    assert answer.status_code == 201
    found = world.client.get(answer.headers["location"] + "/envelope").json()["rcpt_to"]
    assert [(one["address"], one["params"]) for one in found] == [(one["address"], one["params"]) for one in many]


def changed(path: str, value: Any) -> Any:
    envelope = json.loads(json.dumps(ENVELOPE))
    at = envelope
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in steps:
        at = at[step]
    at[last] = value
    return envelope


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("mail_from.address", "a\r\nRCPT TO:<x>"),
        ("mail_from.address", None),
        ("mail_from.address", "a" * 1001),
        ("rcpt_to.0.address", ""),
        ("rcpt_to.0.address", "a\x00@example.org"),
        ("rcpt_to.1.role", "boss"),
        ("mail_from.params", {f"X{n}": "1" for n in range(21)}),
        ("mail_from.params", []),
        ("to", []),
        ("rcpt_to", None),
        ("rcpt_to", [{"address": "a@example.org"}] * 1001),
    ],
)
def test_a_wrong_envelope_is_refused_and_its_place_named(shared_client: httpx.Client, path: str, value: object) -> None:
    answer = shared_client.post(MESSAGES, content=body(changed(path, value)), headers=TYPE)
    assert_problem(answer, 400, f"body.envelope.{path}")


@pytest.mark.parametrize("params", [{"notify": "x"}, {"": "x"}, {"RET": False}, {"RET": 1}, {"RET": "a\nb"}])
def test_a_wrong_parameter_is_refused(shared_client: httpx.Client, params: object) -> None:
    answer = shared_client.post(MESSAGES, content=body(changed("mail_from.params", params)), headers=TYPE)
    found = assert_problem(answer, 400)
    assert all(one["where"].startswith("body.envelope.mail_from.params") for one in found["errors"])


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"{\n", b"[]\n", b"\n" + PLAIN, b"\xff\n", b'"a"\n', b"[" * 9999 + b"\n"]
)
def test_a_first_line_that_is_no_envelope_is_refused(shared_client: httpx.Client, content: bytes) -> None:
    answer = shared_client.post(MESSAGES, content=content, headers=TYPE)
    assert all(one["where"].startswith("body.envelope") for one in assert_problem(answer, 400)["errors"])


def test_an_envelope_has_a_limit_of_its_own(shared_client: httpx.Client) -> None:
    assert_problem(shared_client.post(MESSAGES, content=b" " * (LONGEST + 1) + b"\n", headers=TYPE), 413)


def test_the_message_behind_an_envelope_has_the_limit_of_messages(start_world: Callable[..., World]) -> None:
    world = start_world(max_message_size=1000)
    assert world.client.post(MESSAGES, content=body(raw=b"x" * 1000), headers=TYPE).status_code == 201
    assert_problem(world.client.post(MESSAGES, content=body(raw=b"x" * 1001), headers=TYPE), 413)
    assert_problem(world.client.post(MESSAGES, content=iter([body(), b"x" * 1000]), headers=TYPE), 413)


@pytest.mark.parametrize("name", ["mail_from", "rcpt_to"])
def test_an_envelope_is_given_once(shared_client: httpx.Client, name: str) -> None:
    answer = shared_client.post(MESSAGES, params={name: "a@example.org"}, content=body(), headers=TYPE)
    assert_problem(answer, 400, name)


def test_no_message_no_envelope(shared_client: httpx.Client) -> None:
    assert_problem(shared_client.get(f"{MESSAGES}/999999/envelope"), 404)
