from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from tests.web.shapes import assert_problem, assert_shape
from tests.web.world import PLAIN, World

MESSAGES = "/api/v1/messages"

# The contract's names, in its order; a field that is lost or renamed breaks somebody's tests.
SUMMARY = [
    "id",
    "inbox",
    "session_id",
    "received_at",
    "size",
    "mail_from",
    "rcpt_to",
    "from",
    "to",
    "cc",
    "bcc",
    "reply_to",
    "subject",
    "date",
    "message_id",
    "snippet",
    "attachment_count",
    "lint_count",
    "read",
    "pinned",
    "tags",
]
MESSAGE = [
    "headers",
    "text",
    "html",
    "envelope",
    "parts",
    "attachments",
    "links",
    "codes",
    "list_unsubscribe",
    "calendars",
    "defects",
    "lint",
]

RICH = (
    b"Return-Path: <bounce@example.org>\r\n"
    b"From: =?utf-8?q?J=C3=BCrgen?= <shop@example.org>\r\n"
    b"To: Ada <ada@example.org>\r\nCc: Bob@Example.org\r\nReply-To: help@example.org\r\n"
    b"Date: Mon, 23 Nov 2026 23:14:09 +0100\r\nMessage-ID: <b1946ac9@example.org>\r\n"
    b"List-Unsubscribe: <https://example.org/u>\r\nX-Twice: 1\r\nX-Twice: 2\r\n"
    b"Subject: A\r\n folded one\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello Ada\r\n"
    b"--b\r\nContent-Type: text/html\r\n\r\n<p>Hello</p>\r\n"
    b'--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="a.pdf"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n--b--\r\n"
)


def ids(response: httpx.Response) -> list[int]:
    return [one["id"] for one in assert_shape(response, "listMessages")["messages"]]


def test_an_empty_box_lists_nothing(client: httpx.Client) -> None:
    answer = assert_shape(client.get(MESSAGES), "listMessages")
    assert list(answer) == ["messages", "next", "total", "total_exact", "cursor"]
    assert answer["messages"] == []
    assert answer["next"] is None
    assert (answer["total"], answer["total_exact"]) == (0, True)
    assert isinstance(answer["cursor"], str)


def test_a_list_is_newest_first_and_pages_by_key(world: World) -> None:
    made = [world.take().id for _ in range(5)]
    first = world.client.get(MESSAGES, params={"limit": 2})
    assert ids(first) == made[:2:-1]
    assert first.json()["total"] == 5
    second = world.client.get(MESSAGES, params={"limit": 2, "before": first.json()["next"]})
    assert ids(second) == made[2:0:-1]
    third = world.client.get(MESSAGES, params={"limit": 2, "before": second.json()["next"]})
    assert ids(third) == made[:1]
    assert third.json()["next"] is None


def test_a_cursor_gives_what_came_since_and_nothing_twice(world: World) -> None:
    world.take()
    cursor = world.client.get(MESSAGES).json()["cursor"]
    assert ids(world.client.get(MESSAGES, params={"after": cursor})) == []
    since = [world.take().id for _ in range(3)]
    answer = world.client.get(MESSAGES, params={"after": cursor})
    assert ids(answer) == since[::-1]
    assert ids(world.client.get(MESSAGES, params={"after": answer.json()["cursor"]})) == []


def test_a_list_narrows_to_an_inbox_and_to_words(world: World) -> None:
    here = world.take(PLAIN, inbox="checkout").id
    invoice = world.take(PLAIN.replace(b"Hello\r\n", b"Invoice 42\r\n", 1), inbox="checkout").id
    other = world.take().id
    assert ids(world.client.get(MESSAGES, params={"inbox": "checkout"})) == [invoice, here]
    assert ids(world.client.get(MESSAGES, params={"inbox": "CHECKOUT"})) == [invoice, here]
    assert ids(world.client.get(MESSAGES, params={"inbox": "default"})) == [other]
    assert ids(world.client.get(MESSAGES, params={"inbox": "nobody"})) == []
    assert ids(world.client.get(MESSAGES, params={"q": "invoice ada"})) == [invoice]
    assert ids(world.client.get(MESSAGES, params={"q": "nvoi"})) == [invoice]
    assert ids(world.client.get(MESSAGES, params={"q": "invoir"})) == []


def test_a_summary_has_every_field_of_the_contract(world: World) -> None:
    told = world.talk(RICH)
    row = assert_shape(world.client.get(MESSAGES, params={"inbox": "default"}), "listMessages")["messages"][0]
    assert list(row) == SUMMARY
    assert row["session_id"] == told.session_id
    assert row["size"] == len(RICH)
    assert row["from"] == [{"name": "Jürgen", "address": "shop@example.org"}]
    assert row["to"] == [{"name": "Ada", "address": "ada@example.org"}]
    assert row["cc"] == [{"name": "", "address": "Bob@Example.org"}]
    assert row["reply_to"] == [{"name": "", "address": "help@example.org"}]
    assert row["subject"] == "A folded one"
    assert row["date"] == "2026-11-23T22:14:09.000000Z"
    assert row["message_id"] == "b1946ac9@example.org"
    assert row["attachment_count"] == 1
    assert (row["read"], row["pinned"], row["tags"], row["lint_count"]) == (False, False, [], 0)


def test_times_are_utc_with_microseconds(world: World) -> None:
    world.take(received_at=datetime(2026, 11, 23, 22, 14, 9, 0, UTC))
    world.take(received_at=datetime(2026, 11, 23, 22, 14, 9, 123456, UTC))
    rows = world.client.get(MESSAGES).json()["messages"]
    assert [row["received_at"] for row in rows] == ["2026-11-23T22:14:09.123456Z", "2026-11-23T22:14:09.000000Z"]


def test_one_message_has_every_field_of_the_contract(world: World) -> None:
    found = world.take(RICH, "ada@example.org", "bob@example.org", "hidden@example.org").id
    message = assert_shape(world.client.get(f"{MESSAGES}/{found}"), "getMessage")
    assert list(message) == SUMMARY + MESSAGE
    assert message["session_id"] is None
    assert ["X-Twice", "1"] in message["headers"]
    assert ["X-Twice", "2"] in message["headers"]
    assert ["Subject", "A folded one"] in message["headers"]
    assert message["text"].strip() == "Hello Ada"
    assert message["html"].strip() == "<p>Hello</p>"
    assert message["bcc"] == ["hidden@example.org"]
    assert message["envelope"] == {
        "mail_from": {"address": "bounce@example.org", "params": {}},
        "rcpt_to": [
            {"address": "ada@example.org", "role": "to", "params": {}},
            {"address": "bob@example.org", "role": "cc", "params": {}},
            {"address": "hidden@example.org", "role": "bcc", "params": {}},
        ],
    }
    assert [(part["n"], part["parent"], part["content_type"]) for part in message["parts"]] == [
        (0, None, "multipart/mixed"),
        (1, 0, "text/plain"),
        (2, 0, "text/html"),
        (3, 0, "application/pdf"),
    ]
    assert [part["filename"] for part in message["attachments"]] == ["a.pdf"]
    assert message["attachments"][0]["size"] == 4
    assert message["list_unsubscribe"] == ["https://example.org/u"]
    assert message["links"] == message["codes"] == message["calendars"] == message["lint"] == []


def test_a_message_tells_what_is_wrong_with_it_and_the_list_how_much(world: World) -> None:
    told = world.talk(b"From: ada@example.org\r\nSubject: x\r\n\r\na\nb\r\n")
    message = assert_shape(world.client.get(f"{MESSAGES}/{told.messages[0].id}"), "getMessage")
    assert [one["code"] for one in message["lint"]] == ["bare-lf", "missing-date", "missing-message-id", "missing-to"]
    assert message["lint"][0] == {
        "code": "bare-lf",
        "severity": "error",
        "message": "A line feed stands without a carriage return.",
        "rfc": "RFC 5321 section 2.3.8",
        "entry": 5,
        "header": None,
    }
    assert message["lint"][1]["header"] == "Date"
    rows = world.client.get(MESSAGES).json()["messages"]
    assert [row["lint_count"] for row in rows if row["id"] == message["id"]] == [4] == [message["lint_count"]]


def test_looking_at_a_message_does_not_mark_it_read(world: World) -> None:
    found = world.take().id
    for path in ("", "/raw", "/text"):
        assert world.client.get(f"{MESSAGES}/{found}{path}").is_success
    assert world.client.get(f"{MESSAGES}/{found}").json()["read"] is False


def test_latest_is_the_newest_message_that_is_like_that(world: World) -> None:
    assert_problem(world.client.get(f"{MESSAGES}/latest"), 404)
    first = world.take(PLAIN, inbox="checkout").id
    second = world.take(PLAIN.replace(b"Subject: Hello", b"Subject: Invoice")).id
    third = world.take().id
    for params, expected in (({}, third), ({"inbox": "checkout"}, first), ({"q": "invoice"}, second)):
        assert world.client.get(f"{MESSAGES}/latest", params=params).json()["id"] == expected
    assert_problem(world.client.get(f"{MESSAGES}/latest", params={"inbox": "nobody"}), 404)
    assert_problem(world.client.get(f"{MESSAGES}/{third}", params={"inbox": "default"}), 400, "inbox")
    assert world.client.get(f"{MESSAGES}/latest/raw", params={"q": "invoice"}).content.count(b"Invoice") == 1


def test_one_message_is_marked_pinned_and_tagged(world: World) -> None:
    found = world.take().id
    row = assert_shape(world.client.patch(f"{MESSAGES}/{found}", json={"read": True}), "changeMessage")
    assert (row["read"], row["pinned"], row["tags"]) == (True, False, [])
    body = {"pinned": True, "tags": ["b", "a", "b"], "read": None}
    row = assert_shape(world.client.patch(f"{MESSAGES}/{found}", json=body), "changeMessage")
    assert (row["read"], row["pinned"], sorted(row["tags"])) == (True, True, ["a", "b"])
    row = world.client.patch(f"{MESSAGES}/{found}", json={"read": False, "tags": []}).json()
    assert (row["read"], row["pinned"], row["tags"]) == (False, True, [])
    assert world.client.get(f"{MESSAGES}/{found}").json()["pinned"] is True


@pytest.mark.parametrize("way", ["ids", "inbox", "q", "all"])
def test_many_messages_are_changed_in_each_way_of_naming_them(world: World, way: str) -> None:
    wanted = [world.take(PLAIN.replace(b"Hello", b"Invoice"), inbox="checkout").id for _ in range(2)]
    other = world.take().id
    named = {"ids": wanted, "inbox": "checkout", "q": "invoice", "all": True}[way]
    answer = assert_shape(world.client.patch(MESSAGES, json={way: named, "set": {"read": True}}), "changeMessages")
    expected = {*wanted, other} if way == "all" else {*wanted}
    assert answer == {"changed": len(expected)}
    rows = world.client.get(MESSAGES).json()["messages"]
    assert {row["id"] for row in rows if row["read"]} == expected
    again = world.client.patch(MESSAGES, json={way: named, "set": {"read": True}})
    assert again.json() == {"changed": 0}


@pytest.mark.parametrize("way", ["ids", "inbox", "q", "all"])
def test_many_messages_are_deleted_in_each_way_of_naming_them(world: World, way: str) -> None:
    wanted = [world.take(PLAIN.replace(b"Hello", b"Invoice"), inbox="checkout").id for _ in range(2)]
    other = world.take().id
    named = {"ids": ",".join(map(str, wanted)), "inbox": "checkout", "q": "invoice", "all": "true"}[way]
    answer = assert_shape(world.client.delete(MESSAGES, params={way: named}), "deleteMessages")
    expected = {*wanted, other} if way == "all" else {*wanted}
    assert answer == {"deleted": len(expected)}
    assert set(ids(world.client.get(MESSAGES))) == {*wanted, other} - expected


def test_ids_to_delete_may_be_repeated_and_listed(world: World) -> None:
    made = [world.take().id for _ in range(4)]
    answer = world.client.delete(f"{MESSAGES}?ids={made[0]},{made[1]}&ids={made[2]}&ids={made[2]}")
    assert answer.json() == {"deleted": 3}
    assert ids(world.client.get(MESSAGES)) == [made[3]]


def test_a_deleted_message_is_gone_at_once_and_can_be_brought_back(world: World) -> None:
    found = world.take().id
    answer = world.client.delete(f"{MESSAGES}/{found}")
    assert (answer.status_code, answer.content) == (204, b"")
    for path in ("", "/raw", "/text", "/parts/0"):
        assert_problem(world.client.get(f"{MESSAGES}/{found}{path}"), 404)
    assert_problem(world.client.delete(f"{MESSAGES}/{found}"), 404)
    assert_problem(world.client.patch(f"{MESSAGES}/{found}", json={"read": True}), 404)
    body = {"ids": [found, found + 1000]}
    assert assert_shape(world.client.post(f"{MESSAGES}/restore", json=body), "restoreMessages") == {"restored": 1}
    assert world.client.get(f"{MESSAGES}/{found}/raw").content == PLAIN
    assert ids(world.client.get(MESSAGES)) == [found]


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({}, ["ids"]),
        ({"all": "false"}, ["ids"]),
        ({"all": "yes"}, ["all"]),
        ({"ids": ""}, ["ids"]),
        ({"ids": "1,"}, ["ids"]),
        ({"ids": "1;2"}, ["ids"]),
        ({"ids": "-1"}, ["ids"]),
        ({"ids": "9999999999999999999"}, ["ids"]),
        ({"ids": "1", "all": "true"}, ["ids"]),
        ({"inbox": "a", "q": "b"}, ["ids"]),
        ({"inbox": "a/b"}, ["inbox"]),
        ({"id": "1"}, ["id"]),
    ],
)
def test_deleting_something_that_is_not_named_clearly_is_refused(
    shared_world: World, params: dict[str, str], names: list[str]
) -> None:
    kept = shared_world.take().id
    assert_problem(shared_world.client.delete(MESSAGES, params=params), 400, *names)
    assert shared_world.client.get(f"{MESSAGES}/{kept}").status_code == 200


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"set": {"read": True}}, "body"),
        ({"all": False, "set": {"read": True}}, "body"),
        ({"ids": [1], "all": True, "set": {"read": True}}, "body"),
        ({"ids": [], "set": {"read": True}}, "body.ids"),
        ({"ids": ["1"], "set": {"read": True}}, "body.ids.0"),
        ({"ids": [1.5], "set": {"read": True}}, "body.ids.0"),
        ({"ids": [True], "set": {"read": True}}, "body.ids.0"),
        ({"ids": [0], "set": {"read": True}}, "body.ids.0"),
        ({"ids": [2**63], "set": {"read": True}}, "body.ids.0"),
        ({"ids": 1, "set": {"read": True}}, "body.ids"),
        ({"inbox": "no such name!", "set": {"read": True}}, "body.inbox"),
        ({"all": 1, "set": {"read": True}}, "body.all"),
        ({"all": True}, "body.set"),
        ({"all": True, "set": {}}, "body.set"),
        ({"all": True, "set": {"read": None}}, "body.set"),
        ({"all": True, "set": {"read": "yes"}}, "body.set.read"),
        ({"all": True, "set": {"tags": "a"}}, "body.set.tags"),
        ({"all": True, "set": {"tags": [""]}}, "body.set.tags.0"),
        ({"all": True, "set": {"tags": ["a\u0000b"]}}, "body.set.tags.0"),
        ({"all": True, "set": {"red": True, "read": True}}, "body.set.red"),
        ({"every": True, "all": True, "set": {"read": True}}, "body.every"),
        ([], "body"),
        ("all", "body"),
    ],
)
def test_a_change_that_cannot_be_right_names_the_place(shared_world: World, body: object, where: str) -> None:
    kept = shared_world.take().id
    assert_problem(shared_world.client.patch(MESSAGES, json=body), 400, where)
    assert shared_world.client.get(f"{MESSAGES}/{kept}").json()["read"] is False


def test_a_body_that_is_no_json_is_refused(shared_client: httpx.Client) -> None:
    json_type = {"content-type": "application/json"}
    assert_problem(shared_client.patch(MESSAGES, content=b'{"all":', headers=json_type), 400)
    assert_problem(shared_client.patch(MESSAGES, content=b"\xff\xfe", headers=json_type), 400)
    assert_problem(shared_client.patch(MESSAGES, content=b"", headers=json_type), 400, "body")
    assert_problem(shared_client.patch(MESSAGES, content=b"null", headers=json_type), 400, "body")
    lone = b'{"all": true, "set": {"tags": ["\\ud800"]}}'
    assert_problem(shared_client.patch(MESSAGES, content=lone, headers=json_type), 400, "body.set.tags.0")
    deep = b'{"all":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert_problem(shared_client.patch(MESSAGES, content=deep, headers=json_type), 400)


def test_a_body_without_a_type_is_read_as_json(shared_world: World) -> None:
    kept = f"{MESSAGES}/{shared_world.take().id}"
    assert shared_world.client.patch(kept, content=b'{"read": true}').json()["read"] is True
    assert_problem(shared_world.client.patch(kept, content=b'{"read":'), 400)


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_body_of_another_type_is_refused(shared_world: World, media_type: str) -> None:
    kept = shared_world.take().id
    body = b'{"all": true, "set": {"read": true}}'
    headers = {"content-type": media_type}
    assert_problem(shared_world.client.patch(MESSAGES, content=body, headers=headers), 415)
    assert shared_world.client.get(f"{MESSAGES}/{kept}").json()["read"] is False


def test_a_body_that_is_too_large_is_refused(shared_client: httpx.Client) -> None:
    big = b'{"all": true, "set": {"tags": ["' + b"a" * 1024 * 1024 + b'"]}}'
    headers = {"content-type": "application/json"}
    assert_problem(shared_client.patch(MESSAGES, content=big, headers=headers), 413)
    assert_problem(shared_client.patch(MESSAGES, content=iter([big[:500_000], big[500_000:]]), headers=headers), 413)
