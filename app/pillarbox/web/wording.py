"""How figures, times and outcomes are said to people. Pure; the zone is the reader's.

Times are shown in the zone that the reader's browser named in its cookie, in the server's own zone until it has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pillarbox import clock
from pillarbox.mail.session import Facts, Outcome, Session

ZONE_COOKIE = "pillarbox_zone"

_OUTCOMES: dict[Outcome, str] = {
    "open": "still open",
    "quit": "quit",
    "dropped": "dropped",
    "timeout": "timed out",
    "refused": "refused",
    "error": "error",
    "shutdown": "shut down",
    "lost": "lost",
}
OUTCOMES: tuple[Outcome, ...] = tuple(_OUTCOMES)

_WHY: dict[Outcome, str] = {
    "dropped": "The client closed the connection without saying QUIT.",
    "timeout": "The client said nothing for too long, so the connection was closed.",
    "refused": "The connection was refused.",
    "error": "The server failed while it served this session; its log has the reason.",
    "shutdown": "The server was stopped while this session was open.",
    "lost": "The server died while this session was open; what it had not yet written is missing.",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One time: `iso` is RFC 3339 in UTC, the others are in the reader's zone."""

    iso: str
    clock: str
    day: str
    full: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a session in a sentence; `tone` is bad, warn or calm."""

    tone: str
    sentence: str


def zone(name: str | None) -> tzinfo:
    """The zone of that name, as a browser gives it; the server's own when the name is missing or unknown."""
    if name:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass  # a cookie can say anything; the server's own zone is the answer for all of it
    return clock.now().astimezone().tzinfo or UTC


def moment(at: datetime, where: tzinfo, now: datetime | None = None) -> Moment:
    local = at.astimezone(where)
    today = (now or clock.now()).astimezone(where).date()
    iso = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    full = local.strftime("%a %-d %b %Y %H:%M:%S ") + (local.tzname() or "")
    return Moment(iso, local.strftime("%H:%M:%S"), _day(local.date(), today), full.strip())


def _day(day: date, today: date) -> str:
    if day == today:
        return "Today"
    if (today - day).days == 1:
        return "Yesterday"
    return day.strftime("%A %-d %B") + ("" if day.year == today.year else f" {day.year}")


def number(value: int) -> str:
    return f"{value:,}"


def plural(value: int, one: str, many: str | None = None) -> str:
    """`1 message`, `2 messages`, `1,204 messages`."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def size(octets: int) -> str:
    """Octets in units of 1024: `812 B`, `17.8 KB`, `24 MB`."""
    value, unit = float(octets), "B"
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if value < 1024 or unit == "TB":
            break
        value /= 1024
    shown = f"{value:.0f}" if unit == "B" or value >= 100 else f"{value:.1f}".removesuffix(".0")
    return f"{shown} {unit}"


def duration(facts: Facts) -> str | None:
    """How long the session lasted; None while it is open."""
    if facts.ended_at is None:
        return None
    return seconds(max(0, (facts.ended_at - facts.started_at) // timedelta(microseconds=1)))


def seconds(us: int) -> str:
    """A length of time: `80 µs`, `0.4 ms`, `302 ms`, `2.31 s`, `5 min`."""
    if us < 100:
        return f"{us} µs"
    if us < 1_000_000:
        return f"{us / 1000:.1f} ms" if us < 9_950 else f"{us / 1000:.0f} ms"
    return f"{us / 1e6:.2f} s" if us < 120_000_000 else f"{us / 60e6:.0f} min"


def outcome(value: Outcome) -> str:
    return _OUTCOMES[value]


def verdict(session: Session) -> Verdict | None:
    """Why the session failed, or that nothing of it is kept; None when there is nothing to explain.

    A session names the messages that are still there, so what was deleted cannot be told from what never came.
    """
    facts, delivered = session.facts, len(session.messages)
    failed = facts.worst_reply is not None and facts.worst_reply >= 400 and not delivered
    tone = "bad" if failed or facts.outcome in ("refused", "error", "timeout", "dropped", "lost") else "warn"
    sentence = facts.reason or _WHY.get(facts.outcome)
    if sentence is None and facts.worst_reply is not None and facts.worst_reply >= 400:
        found = plural(facts.errors, "reply was an error", "replies were errors")
        sentence, tone = f"{found}, {facts.worst_reply} at worst.", "bad"
    if sentence is not None and not sentence.endswith((".", "!", "?")):
        sentence += "."
    if delivered and sentence is not None:
        return Verdict("warn", f"{sentence} {plural(delivered, 'message was', 'messages were')} taken all the same.")
    if sentence is not None:
        return Verdict(tone, sentence)
    if not delivered and facts.outcome != "open":
        return Verdict("calm", "No message of this session is kept.")
    return None
