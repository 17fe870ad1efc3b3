"""Inboxes over the API: made, shown, removed with their mail."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
import pytest

from pillarbox.mail import transcript
from pillarbox.mail.session import Auth
from pillarbox.web.config import ListenAddress
from tests.web.shapes import assert_problem, assert_shape
from tests.web.world import PLAIN, World


def names(client: httpx.Client) -> list[str]:
    return [one["name"] for one in client.get("/api/v1/inboxes").json()["inboxes"]]


def test_an_inbox_is_made_with_all_that_an_app_needs(client: httpx.Client) -> None:
    answer = client.post("/api/v1/inboxes", json={"name": "SignUp"})
    assert answer.status_code == 201
    made = assert_shape(answer, "createInbox")
    assert (made["name"], made["expires_at"], made["total"], made["unread"]) == ("signup", None, 0, 0)
    assert made["address"] == "*@signup.inbox.test"
    assert (made["smtp"]["host"], made["smtp"]["port"], made["smtp"]["username"]) == ("127.0.0.1", 1025, "signup")
    assert re.fullmatch(r"[a-z2-9]{20}", made["smtp"]["password"])
    assert answer.headers["location"] == "/api/v1/inboxes/signup"
    assert assert_shape(client.get(answer.headers["location"]), "getInbox") == made
    assert made in client.get("/api/v1/inboxes").json()["inboxes"]


def test_nothing_given_makes_one_with_a_name_that_nobody_has(client: httpx.Client) -> None:
    made = [client.post("/api/v1/inboxes").json() for _ in range(5)]
    assert all(re.fullmatch(r"[a-z]{4}(-[a-z]{4}){2}", one["name"]) for one in made)
    assert len({one["name"] for one in made}) == len({one["smtp"]["password"] for one in made}) == 5


def test_an_inbox_may_be_made_for_a_time(client: httpx.Client) -> None:
    made = client.post("/api/v1/inboxes", json={"ttl": 1.5}).json()
    lasts = datetime.fromisoformat(made["expires_at"]) - datetime.fromisoformat(made["created_at"])
    assert lasts.total_seconds() == 1.5


def test_a_name_is_taken_once(client: httpx.Client) -> None:
    client.post("/api/v1/inboxes", json={"name": "signup"})
    for name in ("signup", "SIGNUP"):
        problem = assert_problem(client.post("/api/v1/inboxes", json={"name": name}), 409)
        assert "There is an inbox signup already" in problem["detail"]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"name": "-x"}, "body.name"),
        ({"name": ""}, "body.name"),
        ({"name": "a b"}, "body.name"),
        ({"name": "\u212aelvin"}, "body.name"),
        ({"name": "x" * 64}, "body.name"),
        ({"name": 7}, "body.name"),
        ({"ttl": 0}, "body.ttl"),
        ({"ttl": -1}, "body.ttl"),
        ({"ttl": 1e12}, "body.ttl"),
        ({"ttl": "5"}, "body.ttl"),
        ({"ttl": True}, "body.ttl"),
        ({"tll": 5}, "body.tll"),
    ],
)
def test_what_cannot_be_an_inbox_is_told_by_its_place(
    shared_client: httpx.Client, body: dict[str, object], where: str
) -> None:
    assert_problem(shared_client.post("/api/v1/inboxes", json=body), 400, where)


def test_what_a_name_can_be_is_told_in_words(shared_client: httpx.Client) -> None:
    words = (
        "Must be the name of an inbox; a name has up to 63 letters, digits, dots, hyphens and underscores, and begins "
        "with a letter or a digit."
    )
    made = assert_problem(shared_client.post("/api/v1/inboxes", json={"name": "-x"}), 400, "body.name")
    asked = assert_problem(shared_client.get("/api/v1/messages/wait", params={"inbox": "a b"}), 400, "inbox")
    assert made["detail"] == f"body.name: {words}"
    assert asked["detail"] == f"inbox: {words}"


def test_the_longest_name_is_taken(client: httpx.Client) -> None:
    name = "x" * 63
    assert client.post("/api/v1/inboxes", json={"name": name}).json()["name"] == name
    assert client.delete(f"/api/v1/inboxes/{name}").status_code == 204


def test_an_inbox_goes_with_its_mail_and_the_session_stays(world: World) -> None:
    told = world.talk()
    for _ in range(3):
        world.take(inbox="signup")
    kept = world.take()
    assert world.client.delete("/api/v1/inboxes/SignUp").status_code == 204
    assert_problem(world.client.get("/api/v1/inboxes/signup"), 404)
    assert "signup" not in names(world.client)
    assert world.client.get("/api/v1/messages", params={"inbox": "signup"}).json()["total"] == 0
    assert world.client.get("/api/v1/messages").json()["messages"][0]["id"] == kept.id
    assert world.client.get("/api/v1/info").json()["counts"]["messages"] == 2
    assert world.client.get(f"/api/v1/sessions/{told.session_id}").status_code == 200


def test_mail_of_an_inbox_that_is_gone_cannot_be_restored(world: World) -> None:
    message = world.take(inbox="signup")
    world.client.delete("/api/v1/inboxes/signup")
    assert world.client.post("/api/v1/messages/restore", json={"ids": [message.id]}).json() == {"restored": 0}
    assert_problem(world.client.get(f"/api/v1/messages/{message.id}"), 404)


def test_a_name_is_free_at_once_and_begins_anew(world: World) -> None:
    world.take(inbox="signup")
    first = world.client.get("/api/v1/inboxes/signup").json()
    world.client.delete("/api/v1/inboxes/signup")
    again = world.client.post("/api/v1/inboxes", json={"name": "signup"}).json()
    assert (again["total"], again["unread"]) == (0, 0)
    assert again["smtp"]["password"] != first["smtp"]["password"]
    assert world.client.get("/api/v1/messages", params={"inbox": "signup"}).json()["messages"] == []


def test_the_default_inbox_is_always_there(client: httpx.Client) -> None:
    for name in ("default", "Default"):
        assert "always is there" in assert_problem(client.delete(f"/api/v1/inboxes/{name}"), 409)["detail"]
    assert_problem(client.post("/api/v1/inboxes", json={"name": "default"}), 409)
    assert names(client) == ["default"]


@pytest.mark.parametrize("name", ["nobody", "-x", "%2F1", "x" * 200])
def test_an_inbox_that_nobody_made_is_not_there(shared_client: httpx.Client, name: str) -> None:
    assert_problem(shared_client.get(f"/api/v1/inboxes/{name}"), 404)
    assert_problem(shared_client.delete(f"/api/v1/inboxes/{name}"), 404)


def test_host_and_port_are_those_that_the_client_reaches(start_world: Callable[..., World]) -> None:
    world = start_world()

    def place(*listeners: ListenAddress, host: str) -> tuple[str, int]:
        object.__setattr__(world.config, "smtp", listeners)
        smtp = world.client.get("/api/v1/inboxes/default", headers={"host": host}).json()["smtp"]
        return smtp["host"], smtp["port"]

    anywhere = ListenAddress("smtp", "0.0.0.0", 2525)
    tls = ListenAddress("smtps", "127.0.0.1", 4650)
    lmtp = ListenAddress("lmtp", "127.0.0.1", 2424)
    assert place(ListenAddress("smtp", "127.0.0.1", 1025), host="pillarbox:8025") == ("127.0.0.1", 1025)
    assert place(anywhere, host="pillarbox:8025") == ("pillarbox", 2525)
    assert place(ListenAddress("smtp", "::", 2525), host="[::1]:8025") == ("::1", 2525)
    assert place(tls, anywhere, host="localhost") == ("localhost", 2525)
    assert place(tls, lmtp, host="localhost") == ("127.0.0.1", 4650)
    assert place(ListenAddress("lmtp", path="/run/x"), lmtp, host="localhost") == ("", 0)


def imported(client: httpx.Client, raw: bytes = PLAIN, **params: str) -> dict[str, Any]:
    answer = client.post("/api/v1/messages", params=params, content=raw, headers={"content-type": "message/rfc822"})
    message: dict[str, Any] = client.get(answer.headers["location"]).json()
    return message


def test_an_imported_message_goes_where_smtp_would_put_it_unless_it_is_told(client: httpx.Client) -> None:
    headed = b"X-Inbox: Header\r\n" + PLAIN
    assert imported(client)["inbox"] == "default"
    assert imported(client, rcpt_to="ada@signup.inbox.test,bob@other.inbox.test")["inbox"] == "signup"
    assert imported(client, headed)["inbox"] == "header"
    assert imported(client, headed, rcpt_to="ada+signup@example.org")["inbox"] == "signup"
    assert imported(client, headed, rcpt_to="ada@signup.inbox.test", inbox="Told")["inbox"] == "told"
    assert names(client) == ["default", "header", "signup", "told"]


def test_what_names_no_inbox_though_it_should_is_a_defect(client: httpx.Client) -> None:
    message = imported(client, b"X-Inbox: no name\r\n" + PLAIN, rcpt_to="ada@_x.inbox.test")
    assert message["inbox"] == "default"
    assert [one["code"] for one in message["defects"]] == ["inbox-address-invalid", "inbox-header-invalid"]
    assert imported(client, b"X-Inbox: fine\r\n" + PLAIN)["defects"] == []


def test_the_sessions_of_an_inbox_are_listed(world: World) -> None:
    rcpt = transcript.line(950, "client", "command", b"RCPT TO:<ada@signup.inbox.test>\r\n")
    refused = world.talk(records=[rcpt], outcome="dropped").session_id
    came_as = world.talk(PLAIN, auth=Auth("PLAIN", "signup")).session_id
    world.talk(PLAIN)
    world.client.post("/api/v1/inboxes", json={"name": "signup"})
    inside = world.talk(PLAIN, auth=Auth("PLAIN", "signup")).session_id

    def listed(**params: str) -> list[int]:
        answer = assert_shape(world.client.get("/api/v1/sessions", params=params), "listSessions")
        assert answer["total"] == len(answer["sessions"])
        return [one["id"] for one in answer["sessions"]]

    assert listed(inbox="SignUp") == [inside, came_as, refused]
    assert listed(inbox="signup", messages="none") == [refused]
    assert listed(inbox="nobody") == []
    assert world.client.get("/api/v1/messages", params={"inbox": "signup"}).json()["total"] == 1
    assert_problem(world.client.get("/api/v1/sessions", params={"inbox": "a b"}), 400, "inbox")
