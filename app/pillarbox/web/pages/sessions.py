"""One session with its transcript."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request, Response

from pillarbox.box import Box
from pillarbox.errors import NotFound
from pillarbox.mail import timing
from pillarbox.mail.message import Lint
from pillarbox.mail.session import Session
from pillarbox.mail.transcript import Entry, Lines
from pillarbox.web import wording
from pillarbox.web.contexts import SentMessage, SessionPage, Waterfall
from pillarbox.web.language import gettext as _
from pillarbox.web.language import number
from pillarbox.web.pages import address, dialogue, waterfall
from pillarbox.web.pages.glossary import Glossary
from pillarbox.web.pages.rail import rail
from pillarbox.web.pages.session_list import session_row
from pillarbox.web.templating import render, urls
from pillarbox.web.urls import LINES

WHOLE = 5000
"""Lines of a session up to which its page reads all of it, for the waterfall and for lint, whichever it shows."""

SENT_SHOWN = 20
"""Messages of one session that are named beside its transcript."""


def add(router: APIRouter, box: Box) -> None:
    @router.get("/sessions/{session}")
    def one_session(request: Request, session: str) -> Response:
        session_id = address.found_id(session, "session")
        return render(request, _page(request, box, box.session(session_id)))


def _page(request: Request, box: Box, session: Session) -> SessionPage:
    start = address.key(request, "start") or 0
    signs = request.query_params.get("ends") == "1"
    shown = box.lines(session.id, start, LINES)
    if start and not shown.entries:
        start = max(0, shown.total - 1) // LINES * LINES
        shown = box.lines(session.id, start, LINES)
    glossary = Glossary()
    linted = shown.total <= WHOLE
    about = box.findings({entry.message_id for entry in shown.entries if entry.message_id is not None})
    lint = _together(box.session_lint(session) if linted else (), about)
    counted = {message_id: len(findings) for message_id, findings in about.items()}
    lines = dialogue.lines(
        shown.entries, _fetch_from(box), glossary, shown.before, lint=lint, counted=counted, signs=signs
    )
    is_open = session.facts.outcome == "open"
    here = urls(request).session(session.id, start=start or None, ends=signs)
    where = address.zone(request)
    return SessionPage(
        title=_("Session %(id)s", id=session.id),
        rail=rail(box, "sessions"),
        refresh=here if is_open else urls(request).sessions(),
        row=session_row(session, where),
        listener=session.facts.listener,
        began=wording.moment(session.facts.started_at, where).full,
        complete=shown.complete,
        follow=urls(request).events(session.id) if is_open else None,
        lint=lint,
        linted=linted,
        waterfall=_waterfall(box, session.id, shown),
        lines=lines,
        terms=glossary.terms(),
        signs=signs,
        entries=shown.total,
        start=start,
        room=start + LINES,
        earlier=max(0, start - LINES) if start else None,
        later=start + LINES if start + LINES < shown.total else None,
        last=max(0, shown.total - 1) // LINES * LINES,
        sent=tuple(_sent(box, session.messages[:SENT_SHOWN])),
        more_sent=max(0, len(session.messages) - SENT_SHOWN),
    )


def _together(of_session: Sequence[Lint], of_messages: Mapping[int, Sequence[Lint]]) -> tuple[Lint, ...]:
    """What is about the session or a line of it, each once. What is about a header stands with its message."""
    found = {(one.code, one.entry): one for one in of_session}
    for findings in of_messages.values():
        found |= {(one.code, one.entry): one for one in findings if one.entry is not None}
    return tuple(sorted(found.values(), key=lambda one: -1 if one.entry is None else one.entry))


def _waterfall(box: Box, session_id: int, shown: Lines) -> Waterfall | None:
    """Of the whole session while that is little to read, else of the lines that the page shows."""
    if shown.total <= len(shown.entries):
        return waterfall.waterfall(timing.stretches(shown.entries))
    if shown.total <= WHOLE:
        return waterfall.waterfall(timing.stretches(box.lines(session_id, 0, WHOLE).entries))
    if not shown.entries:
        return None
    covers = _(
        "lines %(first)s to %(last)s",
        first=number(shown.entries[0].seq + 1),
        last=number(shown.entries[-1].seq + 1),
    )
    return waterfall.waterfall(timing.stretches(shown.entries, shown.before), covers)


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
            found.append(SentMessage(message_id, None, (), 0, 0))
        else:
            found.append(SentMessage(message_id, summary.subject, summary.rcpt_to, summary.size, summary.lint_count))
    return found
