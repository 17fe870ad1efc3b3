"""One session with its transcript."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from pillarbox.box import Box
from pillarbox.errors import NotFound
from pillarbox.mail.session import Session
from pillarbox.mail.transcript import Entry
from pillarbox.web.contexts import SentMessage, SessionPage
from pillarbox.web.pages import address, dialogue
from pillarbox.web.pages.rail import rail
from pillarbox.web.pages.session_list import session_row
from pillarbox.web.templating import render, urls

LINES = 1000
"""Lines of a transcript on one page; a connection kept alive for a day has more."""

SENT_SHOWN = 20
"""Messages of one session that are named beside its transcript."""


def add(router: APIRouter, box: Box) -> None:
    @router.get("/sessions/{session}")
    def one_session(request: Request, session: str) -> Response:
        session_id = address.found_id(session, "session")
        return render(request, _page(request, box, box.session(session_id)))


def _page(request: Request, box: Box, session: Session) -> SessionPage:
    transcript = box.transcript(session.id)
    entries = transcript.entries
    start = min(address.key(request, "start") or 0, max(0, len(entries) - 1))
    shown = entries[start : start + LINES]
    row = session_row(session, address.zone(request))
    is_open = session.facts.ended_at is None
    return SessionPage(
        title=f"Session {session.id}",
        rail=rail(box, "sessions"),
        refresh=urls(request).session(session.id, start=start or None) if is_open else urls(request).sessions(),
        watch=session.id if is_open else None,
        row=row,
        listener=session.facts.listener,
        began=row.at.full,
        complete=transcript.complete,
        lines=dialogue.lines(shown, _fetch_from(box), entries[start - 1] if start else None),
        entries=len(entries),
        start=start,
        earlier=max(0, start - LINES) if start else None,
        later=start + LINES if start + LINES < len(entries) else None,
        sent=tuple(_sent(box, session.messages[:SENT_SHOWN])),
        more_sent=max(0, len(session.messages) - SENT_SHOWN),
    )


def _fetch_from(box: Box) -> dialogue.Fetch:
    """Content for a transcript: what was refused as it is kept there, what was stored only while it is little."""
    left = 10

    def fetch(entry: Entry) -> tuple[bytes | None, bool]:
        nonlocal left
        if entry.message_id is None:
            return entry.raw or b"", False
        if entry.size > dialogue.CONTENT_SHOWN or not left:
            return None, False
        left -= 1
        try:
            return box.raw(entry.message_id), False
        except NotFound:
            return None, True

    return fetch


def _sent(box: Box, ids: Sequence[int]) -> list[SentMessage]:
    found = []
    for message_id in ids:
        try:
            summary = box.summary(message_id)
        except NotFound:
            found.append(SentMessage(message_id, None, (), 0))
        else:
            found.append(SentMessage(message_id, summary.subject, summary.rcpt_to, summary.size))
    return found
