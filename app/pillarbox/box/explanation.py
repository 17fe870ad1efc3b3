"""Why a wait has ended without its mail: the messages that came closest, and the sessions that were turned away.

Made once, when the time is over; nothing is gathered before. It tells of what there is then, and is no part of what a
cursor promises.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pillarbox.box.store import MessageQuery, SessionQuery
from pillarbox.errors import NotFound
from pillarbox.mail import spoken, transcript
from pillarbox.mail.match import Conditions, Failed, Seen, failures, refusal
from pillarbox.mail.match.refusal import RefusedSession
from pillarbox.mail.match.verdict import Near
from pillarbox.mail.message import Summary

if TYPE_CHECKING:
    from pillarbox.box.box import Box

LOOKED_AT = 200
"""Newest messages among which the nearest are sought."""

READ = 25
"""Of these, those whose rows fit best and that are read whole when the conditions ask for it."""

NEAREST = 5
REFUSED = 5

RECENT_SESSIONS = 100
LINES = 2_000
"""Entries of a session that are read for its reason; one that speaks longer is explained by its beginning."""

BEFORE = timedelta(seconds=10)
"""What was refused so shortly before a wait began was most often meant for it."""

LONG_BEFORE = timedelta(minutes=5)
"""With `after`, refusals since that message count, as far as they are not longer ago than this."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """`nearest` are ordered: fewest failed conditions, newest first. `refused` too: those that name the address, newest
    first. `newest` is the newest message of all, None in an empty box.
    """

    nearest: tuple[Near, ...]
    refused: tuple[RefusedSession, ...]
    newest: Summary | None


async def explain(
    box: Box, wanted: Conditions, *, after: int | None, found: Collection[int], began: datetime
) -> Explanation:
    """`found` are messages that hold and were too few. Raises StoreUnavailable."""
    rows = (await asyncio.to_thread(box.messages, MessageQuery(limit=LOOKED_AT, counted=False))).items
    # Only what the row tells: what it says of the rest is the same for all and makes no difference to the order.
    rough = sorted(rows, key=lambda row: (len(failures(_by_row(wanted), Seen(row))) + _is_old(row, after), -row.id))
    near = [await _near(box, wanted, row, after) for row in rough[:READ] if row.id not in found]
    near.sort(key=lambda one: (len(one.failed), -one.row.id))
    since = await asyncio.to_thread(_since, box, after, began)
    refused = await asyncio.to_thread(_refused, box, wanted, since)
    return Explanation(tuple([one for one in near if one.failed][:NEAREST]), refused, rows[0] if rows else None)


def _by_row(wanted: Conditions) -> Conditions:
    return Conditions(inbox=wanted.inbox, to=wanted.to, from_=wanted.from_, subject=wanted.subject)


def _is_old(row: Summary, after: int | None) -> bool:
    return after is not None and row.id <= after


async def _near(box: Box, wanted: Conditions, row: Summary, after: int | None) -> Near:
    seen = Seen(row)
    if wanted.asks_content and (content := await box.waiting.contents.of(row.id)) is not None:
        seen = content.seen(row)
    if wanted.asks_codes and row.session_id is not None:
        seen = Seen(row, seen.headers, seen.digest, await asyncio.to_thread(_codes, box, row.session_id))
    failed = await asyncio.to_thread(failures, wanted, seen) if wanted.asks_content else failures(wanted, seen)
    if after is not None and row.id <= after:
        failed = (*failed, Failed("after", str(after), str(row.id)))
    return Near(row, failed)


def _codes(box: Box, session_id: int) -> frozenset[str]:
    try:
        return spoken.said(map(transcript.record, box.lines(session_id, 0, spoken.MAX_LINES).entries)).marks
    except NotFound:
        return frozenset()


def _since(box: Box, after: int | None, began: datetime) -> datetime:
    stored = box.store.message(after) if after else None
    if stored is None:
        return began - BEFORE
    return max(min(stored.summary.received_at, began - BEFORE), began - LONG_BEFORE)


def _refused(box: Box, wanted: Conditions, since: datetime) -> tuple[RefusedSession, ...]:
    sessions = box.sessions(SessionQuery(limit=RECENT_SESSIONS)).items
    wrong = [
        one
        for one in sessions
        if refusal.went_wrong(one.facts) and (one.facts.ended_at is None or one.facts.ended_at >= since)
    ]
    told: list[tuple[bool, RefusedSession]] = []
    for one in wrong:
        try:
            entries = box.lines(one.id, 0, LINES).entries
        except NotFound:
            continue
        meant = wanted.to is not None and refusal.speaks_of(entries, wanted.to)
        told.append((not meant, RefusedSession(one.id, refusal.reason(one.facts, entries))))
    told.sort(key=lambda one: (one[0], -one[1].id))
    return tuple(session for _, session in told[:REFUSED])
