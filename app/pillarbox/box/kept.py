"""One kept message, whole."""

from __future__ import annotations

from dataclasses import dataclass

from pillarbox.mail.envelope import Envelope
from pillarbox.mail.message import Lint, Mail, Summary


@dataclass(frozen=True, slots=True)
class Kept:
    """One kept message, whole: its row, its envelope, its bytes, what they say and what is wrong with them."""

    summary: Summary
    envelope: Envelope
    segment: int | None
    raw: bytes
    mail: Mail
    lint: tuple[Lint, ...] = ()
