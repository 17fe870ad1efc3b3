"""Mail that comes by no SMTP session: a program hands in the bytes, and maybe an envelope.

Rules of this module:

* The body is the message, octet for octet; nothing is added to it.
* An envelope that is not given is the one the headers claim: Return-Path, else From; To, Cc and Bcc.
* A body past the limit is refused at the octet that passes it, not read to its end first.
"""

from __future__ import annotations

import asyncio
import re
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from starlette.exceptions import HTTPException

from pillarbox.errors import Invalid
from pillarbox.mail import address, parse
from pillarbox.mail.envelope import Envelope, Recipient, Sender
from pillarbox.mail.message import Mail
from pillarbox.web.api.dependencies import Moment, Text, TheBox, TheConfig
from pillarbox.web.config import WebConfig
from pillarbox.web.schemas.change import InboxName
from pillarbox.web.schemas.message import Summary

MEDIA_TYPES = ("message/rfc822", "message/global")

_LONGEST_ADDRESS = 1000
_PATH = re.compile(r"[^\s<>]*")

router = APIRouter(prefix="/messages", tags=["messages"])

MailFrom = Annotated[
    Text | None,
    Query(
        description='The reverse-path; "" is the null sender. Without it: Return-Path, else From.',
        examples=["bounce@example.org"],
    ),
]
RcptTo = Annotated[
    list[Annotated[str, Field(max_length=1_000_000)]] | None,
    Query(
        description="The recipients: repeated, or separated by commas. Without it: To, Cc and Bcc.",
        examples=[["ada@example.org"]],
    ),
]
IntoInbox = Annotated[
    InboxName | None,
    Query(description="The inbox to put it in, made on first use. Without it: as SMTP does.", examples=["checkout"]),
]
ReceivedAt = Annotated[
    Moment | None, Query(description="When it was received. Without it: now.", examples=["2026-11-23T22:14:09Z"])
]


@router.post(
    "",
    status_code=201,
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "The message, octet for octet.",
            "content": {
                media_type: {
                    "schema": {"type": "string", "format": "binary"},
                    "example": "From: shop@example.org\r\nTo: ada@example.org\r\nSubject: Hello\r\n\r\nHello Ada\r\n",
                }
                for media_type in MEDIA_TYPES
            },
        }
    },
    responses={
        201: {
            "description": "The message is kept.",
            "headers": {"Location": {"description": "Where it is.", "schema": {"type": "string"}}},
        }
    },
)
async def import_message(
    request: Request,
    response: Response,
    box: TheBox,
    config: TheConfig,
    mail_from: MailFrom = None,
    rcpt_to: RcptTo = None,
    inbox: IntoInbox = None,
    received_at: ReceivedAt = None,
) -> Summary:
    """Import one message. It is kept when the answer arrives."""
    sender = None if mail_from is None else _address(mail_from, "mail_from")
    recipients = None if rcpt_to is None else _addresses(rcpt_to, config)
    raw = await _body(request, config)
    if sender is None or recipients is None:
        # Reading 100 MB takes a while, and the event loop has other connections.
        claimed = await asyncio.to_thread(claimed_envelope, raw)
        sender = claimed.mail_from.address if sender is None else sender
        recipients = [one.address for one in claimed.rcpt_to] if recipients is None else recipients
    envelope = Envelope(Sender(sender), tuple(Recipient(one) for one in recipients))
    summary = await box.take(raw, envelope, inbox=inbox, received_at=received_at)
    response.headers["location"] = f"{request.scope.get('root_path', '').rstrip('/')}/api/v1/messages/{summary.id}"
    return Summary.of(summary)


async def _body(request: Request, config: WebConfig) -> bytes:
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES:
        raise HTTPException(415, "The body must be message/rfc822, and its Content-Type must say so.")
    most = config.max_message_size
    declared = request.headers.get("content-length", "")
    if most and declared.isdecimal() and int(declared) > most:
        raise _too_large(most)
    blocks: list[bytes] = []
    size = 0
    async for block in request.stream():
        size += len(block)
        if most and size > most:
            raise _too_large(most)
        blocks.append(block)
    return b"".join(blocks)


def _too_large(most: int) -> HTTPException:
    return HTTPException(413, f"A message may have at most {most} octets.")


def _address(given: str, where: str) -> str:
    """One path, with or without its brackets; what SMTP itself could not carry is refused."""
    path = given.strip()
    path = path[1:-1] if path.startswith("<") and path.endswith(">") else path
    if _PATH.fullmatch(path) is None or len(path) > _LONGEST_ADDRESS:
        raise Invalid("Must be one address, like ada@example.org.", where=where)
    return path


def _addresses(given: list[str], config: WebConfig) -> list[str]:
    paths = [_address(one, "rcpt_to") for several in given for one in several.split(",") if one.strip()]
    if not all(paths):
        raise Invalid("A recipient cannot be empty.", where="rcpt_to")
    if config.max_recipients and len(paths) > config.max_recipients:
        raise Invalid(f"Must be at most {config.max_recipients} recipients.", where="rcpt_to")
    return paths


def claimed_envelope(raw: bytes) -> Envelope:
    """The envelope that the headers claim, each recipient once."""
    mail = parse.parse(raw)
    return_path = _values(mail, "return-path")
    if return_path:
        sender = next(iter(_of(return_path[0])), "")
    else:
        sender = next((one.address for one in mail.from_ if "@" in one.address), "")
    hidden = [one for value in _values(mail, "bcc") for one in _of(value)]
    shown = [one.address for one in (*mail.to, *mail.cc) if "@" in one.address]
    recipients = dict.fromkeys([*shown, *hidden])
    return Envelope(Sender(sender), tuple(Recipient(one) for one in recipients))


def _values(mail: Mail, wanted: str) -> list[str]:
    return [value for name, value in mail.headers if name.lower() == wanted]


def _of(value: str) -> list[str]:
    return [one.address for one in address.addresses([value], lambda _: None) if "@" in one.address]
