"""What a reader searches mail for, read from the query of an address or a form, for pages and API alike."""

from __future__ import annotations

from pillarbox import clock
from pillarbox.errors import Invalid
from pillarbox.mail.query import Node, QueryError, parse


def wanted(q: str | None) -> Node | None:
    """None for nothing but white space, which finds everything. Raises Invalid, which names the place."""
    try:
        return parse(q or "", now=clock.now())
    except QueryError as error:
        raise Invalid(str(error), where="q") from None
