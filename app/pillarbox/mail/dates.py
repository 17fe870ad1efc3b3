"""The Date header as a moment in UTC (RFC 5322 section 3.3), or nothing: the raw string stays among the headers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz


def moment(value: str) -> datetime | None:
    """The moment that `value` names, None when it is no date or one outside the years 1 to 9999.

    A date without a zone, and `-0000`, is taken as UTC; a leap second as the second before it.

    >>> moment("Mon, 23 Nov 2026 10:00:00 +0200").isoformat()
    '2026-11-23T08:00:00+00:00'
    """
    try:
        found = parsedate_tz(value[:200])
        if found is None:
            return None
        year, month, day, hour, minute, second, _, _, _, offset = found
        local = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
        if offset and abs(offset) >= 86_400:
            return None
        return local - timedelta(seconds=offset or 0)
    except (ValueError, OverflowError, TypeError, IndexError):  # parsedate_tz raises these on hostile input
        return None
