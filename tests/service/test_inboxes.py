"""Inboxes of a running catcher that go when their time is up."""

from __future__ import annotations

import smtplib
from datetime import UTC, datetime

import httpx

from tests.nodes.following import Follower
from tests.running import Running


def send(server: Running, *recipients: str) -> None:
    with smtplib.SMTP(server.smtp_host, server.smtp_port, local_hostname="client.test", timeout=60) as client:
        client.sendmail("shop@example.org", recipients, b"Subject: x\r\n\r\nx\r\n")


def test_an_inbox_goes_at_its_time_with_its_mail_and_begins_anew_with_the_next(shared_server: Running) -> None:
    api = httpx.Client(base_url=shared_server.api, timeout=60)
    name = "brief"
    with Follower(shared_server.api, inbox=name) as stream:
        # Long enough for one message on a machine under load.
        made = api.post("/inboxes", json={"name": name, "ttl": 2}).raise_for_status().json()
        until = datetime.fromisoformat(made["expires_at"])
        send(shared_server, f"ada@{name}.inbox.test")
        (added,) = stream.wait_for("message.added")
        (deleted,) = stream.wait_for("message.deleted")
        assert datetime.now(UTC) >= until
        assert deleted.data == {"ids": [added.data["id"]]}
        told = [one.kind for one in stream.told]
        assert told[: told.index("message.deleted")].count("inbox.changed") == 2
        assert api.get(f"/inboxes/{name}").status_code == api.get(f"/messages/{added.data['id']}").status_code == 404
        assert api.get("/messages", params={"inbox": name}).json()["total"] == 0
        send(shared_server, f"ada@{name}.inbox.test")
        again = stream.wait_for("message.added", 2)[-1].data
    assert again["inbox"] == name
    listed = api.get("/messages", params={"inbox": name}).json()["messages"]
    assert [one["id"] for one in listed] == [again["id"]]
    assert api.get(f"/inboxes/{name}").json()["expires_at"] is None
    api.delete(f"/inboxes/{name}").raise_for_status()
    assert api.get(f"/sessions/{added.data['session_id']}").json()["messages"] == []


def test_many_go_each_at_its_own_time(shared_server: Running) -> None:
    api = httpx.Client(base_url=shared_server.api, timeout=60)
    with Follower(shared_server.api) as stream:
        longest = api.post("/inboxes", json={"ttl": 3600}).json()["name"]
        made = [api.post("/inboxes", json={"ttl": ttl}).json() for ttl in (0.9, 0.3, 0.6)]
        in_order = [one["name"] for one in sorted(made, key=lambda one: str(one["expires_at"]))]

        def gone(name: str) -> int:
            """At which event it had gone; -1 as long as it has not."""
            told = [n for n, one in enumerate(stream.told) if one.kind == "inbox.changed" and one.data["inbox"] == name]
            return told[1] if len(told) > 1 else -1

        stream.until(lambda _: all(gone(name) >= 0 for name in in_order))
        assert sorted(in_order, key=gone) == in_order
        assert gone(longest) == -1
    api.delete(f"/inboxes/{longest}").raise_for_status()
