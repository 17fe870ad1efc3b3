"""One message: its page with one panel a tab, and its deletion. Opening the page marks the message read."""

from __future__ import annotations

import asyncio
import logging

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from pillarbox.box import Box, Change, Kept, Selection
from pillarbox.errors import NotFound, StoreUnavailable
from pillarbox.mail.message import Mail
from pillarbox.web import wording
from pillarbox.web.contexts import MessagePage, Tab
from pillarbox.web.language import gettext as _
from pillarbox.web.language import noop
from pillarbox.web.pages import address, panels
from pillarbox.web.pages.envelope import differs, recipients
from pillarbox.web.pages.listing import listing
from pillarbox.web.pages.messages import current, form_scope
from pillarbox.web.pages.rail import TAGS, rail
from pillarbox.web.templating import render, urls

TABS: tuple[tuple[Tab, str], ...] = (
    ("preview", noop("Preview")),
    ("text", noop("Text")),
    ("html", noop("HTML")),
    ("headers", noop("Headers")),
    ("parts", noop("Parts")),
    ("raw", noop("Raw")),
    ("envelope", noop("Envelope")),
    ("transcript", noop("Transcript")),
    ("lint", noop("Lint")),
)

CODES = 3
"""One-time codes that the header shows; the API has all."""

log = logging.getLogger(__name__)


def add(router: APIRouter, box: Box) -> None:
    @router.get("/messages/{message}")
    def one_message(request: Request, message: str) -> Response:
        message_id = address.found_id(message, "message")
        tab = _tab(request.query_params.get("tab", ""))
        kept = box.message(message_id)
        if not kept.summary.read:
            _mark_read(box, message_id)
        return render(request, _page(request, box, kept, tab))

    @router.post("/messages/{message}/delete")
    async def delete(request: Request, message: str) -> Response:
        message_id = address.found_id(message, "message")
        scope = form_scope(await address.form(request))
        deletion = await asyncio.to_thread(box.delete, Selection(ids=(message_id,)))
        if not deletion.count:
            raise address.missing("message", message_id)
        return RedirectResponse(urls(request).list_after_delete(scope, deletion.key, opened=True), 303)


def _tab(name: str) -> Tab:
    """Raises NotFound for a tab that there is none of."""
    if not name:
        return "preview"
    for tab, _name in TABS:
        if tab == name:
            return tab
    raise NotFound(_("A message has no %(name)s tab.", name=name[:40]))


def _mark_read(box: Box, message_id: int) -> None:
    try:
        box.change(Selection(ids=(message_id,)), Change(read=True))
    except StoreUnavailable as error:
        # A full disk must not keep anybody from reading what is there.
        log.warning("Message %d could not be marked read: %s", message_id, error)


def _counts(box: Box, kept: Kept) -> dict[Tab, int]:
    """How much stands under a tab, for those that it can be said of."""
    counts: dict[Tab, int] = {"headers": len(kept.mail.headers), "parts": len(kept.mail.parts), "lint": len(kept.lint)}
    if kept.summary.session_id is not None:
        counts["transcript"] = box.lines(kept.summary.session_id, 0, 0).total
    return counts


def _codes(mail: Mail) -> tuple[tuple[str, str], ...]:
    # Here and not above: its patterns take 50 ms to make, which starting need not wait for.
    from pillarbox.mail.extract.codes import codes

    return tuple((code.value, code.context) for code in codes(mail)[:CODES])


def _page(request: Request, box: Box, kept: Kept, tab: Tab) -> MessagePage:
    summary, mail, zone = kept.summary, kept.mail, address.zone(request)
    scope = address.scope(request)
    column = None if address.alone(request) else rail(box, current(scope))
    return MessagePage(
        title=mail.subject or _("(no subject)"),
        rail=column,
        refresh=urls(request).messages(scope),
        scope=scope,
        listing=None if column is None else listing(box, scope, zone, column, selected=summary.id),
        id=summary.id,
        subject=mail.subject,
        from_=mail.from_,
        to=mail.to,
        cc=mail.cc,
        reply_to=mail.reply_to,
        date=next((value for name, value in mail.headers if name.lower() == "date"), None),
        received=wording.moment(summary.received_at, zone),
        size=summary.size,
        session_id=summary.session_id,
        mail_from=kept.envelope.mail_from.address,
        differs=differs(kept),
        recipients=recipients(kept),
        attachments=tuple(part for part in mail.attachments if not part.inline),
        codes=_codes(mail),
        defects=len(mail.defects),
        tags=summary.tags,
        pinned=summary.pinned,
        known_tags=tuple(tag.name for tag in (column or box.marks(TAGS)).tags),
        tab=tab,
        tab_name=_(dict(TABS)[tab]),
        tabs=TABS,
        counts=_counts(box, kept),
        panel=panels.panel(box, kept, tab, request.query_params, zone),
    )
