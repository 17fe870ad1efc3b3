"""Headers by their names: what each is for, and where it is defined."""

from __future__ import annotations

from pillarbox.mail.explain.explanation import Explanation, Row, look_up
from pillarbox.mail.explain.message_headers import MESSAGE_HEADERS
from pillarbox.mail.explain.private_headers import PRIVATE_HEADERS
from pillarbox.mail.explain.transport_headers import TRANSPORT_HEADERS

HEADERS: dict[str, Row] = {**MESSAGE_HEADERS, **TRANSPORT_HEADERS, **PRIVATE_HEADERS}

_PRIVATE = Explanation(
    "A header of some program",
    "Names that begin with X- stand in no registry: what it means, only the program that wrote it can say.",
    "RFC 6648 section 3",
)
_UNKNOWN = Explanation(
    "Not a registered header",
    "It stands in none of the documents that this table was made from. Maybe it is misspelt, maybe a program's own.",
    None,
)
_UNKNOWN_CONTENT = Explanation(
    "A header about content",
    "Names that begin with Content- are kept for MIME; programs that do not know this one pass over it.",
    "RFC 2045 section 9",
)

ONCE = frozenset(
    [
        "DATE",
        "FROM",
        "SENDER",
        "REPLY-TO",
        "TO",
        "CC",
        "BCC",
        "MESSAGE-ID",
        "IN-REPLY-TO",
        "REFERENCES",
        "SUBJECT",
        "RETURN-PATH",
        "MIME-VERSION",
        "CONTENT-TYPE",
        "CONTENT-TRANSFER-ENCODING",
        "CONTENT-ID",
        "CONTENT-DESCRIPTION",
        "CONTENT-DISPOSITION",
        "AUTO-SUBMITTED",
        "LIST-ID",
        "LIST-UNSUBSCRIBE",
        "LIST-UNSUBSCRIBE-POST",
        "LIST-SUBSCRIBE",
        "LIST-HELP",
        "LIST-POST",
        "LIST-OWNER",
        "LIST-ARCHIVE",
    ]
)
"""Headers of which a message has one at most (RFC 5322 section 3.6, RFC 2369 and MIME)."""


def header(name: str) -> Explanation:
    """Every header has an explanation; that of a name that is not known says so."""
    known = look_up(HEADERS, name)
    if known is not None:
        return known
    start = name[:8].upper()
    return _PRIVATE if start.startswith("X-") else _UNKNOWN_CONTENT if start == "CONTENT-" else _UNKNOWN
