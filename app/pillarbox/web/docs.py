"""The API's reference as a page: the OpenAPI document as plain HTML, with no script and nothing from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from fastapi import APIRouter, Request, Response

from pillarbox.errors import StoreUnavailable
from pillarbox.web import openapi
from pillarbox.web.api.dependencies import TheBox
from pillarbox.web.contexts import Page, Rail
from pillarbox.web.language import gettext as _
from pillarbox.web.pages.rail import rail
from pillarbox.web.templating import render

router = APIRouter(include_in_schema=False)

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter, field or answer: `kind` is its type, or where it goes, in a word or two."""

    name: str
    kind: str
    about: str
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One route. `body` is an example of what is sent, `example` of what comes back."""

    id: str
    method: str
    path: str
    summary: str
    about: str
    parameters: tuple[Row, ...]
    answers: tuple[Row, ...]
    body: str | None
    example: str | None


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    about: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class ShapeRows:
    name: str
    about: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocsPage(Page):
    template: ClassVar[str] = "docs.html"
    openapi: str
    version: str
    sections: tuple[Section, ...]
    shapes: tuple[ShapeRows, ...]


@router.get("/docs")
def show(request: Request, box: TheBox) -> Response:
    column: Rail | None
    try:
        column = rail(box, "docs")
    except StoreUnavailable:
        # The reference needs no database, and somebody may be looking up why.
        column = None
    root = request.scope.get("root_path", "").rstrip("/")
    return render(request, context(request.app.openapi(), f"{root}/openapi.json", column))


def context(document: Json, address: str, column: Rail | None) -> DocsPage:
    """The OpenAPI document in the page's own terms."""
    described = list(openapi.operations(document))
    sections = tuple(
        Section(
            tag["name"],
            tag["description"],
            tuple(_operation(path, method, one) for path, method, one in described if tag["name"] in one["tags"]),
        )
        for tag in document["tags"]
    )
    return DocsPage(
        title=_("API"),
        rail=column,
        openapi=address,
        version=document["info"]["version"],
        sections=sections,
        shapes=tuple(_shape(name, schema) for name, schema in document["components"]["schemas"].items()),
    )


def _operation(path: str, method: str, described: Json) -> Operation:
    body = described.get("requestBody", {}).get("content", {})
    answers: Json = described["responses"]
    good = next(one for status, one in answers.items() if status.startswith("2"))
    # The docstring's first line is the summary; what follows is the rest.
    summary, _, about = str(described["description"]).partition("\n\n")
    return Operation(
        id=described["operationId"],
        method=method.upper(),
        path=path,
        summary=summary,
        about=about,
        parameters=tuple(
            Row(one["name"], f"{one['in']}, {type_name(one['schema'])}", one.get("description", ""), one["required"])
            for one in described.get("parameters", ())
        ),
        answers=tuple(Row(status, _media_types(one), one["description"]) for status, one in sorted(answers.items())),
        body=_example(body),
        example=_example(good.get("content", {})),
    )


def _media_types(answer: Json) -> str:
    return ", ".join(answer.get("content", ()))


def _example(content: Json) -> str | None:
    for media in content.values():
        if "example" in media:
            example = media["example"]
            return example if isinstance(example, str) else json.dumps(example, indent=2, ensure_ascii=False)
    return None


def _shape(name: str, schema: Json) -> ShapeRows:
    required = schema.get("required", ())
    rows = (
        Row(field, type_name(one), one.get("description", ""), field in required)
        for field, one in schema.get("properties", {}).items()
    )
    return ShapeRows(name, schema.get("description", ""), tuple(rows))


def type_name(schema: Json) -> str:
    """A schema in a word or two: `integer`, `list of Addr`, `string or null`, `"html" or "text"`."""
    return " or ".join(dict.fromkeys(_type_names(schema)))


def _type_names(schema: Json) -> Iterator[str]:
    if "$ref" in schema:
        yield schema["$ref"].rpartition("/")[2]
    elif "anyOf" in schema or "oneOf" in schema:
        for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
            yield from _type_names(choice)
    elif "enum" in schema or "const" in schema:
        yield from (json.dumps(value) for value in schema.get("enum", [schema.get("const")]))
    elif schema.get("type") == "array" and "items" in schema:
        yield f"list of {type_name(schema['items'])}"
    elif schema.get("format") == "date-time":
        yield "time"
    else:
        yield schema.get("type", "any")
