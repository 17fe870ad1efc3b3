"""The lists of messages and what is done to a whole list: mark it read, delete it, undo a deletion."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from pillarbox.box import Box, Change, MessageQuery, Selection
from pillarbox.box.store import DEFAULT_INBOX
from pillarbox.errors import Invalid, NotFound
from pillarbox.web.config import WebConfig
from pillarbox.web.contexts import DeletePage, MessagesPage, Rail, RowsPage, Undo
from pillarbox.web.language import gettext as _
from pillarbox.web.language import number
from pillarbox.web.pages import address
from pillarbox.web.pages.first_mail import first_mail
from pillarbox.web.pages.inboxes import login
from pillarbox.web.pages.listing import figures, listing, piece, undo
from pillarbox.web.pages.rail import OPEN_INBOX, SEARCH, rail
from pillarbox.web.query import wanted
from pillarbox.web.templating import render, urls
from pillarbox.web.urls import Scope


def add(router: APIRouter, box: Box, config: WebConfig) -> None:
    def page(request: Request, scope: Scope) -> Response:
        if address.target(request) == "rows":
            return rows(request, scope)
        column, where = rail(box, current(scope)), address.zone(request)
        _must_exist(scope, column)
        inbox = None if scope.inbox in (None, DEFAULT_INBOX) else login(box.inboxes.one(scope.inbox), where)
        around, alone = address.target(request) == "around", address.alone(request)
        deletion = None if around else _deleted(box, request)
        if around or alone:
            found = figures(box, scope, column)
        else:
            found = listing(box, scope, where, column, deletion=deletion)
        context = MessagesPage(
            title=_title(scope, column),
            rail=column,
            scope=scope,
            listing=None if alone else found,
            nothing=bool(scope.q and not found.total and not found.wrong),
            first_mail=first_mail(config, request.url.hostname, inbox),
            inbox=inbox,
            refresh=urls(request).messages(scope),
            around=around,
            deletion=deletion if alone else None,
        )
        return render(request, context, status=200 if found.wrong is None else 400)

    def rows(request: Request, scope: Scope) -> Response:
        if scope.inbox not in (None, DEFAULT_INBOX):
            box.inboxes.one(scope.inbox)
        below, above = address.key(request, "below"), address.key(request, "above")
        found = piece(box, scope, address.zone(request), below, above)
        return render(request, RowsPage(title=scope.inbox or _("All mail"), rail=None, listing=found))

    @router.get("/")
    def all_mail(request: Request) -> Response:
        return page(request, address.scope(request))

    @router.get("/inboxes/{name}")
    def one_inbox(request: Request, name: str) -> Response:
        return page(request, address.scope(request, name))

    @router.post("/messages/read")
    async def mark_all_read(request: Request) -> Response:
        scope = form_scope(await address.form(request))
        await asyncio.to_thread(box.change, selection(scope), Change(read=True))
        return RedirectResponse(urls(request).messages(scope), 303)

    @router.get("/messages/delete")
    def ask_before_deleting(request: Request) -> Response:
        scope = address.scope(request).newest()
        column = rail(box, current(scope))
        _must_exist(scope, column)
        found = box.messages(MessageQuery(inbox=scope.inbox, q=wanted(scope.q), limit=1))
        context = DeletePage(
            title=_("Delete mail"), rail=column, scope=scope, total=found.total, exact=found.total_exact
        )
        return render(request, context)

    @router.post("/messages/delete")
    async def delete_all(request: Request) -> Response:
        scope = form_scope(await address.form(request))
        deletion = await asyncio.to_thread(box.delete, selection(scope))
        return RedirectResponse(urls(request).list_after_delete(scope.unsearched(), deletion.key), 303)

    @router.post("/messages/restore")
    async def restore(request: Request) -> Response:
        fields = await address.form(request)
        deletion = _deletion(fields.get("deletion", ""))
        ids = await asyncio.to_thread(box.deleted, deletion, 2)
        if not await asyncio.to_thread(box.undo, deletion):
            raise NotFound(_("What was deleted is gone for good, or back already: it is kept for a minute."))
        scope = form_scope(fields)
        # To open a message is to read it: only one that was open when it was deleted is opened.
        opens = len(ids) == 1 and fields.get("message") == str(ids[0])
        place = urls(request).message(ids[0], scope) if opens else urls(request).messages(scope)
        return RedirectResponse(place, 303)


def current(scope: Scope) -> str:
    """What the rail marks for that list."""
    if scope.inbox is not None:
        return OPEN_INBOX + scope.inbox
    return SEARCH + scope.q if scope.q else "all"


def form_scope(fields: dict[str, str]) -> Scope:
    """The list that a posted form names in its hidden fields. Raises Invalid."""
    before = fields.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 19):
        raise Invalid(_("Must be a number."), where="before")
    return Scope(
        inbox=fields.get("inbox") or None, q=fields.get("q", "").strip(), before=int(before) if before else None
    )


def _deleted(box: Box, request: Request) -> Undo | None:
    """The deletion that the address names, if it can be undone."""
    key = address.key(request, "deleted")
    return None if key is None else undo(box, key, opened="opened" in request.query_params)


def _deletion(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0


def _must_exist(scope: Scope, column: Rail) -> None:
    if scope.inbox not in (None, DEFAULT_INBOX, *(inbox.name for inbox in column.inboxes)):
        raise NotFound(_("There is no inbox %(name)s.", name=(scope.inbox or "")[:64]))


def selection(scope: Scope) -> Selection:
    """All messages of that list, older pages too. Raises Invalid."""
    if scope.inbox is None and not scope.q:
        return Selection(all=True)
    return Selection(inbox=scope.inbox, q=wanted(scope.q))


def _title(scope: Scope, column: Rail) -> str:
    if scope.q:
        return _("“%(words)s”", words=scope.q[:60])
    unread = column.unread
    if scope.inbox is not None:
        unread = next((inbox.unread for inbox in column.inboxes if inbox.name == scope.inbox), 0)
    return (f"({number(unread)}) " if unread else "") + (scope.inbox or _("All mail"))
