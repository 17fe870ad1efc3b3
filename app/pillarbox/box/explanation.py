"""Why a wait has ended without its mail: the messages that came closest, and the sessions that were turned away.

Made once, when the time is over; nothing is gathered before. It tells of what there is then, and is no part of what a
cursor promises.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pillarbox.box.store import MessageQuery
from pillarbox.errors import NotFound
from pillarbox.mail import spoken, transcript
from pillarbox.mail.match import Conditions, Failed, Seen, failures, refusal
from pillarbox.mail.match.explanation import Explanation
from pillarbox.mail.match.refusal import Bearing
from pillarbox.mail.match.verdict import Near, row_misses
from pillarbox.mail.message import Summary

if TYPE_CHECKING:
    from pillarbox.box.box import Box

READ = 25
"""Messages whose rows fit best, which are read whole when the conditions ask for it."""

NEAREST = 5
REFUSED = 5

_BEARINGS: tuple[Bearing, ...] = ("meant", "unknown", "other")

BEFORE = timedelta(seconds=10)
"""What was refused so shortly before a wait began was most often meant for it."""

LONG_BEFORE = timedelta(minutes=5)
"""With `after`, refusals since that message count, as far as they are not longer ago than this."""


async def explain(
    box: Box, wanted: Conditions, *, after: int | None, found: Collection[int], began: datetime
) -> Explanation:
    """`found` are messages that hold and were too few. Raises StoreUnavailable."""
    recent = await box.recent.read()
    rows = {row.id: row for row in recent.rows}
    if wanted.inbox is not None:
        # Those of a quiet inbox beside busy ones are not among the newest.
        query = MessageQuery(inbox=wanted.inbox, limit=READ, counted=False)
        rows |= {row.id: row for row in (await asyncio.to_thread(box.messages, query)).items}
    rough = sorted(
        (row for row in rows.values() if row.id not in found),
        key=lambda row: (_elsewhere(wanted, row), row_misses(wanted, row) + _is_old(row, after), -row.id),
    )
    read = [await _near(box, wanted, row, after) for row in rough[: READ if wanted.q or wanted.headers else NEAREST]]
    near = sorted(
        (one for one in read if one is not None and one.failed),
        key=lambda one: (_elsewhere(wanted, one.row), len(one.failed), -one.row.id),
    )
    since = await asyncio.to_thread(_since, box, after, began) if after else began - BEFORE
    refused = sorted(
        (_BEARINGS.index(refusal.bearing(wanted, one.named, one.username)), -one.session.id, one.session)
        for one in recent.turned_away
        if one.ended_at is None or one.ended_at >= since
    )
    return Explanation(
        nearest=tuple(near[:NEAREST]),
        refused=tuple([session for _, _, session in refused[:REFUSED]]),
        bearing=_BEARINGS[refused[0][0]] if refused else "other",
        newest=recent.rows[0] if recent.rows else None,
    )


def _elsewhere(wanted: Conditions, row: Summary) -> bool:
    """In another inbox stands the mail of other tests, which may be like it in everything else."""
    return wanted.inbox is not None and row.inbox != wanted.inbox


def _is_old(row: Summary, after: int | None) -> bool:
    return after is not None and row.id <= after


async def _near(box: Box, wanted: Conditions, row: Summary, after: int | None) -> Near | None:
    """None when it has been deleted meanwhile."""
    seen = Seen(row)
    if wanted.asks_content:
        content = await box.waiting.contents.of(row.id)
        if content is None:
            return None
        seen = content.seen(row)
    if wanted.asks_codes and row.session_id is not None:
        seen = Seen(row, seen.headers, seen.digest, await asyncio.to_thread(_codes, box, row.session_id))
    failed = await asyncio.to_thread(failures, wanted, seen) if wanted.asks_content else failures(wanted, seen)
    if _is_old(row, after):
        failed = (*failed, Failed("after", str(after), str(row.id)))
    return Near(row, failed)


def _codes(box: Box, session_id: int) -> frozenset[str]:
    try:
        return spoken.said(map(transcript.record, box.lines(session_id, 0, spoken.MAX_LINES).entries)).marks
    except NotFound:
        return frozenset()


def _since(box: Box, after: int, began: datetime) -> datetime:
    stored = box.store.message(after)
    if stored is None:
        return began - BEFORE
    return max(min(stored.summary.received_at, began - BEFORE), began - LONG_BEFORE)
