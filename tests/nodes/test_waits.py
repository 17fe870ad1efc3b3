"""A wait at one node for mail that another one takes, and none of it missed when both take some."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx

from tests.nodes.test_nodes import send
from tests.running import Running
from tests.waiters import opened, wait

StartNode = Callable[..., Running]


def send_three(node: Running) -> list[int]:
    return [send(node, f"number {number}") for number in range(3)]


def test_mail_taken_by_one_node_answers_waits_at_the_other_and_cursors_go_with_both(start_node: StartNode) -> None:
    here, there = start_node(), start_node()

    async def first() -> tuple[str, int]:
        waiting = asyncio.create_task(wait(there, "subject=first&q=body:body"))
        await opened(there, 1)
        kept = await asyncio.to_thread(send, here, "first")
        answer = await waiting
        assert [one["id"] for one in answer.body["messages"]] == [kept]
        return answer.body["cursor"], kept

    cursor, kept = asyncio.run(first())
    assert cursor == str(kept)

    async def rest() -> list[list[int]]:
        waits = [asyncio.create_task(wait(node, f"after={cursor}&count=6&to=b@example.com")) for node in (here, there)]
        await opened(here, 1)
        await opened(there, 1)
        sent = await asyncio.gather(*[asyncio.to_thread(send_three, node) for node in (here, there)])
        answers = await asyncio.gather(*waits)
        return [sorted(sent[0] + sent[1]), *[[one["id"] for one in answer.body["messages"]] for answer in answers]]

    taken, at_here, at_there = asyncio.run(rest())
    assert at_here == at_there == taken
    for node in (here, there):
        unmet = httpx.get(f"{node.api}/messages/wait", params={"after": taken[-1], "timeout": 0}, timeout=60)
        assert (unmet.status_code, unmet.json()["cursor"]) == (409, str(taken[-1]))
