from __future__ import annotations

import pytest

from pillarbox.box.figures import Histogram, Observed


def test_a_value_counts_in_every_bucket_that_it_is_not_above() -> None:
    histogram = Histogram((1, 10))
    for value in (0.5, 1, 1.5, 10, 11):
        histogram.observe(value)
    assert histogram.read() == Observed(((1, 2), (10, 4)), 5, 24)


def test_a_reading_does_not_change_any_more() -> None:
    histogram = Histogram((1,))
    before = histogram.read()
    histogram.observe(1)
    assert before == Observed(((1, 0),), 0, 0)


def test_what_fails_is_not_timed() -> None:
    histogram = Histogram()
    with histogram.timing():
        pass
    with pytest.raises(ZeroDivisionError), histogram.timing():
        _ = 1 / 0
    assert histogram.read().count == 1
