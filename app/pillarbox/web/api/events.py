"""Live events over the API; `live` says how the stream behaves."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse

from pillarbox.web import live
from pillarbox.web.api.dependencies import InInbox, Number, TheBox

router = APIRouter(tags=["events"])

_EXAMPLE = (
    "retry: 2000\nid: 1041\n\n"
    'id: 1042\nevent: message.deleted\ndata: {"ids":[41,42]}\n\n'
    'id: 1043\nevent: inbox.changed\ndata: {"inbox":"default"}\n\n'
)


@router.get(
    "/events",
    response_class=Response,
    responses={
        200: {
            "description": "message.added and message.changed (Summary), message.deleted {ids}, session.opened and "
            "session.closed (Session), session.entry {session_id, entry} (only with `session`), inbox.changed {inbox}, "
            "and reset {} when events are gone that the client has not seen.",
            "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}},
        },
    },
)
async def stream_events(
    box: TheBox,
    inbox: InInbox = None,
    session: Annotated[
        Number | None, Query(description="Only this session, and its lines as they cross.", examples=[7])
    ] = None,
    after: Annotated[
        Number | None,
        Query(
            description="Begin after this event: for a first connection, as Last-Event-ID for later ones.",
            examples=[1041],
        ),
    ] = None,
    last_event_id: Annotated[
        Number | None,
        Header(description="Begin after this event; browsers send it when they come back.", examples=[1041]),
    ] = None,
) -> Response:
    """Follow what happens as Server-Sent Events. A comment every 15 seconds keeps the line open."""
    if session is not None:
        await asyncio.to_thread(box.session, session)
    since = last_event_id if last_event_id is not None else after
    newest = await asyncio.to_thread(box.last_event_id)
    wanted = live.Wanted(inbox=inbox, session_id=session, since=since)
    return StreamingResponse(live.stream(box, wanted, newest), headers=live.HEADERS)
