from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pillarbox.storage import backlog
from pillarbox.storage.backlog import Backlog


def test_jobs_come_out_in_the_order_in_which_they_were_put_in() -> None:
    waiting: Backlog[str] = Backlog()
    for job in "abc":
        waiting.put(job, urgent=job == "c")
    assert waiting.take(None, 0.0) == (["a", "b", "c"], False)


def test_nothing_comes_when_nothing_is_put_in_while_patience_lasts() -> None:
    assert Backlog[str]().take(0.001, 0.0) == ([], False)


def test_what_nobody_waits_for_rests_until_something_urgent_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "REST", 60.0)
    waiting: Backlog[str] = Backlog()
    waiting.put("save", urgent=False)
    with ThreadPoolExecutor(1) as pool:
        taken = pool.submit(waiting.take, None, 0.0)
        waiting.put("delivery")
        assert taken.result(30) == (["save", "delivery"], False)


def test_what_nobody_waits_for_comes_alone_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "REST", 0.001)
    waiting: Backlog[str] = Backlog()
    waiting.put("save", urgent=False)
    assert waiting.take(None, 0.0) == (["save"], False)


def test_who_waits_for_company_takes_those_along_that_come_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting: Backlog[str] = Backlog()
    waiting.put("first")
    monkeypatch.setattr("time.sleep", lambda seconds: waiting.put("second"))
    assert waiting.take(None, 0.002) == (["first", "second"], False)


@pytest.mark.parametrize(("limit", "value"), [("MOST", 2), ("MOST_OCTETS", 10)])
def test_a_transaction_is_bounded_and_the_rest_comes_next(
    monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(backlog, limit, value)
    waiting: Backlog[str] = Backlog()
    for job in "abc":
        waiting.put(job, octets=5)
    assert waiting.take(None, 0.0) == (["a", "b"], False)
    assert waiting.take(None, 0.0) == (["c"], False)


def test_after_the_close_nothing_is_taken_in_and_what_waits_comes_out_last() -> None:
    waiting: Backlog[str] = Backlog()
    waiting.put("a", urgent=False)
    assert waiting.close()
    assert not waiting.close()
    assert not waiting.put("b")
    assert waiting.take(None, 1.0) == (["a"], True)


def test_closing_wakes_the_one_that_waits() -> None:
    waiting: Backlog[str] = Backlog()
    taken: list[tuple[list[str], bool]] = []
    thread = threading.Thread(target=lambda: taken.append(waiting.take(None, 0.0)))
    thread.start()
    waiting.close()
    thread.join(30)
    assert taken == [([], True)]
