"""What each call asks of the API and how its answer is read, apart from whoever sends it.

The two clients, one that blocks and one for event loops, have these as their methods.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar, Unpack
from urllib.parse import quote

from pillarbox.client.conditions import Conditions, as_cursor, as_params
from pillarbox.client.inbox import Inbox, InboxList, Info
from pillarbox.client.message import Message, MessagePage, Summary
from pillarbox.client.reading import read
from pillarbox.client.session import Session, SessionPage, Transcript

T = TypeVar("T")

LONGEST_WAIT = 60.0
"""Seconds that a catcher holds one wait at most."""


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """`read` takes the JSON of a good answer, or its octets with `raw`, and raises ValueError when it is not as the API
    documents it. `patience` is how many seconds the catcher may hold the call.
    """

    method: str
    path: str
    read: Callable[[Any], T]
    params: Sequence[tuple[str, str]] = ()
    json: Any = None
    content: bytes | None = None
    patience: float = 0.0
    raw: bool = False


def info() -> Call[Info]:
    """The catcher about itself."""
    return Call("GET", "/info", _reads(Info))


def messages(
    *,
    inbox: str | None = None,
    q: str | None = None,
    before: int | None = None,
    after: Summary | int | str | None = None,
    limit: int = 50,
) -> Call[MessagePage]:
    """Messages, newest first; `q` is a query as in the search field."""
    cursor = None if after is None else as_cursor(after)
    params = _chosen(inbox=inbox, q=q, before=before, after=cursor, limit=limit)
    return Call("GET", "/messages", _reads(MessagePage), params)


def message(message_id: int) -> Call[Message]:
    """One message whole; looking does not mark it read. NotFound when there is none."""
    return Call("GET", f"/messages/{message_id}", _reads(Message))


def raw(message_id: int) -> Call[bytes]:
    """The octets of a message, as they came."""
    return Call("GET", f"/messages/{message_id}/raw", bytes, raw=True)


def part(message_id: int, n: int) -> Call[bytes]:
    """The decoded octets of one part, by its number."""
    return Call("GET", f"/messages/{message_id}/parts/{n}", bytes, raw=True)


def put(
    octets: bytes, *, mail_from: str | None = None, rcpt_to: Sequence[str] = (), inbox: str | None = None
) -> Call[Summary]:
    """Put a message in without SMTP."""
    params = [*_chosen(mail_from=mail_from, inbox=inbox), *(("rcpt_to", one) for one in rcpt_to)]
    return Call("POST", "/messages", _reads(Summary), params, content=octets)


def delete(message_id: int) -> Call[None]:
    """Delete one message."""
    return Call("DELETE", f"/messages/{message_id}", _nothing)


def delete_all(*, inbox: str | None = None, q: str | None = None, everything: bool = False) -> Call[int]:
    """Delete what is in an inbox, what a query finds, or everything; how many there were."""
    params = _chosen(inbox=inbox, q=q, all="true" if everything else None)
    return Call("DELETE", "/messages", lambda found: int(found["deleted"]), params)


def wait(
    *, inbox: str | None = None, count: int = 1, timeout: float = 10, **conditions: Unpack[Conditions]
) -> Call[tuple[Message, ...]]:
    """At least `count` messages, oldest first, as soon as they are there; `timeout` is 0 to 60 seconds.

    ExpectationFailed when the time is over.
    """
    params = [*_chosen(inbox=inbox, count=count, timeout=f"{timeout:g}"), *as_params(conditions)]

    def waited(found: Any) -> tuple[Message, ...]:
        return tuple(read(Message, one) for one in found["messages"])

    return Call("GET", "/messages/wait", waited, params, patience=timeout)


def expect(
    *expectations: Mapping[str, Any],
    inbox: str | None = None,
    within: float = 5,
    after: Summary | int | str | None = None,
) -> Call[tuple[tuple[int, ...], ...]]:
    """The ids of the messages that meet each expectation, which `expectation` makes, within so many seconds.

    ExpectationFailed when one is not met.
    """
    body: dict[str, Any] = {"within": within, "expectations": list(expectations)}
    if inbox is not None:
        body["inbox"] = inbox
    if after is not None:
        body["after"] = as_cursor(after)

    def met(found: Any) -> tuple[tuple[int, ...], ...]:
        return tuple(tuple(int(number) for number in one["messages"]) for one in found["results"])

    return Call("POST", "/expectations", met, json=body, patience=within)


def sessions(
    *,
    inbox: str | None = None,
    outcome: str | None = None,
    peer: str | None = None,
    helo: str | None = None,
    user: str | None = None,
    tls: bool | None = None,
    code: int | str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    messages: str | None = None,
    q: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Call[SessionPage]:
    """SMTP sessions, newest first; `messages="none"` are those that delivered nothing."""
    params = _chosen(
        inbox=inbox,
        outcome=outcome,
        peer=peer,
        helo=helo,
        user=user,
        tls=None if tls is None else str(tls).lower(),
        code=code,
        since=since and since.isoformat(),
        until=until and until.isoformat(),
        messages=messages,
        q=q,
        before=before,
        limit=limit,
    )
    return Call("GET", "/sessions", _reads(SessionPage), params)


def session(session_id: int) -> Call[Session]:
    """One session, with what lint found in it."""
    return Call("GET", f"/sessions/{session_id}", _reads(Session))


def transcript(session_id: int) -> Call[Transcript]:
    """What crossed the wire in a session."""
    return Call("GET", f"/sessions/{session_id}/transcript", _reads(Transcript))


def transcript_text(session_id: int) -> Call[str]:
    """The transcript for people, a line a line."""
    return Call("GET", f"/sessions/{session_id}/transcript.txt", lambda found: bytes(found).decode(), raw=True)


def make_inbox(name: str | None = None, *, ttl: float | None = None) -> Call[Inbox]:
    """A new inbox with credentials; without a name it gets one that nobody has. It goes after `ttl` seconds."""
    body = {key: value for key, value in (("name", name), ("ttl", ttl)) if value is not None}
    return Call("POST", "/inboxes", _reads(Inbox), json=body)


def inbox(name: str) -> Call[Inbox]:
    """One inbox."""
    return Call("GET", f"/inboxes/{quote(name, safe='')}", _reads(Inbox))


def inboxes() -> Call[tuple[Inbox, ...]]:
    """All inboxes."""
    return Call("GET", "/inboxes", lambda found: read(InboxList, found).inboxes)


def remove_inbox(name: str) -> Call[None]:
    """Remove an inbox with its mail."""
    return Call("DELETE", f"/inboxes/{quote(name, safe='')}", _nothing)


def _reads(kind: type[T]) -> Callable[[Any], T]:
    return lambda found: read(kind, found)


def _nothing(found: Any) -> None:
    """A deletion answers nothing."""


def _chosen(**values: object) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in values.items() if value is not None]
