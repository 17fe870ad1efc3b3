"""What a line of SMTP or a header says, in plain words: verbs, parameters, codes, headers and what is in them."""

from pillarbox.mail.explain.explanation import Explanation
from pillarbox.mail.explain.headers import header
from pillarbox.mail.explain.keywords import keyword, limit
from pillarbox.mail.explain.parameters import parameter
from pillarbox.mail.explain.replies import reply
from pillarbox.mail.explain.requests import in_words
from pillarbox.mail.explain.signatures import method, protocol, result, tag
from pillarbox.mail.explain.spans import Span, spans
from pillarbox.mail.explain.statuses import enhanced
from pillarbox.mail.explain.verbs import mechanism, verb

__all__ = [
    "Explanation",
    "Span",
    "enhanced",
    "header",
    "in_words",
    "keyword",
    "limit",
    "mechanism",
    "method",
    "parameter",
    "protocol",
    "reply",
    "result",
    "spans",
    "tag",
    "verb",
]
