"""A problem as a page: what is wrong in a sentence, and what the reader can do about it.

Only where something was not found does it ask the store, for the rail: otherwise the reader may be nobody who is let
in, or the store may be what is broken. Should it break just then, the rail has no figures.
"""

from __future__ import annotations

from fastapi import Request, Response

from pillarbox.errors import StoreUnavailable
from pillarbox.web import templating
from pillarbox.web.contexts import ErrorPage, Rail
from pillarbox.web.language import gettext as _
from pillarbox.web.language import noop
from pillarbox.web.pages.rail import rail
from pillarbox.web.retold import retold
from pillarbox.web.schemas.problem import Problem

_MENDS = {
    400: noop("Correct the address, or start again from the list."),
    401: noop("Load the page again and give the user name and the password that this server was started with."),
    403: noop("Pages of other sites may not change anything here. Do it from a page of this server."),
    404: noop("It may have been deleted, or the address is mistyped. The list has everything that is kept."),
    405: noop("Go back and use the links and buttons of the page."),
    409: noop("Go back to the list: it shows what is there now."),
    421: noop("Open it by an IP address or as localhost, or start the server with --allowed-host and this name."),
    503: noop("Nothing is lost. Wait a moment and load the page again; the server's log says more."),
}
_TITLES = {
    400: noop("Bad Request"),
    401: noop("Unauthorized"),
    403: noop("Forbidden"),
    404: noop("Not Found"),
    405: noop("Method Not Allowed"),
    409: noop("Conflict"),
    413: noop("Request Entity Too Large"),
    421: noop("Misdirected Request"),
    500: noop("Internal Server Error"),
    503: noop("Service Unavailable"),
}
"""What the standard library calls them, for readers of other languages."""

_OTHERWISE = noop("Load the page again; if that does not help, the server's log says more.")


def render(request: Request, problem: Problem) -> Response:
    context = ErrorPage(
        title=_(_TITLES.get(problem.status, problem.title)),
        rail=_rail(request) if problem.status == 404 else None,
        status=problem.status,
        sentence=_sentence(problem),
        mend=_(_MENDS.get(problem.status, _OTHERWISE)),
    )
    return templating.render(request, context, problem.status)


def _sentence(problem: Problem) -> str:
    if problem.errors:
        return " ".join(f"{one.where}: {retold(one.message)}" for one in problem.errors)
    return retold(problem.detail or problem.title)


def _rail(request: Request) -> Rail | None:
    try:
        return rail(request.app.state.box, "")
    except StoreUnavailable:
        return None
