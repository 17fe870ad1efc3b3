"""Events in JSON: what stands in the `data:` line of each kind."""

from __future__ import annotations

from pillarbox import events
from pillarbox.web.schemas.message import Summary
from pillarbox.web.schemas.session import Entry, Session
from pillarbox.web.schemas.shape import Shape, about


class DeletedIds(Shape):
    """message.deleted"""

    ids: tuple[int, ...] = about("Numbers of the messages that are gone.", [41, 42])


class SessionEntry(Shape):
    """session.entry"""

    session_id: int = about("The session.", 7)
    entry: Entry = about("The line.")


class InboxChanged(Shape):
    """inbox.changed"""

    inbox: str | None = about("The inbox; null when it may be any.", "default")


class Nothing(Shape):
    """reset: there is nothing to say but that."""


def data(event: events.Event) -> str:
    """The event as one line of JSON."""
    return _shape(event).model_dump_json(by_alias=True, exclude_none=event.kind == "session.entry")


def _shape(event: events.Event) -> Shape:
    if event.summary is not None:
        return Summary.of(event.summary)
    if event.session is not None:
        return Session.of(event.session)
    if event.entry is not None and event.session_id is not None:
        return SessionEntry(session_id=event.session_id, entry=Entry.of(event.entry))
    if event.kind == "message.deleted":
        return DeletedIds(ids=event.ids)
    if event.kind == "inbox.changed":
        return InboxChanged(inbox=event.inbox)
    return Nothing()
