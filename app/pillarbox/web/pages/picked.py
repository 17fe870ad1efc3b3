"""What is done with some messages: those whose boxes are ticked, the one that is open, or all of a list."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from pillarbox.box import Box, Change, Selection
from pillarbox.errors import Invalid, NotFound
from pillarbox.web import disposition
from pillarbox.web.archive import MEDIA_TYPE, MOST, zipped
from pillarbox.web.language import gettext as _
from pillarbox.web.language import number
from pillarbox.web.pages import address
from pillarbox.web.pages.messages import form_scope, selection
from pillarbox.web.schemas.change import MOST_IDS, printable
from pillarbox.web.templating import urls
from pillarbox.web.urls import Scope

MAX_TAG = 100
"""Characters of a tag, as in the API."""

_CHANGES: Mapping[str, Callable[[str], Change]] = {
    "read": lambda tag: Change(read=True),
    "unread": lambda tag: Change(read=False),
    "pin": lambda tag: Change(pinned=True),
    "unpin": lambda tag: Change(pinned=False),
    "tag": lambda tag: Change(add_tags=(_tag(tag),)),
    "untag": lambda tag: Change(remove_tags=(_tag(tag),)),
}


@dataclass(frozen=True, slots=True)
class Picked:
    """`opened` is the message whose page it was done on, None for a list; `tab` is the one that was open there."""

    selection: Selection
    scope: Scope
    opened: int | None
    tab: str


def add(router: APIRouter, box: Box) -> None:
    @router.post("/messages/picked")
    async def act(request: Request) -> Response:
        """Fields: `action`, `tag`; `id` as often as wanted, or `all`; those of the list; `message`, `tab` of a page."""
        fields = await address.fields(request)
        action, picked = dict(fields).get("action", ""), _picked(fields)
        if action == "export":
            return await asyncio.to_thread(_archive, box, picked.selection)
        if action == "compare":
            return RedirectResponse(urls(request).compare(**_two(picked.selection)), 303)
        if action == "delete":
            deletion = await asyncio.to_thread(box.delete, picked.selection)
            return RedirectResponse(urls(request).list_after_delete(picked.scope, deletion.key), 303)
        if action not in _CHANGES:
            names = ", ".join(("compare", "delete", "export", *_CHANGES))
            raise Invalid(_("Must be one of %(names)s.", names=names), where="action")
        change = _CHANGES[action](dict(fields).get("tag", ""))
        await asyncio.to_thread(box.change, picked.selection, change)
        # To open a message is to read it: what was marked unread is left.
        opened = picked.opened if action != "unread" else None
        to = urls(request)
        if opened is None:
            return RedirectResponse(to.messages(picked.scope), 303)
        return RedirectResponse(to.message(opened, picked.scope, picked.tab), 303)


def _picked(fields: list[tuple[str, str]]) -> Picked:
    """Raises Invalid."""
    last = dict(fields)
    scope, opened = form_scope(last), last.get("message")
    ids = _ids([value for name, value in fields if name == "id"])
    if not ids and "all" not in last:
        raise Invalid(_("No message is selected: tick some, or all."), where="id")
    which = selection(scope) if "all" in last else Selection(ids=ids)
    opened_id = None if opened is None else address.found_id(opened, "message")
    return Picked(which, scope, opened_id, last.get("tab", ""))


def _two(which: Selection) -> dict[str, int]:
    """Of two messages the older one stands at the left. Raises Invalid."""
    ids = sorted(which.ids or ())
    if len(ids) != 2:
        raise Invalid(_("Two messages are compared: select two."), where="id")
    return {"a": ids[0], "b": ids[1]}


def _ids(texts: list[str]) -> tuple[int, ...]:
    if len(texts) > MOST_IDS:
        raise Invalid(_("At most %(most)s messages can be named one by one.", most=number(MOST_IDS)), where="id")
    return tuple(dict.fromkeys(address.found_id(text, "message") for text in texts))


def _tag(name: str) -> str:
    """Raises Invalid for what cannot be one."""
    name = name.strip()
    if not 0 < len(name) <= MAX_TAG:
        raise Invalid(_("A tag has 1 to %(most)s characters.", most=MAX_TAG), where="tag")
    try:
        return printable(name)
    except ValueError as error:
        raise Invalid(str(error), where="tag") from None


def _archive(box: Box, which: Selection) -> Response:
    ids = box.ids(which, MOST + 1)
    if not ids:
        raise NotFound(_("There is no such message to export."))
    if len(ids) > MOST:
        raise Invalid(
            _(
                "These are more than %(most)s messages: search for fewer, or export them with `pillarbox export`.",
                most=number(MOST),
            ),
            where="q",
        )
    headers = {
        "content-disposition": disposition.header("attachment", "messages.zip"),
        "cache-control": "private, no-store",
    }
    return StreamingResponse(zipped(box, ids), media_type=MEDIA_TYPE, headers=headers)
