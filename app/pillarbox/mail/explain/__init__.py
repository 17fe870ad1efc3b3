"""What a line of SMTP says, in plain words: verbs, parameters, keywords, reply codes and enhanced codes."""

from pillarbox.mail.explain.explanation import Explanation
from pillarbox.mail.explain.keywords import keyword, limit
from pillarbox.mail.explain.parameters import parameter
from pillarbox.mail.explain.replies import reply
from pillarbox.mail.explain.requests import in_words
from pillarbox.mail.explain.spans import Span, spans
from pillarbox.mail.explain.statuses import enhanced
from pillarbox.mail.explain.verbs import mechanism, verb

__all__ = [
    "Explanation",
    "Span",
    "enhanced",
    "in_words",
    "keyword",
    "limit",
    "mechanism",
    "parameter",
    "reply",
    "spans",
    "verb",
]
