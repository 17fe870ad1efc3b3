"""What a page's address says: ids, keys and words, read strictly enough that nothing odd reaches the store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Literal
from urllib.parse import parse_qsl

from fastapi import Request

from pillarbox.errors import Invalid, NotFound
from pillarbox.web import wording
from pillarbox.web.language import gettext as _
from pillarbox.web.urls import WIDTHS, Scope, View

LARGEST_ID = 2**63 - 1
FORM_OCTETS = 256 * 1024
"""The most that a form of these pages can have: room for the ids of 10,000 messages."""


def found_id(text: str, noun: Literal["message", "session"]) -> int:
    """An id out of a path. Raises NotFound: what is no number is not there either."""
    if text.isascii() and text.isdigit() and len(text) < 20 and 0 < int(text) <= LARGEST_ID:
        return int(text)
    raise missing(noun, text[:40])


def missing(noun: Literal["message", "session"], name: object) -> NotFound:
    if noun == "message":
        return NotFound(_("There is no message %(id)s.", id=name))
    return NotFound(_("There is no session %(id)s.", id=name))


def key(request: Request, name: str) -> int | None:
    """A key or an id out of the query. Raises Invalid."""
    return number(request.query_params, name)


def number(asked: Mapping[str, str], name: str) -> int | None:
    """A number out of a query, None when it is not there. Raises Invalid."""
    text = asked.get(name, "")
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST_ID:
        return int(text)
    raise Invalid(_("Must be a number."), where=name)


def scope(request: Request, inbox: str | None = None) -> Scope:
    """The list of messages that the address names. Raises Invalid."""
    name = inbox if inbox is not None else request.query_params.get("inbox") or None
    return Scope(
        inbox=None if name is None else name.lower(),
        q=request.query_params.get("q", "").strip(),
        before=key(request, "before"),
    )


def view(asked: Mapping[str, str]) -> View:
    """How a query wants the preview. Raises Invalid."""
    width, dark = asked.get("width", ""), asked.get("dark", "")
    if width not in ("", *WIDTHS):
        raise Invalid(_("Must be one of %(names)s.", names=", ".join(WIDTHS)), where="width")
    if dark not in ("", "0", "1"):
        raise Invalid(_("Must be 0 or 1."), where="dark")
    return View(remote=asked.get("remote") == "1", width=width, dark=dark)


def target(request: Request) -> str:
    """What of the page is asked for beside the rest, which is there already, "" for all of it: `content` is the reader
    (htmx says so), `rows` are some of the list, `around` is what stands around them.
    """
    return request.headers.get("hx-target", "")


def alone(request: Request) -> bool:
    """Whether only the reader is asked for."""
    return target(request) == "content"


def zone(request: Request) -> tzinfo:
    """Where the reader lives, by a choice on the page of settings or by what the browser has told."""
    return wording.zone(chosen_zone(request) or request.cookies.get(wording.ZONE_COOKIE))


def chosen_zone(request: Request) -> str:
    return request.cookies.get(wording.CHOSEN_ZONE_COOKIE, "")


async def form(request: Request) -> dict[str, str]:
    """The fields of a posted form, the last of each name. Raises Invalid."""
    return dict(await fields(request))


async def fields(request: Request) -> list[tuple[str, str]]:
    """All fields of a posted form (application/x-www-form-urlencoded). Raises Invalid."""
    body = bytearray()
    async for block in request.stream():
        body += block
        if len(body) > FORM_OCTETS:
            raise Invalid(_("The form is too large."), where="body")
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
