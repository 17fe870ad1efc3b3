"""The page of figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pillarbox.web.contexts.page import Page
from pillarbox.web.urls import Scope, SessionScope, StatsScope


@dataclass(frozen=True, slots=True)
class Column:
    """One bar of a chart: `when` in words, what it counts and leads to. `x` and `width` are percent of the chart."""

    when: str
    x: str
    width: str
    messages: int
    octets: int
    scope: Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """`most_messages` and `most_octets` are what the full height stands for; `begins`, `middle` and `ends` stand under
    it. The fullest column is named in words for those who do not see the bars.
    """

    columns: tuple[Column, ...]
    most_messages: int
    most_octets: int
    fullest: Column | None
    begins: str
    middle: str
    ends: str


@dataclass(frozen=True, slots=True)
class Share:
    """One row of a table: a name, how often it is there, and what that is of the most frequent, in percent.

    The row leads to a list of messages or to one of sessions, or nowhere. `tone` is bad, warn or calm.
    """

    name: str
    count: int
    share: str = ""
    messages: Scope | None = None
    sessions: SessionScope | None = None
    tone: str = "calm"


@dataclass(frozen=True, slots=True)
class SlowSession:
    """One session that lasted long, and how long in words and in percent of the longest."""

    id: int
    peer: str
    helo: str
    lasted: str
    share: str


@dataclass(frozen=True, slots=True)
class SizedMessage:
    id: int
    octets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is counted. `of_newest` and `of_newest_sessions`: how many were looked at when there are more, else None.

    `brought`: the sessions are those that the messages found came by. `listed` and `silent` are where the sums lead.
    """

    messages: int
    octets: int
    sessions: int
    silent: int
    silent_scope: SessionScope | None
    listed: Scope
    sessions_scope: SessionScope | None
    median: SizedMessage | None
    largest: SizedMessage | None
    of_newest: int | None
    of_newest_sessions: int | None
    brought: bool
    chart: Chart
    codes: tuple[Share, ...]
    outcomes: tuple[Share, ...]
    recipients: tuple[Share, ...]
    senders: tuple[Share, ...]
    peers: tuple[Share, ...]
    helos: tuple[Share, ...]
    slowest: tuple[SlowSession, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsPage(Page):
    """`spans` are the choices as name and words; `span` is the one that is shown. `wrong` says what cannot be read in
    the search; then there are no figures.
    """

    template: ClassVar[str] = "stats.html"
    scope: StatsScope
    span: str
    spans: tuple[tuple[str, str], ...]
    wrong: str | None
    figures: Figures | None
