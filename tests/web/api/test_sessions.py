from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from pillarbox.mail import transcript
from tests.web.shapes import assert_problem, assert_shape
from tests.web.world import PLAIN, World

SESSIONS = "/api/v1/sessions"

SESSION = [
    "id",
    "started_at",
    "ended_at",
    "listener",
    "peer",
    "greeting",
    "helo",
    "tls",
    "auth",
    "outcome",
    "commands",
    "errors",
    "worst_reply",
    "reason",
    "messages",
]
ENTRY = [
    "seq",
    "at_us",
    "side",
    "kind",
    "text",
    "raw_base64",
    "masked",
    "verb",
    "code",
    "enhanced",
    "message_id",
    "bytes",
]


def ids(client: httpx.Client, **params: Any) -> list[int]:
    answer = assert_shape(client.get(SESSIONS, params=params), "listSessions")
    return [one["id"] for one in answer["sessions"]]


def test_a_session_tells_what_was_wrong_with_its_conversation(world: World) -> None:
    told = world.talk(PLAIN, records=[transcript.line(950, "client", "command", b"NOOP\n")])
    one = assert_shape(world.client.get(f"{SESSIONS}/{told.session_id}"), "getSession")
    [finding] = one["lint"]
    assert (finding["code"], finding["severity"], finding["header"]) == ("command-line-end", "error", None)
    entries = world.client.get(f"{SESSIONS}/{told.session_id}/transcript").json()["entries"]
    assert entries[finding["entry"]]["text"].strip() == "NOOP"


def test_a_session_has_every_field_of_the_contract(world: World) -> None:
    told = world.talk(PLAIN)
    page = assert_shape(world.client.get(SESSIONS), "listSessions")
    assert list(page) == ["sessions", "next", "total", "total_exact", "cursor"]
    assert list(page["sessions"][0]) == SESSION
    one = assert_shape(world.client.get(f"{SESSIONS}/{told.session_id}"), "getSession")
    assert list(one) == [*SESSION, "lint"]
    assert one["lint"] == []
    assert {name: one[name] for name in SESSION} == page["sessions"][0]
    assert (one["listener"], one["peer"]) == ("smtp 127.0.0.1:1025", "127.0.0.1:52114")
    assert (one["greeting"], one["helo"]) == ("EHLO", "app.example.org")
    assert (one["tls"], one["auth"], one["outcome"], one["reason"]) == (None, None, "quit", None)
    assert (one["commands"], one["errors"], one["worst_reply"]) == (2, 0, 250)
    assert one["messages"] == [told.messages[0].id]


def test_sessions_are_newest_first_and_page_by_key(world: World) -> None:
    made = [world.talk().session_id for _ in range(5)]
    first = assert_shape(world.client.get(SESSIONS, params={"limit": 2}), "listSessions")
    assert [one["id"] for one in first["sessions"]] == made[:2:-1]
    assert first["total"] == 5
    assert ids(world.client, limit=2, before=first["next"]) == made[2:0:-1]
    last = world.client.get(SESSIONS, params={"limit": 2, "before": made[1]}).json()
    assert [one["id"] for one in last["sessions"]] == made[:1]
    assert last["next"] is None


def test_sessions_are_found_by_what_they_were(world: World) -> None:
    silent = world.talk(outcome="dropped", reason="The client went away.").session_id
    good = world.talk(PLAIN).session_id
    started = world.client.get(f"{SESSIONS}/{good}").json()["started_at"]
    assert ids(world.client, outcome="dropped") == [silent]
    assert ids(world.client, messages="none") == [silent]
    assert ids(world.client, peer="127.0.0.1") == [good, silent]
    assert ids(world.client, peer="10.0.0.1") == []
    assert ids(world.client, helo="example") == [good, silent]
    assert ids(world.client, helo="%") == []
    assert ids(world.client, user="shop") == []
    assert ids(world.client, tls="false") == [good, silent]
    assert ids(world.client, tls="true") == []
    assert ids(world.client, since=started) == [good]
    assert ids(world.client, until=started) == [silent]
    assert ids(world.client, since="2026-01-01T00:00:00+01:00", until="2026-01-01T00:00:00Z") == []


def test_a_transcript_is_what_crossed_with_nothing_missing_and_nothing_null(world: World) -> None:
    told = world.talk(
        PLAIN,
        records=[
            transcript.line(910, "client", "command", b"NOOP bare\n"),
            transcript.line(911, "client", "command", b"NOOP \xff\r\n"),
            transcript.masked(920, "AUTH PLAIN ********", 42),
            transcript.line(930, "server", "reply", b"235 2.7.0 Ok\r\n"),
            transcript.event(940, "timeout", "The client was silent for 300 s."),
        ],
        outcome="timeout",
    )
    found = assert_shape(world.client.get(f"{SESSIONS}/{told.session_id}/transcript"), "getTranscript")
    assert list(found) == ["session_id", "complete", "entries"]
    assert (found["session_id"], found["complete"]) == (told.session_id, True)
    entries = found["entries"]
    assert [entry["seq"] for entry in entries] == list(range(len(entries)))
    for entry in entries:
        assert None not in entry.values()
        assert list(entry) == [name for name in ENTRY if name in entry]
    bare, broken, secret, reply, event = entries[-5:]
    assert base64.b64decode(bare["raw_base64"]) == b"NOOP bare\n"
    assert base64.b64decode(broken["raw_base64"]) == b"NOOP \xff\r\n"
    assert broken["text"] == "NOOP \ufffd"
    assert secret == {
        "seq": secret["seq"],
        "at_us": 920,
        "side": "client",
        "kind": "auth",
        "text": "AUTH PLAIN ********",
        "masked": True,
        "verb": "AUTH",
        "bytes": 42,
    }
    assert (reply["code"], reply["enhanced"]) == (235, "2.7.0")
    assert event["bytes"] == 0
    assert {"verb", "code", "raw_base64", "masked"}.isdisjoint(event)
    rebuilt = b"".join(
        base64.b64decode(entry["raw_base64"]) if "raw_base64" in entry else entry["text"].encode() + b"\r\n"
        for entry in entries[:3]
    )
    assert rebuilt == b"220 mail.test ESMTP\r\nEHLO app.example.org\r\n250 mail.test\r\n"


def test_a_transcript_for_people_is_a_line_a_line(world: World) -> None:
    told = world.talk(PLAIN, records=[transcript.event(443_000, "tls", "TLS 1.3")])
    answer = world.client.get(f"{SESSIONS}/{told.session_id}/transcript.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    lines = answer.text.splitlines()
    assert lines[0] == "0.000 S: 220 mail.test ESMTP"
    assert lines[1] == "0.000 C: EHLO app.example.org"
    assert lines[-1] == "0.443 *: TLS 1.3"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("outcome", "fine"),
        ("outcome", ""),
        ("tls", "1"),
        ("tls", ""),
        ("messages", "some"),
        ("since", "yesterday"),
        ("since", "2026-11-23"),
        ("since", "2026-11-23T22:14:09"),
        ("since", "1700000000"),
        ("since", "2026-02-30T00:00:00Z"),
        ("until", "0001-01-01T00:00:00+01:00"),
        ("until", "2026-11-23T22:14:09 01:00"),
        ("peer", "a\x00b"),
        ("helo", "x" * 1001),
        ("limit", "0"),
        ("before", "latest"),
        ("code", "abc"),
        ("q", ""),
        ("after", "1"),
    ],
)
def test_a_filter_that_cannot_be_right_is_named(shared_client: httpx.Client, name: str, value: str) -> None:
    assert_problem(shared_client.get(SESSIONS, params={name: value}), 400, name)


@pytest.mark.parametrize("path", ["", "/transcript", "/transcript.txt"])
@pytest.mark.parametrize("wrong", ["999999", "x", "latest", "-1", "1.0", "+1", "0x1", str(2**63), "9" * 5000, "%F0"])
def test_a_session_that_is_not_there_is_not_found(shared_client: httpx.Client, wrong: str, path: str) -> None:
    assert_problem(shared_client.get(f"{SESSIONS}/{wrong}{path}"), 404)


def test_sessions_are_found_by_what_was_said_and_by_reply_code(world: World) -> None:
    refusal = transcript.line(1_600_000, "server", "reply", b"550 5.1.1 No such user\r\n")
    told = world.talk(records=[refusal])
    world.talk(PLAIN)
    for params in ({"code": "550"}, {"code": "5xx"}, {"code": "5.1.1"}, {"q": "such user"}, {"q": "-354 code:550"}):
        assert ids(world.client, **params) == [told.session_id], params
    assert ids(world.client, code="550", q="DATA") == []


@pytest.mark.parametrize(
    ("params", "where"),
    [({"code": "55"}, "code"), ({"code": "550 551"}, "code"), ({"q": "code:x"}, "q"), ({"q": "?"}, "q")],
)
def test_what_was_said_must_be_readable(shared_world: World, params: dict[str, str], where: str) -> None:
    problem = assert_problem(shared_world.client.get(SESSIONS, params=params), 400)
    assert problem["errors"][0]["where"] == where
