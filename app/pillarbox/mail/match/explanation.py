"""What there was instead of the mail that was waited for, as far as it was found out."""

from __future__ import annotations

from dataclasses import dataclass

from pillarbox.mail.match.refusal import Bearing, RefusedSession
from pillarbox.mail.match.verdict import Near
from pillarbox.mail.message import Summary


@dataclass(frozen=True, slots=True)
class Explanation:
    """`nearest` are ordered: those in the inbox that was asked for, fewest failed conditions, newest first. `refused`
    too: those that name the address or the inbox, those that named no recipient, newest first; `bearing` is that of the
    first of them. `newest` is the newest message of all, None in an empty box.
    """

    nearest: tuple[Near, ...]
    refused: tuple[RefusedSession, ...]
    bearing: Bearing
    newest: Summary | None
