"""The list of sessions, with or without a message, and what it is narrowed by."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, tzinfo
from itertools import groupby
from typing import cast

from fastapi import APIRouter, Request, Response

from pillarbox.box import Box, SessionPage, SessionQuery
from pillarbox.errors import Invalid
from pillarbox.mail.inbox import folded
from pillarbox.mail.session import Outcome, Session
from pillarbox.web import wording
from pillarbox.web.contexts import SessionDay, SessionRow, SessionsPage
from pillarbox.web.language import gettext as _
from pillarbox.web.language import noop
from pillarbox.web.pages import address
from pillarbox.web.pages.inboxes import NAMES
from pillarbox.web.pages.rail import rail
from pillarbox.web.query_words import CODES
from pillarbox.web.retold import retold
from pillarbox.web.said import wanted
from pillarbox.web.templating import render, urls
from pillarbox.web.urls import SessionScope

LENGTH = 50
"""Sessions of one page."""

_FIELDS = {
    "q": noop("What was said"),
    "code": noop("Reply code"),
    "inbox": noop("Inbox"),
    "since": noop("Begun from"),
    "until": noop("Begun before"),
}
"""What the form calls its fields, where what is in them may be unreadable."""

TONES: dict[Outcome, str] = {
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
        scope, where = _scope(request), address.zone(request)
        wrong: Invalid | None = None
        try:
            found = box.sessions(_query(scope, where))
        except Invalid as error:
            # Said beside the form, so that what was typed can be mended.
            wrong, found = error, SessionPage((), None, 0, total_exact=True, cursor=0)
        rows = [session_row(session, where) for session in found.items]
        context = SessionsPage(
            title=_("Sessions"),
            rail=rail(box, "sessions"),
            refresh=urls(request).sessions(scope),
            scope=scope,
            wrong=None if wrong is None else _said(wrong),
            wrong_field=None if wrong is None else wrong.where,
            codes=tuple((code, _(note)) for code, note in CODES),
            peers=tuple((host, "") for host in dict.fromkeys(row.peer.rpartition(":")[0] or row.peer for row in rows)),
            outcomes=tuple((value, wording.outcome(value)) for value in wording.OUTCOMES),
            days=tuple(SessionDay(label, tuple(day)) for label, day in groupby(rows, key=lambda row: row.at.day)),
            total=found.total,
            exact=found.total_exact,
            older=None if found.next is None else dataclasses.replace(scope, before=found.next),
        )
        return render(request, context, status=200 if wrong is None else 400)


def _said(wrong: Invalid) -> str:
    sentence = retold(str(wrong))
    return f"{_(_FIELDS[wrong.where])}: {sentence}" if wrong.where in _FIELDS else sentence


def _scope(request: Request) -> SessionScope:
    """Raises Invalid for what no form of ours can send."""
    asked = request.query_params
    texts = {
        name: asked.get(name, "").strip()[:1000] for name in ("q", "outcome", "inbox", "peer", "helo", "user", "tls")
    }
    if texts["outcome"] and texts["outcome"] not in wording.OUTCOMES:
        raise Invalid(_("Must be one of %(words)s.", words=", ".join(wording.OUTCOMES)), where="outcome")
    if texts["tls"] not in ("", "true", "false"):
        raise Invalid(_("Must be true or false."), where="tls")
    return SessionScope(
        **texts,
        code=asked.get("code", "").strip()[:20],
        since=asked.get("since", "").strip()[:40],
        until=asked.get("until", "").strip()[:40],
        silent=asked.get("messages") == "none",
        before=address.key(request, "before"),
    )


def _query(scope: SessionScope, where: tzinfo) -> SessionQuery:
    """Raises Invalid for what cannot be read."""
    return SessionQuery(
        outcome=cast(Outcome, scope.outcome) if scope.outcome else None,
        peer=scope.peer or None,
        helo=scope.helo or None,
        user=scope.user or None,
        tls=scope.tls == "true" if scope.tls else None,
        since=_moment(scope.since, "since", where),
        until=_moment(scope.until, "until", where),
        without_messages=scope.silent,
        inbox=_inbox(scope.inbox) if scope.inbox else None,
        said=wanted(scope.q or None, scope.code or None),
        before=scope.before,
        limit=LENGTH,
    )


def _inbox(text: str) -> str:
    name = folded(text)
    if name is None:
        raise Invalid(_("“%(name)s” cannot be an inbox; %(rule)s.", name=text[:40], rule=_(NAMES)), where="inbox")
    return name


def _moment(text: str, name: str, where: tzinfo) -> datetime | None:
    """A time as a form's field has it, `2026-11-24T14:05`: by the reader's clock when it says no other."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=where)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(_("Must be a time like 2026-11-24T14:05."), where=name) from None


def session_row(session: Session, where: tzinfo) -> SessionRow:
    facts = session.facts
    tone = TONES[facts.outcome]
    if tone == "calm" and facts.worst_reply is not None and facts.worst_reply >= 400:
        tone = "warn" if session.messages else "bad"
    elif tone == "bad" and session.messages:
        # Mail was taken: many libraries never say QUIT, and nothing is wrong with what they sent.
        tone = "warn"
    return SessionRow(
        id=session.id,
        at=wording.moment(facts.started_at, where),
        outcome=wording.outcome(facts.outcome),
        tone=tone,
        peer=facts.peer,
        said=f"{facts.greeting} {facts.helo or ''}".strip() if facts.greeting else None,
        secured=facts.tls.version.replace("TLSv", "TLS ") if facts.tls else None,
        cipher=facts.tls.cipher if facts.tls else None,
        username=f"{facts.auth.username} ({facts.auth.mechanism})" if facts.auth else None,
        commands=facts.commands,
        messages=session.messages,
        lasted=wording.duration(facts),
        verdict=wording.verdict(session),
    )
