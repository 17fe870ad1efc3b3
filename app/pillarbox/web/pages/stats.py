"""A page of figures: how much mail there is, and how the sessions ended."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from pillarbox.box import Box, SessionQuery
from pillarbox.web import wording
from pillarbox.web.contexts import OutcomeCount, StatsPage
from pillarbox.web.pages.rail import rail
from pillarbox.web.templating import render, urls
from pillarbox.web.urls import SessionScope


def add(router: APIRouter, box: Box) -> None:
    @router.get("/stats")
    def stats(request: Request) -> Response:
        column, counts = rail(box, "stats"), box.counts()
        outcomes = []
        for outcome in wording.OUTCOMES:
            found = box.sessions(SessionQuery(outcome=outcome, limit=1))
            scope, word = SessionScope(outcome=outcome), wording.outcome(outcome)
            outcomes.append(OutcomeCount(scope, word, found.total, found.total_exact))
        silent = box.sessions(SessionQuery(without_messages=True, limit=1))
        context = StatsPage(
            title="Statistics",
            rail=column,
            refresh=urls(request).stats(),
            messages=counts.messages,
            unread=counts.unread,
            bytes=counts.bytes,
            sessions=counts.sessions,
            silent=OutcomeCount(SessionScope(silent=True), "without a message", silent.total, silent.total_exact),
            outcomes=tuple(outcomes),
            inboxes=column.inboxes,
        )
        return render(request, context)
