"""Assertions on what crosses the wire, held against the server's own OpenAPI document."""

from __future__ import annotations

from functools import cache
from typing import Any

import httpx
from jsonschema import Draft202012Validator

from pillarbox.box import Box
from pillarbox.web.app import create_app
from pillarbox.web.config import WebConfig

Json = dict[str, Any]


@cache
def document() -> Json:
    """The OpenAPI document, made without a store: it needs none."""
    box: Any = object.__new__(Box)
    return create_app(box, WebConfig(version="1.2.3", hostname="mail.test")).openapi()


def assert_schema(value: object, schema: Json) -> None:
    """The value is what the schema says; its references go into the document's components."""
    validator = Draft202012Validator(
        {**schema, "components": document()["components"]}, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
    assert errors == []


def assert_shape(response: httpx.Response, operation_id: str) -> Any:
    """A good answer in JSON that is what the document promises for this operation; the value."""
    operation = next(
        one
        for item in document()["paths"].values()
        for one in item.values()
        if isinstance(one, dict) and one.get("operationId") == operation_id
    )
    promised = operation["responses"][str(response.status_code)]["content"]["application/json"]["schema"]
    assert response.headers["content-type"] == "application/json"
    assert_schema(response.json(), promised)
    return response.json()


def assert_problem(response: httpx.Response, status: int, *names: str) -> Json:
    """A problem of this status, and, with names, one that says these are wrong and no others."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    assert "content-security-policy" in response.headers
    found: Json = response.json()
    assert_schema(found, {"$ref": "#/components/schemas/Problem"})
    assert found["status"] == status
    assert found["type"] == "about:blank"
    assert found["title"]
    assert found["detail"].strip()
    assert ("errors" in found) == (status == 400)
    if names:
        assert [error["where"] for error in found["errors"]] == list(names)
        assert all(name in found["detail"] for name in names)
    return found
