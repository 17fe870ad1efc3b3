from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest

from pillarbox.web.api.imports import claimed_envelope
from tests.web.shapes import assert_problem, assert_shape
from tests.web.world import PLAIN, World

MESSAGES = "/api/v1/messages"
RFC822 = {"content-type": "message/rfc822"}


def test_an_imported_message_is_kept_octet_for_octet(world: World) -> None:
    raw = b"From: a@example.org\r\nTo: b@example.org\n\nbare\r.\r\n\x00\xff"
    answer = world.client.post(MESSAGES, content=raw, headers=RFC822)
    summary = assert_shape(answer, "importMessage")
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/messages/{summary['id']}"
    assert summary == world.client.get(MESSAGES).json()["messages"][0]
    assert summary["session_id"] is None
    assert world.client.get(answer.headers["location"] + "/raw").content == raw


def test_the_envelope_inbox_and_time_are_as_given(world: World) -> None:
    params: list[tuple[str, str | int | float | bool | None]] = [
        ("mail_from", "<bounce@example.org>"),
        ("rcpt_to", "a@example.org,b@example.org"),
        ("rcpt_to", "c@example.org"),
        ("inbox", "Checkout"),
        ("received_at", "2026-11-23T23:14:09.5+01:00"),
    ]
    answer = world.client.post(MESSAGES, params=httpx.QueryParams(params), content=PLAIN, headers=RFC822)
    summary = assert_shape(answer, "importMessage")
    assert summary["mail_from"] == "bounce@example.org"
    assert summary["rcpt_to"] == ["a@example.org", "b@example.org", "c@example.org"]
    assert summary["inbox"] == "checkout"
    assert summary["received_at"] == "2026-11-23T22:14:09.500000Z"
    assert [one["name"] for one in world.client.get("/api/v1/inboxes").json()["inboxes"]].count("checkout") == 1


def test_an_empty_sender_is_the_null_sender(world: World) -> None:
    for given in ("", "<>"):
        answer = world.client.post(MESSAGES, params={"mail_from": given}, content=PLAIN, headers=RFC822)
        assert answer.json()["mail_from"] == ""
        assert answer.json()["rcpt_to"] == ["ada@example.org"]


def test_a_quoted_sender_may_have_blanks(world: World) -> None:
    for given in ('"a b"@example.org', '<"a <b>\\"c"@example.org>'):
        answer = world.client.post(MESSAGES, params={"mail_from": given}, content=PLAIN, headers=RFC822)
        assert answer.json()["mail_from"] == re.sub("^<|>$", "", given)


@pytest.mark.parametrize(
    ("head", "sender", "recipients"),
    [
        (b"From: a@x.test\r\nTo: b@x.test", "a@x.test", ["b@x.test"]),
        (b"Return-Path: <r@x.test>\r\nFrom: a@x.test", "r@x.test", []),
        (b"Return-Path: <>\r\nFrom: a@x.test", "", []),
        (b"From: A <a@x.test>, b@x.test", "a@x.test", []),
        (b"To: B <b@x.test>\r\nCc: c@x.test\r\nBcc: D <d@x.test>, e@x.test", "", [f"{one}@x.test" for one in "bcde"]),
        (b"To: b@x.test, b@x.test\r\nCc: b@x.test", "", ["b@x.test"]),
        (b"Delivered-To: d@x.test\r\nTo: b@x.test\r\nBcc: c@x.test", "", ["d@x.test"]),
        (b"Delivered-To: d@x.test\r\nX-Original-To: o@x.test\r\nTo: b@x.test", "", ["o@x.test"]),
        (b"X-Original-To: o@x.test\r\nX-Original-To: p@x.test", "", ["o@x.test", "p@x.test"]),
        (b"Delivered-To: nobody\r\nTo: b@x.test", "", ["b@x.test"]),
        (b"To: undisclosed-recipients:;\r\nBcc:", "", []),
        (b"From: Cron Daemon <root>\r\nTo: nobody", "", []),
        (b"", "", []),
        (b"\xff\xfe no headers", "", []),
    ],
)  # fmt: skip
def test_without_an_envelope_the_headers_are_believed(head: bytes, sender: str, recipients: list[str]) -> None:
    claimed = claimed_envelope(head + b"\r\n\r\nHello\r\n")
    assert claimed.mail_from.address == sender
    assert [one.address for one in claimed.rcpt_to] == recipients


def test_an_empty_message_is_a_message(world: World) -> None:
    answer = world.client.post(MESSAGES, content=b"", headers=RFC822)
    assert assert_shape(answer, "importMessage")["size"] == 0


@pytest.mark.parametrize("media_type", ["text/plain", "application/json", "multipart/form-data", "rfc822", ""])
def test_a_body_of_another_type_is_refused(shared_client: httpx.Client, media_type: str) -> None:
    headers = {"content-type": media_type} if media_type else {}
    assert_problem(shared_client.post(MESSAGES, content=PLAIN, headers=headers), 415)


def test_a_media_type_is_compared_without_case_and_parameters(shared_client: httpx.Client) -> None:
    for media_type in ("Message/RFC822; charset=utf-8", "message/global"):
        assert shared_client.post(MESSAGES, content=PLAIN, headers={"content-type": media_type}).status_code == 201


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mail_from", "a b@example.org"),
        ("mail_from", "a@example.org\r\nRCPT TO:<x>"),
        ("mail_from", '"a b@example.org'),
        ("mail_from", '"a\r\nb"@example.org'),
        ("mail_from", '"a"b c@example.org'),
        ("mail_from", "a\x00@example.org"),
        ("mail_from", "a" * 1001),
        ("rcpt_to", "<a@example.org"),
        ("rcpt_to", "a@example.org,<>"),
        ("rcpt_to", ",".join(["a@example.org"] * 1001)),
        ("inbox", "../etc"),
        ("inbox", ""),
        ("inbox", "a" * 64),
        ("received_at", "now"),
        ("to", "a@example.org"),
    ],
)
def test_an_envelope_that_no_session_could_have_is_refused(shared_client: httpx.Client, name: str, value: str) -> None:
    before = shared_client.get(MESSAGES).json()["total"]
    assert_problem(shared_client.post(MESSAGES, params={name: value}, content=PLAIN, headers=RFC822), 400, name)
    assert shared_client.get(MESSAGES).json()["total"] == before


def test_a_message_over_the_limit_is_refused_however_it_comes(start_world: Callable[..., World]) -> None:
    world = start_world(max_message_size=1000)
    fits, over = b"x" * 1000, b"x" * 1001
    assert world.client.post(MESSAGES, content=fits, headers=RFC822).status_code == 201
    assert world.client.post(MESSAGES, content=iter([fits]), headers=RFC822).status_code == 201
    assert_problem(world.client.post(MESSAGES, content=over, headers=RFC822), 413)
    assert_problem(world.client.post(MESSAGES, content=iter([fits, b"x"]), headers=RFC822), 413)
    assert world.client.get(MESSAGES).json()["total"] == 2


def test_no_limit_is_no_limit_and_large_mail_comes_through(start_world: Callable[..., World]) -> None:
    world = start_world(max_message_size=0)
    raw = b"Subject: large\r\n\r\n" + b"0123456789abcde\n" * 200_000
    answer = world.client.post(MESSAGES, content=raw, headers=RFC822)
    assert answer.json()["size"] == len(raw)
    assert world.client.get(answer.headers["location"] + "/raw").content == raw
