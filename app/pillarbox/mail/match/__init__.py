"""Which message somebody waits for: the conditions as a value, and what one message has to say to them."""

from pillarbox.mail.match.conditions import Conditions, HeaderCondition
from pillarbox.mail.match.verdict import Failed, Seen, failures, holds

__all__ = ["Conditions", "Failed", "HeaderCondition", "Seen", "failures", "holds"]
