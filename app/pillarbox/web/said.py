"""What a reader wants said in a session, read from the query of an address, for pages and API alike."""

from __future__ import annotations

from pillarbox.errors import Invalid
from pillarbox.mail import spoken
from pillarbox.mail.spoken import Wanted


def wanted(q: str | None, code: str | None) -> Wanted | None:
    """None when nothing is wanted. Raises Invalid, also for a `q` that wants nothing: it would find everything."""
    codes = () if code is None else (code,)
    _checked("code", "", codes)
    if q is not None and not _checked("q", q):
        raise Invalid("There is no word in it to search for.", where="q")
    return spoken.wanted(q or "", codes) or None


def _checked(where: str, query: str, codes: tuple[str, ...] = ()) -> Wanted:
    try:
        return spoken.wanted(query, codes)
    except ValueError as error:
        raise Invalid(str(error), where=where) from None
