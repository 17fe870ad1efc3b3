"""A catcher for tests, whatever runs them.

    with Catcher() as catcher:
        inbox = catcher.inbox()
        sign_up(inbox.address("anna"), smtp=inbox.smtp)
        assert inbox.wait_for(subject="Welcome").codes

With pytest there are the fixtures `pillarbox` and `inbox`; docs/pytest.md has both. The service is imported when a
catcher is started, not before.
"""

from pillarbox.client import Message, Session, Smtp, Summary
from pillarbox.testing.catcher import Catcher
from pillarbox.testing.failure import ExpectationFailed
from pillarbox.testing.inbox import AsyncInbox, Inbox
from pillarbox.testing.reached import Reached

__all__ = [
    "AsyncInbox",
    "Catcher",
    "ExpectationFailed",
    "Inbox",
    "Message",
    "Reached",
    "Session",
    "Smtp",
    "Summary",
]
