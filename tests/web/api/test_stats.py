"""Figures over JSON."""

from __future__ import annotations

from datetime import datetime

from pillarbox.mail import transcript
from tests.web.shapes import assert_problem
from tests.web.world import World

STATS = "/api/v1/stats"
INVOICE = b"From: Shop <shop@example.org>\r\nTo: ada@example.org\r\nSubject: Your invoice\r\n\r\nHello Ada\r\n"


def test_figures_count_mail_and_sessions(world: World) -> None:
    told = world.talk(INVOICE)
    world.talk(records=[transcript.line(900, "server", "reply", b"550 5.1.1 No\r\n")], outcome="dropped", helo="web")
    found = world.client.get(STATS).json()
    # Each conversation of this world leaves one more message behind, in an inbox of its own.
    assert (found["messages"], found["complete"]) == (3, True)
    assert sum(bucket["messages"] for bucket in found["buckets"]) == 3
    assert sum(bucket["bytes"] for bucket in found["buckets"]) == found["bytes"] > 0
    assert found["buckets"][0]["since"] == found["since"]
    assert found["buckets"][-1]["until"] == found["until"]
    assert {"name": "ada@example.org", "count": 3} in found["recipients"]
    assert found["largest"] == {"id": told.messages[0].id, "size": len(INVOICE)}
    sessions = found["sessions"]
    assert (sessions["total"], sessions["without_messages"], sessions["complete"]) == (2, 1, True)
    assert {"code": 550, "sessions": 1} in sessions["codes"]
    assert {"code": 220, "sessions": 2} in sessions["codes"]
    assert sessions["outcomes"] == [{"outcome": "dropped", "sessions": 1}, {"outcome": "quit", "sessions": 1}]
    assert sessions["peers"] == [{"name": "127.0.0.1", "count": 2}]
    assert {"name": "web", "count": 1} in sessions["helos"]
    assert {one["id"] for one in sessions["slowest"]} == {1, 2}
    searched = world.client.get(STATS, params={"q": "invoice"}).json()
    assert (searched["messages"], searched["sessions"]["total"]) == (1, 1)
    later = world.client.get(STATS, params={"inbox": "later"}).json()
    assert later["messages"] == 2


def test_since_and_until_bound_what_is_counted(world: World) -> None:
    at = datetime.fromisoformat("2026-11-23T12:00:00Z")
    world.take(received_at=at)
    for since, until, messages in (
        ("2026-11-23T12:00:00Z", "2026-11-23T12:00:01Z", 1),
        ("2026-11-23T11:00:00Z", "2026-11-23T12:00:00Z", 0),
        ("2026-11-23T12:00:00.000001Z", "2026-11-24T00:00:00Z", 0),
        ("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z", 1),
    ):
        found = world.client.get(STATS, params={"since": since, "until": until}).json()
        assert found["messages"] == messages
        assert datetime.fromisoformat(found["since"]) == datetime.fromisoformat(since)
        assert datetime.fromisoformat(found["until"]) == datetime.fromisoformat(until)
    assert world.client.get(STATS, params={"until": "2026-11-23T12:00:00Z"}).json()["messages"] == 0
    assert world.client.get(STATS, params={"since": "2026-11-23T12:00:00Z"}).json()["messages"] == 1


def test_the_largest_span_there_can_be_is_counted(world: World) -> None:
    for at in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999998Z"):
        world.take(received_at=datetime.fromisoformat(at))
    assert world.client.get(STATS).json()["messages"] == 2


def test_what_cannot_be_counted_says_why(world: World) -> None:
    both = {"since": "2026-11-23T12:00:00Z", "until": "2026-11-23T12:00:00Z"}
    problem = assert_problem(world.client.get(STATS, params=both), 400)
    assert "later than `since`" in str(problem)
    assert_problem(world.client.get(STATS, params={"q": "is:blue"}), 400)
    assert_problem(world.client.get(STATS, params={"span": "1h"}), 400)
