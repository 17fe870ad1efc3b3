from __future__ import annotations

import re

import httpx

from tests.web.shapes import assert_shape
from tests.web.world import PLAIN, World


def test_info_tells_version_listeners_limits_and_counts(world: World) -> None:
    world.talk(PLAIN)
    world.client.patch("/api/v1/messages", json={"inbox": "default", "set": {"read": True}})
    info = assert_shape(world.client.get("/api/v1/info"), "getInfo")
    assert (info["version"], info["hostname"], info["database"]) == ("1.2.3", "mail.test", {"kind": "sqlite"})
    assert info["listeners"] == [
        {"protocol": "smtp", "host": "127.0.0.1", "port": 1025},
        {"protocol": "lmtp", "path": "/run/pillarbox/lmtp"},
        {"protocol": "http", "host": "127.0.0.1", "port": world.port},
    ]
    assert info["counts"] == {
        "messages": 2,
        "unread": 1,
        "bytes": 2 * len(PLAIN),
        "sessions": 1,
        "open_sessions": 0,
    }
    assert info["limits"]["max_message_size"] == 100_000_000
    assert info["extensions"] == ["SIZE 100000000", "8BITMIME"]


def test_inboxes_are_listed_with_their_counts(world: World) -> None:
    for inbox in (None, "checkout", "checkout"):
        world.take(inbox=inbox)
    world.client.patch("/api/v1/messages/latest", json={})
    answer = assert_shape(world.client.get("/api/v1/inboxes"), "listInboxes")
    found = {one["name"]: one for one in answer["inboxes"]}
    assert set(found) == {"default", "checkout"}
    assert list(found["checkout"]) == ["name", "created_at", "expires_at", "total", "unread"]
    assert (found["checkout"]["total"], found["checkout"]["unread"]) == (2, 2)
    assert found["default"]["expires_at"] is None


def test_health_and_readiness_say_ok(shared_client: httpx.Client) -> None:
    for path, operation in (("/healthz", "getHealth"), ("/readyz", "getReadiness")):
        assert assert_shape(shared_client.get(path), operation) == {"status": "ok"}


def test_metrics_are_true_figures_in_the_format_of_prometheus(world: World) -> None:
    world.talk(PLAIN)
    answer = world.client.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.text.splitlines()
    figures = dict(line.split(" ") for line in lines if not line.startswith("#"))
    assert figures["pillarbox_messages"] == "2"
    assert figures["pillarbox_messages_unread"] == "2"
    assert figures["pillarbox_messages_bytes"] == str(2 * len(PLAIN))
    assert figures["pillarbox_sessions"] == "1"
    assert figures["pillarbox_sessions_open"] == "0"
    assert figures["pillarbox_event_streams"] == "0"
    assert int(figures["pillarbox_last_event_id"]) > 0
    assert figures['pillarbox_info{version="1.2.3"}'] == "1"
    for name in figures:
        bare = name.partition("{")[0]
        assert re.search(rf"^# HELP {bare} .+\n# TYPE {bare} gauge$", answer.text, re.MULTILINE)


def test_answers_are_not_kept_by_caches(shared_client: httpx.Client) -> None:
    for path in ("/api/v1/messages", "/api/v1/info", "/api/v1/sessions", "/api/v1/inboxes", "/readyz", "/metrics"):
        assert shared_client.get(path).headers["cache-control"] == "no-store"
