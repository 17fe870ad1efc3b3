"""The frame's document: what a message looks like, unable to do anything.

Rules of this module:

* the response carries its own policy, so a direct visit is as safe as the frame: no script, no form, nothing remote;
* pictures that the message brings along are written into the document, because the frame may ask us for nothing;
* remote pictures are let through only when this one address asks for it, and the sender learns no address of ours.
"""

from __future__ import annotations

import base64
import re

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from pillarbox.box import Box, Kept
from pillarbox.mail import html, parse
from pillarbox.web.contexts import TextPreview
from pillarbox.web.pages import address
from pillarbox.web.security import PREVIEW_POLICY, PREVIEW_REMOTE_POLICY
from pillarbox.web.templating import environment

INLINED = 5 * 1024 * 1024
"""Octets of pictures written into one preview."""

TEXT_SHOWN = 1024 * 1024
"""Characters of a text without HTML."""

_LINK = re.compile(r"https?://[^\s<>\"'\x00-\x20]{1,2000}")
_TRAILING = ".,;:!?)]}»”’"


def add(router: APIRouter, box: Box) -> None:
    @router.get("/messages/{message}/preview")
    def preview(request: Request, message: str) -> Response:
        kept = box.message(address.found_id(message, "message"))
        remote = request.query_params.get("remote") == "1"
        if kept.mail.html is not None:
            body = html.preview(kept.mail.html, _pictures(kept), remote_images=remote)
        else:
            body = text_document(kept.mail.text)
        return HTMLResponse(
            body,
            headers={
                "Content-Security-Policy": PREVIEW_REMOTE_POLICY if remote else PREVIEW_POLICY,
                "Referrer-Policy": "no-referrer",
                # A browser looks up the names of links that nobody has clicked; that alone tells the sender something.
                "X-DNS-Prefetch-Control": "off",
                "Cache-Control": "private, no-cache",
            },
        )


def _pictures(kept: Kept) -> dict[str, str]:
    """`data:` addresses of the message's own pictures by Content-ID, as far as they fit."""
    found: dict[str, str] = {}
    left = INLINED
    for part in kept.mail.parts:
        if part.content_id is None or not _is_picture(part.content_type) or part.size > left:
            continue
        if part.content_id in found:
            continue
        content = parse.content(kept.raw, part)
        left -= len(content)
        found[part.content_id] = f"data:{part.content_type};base64,{base64.b64encode(content).decode('ascii')}"
    return found


def _is_picture(content_type: str) -> bool:
    return re.fullmatch(r"image/[a-z0-9.+-]{1,40}", content_type) is not None


def text_document(text: str | None) -> str:
    context = TextPreview(text=text, runs=tuple(runs((text or "")[:TEXT_SHOWN])))
    return environment().get_template(TextPreview.template).render(page=context)


def runs(text: str) -> list[tuple[str, str | None]]:
    """Text cut at its web addresses: (text, where it leads or None)."""
    found: list[tuple[str, str | None]] = []
    at = 0
    for match in _LINK.finditer(text):
        address_ = match.group().rstrip(_TRAILING)
        if match.start() > at:
            found.append((text[at : match.start()], None))
        found.append((address_, address_))
        at = match.start() + len(address_)
    if at < len(text):
        found.append((text[at:], None))
    return found
