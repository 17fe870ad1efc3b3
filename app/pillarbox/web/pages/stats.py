"""The page of figures: mail and sessions of a span of time, following a search."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from pillarbox import clock
from pillarbox.box import Box, StatisticsQuery
from pillarbox.box.store import DEFAULT_INBOX
from pillarbox.errors import Invalid
from pillarbox.web import spans
from pillarbox.web.contexts import Figures, StatsPage
from pillarbox.web.language import gettext as _
from pillarbox.web.pages import address
from pillarbox.web.pages.figures import Leads, figures
from pillarbox.web.pages.rail import rail
from pillarbox.web.query import wanted
from pillarbox.web.templating import render, urls
from pillarbox.web.urls import StatsScope


def add(router: APIRouter, box: Box) -> None:
    @router.get("/stats")
    def stats(request: Request) -> Response:
        scope = _scope(request)
        if scope.inbox not in (None, DEFAULT_INBOX):
            box.inboxes.one(scope.inbox)
        wrong, span, found = None, scope.span or spans.ALL, None
        try:
            span, found = _figures(request, box, scope)
        except Invalid as error:
            # Said beside the field, so that what was typed can be mended.
            wrong = str(error)
        context = StatsPage(
            title=_("Statistics"),
            rail=rail(box, "stats"),
            refresh=urls(request).stats(scope),
            scope=scope,
            span=span,
            spans=tuple((name, _(words)) for name, words in spans.NAMES.items()),
            wrong=wrong,
            figures=found,
        )
        return render(request, context, status=200 if wrong is None else 400)


def _scope(request: Request) -> StatsScope:
    """Raises Invalid for a span that there is not."""
    listed, span = address.scope(request), request.query_params.get("span", "")
    if span and span not in spans.LENGTHS:
        raise Invalid(_("Must be one of %(names)s.", names=", ".join(spans.LENGTHS)), where="span")
    return StatsScope(q=listed.q, inbox=listed.inbox, span=span)


def _figures(request: Request, box: Box, scope: StatsScope) -> tuple[str, Figures]:
    """The span that is shown, and what was counted. Raises Invalid for a query that cannot be read."""
    q, where, now = wanted(scope.q), address.zone(request), clock.now()
    extent = box.extent(scope.inbox, q) if scope.span in ("", spans.ALL) else None
    span = scope.span or spans.shortest(extent, now)
    parted = spans.parted(*spans.whole(span, extent, now), where)
    found = box.statistics(StatisticsQuery(inbox=scope.inbox, q=q, edges=parted.edges))
    return span, figures(found, parted, Leads(scope, span, parted.edges, where))
