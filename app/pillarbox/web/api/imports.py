"""Mail that comes by no SMTP session: a program hands in the bytes, and maybe an envelope.

Rules of this module:

* The body is the message, octet for octet; nothing is added to it. With `ENVELOPED` a line stands before it: the whole
  envelope, which parameters of an address have no room for.
* An envelope that is not given is the one the headers claim: Return-Path, else From; what a server that delivered the
  message wrote into it of the recipient, else To, Cc and Bcc.
* A body past the limit is refused at the octet that passes it, not read to its end first.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError
from starlette.exceptions import HTTPException

from pillarbox.errors import Invalid
from pillarbox.mail import address, parse
from pillarbox.mail.envelope import Envelope, Recipient, Sender
from pillarbox.mail.message import Mail
from pillarbox.web.api.dependencies import Moment, Text, TheBox, TheConfig
from pillarbox.web.config import WebConfig
from pillarbox.web.schemas import given
from pillarbox.web.schemas.change import InboxName
from pillarbox.web.schemas.message import Summary

MEDIA_TYPES = ("message/rfc822", "message/global")

ENVELOPED = "application/vnd.pillarbox.message"
"""The envelope as JSON on one line, as `GET …/envelope` gives it, a line feed, and the message. No form of a web page
can send this type (it is none that CORS calls simple), and nothing in the message can be taken for its end."""

_LONGEST_ADDRESS = 1000
_PATH = re.compile(r'"(?:[^"\\\x00-\x1f\x7f]|\\[ -~])*"(?:@[^\s<>]*)?|[^\s<>]*')
"""A quoted local part (RFC 5321 section 4.1.2) may have blanks and brackets in it."""

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
        description="The recipients: repeated, or separated by commas. Without it: X-Original-To, else Delivered-To, "
        "else To, Cc and Bcc.",
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

_EXAMPLE = "From: shop@example.org\r\nTo: ada@example.org\r\nSubject: Hello\r\n\r\nHello Ada\r\n"
_ENVELOPE_EXAMPLE = (
    '{"mail_from": {"address": "bounce@example.org", "params": {"RET": "HDRS"}}, '
    '"rcpt_to": [{"address": "ada@example.org", "params": {"NOTIFY": "NEVER"}}]}\n'
)


@router.post(
    "",
    status_code=201,
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "The message, octet for octet; with its envelope before it when the type says so.",
            "content": {
                media_type: {
                    "schema": {"type": "string", "format": "binary"},
                    "example": _EXAMPLE,
                }
                for media_type in MEDIA_TYPES
            }
            | {
                ENVELOPED: {
                    "schema": {
                        "type": "string",
                        "format": "binary",
                        "description": "The envelope as JSON on one line, as `/messages/{message_id}/envelope` gives "
                        "it, a line feed, and the message. `mail_from` and `rcpt_to` cannot be given beside it.",
                    },
                    "example": _ENVELOPE_EXAMPLE + _EXAMPLE,
                }
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
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type == ENVELOPED:
        for name, value in (("mail_from", mail_from), ("rcpt_to", rcpt_to)):
            if value is not None:
                raise Invalid("The envelope stands in the body.", where=name)
        head, raw = await _parted(request, config)
        envelope = _given(head, config)
    elif media_type in MEDIA_TYPES:
        sender = None if mail_from is None else _address(mail_from, "mail_from")
        recipients = None if rcpt_to is None else _addresses(rcpt_to, config)
        raw = b"".join([block async for block in _bounded(request.stream(), request, config.max_message_size)])
        if sender is None or recipients is None:
            # Reading 100 MB takes a while, and the event loop has other connections.
            claimed = await asyncio.to_thread(claimed_envelope, raw)
            sender = claimed.mail_from.address if sender is None else sender
            recipients = [one.address for one in claimed.rcpt_to] if recipients is None else recipients
        envelope = Envelope(Sender(sender), tuple(Recipient(one) for one in recipients))
    else:
        raise HTTPException(415, "The body must be message/rfc822, and its Content-Type must say so.")
    summary = await box.take(raw, envelope, inbox=inbox, received_at=received_at)
    response.headers["location"] = f"{request.scope.get('root_path', '').rstrip('/')}/api/v1/messages/{summary.id}"
    return Summary.of(summary)


async def _bounded(blocks: AsyncIterator[bytes], request: Request, most: int, beside: int = 0) -> AsyncIterator[bytes]:
    """The blocks of a message of at most `most` octets (0: any), of a body that has `beside` octets of something else.

    Raises HTTPException with 413.
    """
    declared = request.headers.get("content-length", "")
    if most and declared.isdecimal() and int(declared) > most + beside:
        raise _too_large(most)
    size = 0
    async for block in blocks:
        size += len(block)
        if most and size > most:
            raise _too_large(most)
        yield block


async def _parted(request: Request, config: WebConfig) -> tuple[bytes, bytes]:
    """The line with the envelope, and the message. Raises Invalid and HTTPException with 413."""
    head = bytearray()
    stream = request.stream()
    rest = b""
    async for block in stream:
        line, feed, rest = block.partition(b"\n")
        head += line
        if len(head) > given.LONGEST:
            raise HTTPException(413, f"An envelope may have at most {given.LONGEST} octets.")
        if feed:
            break
    else:
        raise Invalid("A line with the envelope must stand before the message.", where="body.envelope")

    async def message() -> AsyncIterator[bytes]:
        yield rest
        async for block in stream:
            yield block

    most = config.max_message_size
    raw = b"".join([block async for block in _bounded(message(), request, most, len(head) + 1)])
    return bytes(head), raw


def _given(head: bytes, config: WebConfig) -> Envelope:
    try:
        envelope = given.GivenEnvelope.model_validate_json(head)
    except ValidationError as error:
        # As FastAPI tells of a body in JSON, so that it is answered in the same way.
        wrong = [{**one, "loc": ("body", "envelope", *one["loc"])} for one in error.errors(include_url=False)]
        raise RequestValidationError(wrong) from None
    if config.max_recipients and len(envelope.rcpt_to) > config.max_recipients:
        raise Invalid(f"Must be at most {config.max_recipients} recipients.", where="body.envelope.rcpt_to")
    return envelope.value()


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
    for name in _DELIVERED:
        delivered = [one for value in _values(mail, name) for one in _of(value)]
        if delivered:
            return Envelope(Sender(sender), tuple(Recipient(one) for one in dict.fromkeys(delivered)))
    hidden = [one for value in _values(mail, "bcc") for one in _of(value)]
    shown = [one.address for one in (*mail.to, *mail.cc) if "@" in one.address]
    recipients = dict.fromkeys([*shown, *hidden])
    return Envelope(Sender(sender), tuple(Recipient(one) for one in recipients))


_DELIVERED = ("x-original-to", "delivered-to")
"""What servers write into the copy of one recipient: as RCPT said it, else as it was after aliases (RFC 9228)."""


def _values(mail: Mail, wanted: str) -> list[str]:
    return [value for name, value in mail.headers if name.lower() == wanted]


def _of(value: str) -> list[str]:
    return [one.address for one in address.addresses([value], lambda _: None) if "@" in one.address]
