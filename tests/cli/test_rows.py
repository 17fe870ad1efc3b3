from __future__ import annotations

import json
import re
from typing import Any

import pytest

from pillarbox.cli import rows
from pillarbox.cli.paint import Paint

PLAIN = Paint(on=False)
COLOURED = Paint(on=True)
HOSTILE = "\x1b[2J\x1b]0;owned\x07\r\nfake\x00\x7f\x9b31m\u202egnp\u2028\t."

MESSAGE: dict[str, Any] = {
    "id": 42,
    "from": [{"name": "Shop", "address": "shop@x.test"}],
    "mail_from": "bounce@x.test",
    "rcpt_to": ["ada@x.test"],
    "subject": "Your order",
    "size": 2150,
    "attachment_count": 0,
    "inbox": "default",
    "received_at": "2026-11-28T12:00:00.000001Z",
}
SESSION: dict[str, Any] = {
    "id": 7,
    "peer": "127.0.0.1:52114",
    "listener": "smtp 127.0.0.1:1025",
    "helo": "app.test",
    "outcome": "quit",
    "started_at": "2026-11-28T12:00:00.000001Z",
    "ended_at": "2026-11-28T12:00:01.500001Z",
    "messages": [42],
    "reason": None,
}


def entry(side: str, text: str, **more: Any) -> dict[str, Any]:
    return {"seq": 1, "at_us": 4200, "side": side, "kind": "command", "text": text, "bytes": 690, **more}


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({}, "message 42  shop@x.test → ada@x.test  “Your order”  2.1 KB"),
        ({"from": []}, "message 42  bounce@x.test → ada@x.test  “Your order”  2.1 KB"),
        ({"from": [], "mail_from": ""}, "message 42  <> → ada@x.test  “Your order”  2.1 KB"),
        ({"subject": ""}, "message 42  shop@x.test → ada@x.test  (no subject)  2.1 KB"),
        (
            {"rcpt_to": ["a@x", "b@x", "c@x", "d@x"]},
            "message 42  shop@x.test → a@x, b@x and 2 more  “Your order”  2.1 KB",
        ),
        (
            {"attachment_count": 2, "inbox": "checkout", "size": 690},
            "message 42  shop@x.test → ada@x.test  “Your order”  690 B, 2 attachments, in checkout",
        ),
    ],
)
def test_a_message_is_a_line(changed: dict[str, Any], line: str) -> None:
    assert rows.message(MESSAGE | changed, PLAIN) == line


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({}, "session 7  127.0.0.1:52114 (app.test) ended after 1.500 s, 1 message"),
        (
            {"messages": [], "outcome": "refused", "reason": "550 5.1.1 no (in answer to RCPT TO:<x>)"},
            "session 7  127.0.0.1:52114 (app.test) was refused after 1.500 s: 550 5.1.1 no (in answer to RCPT TO:<x>)",
        ),
        (
            {"helo": None, "messages": [], "outcome": "lost", "ended_at": None},
            "session 7  127.0.0.1:52114 was lost",
        ),
        (
            {"messages": [1, 2], "outcome": "dropped"},
            "session 7  127.0.0.1:52114 (app.test) hung up after 1.500 s, 2 messages",
        ),
    ],
)
def test_a_session_is_a_line_with_its_reason(changed: dict[str, Any], line: str) -> None:
    assert rows.session(SESSION | changed, PLAIN) == line


@pytest.mark.parametrize(
    ("line", "shown", "colour"),
    [
        (entry("client", "EHLO x"), "0.004 C: EHLO x", "34"),
        (entry("server", "250 Ok", code=250), "0.004 S: 250 Ok", None),
        (entry("server", "550 no", code=550), "0.004 S: 550 no", "31"),
        (entry("event", "TLS 1.3"), "0.004 *: TLS 1.3", "2"),
        (entry("client", "", kind="data", message_id=42), "0.004 C: [690 octets of content, message 42]", "34"),
        (entry("client", "", kind="data"), "0.004 C: [690 octets of content]", "34"),
    ],
)
def test_a_line_of_a_dialogue_is_as_in_a_transcript(line: dict[str, Any], shown: str, colour: str | None) -> None:
    assert rows.entry(line, PLAIN) == shown
    said = rows.entry(line, COLOURED)
    assert re.sub(r"\x1b\[\d+m", "", said) == shown
    assert (f"\x1b[{colour}m{shown[6:]}" in said) if colour else said.endswith(shown[5:])


def acting(text: str) -> list[str]:
    """What would act on a terminal."""
    return re.findall("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", text)


def test_nothing_that_mail_or_a_client_says_acts_on_the_terminal() -> None:
    message = MESSAGE | {
        "from": [{"name": "", "address": HOSTILE}],
        "rcpt_to": [HOSTILE],
        "subject": HOSTILE,
        "inbox": HOSTILE,
    }
    session = SESSION | {"peer": HOSTILE, "helo": HOSTILE, "reason": HOSTILE, "listener": HOSTILE}
    lines = [
        rows.message(message, PLAIN),
        rows.session(session, PLAIN),
        rows.opened(session, PLAIN),
        *(rows.entry(entry(side, HOSTILE.replace("\t", "")), PLAIN) for side in ("client", "server", "event")),
        rows.json_line([HOSTILE, {HOSTILE: "\ud800"}]),
    ]
    assert [acting(line) for line in lines] == [[]] * len(lines)
    assert "␛[2J" in lines[0]


def test_a_line_of_json_says_the_same_and_keeps_letters_as_they_are() -> None:
    value = {"subject": "Заказ " + HOSTILE, "list": [1, None, True]}
    line = rows.json_line(value)
    assert json.loads(line) == value
    assert "Заказ" in line
    assert line.isprintable()


def test_a_long_value_is_cut() -> None:
    assert rows.shown("x" * 500) == "x" * 119 + "…"


@pytest.mark.parametrize(("octets", "said"), [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KB"), (5 * 1024**2, "5.0 MB")])
def test_sizes(octets: int, said: str) -> None:
    assert rows.size(octets) == said
