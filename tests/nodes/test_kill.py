"""A node that dies under load behind the balancer: nothing acknowledged is lost, readers go on at the other."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections import Counter

import httpx
import pytest

from tests.balancer import Balancer
from tests.crash.crowd import Crowd
from tests.nodes.following import Follower, Told
from tests.running import Running
from tests.storage.inside import PostgresInside

LIMIT = 120.0
"""Seconds for the crowd to get its answers, on a slow machine."""


class Reader:
    """Asks for the list again and again, until its block ends; `answers` counts the status codes."""

    def __init__(self, api: str) -> None:
        self.answers: Counter[int] = Counter()
        self._api = api
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._read)

    def __enter__(self) -> Reader:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._thread.join()

    def _read(self) -> None:
        with httpx.Client(timeout=60) as client:
            while not self._closing.is_set():
                self.answers[client.get(f"{self._api}/messages", params={"limit": 1}).status_code] += 1


def everything(api: str) -> Counter[str]:
    """The SHA-256 of the bytes of every message, page by page."""
    found: Counter[str] = Counter()
    with httpx.Client(base_url=api, timeout=60) as client:
        before: int | None = None
        while True:
            page = {"limit": 500} | ({} if before is None else {"before": before})
            answer = client.get("/messages", params=page).raise_for_status().json()
            for message in answer["messages"]:
                content = client.get(f"/messages/{message['id']}/raw").raise_for_status().content
                found[hashlib.sha256(content).hexdigest()] += 1
            before = answer["next"]
            if before is None:
                return found


def opened_by(peer: str, stream: Follower) -> int:
    """The number of the session that this client has opened."""
    told = stream.until(lambda told: any(one.data.get("peer") == peer for one in told))
    return next(int(one.data["id"]) for one in told if one.data.get("peer") == peer)


def lost(told: list[Told]) -> list[int]:
    """The sessions that were told to be lost."""
    return [one.data["id"] for one in told if one.kind == "session.closed" and one.data["outcome"] == "lost"]


def session_at(node: Running, balancer: Balancer) -> tuple[socket.socket, int]:
    """A client that is connected through the balancer to this very node, and the number of its session."""
    with Follower(f"{node.url}/api/v1") as stream:
        for _ in range(50):
            client = socket.create_connection(("127.0.0.1", balancer.smtp_port), timeout=60)
            client.recv(1000)
            peer = f"127.0.0.1:{client.getsockname()[1]}"
            number = opened_by(peer, stream)
            listener = httpx.get(f"{node.api}/sessions/{number}").raise_for_status().json()["listener"]
            if listener == f"smtp 127.0.0.1:{node.smtp_port}":
                return client, number
            client.close()
    raise AssertionError("the balancer never chose that node")


def test_a_node_killed_under_load_loses_nothing_that_was_acknowledged(
    balanced: tuple[Balancer, list[Running]], shared: PostgresInside, capsys: pytest.CaptureFixture[str]
) -> None:
    balancer, (victim, survivor) = balanced
    crowd = Crowd(1, goes_on=True)
    client, number = session_at(victim, balancer)
    with client, Reader(balancer.api) as reader, Follower(balancer.api) as first, Follower(balancer.api) as second:
        crowd.start("127.0.0.1", balancer.smtp_port)
        try:
            crowd.wait_for(100, LIMIT)
            victim.kill()
            crowd.wait_for(len(crowd.acknowledged) + 200, LIMIT)
        finally:
            crowd.stop()
        found = everything(balancer.api)
        for follower in (first, second):
            added = follower.wait_for("message.added", found.total())
            assert len({one.data["id"] for one in added}) == len(added) == found.total()
            numbers = [one.id for one in follower.told if one.id is not None]
            assert numbers == sorted(set(numbers))
        # The heartbeat is put back instead of waiting for 30 seconds; the survivor looks when it beats next.
        assert client.recv(1000) == b""
        shared.run(f"UPDATE node SET heartbeat_at = heartbeat_at - 30000000 WHERE pid = {victim.process.pid}")
        first.until(lambda told: number in lost(told))
    assert crowd.acknowledged - found.keys() == set()
    assert [content for content, times in found.items() if times > 1] == []
    assert found.keys() <= crowd.sent
    assert crowd.broken > 0
    assert set(reader.answers) == {200}
    session = httpx.get(f"{survivor.api}/sessions/{number}").raise_for_status().json()
    assert (session["outcome"], session["reason"]) == ("lost", "The server stopped in the middle of this session.")
    with capsys.disabled():
        print(
            f"\n{len(crowd.sent)} sent, {len(crowd.acknowledged)} acknowledged, {crowd.broken} connections lost or "
            f"refused, {found.total()} kept, 0 lost, 0 twice; {reader.answers[200]} lists read"
        )
