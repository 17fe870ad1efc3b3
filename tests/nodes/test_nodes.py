"""Two nodes are one box: what one takes, the other lists, finds and tells, under the same numbers."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.nodes.following import Follower
from tests.running import Running
from tests.storage.inside import PostgresInside

StartNode = Callable[..., Running]


@pytest.fixture
def nodes(start_node: StartNode) -> list[Running]:
    return [start_node() for _ in range(2)]


def send(node: Running, subject: str) -> int:
    """The id of the message, as the reply says it."""
    with smtplib.SMTP(node.smtp_host, node.smtp_port, timeout=60) as client:
        client.ehlo("client.test")
        client.mail("a@example.org")
        client.rcpt("b@example.com")
        code, said = client.data(f"From: a@example.org\r\nSubject: {subject}\r\n\r\nbody of {subject}\r\n".encode())
    assert code == 250
    return int(said.rsplit(b" ", 1)[1])


def test_a_message_taken_by_one_node_is_listed_found_and_told_by_the_other(nodes: list[Running]) -> None:
    here, there = nodes
    with Follower(there.api) as stream, httpx.Client(base_url=there.api, timeout=60) as api:
        for number in range(10):
            kept = send(here, f"unusual{number}")
            for query in ({}, {"q": f"unusual{number}"}):
                listed = api.get("/messages", params=query).raise_for_status().json()["messages"]
                assert listed[0]["id"] == kept
        added = stream.wait_for("message.added", 10)
        assert [one.data["subject"] for one in added] == [f"unusual{number}" for number in range(10)]
        numbers = [one.id for one in stream.told if one.id is not None]
        assert numbers == sorted(set(numbers))


def test_a_reader_goes_on_at_another_node_where_it_stopped(nodes: list[Running]) -> None:
    here, there = nodes
    with Follower(here.api) as stream:
        first = send(here, "first")
        stream.wait_for("message.added")
        last = stream.last
        whole = [(one.id, one.kind) for one in stream.told]
    missed = [send(node, f"missed {number}") for number, node in enumerate([here, there, here])]
    cursor = httpx.get(f"{here.api}/messages").raise_for_status().json()["cursor"]
    assert cursor == httpx.get(f"{there.api}/messages").raise_for_status().json()["cursor"] == str(missed[-1])
    with Follower(there.api, last=last) as stream, Follower(here.api, last=0) as again:
        added = [one.data["id"] for one in stream.wait_for("message.added", 3)]
        assert added == missed
        assert [one.data["id"] for one in again.wait_for("message.added", 4)] == [first, *missed]
        # Kinds and numbers are the same on both, for as long as both have told.
        assert [(one.id, one.kind) for one in again.told][: len(whole)] == whole


def test_a_session_is_followed_at_the_node_that_does_not_hold_it(nodes: list[Running]) -> None:
    here, there = nodes
    with Follower(there.api) as everything, socket.create_connection((here.host, here.port), timeout=60) as client:
        client.recv(1000)
        number = everything.wait_for("session.opened")[0].data["id"]
        with Follower(there.api, session=number) as lines:
            client.sendall(b"EHLO client.test\r\n")
            lines.until(lambda told: any(one.kind == "session.entry" for one in told))
            client.sendall(b"NOOP\r\nQUIT\r\n")
            lines.wait_for("session.closed")
            entries = [one.data["entry"] for one in lines.told if one.kind == "session.entry"]
    said = [entry["text"] for entry in entries if entry["side"] == "client" and entry["kind"] == "command"]
    assert said == ["EHLO client.test", "NOOP", "QUIT"]
    whole = httpx.get(f"{there.api}/sessions/{number}/transcript").raise_for_status().json()["entries"]
    assert whole[-len(entries) :] == entries
    assert [entry["seq"] for entry in entries] == list(range(entries[0]["seq"], len(whole)))


def test_a_session_is_followed_once_at_the_node_that_holds_it(nodes: list[Running]) -> None:
    """Its lines come from the connection itself, and not a second time from the table."""
    here, there = nodes
    with Follower(there.api) as everything, socket.create_connection((here.host, here.port), timeout=60) as client:
        client.recv(1000)
        number = everything.wait_for("session.opened")[0].data["id"]
        with Follower(here.api, session=number) as lines:
            client.sendall(b"EHLO client.test\r\nQUIT\r\n")
            lines.wait_for("session.closed")
            seqs = [one.data["entry"]["seq"] for one in lines.told if one.kind == "session.entry"]
    assert seqs == sorted(set(seqs))
    assert len(seqs) > 2


def test_mail_is_expected_at_the_node_that_does_not_take_it_with_what_its_open_session_says(
    nodes: list[Running],
) -> None:
    here, there = nodes

    def expect(verb: str) -> int:
        asserted = {"subject": "across", "transcript": [{"verb": verb, "code": 221 if verb == "QUIT" else 250}]}
        body = {"within": 30, "expectations": [{"match": {"to": "b@example.com"}, "assert": asserted}]}
        return httpx.post(f"{there.api}/expectations", json=body, timeout=60).status_code

    with ThreadPoolExecutor(1) as threads, smtplib.SMTP(here.smtp_host, here.smtp_port, timeout=60) as client:
        waiting = threads.submit(expect, "DATA")
        client.sendmail("a@example.org", ["b@example.com"], b"Subject: across\r\n\r\nHello\r\n")
        assert waiting.result(60) == 200
        waiting = threads.submit(expect, "QUIT")
        client.quit()
        assert waiting.result(60) == 200


def test_a_stop_is_not_held_up_by_who_holds_the_database(start_node: StartNode, shared: PostgresInside) -> None:
    """Mail gets 451 within the time that locks are waited for, and SIGTERM ends the process in order."""
    node = start_node()
    with shared.cluster.connect(shared.name) as connection:
        connection.execute(f"SELECT pg_advisory_lock({0x70696C6C6172})".encode())
        with smtplib.SMTP(node.smtp_host, node.smtp_port, timeout=60) as client:
            with pytest.raises(smtplib.SMTPDataError) as refused:
                client.sendmail("a@example.org", ["b@example.com"], b"Subject: x\r\n\r\nx\r\n")
            assert refused.value.smtp_code == 451
            ready = httpx.get(f"{node.url}/readyz", timeout=60)
            assert (ready.status_code, ready.json()["detail"]) == (503, "The database is held by another program.")
        assert node.stop() == 0


def test_an_inbox_is_the_same_on_both_nodes(start_node: StartNode, tmp_path: Path) -> None:
    (tmp_path / "users").write_text("bob:plain:sesame\n")
    here, there = (start_node("--users", str(tmp_path / "users"), "--require-auth") for _ in range(2))
    made = httpx.post(f"{here.api}/inboxes", json={"name": "signup"}, timeout=60).raise_for_status().json()
    assert httpx.post(f"{there.api}/inboxes", json={"name": "signup"}, timeout=60).status_code == 409
    with Follower(here.api, inbox="signup") as stream:
        with smtplib.SMTP(there.smtp_host, there.smtp_port, local_hostname="client.test", timeout=60) as client:
            client.login("signup", made["smtp"]["password"])
            client.sendmail("a@example.org", ["b@example.com"], b"Subject: x\r\n\r\nx\r\n")
        (added,) = stream.wait_for("message.added")
        assert added.data["inbox"] == "signup"
        assert httpx.delete(f"{there.api}/inboxes/signup", timeout=60).status_code == 204
        assert stream.wait_for("message.deleted")[0].data == {"ids": [added.data["id"]]}
    assert httpx.get(f"{here.api}/inboxes/signup", timeout=60).status_code == 404
    client = smtplib.SMTP(here.smtp_host, here.smtp_port, local_hostname="client.test", timeout=60)
    with client, pytest.raises(smtplib.SMTPAuthenticationError):
        client.login("signup", made["smtp"]["password"])
    # One whose time is up is gone on both.
    brief = httpx.post(f"{here.api}/inboxes", json={"ttl": 0.5}, timeout=60).json()["name"]
    with Follower(there.api, inbox=brief) as stream:
        stream.until(lambda _: httpx.get(f"{there.api}/inboxes/{brief}", timeout=60).status_code == 404)
