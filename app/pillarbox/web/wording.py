"""How figures, times and outcomes are said to people, in the language of the request; the zone is the reader's.

Times are shown in the zone that the reader has chosen, else in the one that the browser named in its cookie, in the
server's own zone until it has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pillarbox import clock
from pillarbox.mail.session import Facts, Outcome, Session
from pillarbox.web.language import decimal, ngettext, noop, number, short_day, weekday
from pillarbox.web.language import gettext as _
from pillarbox.web.retold import retold

ZONE_COOKIE = "pillarbox_zone"
"""The zone that the browser lives in, which static/zone.js tells."""

CHOSEN_ZONE_COOKIE = "pillarbox_zone_chosen"
"""The zone that the reader has chosen instead."""

_OUTCOMES: dict[Outcome, str] = {
    "open": noop("still open"),
    "quit": noop("quit"),
    "dropped": noop("dropped"),
    "timeout": noop("timed out"),
    "refused": noop("refused"),
    "error": noop("error"),
    "shutdown": noop("shut down"),
    "lost": noop("lost"),
}
OUTCOMES: tuple[Outcome, ...] = tuple(_OUTCOMES)

_WHY: dict[Outcome, str] = {
    "dropped": noop("The client closed the connection without saying QUIT."),
    "timeout": noop("The client said nothing for too long, so the connection was closed."),
    "refused": noop("The connection was refused."),
    "error": noop("The server failed while it served this session; its log has the reason."),
    "shutdown": noop("The server was stopped while this session was open."),
    "lost": noop("The server died while this session was open; what it had not yet written is missing."),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One time: `iso` is RFC 3339 in UTC, the others are in the reader's zone.

    `ago` is how long ago it was, as far as that was today; of another day it is the time of that day.
    """

    iso: str
    clock: str
    day: str
    full: str
    ago: str
    today: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a session in a sentence; `tone` is bad, warn or calm."""

    tone: str
    sentence: str


def zone(name: str | None) -> tzinfo:
    """The zone of that name, as a browser gives it; the server's own when the name is missing or unknown."""
    if name == "UTC":
        return UTC  # also where the system knows no other zone
    if name:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass  # a cookie can say anything; the server's own zone is the answer for all of it
    return clock.now().astimezone().tzinfo or UTC


def moment(at: datetime, where: tzinfo, now: datetime | None = None) -> Moment:
    local = at.astimezone(where)
    now = now or clock.now()
    today = now.astimezone(where).date()
    iso = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    day, time = local.date(), local.strftime("%H:%M:%S")
    full = f"{short_day(day)} {time} {local.tzname() or ''}"
    ago = _ago(int((now - at).total_seconds())) if day == today else time[:5]
    return Moment(iso, time, _day(day, today), full.strip(), ago, day == today)


def _ago(seconds: int) -> str:
    """static/times.js says the same later on."""
    if seconds < 60:
        return _("now")
    return _("%(n)s min", n=seconds // 60) if seconds < 3600 else _("%(n)s h", n=seconds // 3600)


def _day(day: date, today: date) -> str:
    if day == today:
        return _("Today")
    if (today - day).days == 1:
        return _("Yesterday")
    return weekday(day, year=day.year != today.year)


_SIZES = (noop("%(size)s B"), noop("%(size)s KB"), noop("%(size)s MB"), noop("%(size)s GB"), noop("%(size)s TB"))


def size(octets: int) -> str:
    """Octets in units of 1024: `812 B`, `17.8 KB`, `24 MB`."""
    value, unit = float(octets), _SIZES[0]
    for unit in _SIZES:
        if value < 1024 or unit == _SIZES[-1]:
            break
        value /= 1024
    shown = f"{value:.0f}" if unit == _SIZES[0] or value >= 100 else f"{value:.1f}".removesuffix(".0")
    return _(unit, size=decimal(shown))


def duration(facts: Facts) -> str | None:
    """How long the session lasted; None while it is open."""
    if facts.ended_at is None:
        return None
    return seconds(max(0, (facts.ended_at - facts.started_at) // timedelta(microseconds=1)))


def seconds(us: int) -> str:
    """A length of time: `80 µs`, `0.4 ms`, `302 ms`, `2.31 s`, `5 min`."""
    if us < 100:
        return _("%(time)s µs", time=us)
    if us < 1_000_000:
        ms = f"{us / 1000:.1f}" if us < 9_950 else f"{us / 1000:.0f}"
        return _("%(time)s ms", time=decimal(ms))
    if us < 120_000_000:
        s = f"{us / 1e6:.2f}"
        return _("%(time)s s", time=decimal(s))
    minutes = f"{us / 60e6:.0f}"
    return _("%(time)s min", time=minutes)


def length(seconds: float) -> str:
    """A length of time in words of at most two units: `0 s`, `42 s`, `3 min 5 s`, `5 h`, `12 days`."""
    whole = round(seconds)
    if whole < 60:
        return _("%(seconds)s s", seconds=whole)
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        return _("%(minutes)s min", minutes=minutes) + (f" {length(rest)}" if rest and minutes < 10 else "")
    if whole < 48 * 3600:
        return _("%(hours)s h", hours=whole // 3600) + (
            f" {length(whole % 3600 // 60 * 60)}" if whole % 3600 >= 60 else ""
        )
    days = whole // 86_400
    return ngettext("%(num)s day", "%(num)s days", days, num=number(days))


def outcome(value: Outcome) -> str:
    return _(_OUTCOMES[value])


def verdict(session: Session) -> Verdict | None:
    """Why the session failed, or that nothing of it is kept; None when there is nothing to explain.

    A session names the messages that are still there, so what was deleted cannot be told from what never came.
    """
    facts, delivered = session.facts, len(session.messages)
    failed = facts.worst_reply is not None and facts.worst_reply >= 400 and not delivered
    tone = "bad" if failed or facts.outcome in ("refused", "error", "timeout", "dropped", "lost") else "warn"
    sentence = retold(facts.reason) if facts.reason else _(_WHY[facts.outcome]) if facts.outcome in _WHY else None
    if sentence is None and facts.worst_reply is not None and facts.worst_reply >= 400:
        sentence = ngettext(
            "%(num)s reply was an error, %(worst)s at worst.",
            "%(num)s replies were errors, %(worst)s at worst.",
            facts.errors,
            num=number(facts.errors),
            worst=facts.worst_reply,
        )
        tone = "bad"
    if sentence is not None and not sentence.endswith((".", "!", "?")):
        sentence += "."
    if delivered and sentence is not None:
        taken = ngettext(
            "%(num)s message was taken all the same.",
            "%(num)s messages were taken all the same.",
            delivered,
            num=number(delivered),
        )
        return Verdict("warn", f"{sentence} {taken}")
    if sentence is not None:
        return Verdict(tone, sentence)
    if not delivered and facts.outcome != "open":
        return Verdict("calm", _("No message of this session is kept."))
    return None
