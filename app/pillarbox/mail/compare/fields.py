"""The headers of two messages: which are the same, changed, or only in one.

Rules of this module:

* headers of one name are told apart by their order among each other;
* what differs in any two messages (dates, ids, signatures, boundaries, hops) is `volatile`: true, and not worth a look.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pillarbox.mail.compare.lines import Kind, Run, words

MOST = 400
"""Headers of a message that are compared."""

LONGEST = 4000

VOLATILE = frozenset(
    {
        "date",
        "message-id",
        "received",
        "x-received",
        "return-path",
        "delivered-to",
        "dkim-signature",
        "domainkey-signature",
        "x-google-dkim-signature",
        "arc-seal",
        "arc-message-signature",
        "arc-authentication-results",
        "authentication-results",
        "received-spf",
        "x-entity-ref-id",
        "thread-index",
    }
)
_BOUNDARY = re.compile(r'\bboundary\*?\d?\*?\s?=\s?("[^"]{0,200}"|[^;\s]{0,200})', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A header of either message, or the same one of both."""

    name: str
    kind: Kind
    volatile: bool
    left: tuple[Run, ...]
    right: tuple[Run, ...]


def fields(left: Sequence[tuple[str, str]], right: Sequence[tuple[str, str]]) -> list[FieldChange]:
    """Decoded headers, in the order of the right message; those that only the left one has follow at the end."""
    waiting: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, value in left[:MOST]:
        waiting[name.lower()].append((name, value[:LONGEST]))
    taken: dict[str, int] = defaultdict(int)
    found = []
    for name, long in right[:MOST]:
        value = long[:LONGEST]
        known = name.lower()
        opposite = waiting[known][taken[known]] if taken[known] < len(waiting[known]) else None
        taken[known] += 1
        volatile = known in VOLATILE
        if opposite is None:
            found.append(FieldChange(name, "added", volatile, (), (Run(value, False),)))
        elif opposite[1] == value:
            found.append(FieldChange(name, "same", volatile, (Run(value, False),), (Run(value, False),)))
        else:
            volatile = volatile or _unbound(opposite[1]) == _unbound(value)
            found.append(FieldChange(name, "changed", volatile, *words(opposite[1], value)))
    for known, values in waiting.items():
        for name, value in values[taken[known] :]:
            found.append(FieldChange(name, "removed", known in VOLATILE, (Run(value, False),), ()))
    return found


def _unbound(value: str) -> str:
    return _BOUNDARY.sub("boundary", value)
