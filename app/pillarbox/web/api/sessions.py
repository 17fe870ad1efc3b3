"""SMTP sessions over JSON: list, show, and what crossed the wire. Those that delivered nothing are here as well."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import PlainTextResponse

from pillarbox.box import SessionQuery
from pillarbox.errors import StoreUnavailable
from pillarbox.mail import transcript
from pillarbox.mail.session import Outcome
from pillarbox.web import security
from pillarbox.web.api.dependencies import Before, Limit, Moment, SessionId, Text, TheBox, Truth
from pillarbox.web.said import wanted
from pillarbox.web.schemas.change import InboxName
from pillarbox.web.schemas.session import SessionDetail, SessionList, Transcript

SETTLE_WITHIN = 1.0
"""Seconds that a list waits for the writer."""

router = APIRouter(prefix="/sessions", tags=["sessions"])


async def settled(box: TheBox) -> None:
    """What was refused or has ended before the request is in the list, however soon it comes."""
    # Where the writer cannot, or takes long, the list is what was written before.
    with suppress(StoreUnavailable, TimeoutError):
        async with asyncio.timeout(SETTLE_WITHIN):
            await box.settle_sessions()


@router.get("", dependencies=[Depends(settled)])
def list_sessions(
    box: TheBox,
    outcome: Annotated[Outcome | None, Query(description="How it ended.", examples=["dropped"])] = None,
    peer: Annotated[Text | None, Query(description="Part of the client's address.", examples=["127.0.0.1"])] = None,
    helo: Annotated[Text | None, Query(description="Part of the greeting name.", examples=["example.org"])] = None,
    user: Annotated[Text | None, Query(description="The whole user name of AUTH.", examples=["shop"])] = None,
    tls: Annotated[Truth | None, Query(description="With TLS, or without.", examples=[True])] = None,
    since: Annotated[
        Moment | None, Query(description="Begun then or later.", examples=["2026-11-23T22:00:00Z"])
    ] = None,
    until: Annotated[Moment | None, Query(description="Begun before then.", examples=["2026-11-24T00:00:00Z"])] = None,
    code: Annotated[
        Text | None,
        Query(description="A reply that was given: a code, a class like 5xx, or an enhanced code.", examples=["550"]),
    ] = None,
    messages: Annotated[
        Literal["none"] | None, Query(description="`none`: those that delivered nothing.", examples=["none"])
    ] = None,
    inbox: Annotated[
        InboxName | None,
        Query(
            description="Only sessions that delivered into this inbox, authenticated as it, or said one of its "
            "addresses in MAIL or RCPT, even if that was refused.",
            examples=["checkout"],
        ),
    ] = None,
    q: Annotated[
        Text | None,
        Query(
            description="Only sessions in which all of this was said, by either side: words, `code:550`, `verb:AUTH`; "
            "what has a `-` before it must not have been said.",
            examples=["code:550 verb:RCPT"],
        ),
    ] = None,
    before: Before = None,
    limit: Limit = 50,
) -> SessionList:
    """List sessions, newest first: refused, dropped and timed out ones too."""
    query = SessionQuery(
        outcome=outcome,
        peer=peer,
        helo=helo,
        user=user,
        tls=tls,
        since=since,
        until=until,
        without_messages=messages == "none",
        inbox=inbox,
        said=wanted(q, code),
        before=before,
        limit=limit,
    )
    return SessionList.of(box.sessions(query))


@router.get("/{session_id}")
def get_session(box: TheBox, session_id: SessionId) -> SessionDetail:
    """Get one session."""
    session = box.session(session_id)
    return SessionDetail.whole(session, box.session_lint(session))


@router.get("/{session_id}/transcript", response_model_exclude_none=True)
def get_transcript(box: TheBox, session_id: SessionId) -> Transcript:
    """Get what crossed the wire, an entry a line, in both directions."""
    return Transcript.of(box.transcript(session_id))


@router.get(
    "/{session_id}/transcript.txt",
    response_class=PlainTextResponse,
    responses={
        200: {
            "description": "Seconds from the connect, who (C, S, or * for what happened), and the line.",
            "content": {
                "text/plain": {
                    "schema": {"type": "string"},
                    "example": "0.000 *: 127.0.0.1:52114 connected to smtp 127.0.0.1:1025\n"
                    "0.000 S: 220 mail.test ESMTP Pillarbox\n0.004 C: EHLO app.example.org\n",
                }
            },
        },
    },
)
def get_transcript_text(box: TheBox, session_id: SessionId) -> Response:
    """Get the transcript for people, a line a line."""
    text = transcript.to_text(box.transcript(session_id))
    return PlainTextResponse(text, headers={"content-security-policy": security.PART_POLICY})
