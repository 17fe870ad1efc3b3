"""The API is documented: each route in docs/api.md, and each route and field on the page at /docs."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from pillarbox.web import docs
from tests.web.shapes import document

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "api.md"
ROUTES = sorted(f"{method.upper()} {path}" for path, item in document()["paths"].items() for method in item)


def sections() -> dict[str, str]:
    """The text under each heading of docs/api.md that is a route."""
    pieces = re.split(r"^#+ (.+)$", GUIDE.read_text("utf-8"), flags=re.MULTILINE)
    return {title.strip("`"): text for title, text in zip(pieces[1::2], pieces[2::2], strict=True)}


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_is_documented_with_a_curl_line_for_it(route: str) -> None:
    method, path = route.split(" ")
    text = sections()[route]
    address = "".join(
        '[^/?"]+' if piece.startswith("{") else re.escape(piece) for piece in re.split(r"(\{\w+\})", path)
    )
    lines = [line for line in text.splitlines() if re.search(rf'curl .*"\$BOX{address}(\?[^"]*)?"', line)]
    assert lines
    sent = {"POST": "--json|--data-binary|-X POST|\\\\$", "PATCH": "-X PATCH", "DELETE": "-X DELETE"}.get(
        method, "^(?!.* -X )"
    )
    assert all(re.search(sent, line) for line in lines)


def test_no_route_is_documented_that_is_not_there() -> None:
    assert [
        title for title in sections() if re.match("(GET|POST|PUT|PATCH|DELETE) ", title) and title not in ROUTES
    ] == []


def test_every_parameter_is_named_in_the_guide() -> None:
    guide = GUIDE.read_text("utf-8")
    for path, item in document()["paths"].items():
        for method, operation in item.items():
            for parameter in operation.get("parameters", ()):
                name = parameter["name"]
                said = re.search(rf"(?i)[?&{{`]{name}[=}}`:]|{name}: ", guide)
                assert said, f"{method} {path}: {name}"


def test_the_page_shows_every_route_parameter_answer_and_field(shared_client: httpx.Client) -> None:
    answer = shared_client.get("/docs")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = docs.context(document(), "/openapi.json", None)
    shown = [operation for section in page.sections for operation in section.operations]
    assert sorted(f"{one.method} {one.path}" for one in shown) == ROUTES
    for one in shown:
        described = document()["paths"][one.path][one.method.lower()]
        assert {row.name for row in one.parameters} == {each["name"] for each in described.get("parameters", ())}
        assert {row.name for row in one.answers} == set(described["responses"])
        assert f'id="{one.id}"' in answer.text
        assert f"{one.method} {one.path}" in answer.text
    for shape in page.shapes:
        assert f'id="shape-{shape.name}"' in answer.text
        for row in shape.rows:
            assert f"<code>{row.name}</code>" in answer.text


def test_the_page_fetches_nothing_from_elsewhere_and_runs_nothing_of_its_own(shared_client: httpx.Client) -> None:
    page = shared_client.get("/docs").text
    addresses = re.findall(r'(?:src|href|action)="([^"]*)"', page)
    assert addresses
    assert [one for one in addresses if not one.startswith(("/", "#"))] == []
    assert [one for one in addresses if one.startswith("//")] == []
    assert re.findall(r"<script(?![^>]* src=)", page) == []
    assert re.findall(r" on\w+=| style=", page) == []


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "integer"}, "integer"),
        ({"type": "string", "format": "date-time"}, "time"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string or null"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Addr"}}, "list of Addr"),
        ({"enum": ["html", "text"]}, '"html" or "text"'),
        ({"const": "none"}, '"none"'),
        ({}, "any"),
    ],
)
def test_a_type_is_a_word_or_two(schema: docs.Json, words: str) -> None:
    assert docs.type_name(schema) == words
