from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.web.shapes import assert_schema, document
from tests.web.world import World

Json = dict[str, Any]

CONTRACT = {
    "GET /api/v1/messages",
    "POST /api/v1/messages",
    "PATCH /api/v1/messages",
    "DELETE /api/v1/messages",
    "POST /api/v1/messages/restore",
    "GET /api/v1/messages/wait",
    "GET /api/v1/messages/{message_id}",
    "PATCH /api/v1/messages/{message_id}",
    "DELETE /api/v1/messages/{message_id}",
    "GET /api/v1/messages/{message_id}/raw",
    "GET /api/v1/messages/{message_id}/text",
    "GET /api/v1/messages/{message_id}/html",
    "GET /api/v1/messages/{message_id}/parts/{n}",
    "GET /api/v1/messages/{message_id}/envelope",
    "GET /api/v1/messages/{message_id}/transcript",
    "POST /api/v1/expectations",
    "GET /api/v1/sessions",
    "GET /api/v1/sessions/{session_id}",
    "GET /api/v1/sessions/{session_id}/transcript",
    "GET /api/v1/sessions/{session_id}/transcript.txt",
    "GET /api/v1/stats",
    "GET /api/v1/inboxes",
    "POST /api/v1/inboxes",
    "GET /api/v1/inboxes/{name}",
    "DELETE /api/v1/inboxes/{name}",
    "GET /api/v1/events",
    "GET /api/v1/info",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
}


def described() -> Iterator[Any]:
    for path, item in document()["paths"].items():
        for method, operation in item.items():
            yield pytest.param(operation, id=f"{method.upper()} {path}")


OPERATIONS = list(described())


def bodies(operation: Json) -> Iterator[tuple[str, Json]]:
    """Everything with a media type: the body that is sent and the answers."""
    for one in (operation.get("requestBody", {}), *operation["responses"].values()):
        yield from one.get("content", {}).items()


def where(operation: Json) -> tuple[str, str]:
    """Its path and its method."""
    return next(
        (path, method) for path, item in document()["paths"].items() for method, one in item.items() if one is operation
    )


def test_the_document_has_the_routes_of_the_contract_and_no_others() -> None:
    found = {f"{method.upper()} {path}" for path, item in document()["paths"].items() for method in item}
    assert found == CONTRACT


def test_the_server_gives_the_document(shared_client: httpx.Client) -> None:
    answer = shared_client.get("/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == document()
    assert answer.json()["openapi"].startswith("3.1.")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_route_is_described_named_and_tagged(operation: Json) -> None:
    assert re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", operation["operationId"])
    assert operation["summary"]
    assert operation["description"].endswith(".")
    assert operation["tags"][0] in [tag["name"] for tag in document()["tags"]]
    assert len(operation["tags"]) == 1
    assert "Successful Response" not in [one["description"] for one in operation["responses"].values()]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_route_shows_an_example_of_everything_it_takes_and_gives(operation: Json) -> None:
    for media_type, media in bodies(operation):
        assert "example" in media
        if media_type.endswith("json"):
            assert_schema(media["example"], media["schema"])
    for parameter in operation.get("parameters", ()):
        assert parameter["description"]
        assert parameter["schema"]["examples"]
        for example in parameter["schema"]["examples"]:
            assert_schema(example, parameter["schema"])


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_route_tells_its_problems_as_problems(operation: Json) -> None:
    responses = operation["responses"]
    assert "422" not in responses
    refusals = {status: one for status, one in responses.items() if status >= "400"}
    assert {"400", "500"} <= set(refusals) or operation["tags"] == ["service"]
    for status, one in refusals.items():
        assert list(one["content"]) == ["application/problem+json"]
        media = one["content"]["application/problem+json"]
        assert_schema(media["example"], {"$ref": "#/components/schemas/Problem"})
        assert media["schema"] == {"$ref": "#/components/schemas/Problem"} or status == "409"
        assert media["example"]["status"] == int(status)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_example_of_a_body_is_one_that_the_route_takes(shared_world: World, operation: Json) -> None:
    content = operation.get("requestBody", {}).get("content", {})
    path, method = where(operation)
    kept = shared_world.take().id
    for media_type, media in content.items():
        example = media["example"]
        sent = example.encode() if isinstance(example, str) else json.dumps(example).encode()
        address = path.replace("{message_id}", str(kept))
        answer = shared_world.client.request(method, address, content=sent, headers={"content-type": media_type})
        assert answer.is_success, answer.text


def test_operation_ids_are_unique() -> None:
    ids = [one.values[0]["operationId"] for one in OPERATIONS]
    assert len(ids) == len(set(ids))


def test_every_field_of_every_shape_is_described_with_an_example() -> None:
    schemas = document()["components"]["schemas"]
    assert "HTTPValidationError" not in schemas
    for name, schema in schemas.items():
        assert schema["description"], name
        for field, one in schema.get("properties", {}).items():
            where = f"{name}.{field}"
            shaped = "$ref" in str(one)
            # Where a field says the same as its shape, it stands there only.
            assert one.get("description") or "$ref" in one, where
            assert one.get("examples") or shaped, where
            if one.get("examples") and not shaped:
                for example in one["examples"]:
                    assert_schema(example, one)


def test_what_is_never_missing_is_required_and_what_may_be_missing_is_never_null() -> None:
    schemas = document()["components"]["schemas"]
    for name in ("Summary", "Message", "Session", "SessionDetail", "MessageList", "SessionList", "Part", "Addr"):
        assert set(schemas[name]["required"]) == set(schemas[name]["properties"]), name
    entry = schemas["Entry"]
    assert set(entry["required"]) == {"seq", "at_us", "side", "kind", "text", "bytes"}
    assert "'null'" not in str(entry["properties"])
    assert set(schemas["Problem"]["required"]) == {"type", "title", "status", "detail"}


def test_the_limits_of_a_number_are_in_the_document() -> None:
    for one in OPERATIONS:
        for parameter in one.values[0].get("parameters", ()):
            schema = parameter["schema"]
            for number in [schema, *schema.get("anyOf", ())]:
                assert ("maximum" in number) == ("minimum" in number) == (number.get("type") == "integer")


def test_a_parameter_is_missing_rather_than_null() -> None:
    for one in OPERATIONS:
        for parameter in one.values[0].get("parameters", ()):
            assert {"type": "null"} not in parameter["schema"].get("anyOf", ())


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_query_parameter_is_taken_exactly_when_the_document_has_it(
    shared_client: httpx.Client, operation: Json
) -> None:
    path, method = where(operation)
    if not path.startswith("/api/"):
        return
    described = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
    answer = shared_client.request(method, re.sub(r"\{\w+\}", "1", path), params={"nonsense": "1"})
    assert answer.status_code == 400, answer.text
    takes = re.search(r"It takes (.*)\.", next(one["message"] for one in answer.json()["errors"]))
    assert takes is not None
    assert set(takes[1].split(", ")) == (described or {"none"})
