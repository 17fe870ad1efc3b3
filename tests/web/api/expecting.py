"""Expectations over the API, for tests: asked at once, or begun in a thread of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx

from tests.web.shapes import Json, assert_schema, assert_shape
from tests.web.world import LIMIT, World

PATH = "/api/v1/expectations"


def expect(world: World, *expectations: Json, **body: Any) -> httpx.Response:
    """Looks once, unless `within` says otherwise."""
    return world.client.post(PATH, json={"within": 0, "expectations": expectations, **body})


@contextmanager
def begun(world: World, *expectations: Json, within: float = 20) -> Iterator[Future[httpx.Response]]:
    """The answer to come of expectations that all wait when the block begins."""
    waiting = world.box.waiting
    before = len(waiting)

    def ask() -> httpx.Response:
        return httpx.post(f"{world.url}{PATH}", json={"within": within, "expectations": expectations}, timeout=LIMIT)

    async def are_there() -> None:
        while len(waiting) < before + len(expectations):
            await asyncio.sleep(0)

    with ThreadPoolExecutor(1) as threads:
        answer = threads.submit(ask)
        world.run(are_there())
        yield answer


def met(response: httpx.Response) -> list[Json]:
    """The results of expectations that were all met."""
    assert response.status_code == 200, response.text
    found = assert_shape(response, "expectMail")
    assert found["passed"] is True
    results: list[Json] = found["results"]
    return results


def unmet(response: httpx.Response) -> Json:
    """The problem of expectations that were not."""
    assert response.status_code == 409, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    found: Json = response.json()
    assert_schema(found, {"$ref": "#/components/schemas/ExpectationProblem"})
    assert_schema(found, {"$ref": "#/components/schemas/Problem"})
    return found
