"""The frame's document: what a message looks like, unable to do anything.

Rules of this module:

* the response carries its own policy, so a direct visit is as safe as the frame: no script, no form, nothing remote;
* pictures that the message brings along are written into the document, because the frame may ask us for nothing;
* remote pictures are let through only when this one address asks for it, and the sender learns no address of ours;
* whether the mail is shown for light or dark screens is not said here: it follows the frame that it stands in.
"""

from __future__ import annotations

import base64
import re
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from markupsafe import escape

from pillarbox.box import Box, Kept
from pillarbox.mail import controls, html, parse
from pillarbox.mail.message import Part
from pillarbox.web.contexts import TextPreview
from pillarbox.web.language import gettext as _
from pillarbox.web.pages import address
from pillarbox.web.security import PREVIEW_POLICY, PREVIEW_REMOTE_POLICY
from pillarbox.web.templating import environment

INLINED = 5 * 1024 * 1024
"""Octets of pictures written into one preview."""

TEXT_SHOWN = 1024 * 1024
"""Characters of a text without HTML."""

HATCHED = 300
"""Pictures of one preview in whose place stands a picture that says what is not there; the others are only hatched."""

HATCHED_WORDS = 80
"""Characters of an alternative text or of a host in such a picture."""

BLOCKED = (
    "<style>img[data-blocked-src]{outline:1px solid #8884;outline-offset:-1px;"
    "background:repeating-linear-gradient(-45deg,#8882 0 10px,#8881 10px 20px)}"
    ":where(img[data-blocked-src]:not([width],[height])){width:16rem;height:4.5rem;max-width:100%}</style>"
)
"""Ends the document, so that the doctype stays first: hatches the place of a picture that was not loaded.

A picture without a size gets one, which weighs nothing against any rule of the message."""


def add(router: APIRouter, box: Box) -> None:
    @router.get("/messages/{message}/preview")
    def preview(request: Request, message: str) -> Response:
        kept = box.message(address.found_id(message, "message"))
        remote = request.query_params.get("remote") == "1"
        if kept.mail.html is not None:
            body = html.preview(kept.mail.html, Pictures(kept), remote_images=remote, instead=Hatched())
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


class Hatched:
    """Gives the picture that stands in the place of a blocked one and says so; used for one preview."""

    def __init__(self) -> None:
        self._left = HATCHED

    def __call__(self, host: str, alt: str) -> str | None:
        if not self._left:
            return None
        self._left -= 1
        lines = [
            " ".join(alt.split())[:HATCHED_WORDS],
            _("remote image blocked") + (f" · {host[:HATCHED_WORDS]}" if host else ""),
        ]
        return "data:image/svg+xml," + quote(_hatched([line for line in lines if line]), safe=" !'()*,/:;=@")


def _hatched(lines: list[str]) -> str:
    """Lines of text in the middle of a hatched ground, as SVG without a size: it takes that of the picture.

    Where there is no room for words there are none.
    """
    top = 0.35 - 0.7 * (len(lines) - 1)
    words = "".join(
        f"<text x='50%' y='50%' dy='{top + 1.4 * place:.2f}em'>{escape(controls.in_line(line))}</text>"
        for place, line in enumerate(lines)
    )
    return (
        "<svg xmlns='http://www.w3.org/2000/svg'><style>text{font:12px system-ui,sans-serif;text-anchor:middle;"
        "fill:#62605b}rect{fill:#fbfaf8}path{fill:#f1efea}@media(prefers-color-scheme:dark){text{fill:#aaa69e}"
        "rect{fill:#1c1b19}path{fill:#26241f}}@media(max-width:170px),(max-height:34px){text{display:none}}</style>"
        "<pattern id='h' width='20' height='20' patternUnits='userSpaceOnUse' patternTransform='rotate(45)'>"
        "<rect width='20' height='20'/><path d='M0 0h10v20H0z'/></pattern>"
        f"<rect width='100%' height='100%' style='fill:url(#h)'/>{words}</svg>"
    )


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
