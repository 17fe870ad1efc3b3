"""What people type into the search field: a pure parser over a string, and the tree that it gives."""

from pillarbox.mail.query.parser import parse
from pillarbox.mail.query.tree import (
    And,
    Code,
    Flag,
    Header,
    InInbox,
    InSession,
    Node,
    Not,
    Or,
    QueryError,
    Received,
    Size,
    State,
    Tag,
    Text,
    Unreadable,
    leaves,
)

__all__ = [
    "And",
    "Code",
    "Flag",
    "Header",
    "InInbox",
    "InSession",
    "Node",
    "Not",
    "Or",
    "QueryError",
    "Received",
    "Size",
    "State",
    "Tag",
    "Text",
    "Unreadable",
    "leaves",
    "parse",
]
