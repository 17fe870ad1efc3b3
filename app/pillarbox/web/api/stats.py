"""Figures over JSON: the same as on the page of statistics."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from pillarbox import clock
from pillarbox.box import StatisticsQuery
from pillarbox.errors import Invalid
from pillarbox.web import spans
from pillarbox.web.api.dependencies import InInbox, Moment, TheBox, WithWords
from pillarbox.web.query import wanted
from pillarbox.web.schemas.stats import Stats

router = APIRouter(prefix="/stats", tags=["statistics"])


INSTANT = timedelta(microseconds=1)


@router.get("")
def get_stats(
    box: TheBox,
    inbox: InInbox = None,
    q: WithWords = None,
    since: Annotated[
        Moment | None, Query(description="Only what came then or later.", examples=["2026-11-23T22:00:00Z"])
    ] = None,
    until: Annotated[
        Moment | None, Query(description="Only what came before then.", examples=["2026-11-24T00:00:00Z"])
    ] = None,
) -> Stats:
    """Count mail and sessions: over time, by sender, recipient, client and reply code.

    Of very many messages and sessions the newest are counted; `complete` is false when there are older ones in that
    time. With `q` the sessions are those that the messages came by.
    """
    words, now = wanted(q), clock.now()
    extent = box.extent(inbox, words) if since is None or until is None else None
    first, last = spans.whole(spans.ALL, extent, now)
    begin = since or min(first, _before(until or last))
    end = until or _after(max(last, begin))
    if begin >= end:
        raise Invalid("Must be later than `since`.", where="until")
    inner = spans.parted(begin, end - INSTANT, UTC).edges[1:-1]
    edges = (begin, *inner, end)
    return Stats.of(box.statistics(StatisticsQuery(inbox=inbox, q=words, edges=edges)), edges)


def _before(moment: datetime) -> datetime:
    return moment - INSTANT if moment > spans.BEGINNING else moment


def _after(moment: datetime) -> datetime:
    return moment + INSTANT if moment < spans.END else moment
