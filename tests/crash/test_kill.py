"""kill -9 at any moment: everything that got 250 is there once, whole and listed, after the next start."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from pathlib import Path

import httpx
import pytest

from tests import running
from tests.counts import count
from tests.crash.crowd import Crowd
from tests.running import Running

LIMIT = 120.0
"""Seconds for a crowd to get its answers, on a slow machine."""


def listed(server: Running, after: int) -> list[int]:
    """The ids of all messages above `after`, as the list shows them page by page."""
    ids: list[int] = []
    with httpx.Client(base_url=server.api, timeout=60) as api:
        before: int | None = None
        while True:
            page = {"limit": 500, "after": after} | ({"before": before} if before is not None else {})
            answer = api.get("/messages", params=page).raise_for_status().json()
            ids += [message["id"] for message in answer["messages"]]
            before = answer["next"]
            if before is None:
                return ids


def contents(server: Running, ids: list[int]) -> list[str]:
    """The SHA-256 of each message's bytes."""
    with httpx.Client(base_url=server.api, timeout=60) as api:
        return [hashlib.sha256(api.get(f"/messages/{one}/raw").raise_for_status().content).hexdigest() for one in ids]


def whole(server: Running, number: int) -> None:
    """The message is found by its subject, and its session's transcript has its content."""
    with httpx.Client(base_url=server.api, timeout=60) as api:
        subject = api.get(f"/messages/{number}").raise_for_status().json()["subject"]
        hits = api.get("/messages", params={"q": subject}).raise_for_status().json()["messages"]
        assert number in [message["id"] for message in hits], f"message {number} is not in the search index"
        entries = api.get(f"/messages/{number}/transcript").raise_for_status().json()["entries"]
        assert number in [entry.get("message_id") for entry in entries], f"message {number} has no transcript"


def open_sessions(server: Running) -> int:
    answer = httpx.get(f"{server.api}/sessions", params={"outcome": "open"}, timeout=60).raise_for_status()
    return int(answer.json()["total"])


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_kill_loses_nothing_that_was_acknowledged(
    database: str, request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url: str = request.getfixturevalue(f"{database}_url")
    kills = count("PILLARBOX_KILLS", 5)
    chance = random.Random(kills)
    found: Counter[str] = Counter()
    sent: set[str] = set()
    acknowledged: set[str] = set()
    newest = 0
    server = running.start(tmp_path, "--database", url)
    try:
        for number in range(kills):
            crowd = Crowd(number)
            crowd.start(server.smtp_host, server.smtp_port)
            crowd.wait_for(chance.randint(1, 300), LIMIT)
            server.kill()
            crowd.wait_for_end()
            sent |= crowd.sent
            acknowledged |= crowd.acknowledged
            server = running.start(tmp_path, "--database", url)
            ids = listed(server, newest)
            found.update(contents(server, ids))
            newest = max([newest, *ids])
            for one in ids[:3] + ids[-3:]:
                whole(server, one)
            missing = acknowledged - found.keys()
            twice = [content for content, times in found.items() if times > 1]
            assert not missing, f"kill {number + 1}: {len(missing)} acknowledged messages are missing"
            assert not twice, f"kill {number + 1}: {len(twice)} messages are there more than once"
            assert found.keys() <= sent, f"kill {number + 1}: a message is there that nobody sent like that"
            if database == "sqlite":
                assert open_sessions(server) == 0
        assert len(listed(server, 0)) == found.total()
    finally:
        server.kill()
    with capsys.disabled():
        print(
            f"\n{database}: {kills} kills, {len(sent)} sent, {len(acknowledged)} acknowledged, "
            f"{found.total()} kept, 0 lost, 0 twice"
        )
