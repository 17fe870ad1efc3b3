from __future__ import annotations

import json
import logging
import sys

import pytest

from pillarbox.service.logs import JsonLines, TextLines


def record(**more: object) -> logging.LogRecord:
    made = logging.makeLogRecord({"name": "pillarbox.x", "levelno": 30, "levelname": "WARNING", "msg": "привет %s"})
    made.args = ("мир",)
    made.created = 1_795_472_049.1239
    made.__dict__.update(more)
    return made


def test_a_text_line_tells_time_level_logger_and_message() -> None:
    assert TextLines().format(record()) == "2026-11-23T22:14:09.123Z warning pillarbox.x: привет мир"


def test_a_json_line_is_one_object() -> None:
    line = JsonLines().format(record(data={"pid": 1}))
    assert json.loads(line) == {
        "at": "2026-11-23T22:14:09.123Z",
        "level": "warning",
        "logger": "pillarbox.x",
        "message": "привет мир",
        "pid": 1,
    }


def test_an_exception_stays_in_its_json_line() -> None:
    try:
        raise ValueError("wrong")
    except ValueError:
        line = JsonLines().format(record(exc_info=sys.exc_info()))
    assert "\n" not in line
    assert "ValueError: wrong" in json.loads(line)["exception"]


FORGED = "x\r\n2026-11-23T22:14:09.123Z info pillarbox.y: forged\x1b[2J\u2028\x85\u202e"


def test_nothing_that_is_said_makes_a_second_line_or_moves_a_cursor() -> None:
    line = TextLines().format(record(args=(FORGED,)))
    assert len(line.splitlines()) == 1
    assert line.isprintable()
    assert "x␍␊2026" in line


def test_a_json_line_keeps_what_was_said_and_is_ascii() -> None:
    line = JsonLines().format(record(args=(FORGED,)))
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["message"] == f"привет {FORGED}".strip()


def test_an_exception_in_text_is_indented_so_that_its_words_are_no_line_of_ours() -> None:
    try:
        raise ValueError(FORGED)
    except ValueError:
        first, *stack = TextLines().format(record(exc_info=sys.exc_info())).split("\n")
    assert first.endswith("привет мир")
    assert stack[0] == "    Traceback (most recent call last):"
    assert all(line.startswith("    ") and line.isprintable() for line in stack)
    assert any("forged" in line for line in stack)


def test_places_without_an_exceptions_words_are_told_like_a_stack() -> None:
    trace = '  File "a.py", line 1, in f\n    g()\n'
    assert TextLines().format(record(trace=trace)).split("\n")[1:3] == [
        '      File "a.py", line 1, in f',
        "        g()",
    ]
    assert json.loads(JsonLines().format(record(trace=trace)))["exception"] == trace


@pytest.mark.parametrize(
    ("session_id", "peer", "shown"),
    [
        (12, "127.0.0.1:5", "[session 12] привет мир"),
        (None, "127.0.0.1:5", "[127.0.0.1:5] привет мир"),
        (None, None, "привет мир"),
    ],
)
def test_a_line_tells_its_session_by_number_or_before_it_has_one_by_its_peer(
    session_id: int | None, peer: str | None, shown: str
) -> None:
    told = record(session_id=session_id, peer=peer)
    assert TextLines().format(told).endswith(f": {shown}")
    line = json.loads(JsonLines().format(told))
    assert (line.get("session_id"), line.get("peer")) == (session_id, peer)
    assert None not in line.values()


def test_what_is_left_out_is_told() -> None:
    told = record(note="7 more like this were left out before it")
    assert TextLines().format(told).endswith("привет мир (7 more like this were left out before it)")
    assert json.loads(JsonLines().format(told))["note"] == "7 more like this were left out before it"
