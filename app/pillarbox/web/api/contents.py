"""What a message consists of, byte for byte or decoded: raw, text, HTML, parts, and the conversation that brought it.

Rules of this module:

* These responses are the only ones with bytes of strangers in them, so each carries a policy under which nothing in
  it can run, and none is sniffed for another type.
* A message never changes, but its number may name another one in a database made anew: caches keep the bytes and ask
  by ETag whether they are still those.
"""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from pillarbox.errors import NotFound
from pillarbox.mail import parse
from pillarbox.mail.html import preview
from pillarbox.web import disposition, security
from pillarbox.web.api.dependencies import FoundMessage, Number, TheBox
from pillarbox.web.schemas.message import Envelope
from pillarbox.web.schemas.session import Transcript

router = APIRouter(prefix="/messages/{message_id}", tags=["contents"])


def _evidence(request: Request, body: bytes, content_type: str, headers: dict[str, str]) -> Response:
    """The bytes with their digest as ETag, or 304 when the client has them (RFC 9110 section 13.1.2)."""
    tag = f'"{hashlib.sha256(body).hexdigest()}"'
    headers = {"etag": tag, "cache-control": "private, no-cache", **headers}
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if tag in known or known == ["*"]:
        return Response(status_code=304, headers=headers)
    # Not by `media_type`, which would give every text a charset that its sender did not give it.
    return Response(body, headers={**headers, "content-type": content_type})


@router.get(
    "/raw",
    response_class=Response,
    responses={
        200: {
            "description": "The message, octet for octet.",
            "content": {
                "message/rfc822": {
                    "schema": {"type": "string", "format": "binary"},
                    "example": "Subject: Your order has shipped\r\n\r\nHello Ada\r\n",
                }
            },
        },
    },
)
def get_raw(request: Request, box: TheBox, found: FoundMessage) -> Response:
    """Get the bytes as they were taken: what followed DATA, without the dot-stuffing, and nothing else."""
    name = disposition.header("attachment", f"message-{found}.eml")
    return _evidence(
        request,
        box.raw(found),
        "message/rfc822",
        {"content-disposition": name, "content-security-policy": security.PART_POLICY},
    )


@router.get(
    "/text",
    response_class=Response,
    responses={
        200: {
            "description": "The plain text body in UTF-8.",
            "content": {
                "text/plain": {"schema": {"type": "string"}, "example": "Hello Ada,\nyour parcel is coming.\n"}
            },
        },
    },
)
def get_text(request: Request, box: TheBox, found: FoundMessage) -> Response:
    """Get the plain text body, decoded. 404 when the message has none."""
    text = box.message(found).mail.text
    if text is None:
        raise NotFound(f"Message {found} has no text part.")
    policy = {"content-security-policy": security.PART_POLICY}
    return _evidence(request, text.encode(), "text/plain; charset=utf-8", policy)


@router.get(
    "/html",
    response_class=Response,
    responses={
        200: {
            "description": "The HTML body in UTF-8, as sent, under a policy that runs and loads nothing.",
            "content": {"text/html": {"schema": {"type": "string"}, "example": "<p>Hello <b>Ada</b></p>"}},
        },
    },
)
def get_html(request: Request, box: TheBox, found: FoundMessage) -> Response:
    """Get the HTML body, decoded and otherwise as sent; a browser that opens it is given the safe form of the preview.

    404 when the message has none.
    """
    html = box.message(found).mail.html
    if html is None:
        raise NotFound(f"Message {found} has no HTML part.")
    if request.headers.get("sec-fetch-dest", "empty") not in ("", "empty"):
        # No policy keeps a document from opening a connection by `<link rel=preconnect>`; programs get what was sent.
        html = preview(html, lambda _: None)
    policy = {
        "content-security-policy": security.PREVIEW_POLICY,
        "referrer-policy": "no-referrer",
        "vary": "Sec-Fetch-Dest",
    }
    return _evidence(request, html.encode(), "text/html; charset=utf-8", policy)


@router.get(
    "/parts/{n}",
    response_class=Response,
    responses={
        200: {
            "description": "The decoded octets of the part, under the media type it declares.",
            "content": {"*/*": {"schema": {"type": "string", "format": "binary"}, "example": "%PDF-1.7 ..."}},
        },
    },
)
def get_part(
    request: Request,
    box: TheBox,
    found: FoundMessage,
    n: Annotated[Number, Path(description="The part's number, depth first, the root is 0.", examples=[3])],
) -> Response:
    """Get one part, decoded. Pictures (no SVG), plain text and PDF may be shown in place; the rest is to be saved."""
    kept = box.message(found)
    part = next((part for part in kept.mail.parts if part.n == n), None)
    if part is None:
        raise NotFound(f"Message {found} has no part {n}.")
    name = disposition.part_name(part.filename, part.n, part.content_type)
    return _evidence(
        request,
        parse.content(kept.raw, part),
        disposition.content_type(part.content_type, part.charset),
        {
            "content-disposition": disposition.header(disposition.kind(part.content_type), name),
            "content-security-policy": security.PART_POLICY,
        },
    )


@router.get("/envelope")
def get_envelope(box: TheBox, found: FoundMessage) -> Envelope:
    """Get what the SMTP client said of sender and recipients, with all parameters, without reading the message."""
    return Envelope.of(box.stored(found))


@router.get("/transcript", response_model_exclude_none=True)
def get_message_transcript(box: TheBox, found: FoundMessage) -> Transcript:
    """Get the conversation of the session that delivered the message. 404 for an imported one: it had none."""
    session_id = box.summary(found).session_id
    if session_id is None:
        raise NotFound(f"Message {found} was imported: no session delivered it.")
    return Transcript.of(box.transcript(session_id))
