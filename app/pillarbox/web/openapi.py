"""The OpenAPI document: FastAPI's own, made true where it is not.

Rules of this module:

* FastAPI announces a 422 that this server never gives; the problems that a route can really answer stand instead.
* Every JSON response and body carries an example made of its fields' examples, so that no example can be outdated.
* What the document says a route takes is what it takes: all other query parameters are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock
from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from pillarbox.web import problems
from pillarbox.web.schemas.problem import Problem, ProblemError

Json = dict[str, Any]

_METHODS = ("get", "post", "put", "patch", "delete")
_OPEN = ("/healthz", "/readyz")
_CONFLICTS = ("createInbox", "deleteInbox")
_SCHEMAS = "#/components/schemas/"
_PROBLEMS = {
    "400": ("A parameter or the body is wrong, or unknown.", "limit: Must be less than or equal to 500."),
    "401": ("A user name and a password are needed.", "A user name and a password are needed."),
    "403": ("A web page of another origin asked for a change.", "A page of another origin may not change anything."),
    "404": ("There is no such thing.", "There is no message 42."),
    "409": (
        "What is there stands in the way.",
        "There is an inbox checkout already: use it, remove it first, or choose another name.",
    ),
    "413": ("The body is too large.", "The message may have at most 100000000 octets."),
    "415": ("The body is of another type than the route takes.", "The body must be message/rfc822."),
    "421": ("The Host header is none of this server's names.", "This server does not answer to the name 'evil.test'."),
    "500": ("The server failed.", problems.UNEXPECTED),
    "503": (
        "The database does not answer, or the server is being stopped; trying again may help.",
        "The database does not answer.",
    ),
}


def install(app: FastAPI) -> None:
    """Let `app.openapi` give the whole document, as /openapi.json gives it and /docs shows it: made when first asked
    for, which takes a quarter second that a start does not have.
    """
    own, making = app.openapi, Lock()

    def document() -> Json:
        with making:
            return app.openapi_schema or _mend(own())

    app.openapi = document  # type: ignore[method-assign]


def _mend(found: Json) -> Json:
    components: Json = found.setdefault("components", {})
    schemas: Json = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    _, shapes = models_json_schema(
        [(Problem, "serialization"), (ProblemError, "serialization")], ref_template=_SCHEMAS + "{model}"
    )
    schemas.update(shapes["$defs"])
    components["securitySchemes"] = {
        "password": {"type": "http", "scheme": "basic", "description": "Only when the server runs with --web-auth."}
    }
    found["security"] = [{}, {"password": []}]
    for path, method, operation in operations(found):
        for parameter in operation.get("parameters", ()):
            _forget_null(parameter["schema"])
        _tell_problems(operation, path, method)
        _tell_what_a_problem_adds(operation, schemas)
        if path in _OPEN:
            operation["security"] = []
        _name_the_shape(operation, schemas)
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for body in bodies:
            for media_type, media in body.get("content", {}).items():
                if media_type == "application/json" and "example" not in media and "schema" in media:
                    media["example"] = _example(media["schema"], schemas)
    return found


def operations(found: Json) -> Iterator[tuple[str, str, Json]]:
    """Every operation as (path, method in lower case, its description)."""
    for path, item in found["paths"].items():
        for method in _METHODS:
            if method in item:
                yield path, method, item[method]


def _tell_problems(operation: Json, path: str, method: str) -> None:
    responses: Json = operation["responses"]
    responses.pop("422", None)
    statuses = {"400", "401", "421", "500", "503"}
    if method != "get":
        statuses.add("403")
    if "{" in path:
        statuses.add("404")
    if "requestBody" in operation:
        statuses |= {"413", "415"}
    if path in _OPEN:
        statuses -= {"401", "421"}
    if not path.startswith("/api/"):
        statuses.remove("400")
    if path == "/healthz":
        statuses.remove("503")
    if operation["operationId"] in _CONFLICTS:
        statuses.add("409")
    # A session that is not there to be followed; a message without the value that is picked.
    if operation["operationId"] in ("streamEvents", "waitForMessages"):
        statuses.add("404")
    for status in sorted(statuses):
        description, detail = _PROBLEMS[status]
        responses[status] = {"description": description, "content": {problems.MEDIA_TYPE: _media(status, detail)}}


def _tell_what_a_problem_adds(operation: Json, schemas: Json) -> None:
    """A problem with a shape of its own is still a problem, and no plain JSON as FastAPI takes it for."""
    for status, response in operation["responses"].items():
        if status >= "400" and (media := response.get("content", {}).pop("application/json", None)) is not None:
            response["content"][problems.MEDIA_TYPE] = {**media, "example": _example(media["schema"], schemas)}


def _name_the_shape(operation: Json, schemas: Json) -> None:
    """A good answer is described by what its shape says of itself, not by FastAPI's "Successful Response"."""
    for status, response in operation["responses"].items():
        if response["description"] != "Successful Response":
            continue
        if status == "204":
            response["description"] = "It is done; there is nothing to say."
        else:
            reference: str = response["content"]["application/json"]["schema"]["$ref"]
            response["description"] = schemas[reference.removeprefix(_SCHEMAS)]["description"]


def _forget_null(schema: Json) -> None:
    """A parameter is missing or has a value; FastAPI takes the None that stands for missing as a value."""
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        del schema["anyOf"]
        schema.update(choices[0])
    elif choices:
        schema["anyOf"] = choices


def _media(status: str, detail: str) -> Json:
    example = problems.problem(int(status), detail).model_dump(mode="json", exclude_none=True)
    if status == "400":
        where, _, message = detail.partition(": ")
        example["errors"] = [{"where": where, "message": message}]
    return {"schema": {"$ref": f"{_SCHEMAS}Problem"}, "example": example}


def _example(schema: Json, schemas: Json) -> Any:
    """A value of this schema: the first example there is, or one made of its fields' examples."""
    if schema.get("examples"):
        return schema["examples"][0]
    if "$ref" in schema:
        return _example(schemas[schema["$ref"].removeprefix(_SCHEMAS)], schemas)
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        return _example(choice, schemas)
    if schema.get("type") == "array":
        return [_example(schema["items"], schemas)]
    if schema.get("type") == "object":
        fields = schema.get("properties", {})
        wanted = schema.get("required", ())
        return {name: _example(field, schemas) for name, field in fields.items() if name in wanted}
    raise AssertionError(f"This schema has no example: {schema}")
