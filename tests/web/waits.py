"""Waits at a `World`, begun in threads, for tests that say what happens meanwhile."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx

from tests.web.shapes import Json, assert_problem, assert_schema, assert_shape
from tests.web.world import LIMIT, World

WAIT = "/api/v1/messages/wait"


def mail(subject: str = "Welcome", *more: str, to: str = "ada@example.org", body: str = "Hello") -> bytes:
    lines = ["From: Shop <shop@example.org>", f"To: Ada <{to}>", f"Subject: {subject}", *more, "", body, ""]
    return "\r\n".join(lines).encode()


class Waits:
    """Waits in threads of their own, for one inbox that no other test uses."""

    def __init__(self, world: World, inbox: str) -> None:
        self.world = world
        self.inbox = inbox
        self._threads = ThreadPoolExecutor(max_workers=16)

    def take(self, raw: bytes | None = None, *recipients: str, **more: Any) -> int:
        return self.world.take(raw or mail(), *recipients, inbox=self.inbox, **more).id

    def get(self, **params: Any) -> httpx.Response:
        """In the inbox; `from_` is `from`, and a wait that is not answered by mail ends soon."""
        asked: dict[str, Any] = {"inbox": self.inbox, "timeout": 0} | {
            name.rstrip("_"): value for name, value in params.items()
        }
        with httpx.Client(base_url=self.world.url, timeout=LIMIT) as client:
            return client.get(WAIT, params={name: value for name, value in asked.items() if value is not None})

    def found(self, **params: Any) -> list[int]:
        return [one["id"] for one in assert_shape(self.get(**params), "waitForMessages")["messages"]]

    def unmet(self, **params: Any) -> Json:
        answer = self.get(**params)
        problem = assert_problem(answer, 409)
        assert_schema(problem, {"$ref": "#/components/schemas/WaitProblem"})
        return problem

    def begin(self, **params: Any) -> Future[httpx.Response]:
        """A wait that has begun when this returns."""
        waiting = self.world.box.waiting
        before = len(waiting)
        future = self._threads.submit(self.get, **({"timeout": 20} | params))

        async def begun() -> None:
            while len(waiting) <= before:
                await asyncio.sleep(0)

        self.world.run(begun())
        return future

    def close(self) -> None:
        self._threads.shutdown()


def ids(answer: Future[httpx.Response]) -> list[int]:
    found = assert_shape(answer.result(LIMIT), "waitForMessages")
    return [one["id"] for one in found["messages"]]
