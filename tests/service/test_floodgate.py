from __future__ import annotations

import logging

from pillarbox.service.floodgate import Floodgate


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def record(line: int = 1, said: str = "no", level: int = logging.INFO) -> logging.LogRecord:
    return logging.LogRecord("pillarbox.x", level, "/x.py", line, said, None, None)


def passed(gate: Floodgate, *records: logging.LogRecord) -> list[str | None]:
    """The notes on those that pass."""
    return [getattr(one, "note", None) for one in records if gate.filter(one)]


def test_so_many_lines_pass_in_a_minute_and_the_last_says_that_more_will_not() -> None:
    clock = Clock()
    gate = Floodgate(3, 60.0, clock)
    closing = "what else is like this is left out for 60 s"
    assert passed(gate, *(record() for _ in range(10))) == [None, None, closing]


def test_the_first_line_of_the_next_minute_says_how_many_were_left_out() -> None:
    clock = Clock()
    gate = Floodgate(3, 60.0, clock)
    passed(gate, *(record() for _ in range(10)))
    clock.now += 59.9
    assert passed(gate, record()) == []
    clock.now += 0.1
    assert passed(gate, record(), record()) == ["8 more like this were left out before it", None]


def test_a_minute_without_a_flood_says_nothing_of_it() -> None:
    clock = Clock()
    gate = Floodgate(3, 60.0, clock)
    for _ in range(5):
        assert passed(gate, record()) == [None]
        clock.now += 60


def test_words_do_not_make_another_kind_of_line_and_places_do() -> None:
    gate = Floodgate(1, 60.0, Clock())
    assert len(passed(gate, *(record(said=str(number)) for number in range(10)))) == 1
    assert len(passed(gate, *(record(line) for line in range(10)))) == 9


def test_what_is_critical_always_passes() -> None:
    gate = Floodgate(1, 60.0, Clock())
    assert passed(gate, *(record(level=logging.CRITICAL) for _ in range(3))) == [None] * 3
