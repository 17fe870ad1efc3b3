"""The sessions, with or without a message: the list with its filters, and one session with its transcript."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from itertools import groupby
from typing import cast

from fastapi import APIRouter, Request, Response

from pillarbox.box import Box, SessionQuery
from pillarbox.errors import Invalid, NotFound
from pillarbox.mail.session import Outcome, Session
from pillarbox.mail.transcript import Entry
from pillarbox.web import wording
from pillarbox.web.contexts import SentMessage, SessionDay, SessionFilter, SessionPage, SessionRow, SessionsPage
from pillarbox.web.pages import address, dialogue
from pillarbox.web.pages.rail import rail
from pillarbox.web.templating import render, urls

LENGTH = 50
"""Sessions of one page."""

LINES = 1000
"""Lines of a transcript on one page; a connection kept alive for a day has more."""

SENT_SHOWN = 20
"""Messages of one session that are named beside its transcript."""

_TONES: dict[Outcome, str] = {
    "open": "live",
    "quit": "calm",
    "shutdown": "warn",
    "dropped": "bad",
    "timeout": "bad",
    "refused": "bad",
    "error": "bad",
    "lost": "bad",
}


def add(router: APIRouter, box: Box) -> None:
    @router.get("/sessions")
    def sessions(request: Request) -> Response:
        wanted = _filter(request)
        before = address.key(request, "before")
        found = box.sessions(
            SessionQuery(
                outcome=cast(Outcome, wanted.outcome) if wanted.outcome else None,
                peer=wanted.peer or None,
                without_messages=wanted.silent,
                before=before,
                limit=LENGTH,
            )
        )
        rows = [session_row(session, address.zone(request)) for session in found.items]
        context = SessionsPage(
            title="Sessions",
            rail=rail(box, "sessions"),
            refresh=urls(request).sessions(
                outcome=wanted.outcome, peer=wanted.peer, silent=wanted.silent, before=before
            ),
            filter=wanted,
            outcomes=tuple((value, wording.outcome(value)) for value in wording.OUTCOMES),
            days=tuple(SessionDay(label, tuple(day)) for label, day in groupby(rows, key=lambda row: row.at.day)),
            total=found.total,
            exact=found.total_exact,
            older=found.next,
            newest=before is None,
        )
        return render(request, context)

    @router.get("/sessions/{session}")
    def one_session(request: Request, session: str) -> Response:
        session_id = address.found_id(session, "session")
        return render(request, _page(request, box, box.session(session_id)))


def _filter(request: Request) -> SessionFilter:
    """Raises Invalid."""
    outcome = request.query_params.get("outcome", "")
    if outcome and outcome not in wording.OUTCOMES:
        raise Invalid(f"Must be one of {', '.join(wording.OUTCOMES)}.", where="outcome")
    peer = request.query_params.get("peer", "").strip()
    return SessionFilter(outcome=outcome, peer=peer, silent=request.query_params.get("messages") == "none")


def session_row(session: Session, where: tzinfo) -> SessionRow:
    facts = session.facts
    tone = _TONES[facts.outcome]
    if tone == "calm" and facts.worst_reply is not None and facts.worst_reply >= 400:
        tone = "warn"
    return SessionRow(
        id=session.id,
        at=wording.moment(facts.started_at, where),
        outcome=wording.outcome(facts.outcome),
        tone=tone,
        peer=facts.peer,
        said=f"{facts.greeting} {facts.helo or ''}".strip() if facts.greeting else None,
        secured=f"{facts.tls.version} {facts.tls.cipher}" if facts.tls else None,
        username=f"{facts.auth.username} ({facts.auth.mechanism})" if facts.auth else None,
        commands=facts.commands,
        messages=session.messages,
        lasted=wording.duration(facts),
        verdict=wording.verdict(session),
    )


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
