from __future__ import annotations

import json
import logging
import sys

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
