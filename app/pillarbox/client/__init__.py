"""A typed client for the API of a running catcher, with and without an event loop.

    with Client("http://127.0.0.1:8025") as catcher:
        message = catcher.wait(to="anna@example.org")[0]

httpx is imported when a client is made, not before.
"""

from pillarbox.client.client import AsyncClient, Client
from pillarbox.client.conditions import Assertions, Conditions, Matcher, expectation
from pillarbox.client.failure import Difference, ExpectationFailed, Failure, Nearest, RefusedSession, Result
from pillarbox.client.inbox import Inbox, Info, Listener, Smtp
from pillarbox.client.message import (
    Addr,
    Attendee,
    Calendar,
    Code,
    Defect,
    Envelope,
    Link,
    Lint,
    Message,
    MessagePage,
    Part,
    Recipient,
    Sender,
    Summary,
)
from pillarbox.client.session import Entry, Session, SessionPage, Transcript
from pillarbox.errors import PillarboxError, Refused, Unreachable, UsageError
from pillarbox.mail.session import Auth, Tls

__all__ = [
    "Addr",
    "Assertions",
    "AsyncClient",
    "Attendee",
    "Auth",
    "Calendar",
    "Client",
    "Code",
    "Conditions",
    "Defect",
    "Difference",
    "Entry",
    "Envelope",
    "ExpectationFailed",
    "Failure",
    "Inbox",
    "Info",
    "Link",
    "Lint",
    "Listener",
    "Matcher",
    "Message",
    "MessagePage",
    "Nearest",
    "Part",
    "PillarboxError",
    "Recipient",
    "Refused",
    "RefusedSession",
    "Result",
    "Sender",
    "Session",
    "SessionPage",
    "Smtp",
    "Summary",
    "Tls",
    "Transcript",
    "Unreachable",
    "UsageError",
    "expectation",
]
