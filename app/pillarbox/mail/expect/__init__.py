"""What a test expects of mail: how many messages, and what must be true of them; and why it is not, for people."""

from pillarbox.mail.expect.assertion import (
    FIELDS,
    Assertions,
    AttachmentCheck,
    ElementCheck,
    Field,
    ReplyCheck,
)
from pillarbox.mail.expect.evidence import Evidence
from pillarbox.mail.expect.matcher import Absent, Contains, Equals, Failure, Finds, Matcher
from pillarbox.mail.expect.outcome import Bounds, Judged, Shortfall
from pillarbox.mail.expect.pattern import Allowance
from pillarbox.mail.expect.verdict import failures

__all__ = [
    "FIELDS",
    "Absent",
    "Allowance",
    "Assertions",
    "AttachmentCheck",
    "Bounds",
    "Contains",
    "ElementCheck",
    "Equals",
    "Evidence",
    "Failure",
    "Field",
    "Finds",
    "Judged",
    "Matcher",
    "ReplyCheck",
    "Shortfall",
    "failures",
]
