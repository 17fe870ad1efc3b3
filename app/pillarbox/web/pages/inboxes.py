"""The list of inboxes, a form to make one, and the question before one is removed."""

from __future__ import annotations

import asyncio
from datetime import tzinfo

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from pillarbox.box import Box, Inbox, InboxQuery
from pillarbox.errors import Conflict, Invalid
from pillarbox.mail.inbox import DOMAIN, folded
from pillarbox.web import wording
from pillarbox.web.contexts import DeleteInboxPage, InboxesPage, InboxLogin, InboxRow
from pillarbox.web.language import gettext as _
from pillarbox.web.language import noop
from pillarbox.web.pages import address
from pillarbox.web.pages.rail import OPEN_INBOX, rail
from pillarbox.web.retold import retold
from pillarbox.web.templating import render, urls
from pillarbox.web.urls import InboxScope

LENGTH = 100
"""Inboxes of one page."""

NAMES = noop("a name has up to 63 letters, digits, dots, hyphens and underscores, and begins with a letter or a digit")

LASTING = (("", noop("ever")), ("600", noop("ten minutes")), ("3600", noop("an hour")), ("86400", noop("a day")))


def add(router: APIRouter, box: Box) -> None:
    @router.get("/inboxes")
    def list_of_inboxes(request: Request) -> Response:
        return _page(request, box)

    @router.post("/inboxes")
    async def make(request: Request) -> Response:
        fields = await address.form(request)
        return await asyncio.to_thread(_make, request, box, fields.get("name", "").strip(), fields.get("ttl", ""))

    @router.get("/inboxes/{name}/delete")
    def ask_before_deleting(request: Request, name: str) -> Response:
        inbox = box.inboxes.one(name.lower())
        context = DeleteInboxPage(
            title=_("Delete %(name)s", name=inbox.name),
            rail=rail(box, OPEN_INBOX + inbox.name),
            name=inbox.name,
            total=inbox.total,
        )
        return render(request, context)

    @router.post("/inboxes/{name}/delete")
    def delete(request: Request, name: str) -> Response:
        box.inboxes.remove(name.lower())
        return RedirectResponse(urls(request).inboxes(), 303)


def login(inbox: Inbox, where: tzinfo) -> InboxLogin:
    return InboxLogin(
        name=inbox.name, address=f"anything@{inbox.name}.{DOMAIN}", password=inbox.password, goes=_goes(inbox, where)
    )


def _page(request: Request, box: Box, name: str = "", wrong: Exception | None = None) -> Response:
    asked = request.query_params
    scope = InboxScope(q=asked.get("q", "").strip().lower()[:63], after=asked.get("after", "").lower()[:63])
    found = box.inboxes.page(InboxQuery(part=scope.q, after=scope.after or None, limit=LENGTH))
    where = address.zone(request)
    context = InboxesPage(
        title=_("Inboxes"),
        rail=rail(box, "inboxes"),
        refresh=urls(request).inboxes(scope),
        scope=scope,
        rows=tuple(_row(inbox, where) for inbox in found.items),
        total=found.total,
        further=None if found.next is None else InboxScope(q=scope.q, after=found.next),
        lasting=tuple((seconds, _(words)) for seconds, words in LASTING),
        name=name,
        wrong=None if wrong is None else retold(str(wrong)),
    )
    return render(request, context, status=200 if wrong is None else 409 if isinstance(wrong, Conflict) else 400)


def _make(request: Request, box: Box, name: str, ttl: str) -> Response:
    """The page of the new inbox, or the list again with what is wrong."""
    if ttl not in dict(LASTING):
        raise Invalid(_("Must be one of the choices."), where="ttl")
    wanted = folded(name)
    if name and wanted is None:
        return _page(
            request,
            box,
            name,
            Invalid(_("“%(name)s” cannot be one: %(rule)s.", name=name[:63], rule=_(NAMES)), where="name"),
        )
    try:
        made = box.inboxes.make(wanted, float(ttl) if ttl else None)
    except Conflict as error:
        return _page(request, box, name, error)
    return RedirectResponse(urls(request).inbox(made.name), 303)


def _row(inbox: Inbox, where: tzinfo) -> InboxRow:
    return InboxRow(
        name=inbox.name,
        total=inbox.total,
        unread=inbox.unread,
        made=wording.moment(inbox.created_at, where),
        goes=_goes(inbox, where),
    )


def _goes(inbox: Inbox, where: tzinfo) -> wording.Moment | None:
    return None if inbox.expires_at is None else wording.moment(inbox.expires_at, where)
