from __future__ import annotations

import pytest

from pillarbox.smtp.patience import Lapse, Patience

SPAN = 300.0
RATE = 10

Step = tuple[float, str, int]
"""When, what came (`line` begun or complete, `more` of a line, `content`), and how many octets of content."""


def lapse(steps: list[Step], now: float, *, rate: int = RATE, span: float = SPAN) -> Lapse | None:
    patience = Patience(span, rate, 0.0)
    for at, what, octets in steps:
        assert patience.lapse(at, in_content=what == "content") is None
        if what == "content":
            patience.content(at, octets)
        elif what == "more":
            patience.line(at)
        else:
            patience.renew(at)
    return patience.lapse(now, in_content=bool(steps) and steps[-1][1] == "content")


def dribble(seconds: int, octets: int) -> list[Step]:
    return [(float(at), "content", octets) for at in range(1, seconds + 1)]


@pytest.mark.parametrize(
    ("steps", "now", "expected"),
    [
        ([], 299.9, None),
        ([], 300.0, "idle"),
        ([(100.0, "line", 0)], 399.9, None),
        ([(100.0, "line", 0)], 400.0, "idle"),
        # Somebody types one letter every twenty seconds: the line has its span, and no more.
        ([(0.0, "line", 0), *((20.0 * n, "more", 0) for n in range(1, 15))], 299.9, None),
        ([(0.0, "line", 0), *((20.0 * n, "more", 0) for n in range(1, 15))], 300.0, "slow line"),
        # The next line has a span of its own.
        ([(0.0, "line", 0), (280.0, "more", 0), (290.0, "line", 0)], 589.9, None),
        # One octet a second uses up nine tenths of a second each second.
        (dribble(333, 1), 333.3, None),
        (dribble(333, 1), 333.4, "slow content"),
        # Just fast enough, for an hour.
        (dribble(3600, 10), 3600.5, None),
        # A fast beginning pays for nothing later.
        ([(1.0, "content", 50_000_000), *((1.0 + at, "content", 1) for at in range(1, 334))], 334.4, "slow content"),
        # A pause within content is idleness when it is as long as the span, and nothing before.
        ([(1.0, "content", 3_000)], 300.9, None),
        ([(1.0, "content", 3_000)], 301.0, "idle"),
    ],
)
def test_what_a_client_lets_happen(steps: list[Step], now: float, expected: Lapse | None) -> None:
    assert lapse(steps, now) == expected


def test_without_a_span_everybody_has_time() -> None:
    assert lapse([(1.0, "content", 1)], 1e9, span=0.0) is None


def test_without_a_rate_content_may_dribble() -> None:
    assert lapse(dribble(10_000, 1), 10_000.5, rate=0) is None
