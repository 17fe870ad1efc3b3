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
from pillarbox.mail.message import Part
from pillarbox.web.contexts import TextPreview
from pillarbox.web.pages import address
from pillarbox.web.security import PREVIEW_POLICY, PREVIEW_REMOTE_POLICY
from pillarbox.web.templating import environment

INLINED = 5 * 1024 * 1024
"""Octets of pictures written into one preview."""

TEXT_SHOWN = 1024 * 1024
"""Characters of a text without HTML."""

BLOCKED = (
    "<style>img[data-blocked-src]{outline:1px solid #dcd9d1;outline-offset:-1px;"
    "background:repeating-linear-gradient(-45deg,#f4f2ee 0 10px,#fbfaf8 10px 20px)}</style>"
)
"""Ends the document, so that the doctype stays first: hatches the place of a picture that was not loaded."""


def add(router: APIRouter, box: Box) -> None:
    @router.get("/messages/{message}/preview")
    def preview(request: Request, message: str) -> Response:
        kept = box.message(address.found_id(message, "message"))
        remote = request.query_params.get("remote") == "1"
        if kept.mail.html is not None:
            body = html.preview(kept.mail.html, Pictures(kept), remote_images=remote)
            body += "" if remote else BLOCKED
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


class Pictures:
    """Gives the `data:` address of the picture with a Content-ID, as long as they fit; used for one preview.

    Each use counts, not each picture: a message may refer to one of 5 MB a thousand times.
    """

    def __init__(self, kept: Kept) -> None:
        self._raw = kept.raw
        self._parts: dict[str, Part] = {}
        for part in kept.mail.parts:
            if part.content_id is not None and _is_picture(part.content_type):
                self._parts.setdefault(part.content_id, part)
        self._left = INLINED

    def __call__(self, content_id: str) -> str | None:
        part = self._parts.get(content_id)
        if part is None or part.size > self._left:
            return None
        self._left -= part.size
        content = base64.b64encode(parse.content(self._raw, part)).decode("ascii")
        return f"data:{part.content_type};base64,{content}"


def _is_picture(content_type: str) -> bool:
    return re.fullmatch(r"image/[a-z0-9.+-]{1,40}", content_type) is not None


def text_document(text: str | None) -> str:
    context = TextPreview(text=text, runs=tuple(runs((text or "")[:TEXT_SHOWN])))
    return environment().get_template(TextPreview.template).render(page=context)


def runs(text: str) -> list[tuple[str, str | None]]:
    """Text cut at its web addresses: (text, where it leads or None)."""
    # Here and not above: its patterns take time to make, which starting need not wait for.
    from pillarbox.mail.extract.links import addresses

    found: list[tuple[str, str | None]] = []
    at = 0
    for href, written, start in addresses(text):
        if not href[:8].lower().startswith(("http://", "https://")):
            continue
        if start > at:
            found.append((text[at:start], None))
        found.append((written, href))
        at = start + len(written)
    if at < len(text):
        found.append((text[at:], None))
    return found
