"""Spans of time and the edges of their bars, in the reader's time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from pillarbox.box import Extent
from pillarbox.web import spans

NOW = datetime(2026, 3, 29, 0, 30, 15, 7, tzinfo=UTC)
"""In Berlin the clock is put forward half an hour later."""

ZONES = [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia")]
ENDS = (spans.BEGINNING, spans.END)


@pytest.mark.parametrize("where", ZONES, ids=str)
@pytest.mark.parametrize(
    "ago", [timedelta(0), *(timedelta(hours=1) * 7**power for power in range(8))], ids=lambda ago: str(ago)
)
def test_edges_enclose_a_span_with_few_bars_that_begin_at_round_times(ago: timedelta, where: tzinfo) -> None:
    parted = spans.parted(NOW - ago, NOW, where)
    edges = parted.edges
    assert edges[0] <= NOW - ago
    assert edges[-2] <= NOW < edges[-1]
    assert all(one < another for one, another in pairwise(edges))
    assert len(edges) <= spans.MOST + 1
    for edge in edges[1:-1]:
        local = edge.astimezone(where)
        assert (local.second, local.microsecond) == (0, 0)
        if parted.step.unit != "time":
            assert local.hour in (0, 1)  # a day begins later where the clock was put forward at midnight
        if parted.step.unit in ("month", "year"):
            assert local.day == 1


def test_a_day_that_the_clock_is_changed_on_is_one_bar() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    edges = spans.parted(NOW - timedelta(days=29), NOW + timedelta(days=1), berlin).edges
    lengths = [(later - earlier) / timedelta(hours=1) for earlier, later in pairwise(edges)]
    assert set(lengths[:-2]) == {24}
    assert lengths[-2:] == [23, 24]


def test_any_time_that_an_import_can_say_has_its_bar() -> None:
    for first in (*ENDS, NOW):
        for last in ENDS:
            if first <= last:
                for where in ZONES:
                    edges = spans.parted(first, last, where).edges
                    assert edges[0] <= first
                    assert edges[-1] >= last
                    assert len(edges) >= 2 or first == last == spans.END


def test_the_shortest_span_with_something_in_it_is_chosen() -> None:
    assert spans.shortest(None, NOW) == "all"
    ages = {"1h": timedelta(minutes=59), "24h": timedelta(hours=23), "7d": timedelta(days=6), "30d": timedelta(days=29)}
    for name, ago in ages.items():
        assert spans.shortest(Extent(NOW - timedelta(days=400), NOW - ago), NOW) == name
    assert spans.shortest(Extent(NOW - timedelta(days=400), NOW - timedelta(days=31)), NOW) == "all"


def test_all_reaches_from_the_first_to_the_last_and_to_the_present() -> None:
    later, earlier = NOW + timedelta(days=3), NOW - timedelta(days=3)
    assert spans.whole("all", Extent(earlier, later), NOW) == (earlier, later)
    assert spans.whole("all", Extent(earlier, earlier), NOW) == (earlier, NOW)
    since, until = spans.whole("all", None, NOW)
    assert len(spans.parted(since, until, UTC).edges) == 61
