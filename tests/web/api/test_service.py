from __future__ import annotations

import re

import httpx
import pytest

from pillarbox.box import Counts
from pillarbox.errors import StoreUnavailable
from tests.scraping import scrape
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
    assert list(found["checkout"]) == ["name", "created_at", "expires_at", "total", "unread", "address", "smtp"]
    assert (found["checkout"]["total"], found["checkout"]["unread"]) == (2, 2)
    assert found["default"]["expires_at"] is None


def test_health_and_readiness_say_ok(shared_client: httpx.Client) -> None:
    for path, operation in (("/healthz", "getHealth"), ("/readyz", "getReadiness")):
        assert assert_shape(shared_client.get(path), operation) == {"status": "ok"}


def test_metrics_are_true_figures_in_the_format_of_prometheus(world: World) -> None:
    world.talk(PLAIN)
    found = scrape(world.url)
    assert found["pillarbox_messages"] == 2
    assert found["pillarbox_messages_unread"] == 2
    assert found["pillarbox_messages_bytes"] == 2 * len(PLAIN)
    assert found["pillarbox_sessions"] == 1
    assert found["pillarbox_sessions_open"] == 0
    assert found["pillarbox_event_streams"] == 0
    assert found["pillarbox_last_event_id"] > 0
    assert found.of("pillarbox_info", version="1.2.3") == 1
    for name, kind in found.kinds.items():
        assert re.search(rf"^# HELP {name} [^\n]+\n# TYPE {name} {kind}$", found.text, re.MULTILINE)
        assert name.endswith("_total") == (kind == "counter")


def test_metrics_come_without_the_database_and_say_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.talk(PLAIN)
    monkeypatch.setattr(world.box.store, "counts", unavailable)
    found = scrape(world.url)
    assert found["pillarbox_database_trouble"] == 1
    assert "pillarbox_messages" not in found.kinds
    assert found["pillarbox_messages_received_total"] == 2
    assert found.of("pillarbox_replies_total", **{"class": "3xx", "code": "354"}) == 1


def unavailable() -> Counts:
    raise StoreUnavailable("The database does not answer.")


def test_answers_are_not_kept_by_caches(shared_client: httpx.Client) -> None:
    for path in ("/api/v1/messages", "/api/v1/info", "/api/v1/sessions", "/api/v1/inboxes", "/readyz", "/metrics"):
        assert shared_client.get(path).headers["cache-control"] == "no-store"
