"""What the product does: take mail and sessions in, keep them, find them again. Knows no framework and no database."""

from pillarbox.box.box import Box
from pillarbox.box.kept import Kept
from pillarbox.box.session import LiveSession
from pillarbox.box.statistics import Extent, SessionStatistics, Statistics, StatisticsQuery
from pillarbox.box.store import (
    Change,
    Counts,
    Deletion,
    Delivery,
    Inbox,
    InboxPage,
    InboxQuery,
    Keep,
    Marks,
    MessagePage,
    MessageQuery,
    Replay,
    Segment,
    Selection,
    SessionKey,
    SessionPage,
    SessionQuery,
    Store,
    StoredMessage,
)

__all__ = [
    "Box",
    "Change",
    "Counts",
    "Deletion",
    "Delivery",
    "Extent",
    "Inbox",
    "InboxPage",
    "InboxQuery",
    "Keep",
    "Kept",
    "LiveSession",
    "Marks",
    "MessagePage",
    "MessageQuery",
    "Replay",
    "Segment",
    "Selection",
    "SessionKey",
    "SessionPage",
    "SessionQuery",
    "SessionStatistics",
    "Statistics",
    "StatisticsQuery",
    "Store",
    "StoredMessage",
]
