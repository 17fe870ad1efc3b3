"""A session's conversation, or a message, as commands to run: where they go, and what they send."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from pillarbox.box import Box, Kept
from pillarbox.errors import NotFound
from pillarbox.mail import again, conversation, resend
from pillarbox.mail.session import Session
from pillarbox.mail.transcript import Entry
from pillarbox.web import reach
from pillarbox.web.config import WebConfig
from pillarbox.web.contexts import AgainPage, SendAgainPage
from pillarbox.web.language import gettext as _
from pillarbox.web.pages import address
from pillarbox.web.pages.rail import rail
from pillarbox.web.templating import render, urls

READ = 5000
"""Entries among which the transaction is looked for."""

OFFERED = 200
"""Messages of one session that the page offers to do again."""


def add(router: APIRouter, box: Box, config: WebConfig) -> None:
    @router.get("/sessions/{session}/again")
    def do_it_again(request: Request, session: str) -> Response:
        found = box.session(address.found_id(session, "session"))
        message = address.key(request, "message")
        if message is not None and message not in found.messages:
            raise NotFound(_("Session %(id)s has no message %(message)s.", id=found.id, message=message))

        def content_of(message_id: int) -> bytes | None:
            try:
                return box.raw(message_id)
            except NotFound:
                return None

        told = conversation.read(found, _entries(box, found, message), content_of, message)
        place = _place(found.facts.listener, request, config)
        if told.message_id is not None:
            place = _with_content(place, request, config, told.message_id)
        several = len(found.messages) > 1
        context = AgainPage(
            title=_("Session %(id)s again", id=found.id),
            rail=rail(box, "sessions"),
            session_id=found.id,
            message_id=told.message_id if several else None,
            others=found.messages[:OFFERED] if several else (),
            more=max(0, len(found.messages) - OFFERED),
            made=again.made(told, place),
        )
        return render(request, context)

    @router.get("/messages/{message}/again")
    def send_it_again(request: Request, message: str) -> Response:
        kept = box.message(address.found_id(message, "message"))
        made = _made(request, box, config, kept)
        tool = request.query_params.get("tool")
        if tool is not None:
            code = next((one.code for one in made if one.tool.lower() == tool.lower()), None)
            if code is None:
                raise NotFound(
                    _(
                        "There is no command of %(tool)s; there are %(others)s.",
                        tool=tool[:40],
                        others=", ".join(one.tool for one in made) or _("none"),
                    )
                )
            return PlainTextResponse(code)
        context = SendAgainPage(
            title=_("Send message %(id)s again", id=kept.summary.id),
            rail=rail(box, ""),
            id=kept.summary.id,
            subject=kept.mail.subject,
            scope=address.scope(request),
            made=made,
        )
        return render(request, context)


def _made(request: Request, box: Box, config: WebConfig, kept: Kept) -> tuple[again.Made, ...]:
    """The message with its envelope, fetched from here; none when nothing here takes mail."""
    facts = box.facts_of(kept.summary)
    place = _place(facts.listener, request, config) if facts else _anywhere(request, config)
    if place is None:
        return ()
    told = resend.conversation(kept.summary.id, kept.envelope, kept.raw, facts)
    return again.made(told, replace(_with_content(place, request, config, kept.summary.id), always_fetched=True))


def _anywhere(request: Request, config: WebConfig) -> again.Place | None:
    """Where mail goes that came by no session: a listener that speaks plain SMTP."""
    found = reach.smtp(config, request.url.hostname)
    return again.Place(host=found.host, port=found.port) if found else None


def _with_content(place: again.Place, request: Request, config: WebConfig, message_id: int) -> again.Place:
    origin = f"{request.url.scheme}://{request.url.netloc}"
    user = config.auth[0] if config.auth else ""
    return replace(place, raw=origin + urls(request).raw(message_id), user=user)


def _entries(box: Box, session: Session, message: int | None) -> tuple[Entry, ...]:
    """The beginning of the session, and what is around that message where it is not in it."""
    head = box.lines(session.id, 0, READ).entries
    if message is None or any(entry.message_id == message for entry in head):
        return head
    around = box.lines_around(box.message(message), READ // 2, READ).entries
    return head + tuple(entry for entry in around if entry.seq > head[-1].seq)


def _place(listener: str, request: Request, config: WebConfig) -> again.Place:
    """Where the session's listener is for the reader of this page: `smtp 127.0.0.1:1025`, `lmtp unix:/run/x`."""
    where = listener.partition(" ")[2]
    if where.startswith("unix:"):
        return again.Place(path=where.removeprefix("unix:"))
    host, _, port = where.rpartition(":")
    host = host.strip("[]")
    if host in reach.ANYWHERE:
        host = request.url.hostname or "127.0.0.1"
    bound = next((one.port for one in config.smtp if one.protocol == "smtp"), None)
    return again.Place(host=host, port=int(port) if port.isdigit() else bound or 25)
