"""Figures, times and outcomes as people read them."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pillarbox.mail.session import Facts, Outcome, Session
from pillarbox.web import language, wording
from pillarbox.web.urls import Scope, Urls

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def session(outcome: Outcome, messages: tuple[int, ...] = (), **facts: object) -> Session:
    whole = Facts(listener="smtp 127.0.0.1:1025", peer="127.0.0.1:1", started_at=NOON, outcome=outcome, **facts)  # type: ignore[arg-type]
    return Session(1, whole, messages)


@pytest.mark.parametrize(
    ("octets", "said"),
    [(0, "0 B"), (812, "812 B"), (1024, "1 KB"), (18_204, "17.8 KB"), (104_857_600, "100 MB"), (3 << 40, "3 TB")],
)
def test_sizes_are_said_in_units_of_1024(octets: int, said: str) -> None:
    assert wording.size(octets) == said


def test_a_time_is_said_in_the_readers_zone() -> None:
    at = datetime(2026, 11, 22, 22, 14, 9, 123456, tzinfo=UTC)
    said = wording.moment(at, ZoneInfo("Europe/Moscow"), NOON)
    assert (said.iso, said.clock, said.day) == ("2026-11-22T22:14:09.123456Z", "01:14:09", "Today")
    assert wording.moment(at, UTC, NOON).day == "Yesterday"
    assert wording.moment(at - timedelta(days=5), UTC, NOON).day == "Tuesday 17 November"
    assert wording.moment(at - timedelta(days=400), UTC, NOON).day == "Saturday 18 October 2025"


def test_russian_has_its_own_figures_and_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_chosen", ContextVar("language", default="ru"))
    assert (wording.size(18_204), wording.size(812)) == ("17,8 КБ", "812 Б")
    assert (wording.seconds(302_000), wording.seconds(2_310_000)) == ("302 мс", "2,31 с")
    assert language.number(1_234_567) == "1\xa0234\xa0567"
    said = wording.moment(NOON - timedelta(days=400), ZoneInfo("Europe/Moscow"), NOON)
    assert said.day == "Воскресенье, 19 октября 2025\u202fг."
    assert said.full == "вс, 19 окт. 2025\u202fг. 15:00:00 MSK"
    assert wording.moment(NOON - timedelta(days=5), UTC, NOON).day == "Среда, 18 ноября"
    assert wording.moment(NOON, UTC, NOON).day == "Сегодня"
    for errors, end in ((1, "ответ был ошибкой"), (2, "ответа были ошибками"), (5, "ответов были ошибками")):
        verdict = wording.verdict(session("quit", errors=errors, worst_reply=550))
        assert verdict is not None
        assert f"{errors} {end}" in verdict.sentence


def test_utc_is_known_where_the_system_knows_no_zones() -> None:
    assert wording.zone("UTC") is UTC


def test_a_zone_that_is_none_is_the_servers_own() -> None:
    for name in (None, "", "Mars/Olympus", "../../../etc/passwd", "a" * 5000, "\0"):
        assert wording.zone(name).utcoffset(NOON) == NOON.astimezone().utcoffset()


def test_every_outcome_has_a_word() -> None:
    for outcome in wording.OUTCOMES:
        assert wording.outcome(outcome)


def test_a_failure_is_told_in_a_sentence() -> None:
    timeout = wording.verdict(session("timeout"))
    assert timeout is not None
    assert (timeout.tone, timeout.sentence[:24]) == ("bad", "The client said nothing ")
    refused = wording.verdict(session("quit", errors=2, worst_reply=550))
    assert refused is not None
    assert refused.sentence == "2 replies were errors, 550 at worst."
    silent = wording.verdict(session("quit"))
    assert silent is not None
    assert (silent.tone, silent.sentence) == ("calm", "No message of this session is kept.")


def test_a_session_that_went_well_needs_no_words() -> None:
    assert wording.verdict(session("quit", (1,), worst_reply=354)) is None
    assert wording.verdict(session("open")) is None


def test_addresses_keep_the_list_and_the_root_path() -> None:
    urls = Urls("/mail/", "abc")
    scope = Scope(inbox="a b/c", q="x&y=1", before=7)
    assert urls.messages(scope) == "/mail/inboxes/a%20b%2Fc?q=x%26y%3D1&before=7"
    assert urls.message(3, scope, "raw") == "/mail/messages/3?tab=raw&inbox=a+b%2Fc&q=x%26y%3D1&before=7"
    assert urls.message(3, tab="preview") == "/mail/messages/3"
    assert urls.preview(3, remote=True) == "/mail/messages/3/preview?remote=1"
    assert Urls("", "abc").messages() == "/"
