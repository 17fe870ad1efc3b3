"""Messages in JSON: the row of a list, and one message whole."""

from __future__ import annotations

from typing import Any, Literal

from pillarbox.box import Kept, MessagePage, StoredMessage
from pillarbox.mail import envelope as mail_envelope
from pillarbox.mail import message as mail
from pillarbox.web.schemas.shape import MOMENT, Moment, Shape, about

Flag = str | Literal[True]
_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


class Addr(Shape):
    """One mailbox of an address header."""

    name: str = about('The display name, decoded; "" when there is none.', "Ada Lovelace")
    address: str = about("The address as sent.", "ada@example.org")

    @classmethod
    def all(cls, addresses: tuple[mail.Addr, ...]) -> tuple[Addr, ...]:
        return tuple(cls(name=one.name, address=one.address) for one in addresses)


_FROM = [{"name": "Shop", "address": "shop@example.org"}]
_TO = [{"name": "Ada Lovelace", "address": "ada@example.org"}]


class Summary(Shape):
    """One message as lists show it."""

    id: int = about("Ascending number of the message.", 42)
    inbox: str = about("The inbox it is in.", "default")
    session_id: int | None = about("The SMTP session that delivered it; null for an imported message.", 7)
    received_at: Moment = about("When its last octet had arrived.", MOMENT)
    size: int = about("Octets of the raw message.", 2048)
    mail_from: str = about('The reverse-path of MAIL; "" is the null sender.', "bounce@example.org")
    rcpt_to: tuple[str, ...] = about("The recipients of RCPT, in order.", ["ada@example.org", "archive@example.org"])
    from_: tuple[Addr, ...] = about("The From header.", _FROM, alias="from")
    to: tuple[Addr, ...] = about("The To header.", _TO)
    cc: tuple[Addr, ...] = about("The Cc header.", [])
    bcc: tuple[str, ...] = about("Recipients that no To or Cc header names, in RCPT order.", ["archive@example.org"])
    reply_to: tuple[Addr, ...] = about("The Reply-To header.", [])
    subject: str = about('The Subject header, decoded; "" when there is none.', "Your order has shipped")
    date: Moment | None = about("The Date header in UTC; null when it cannot be read.", MOMENT)
    message_id: str | None = about("The Message-ID header without its brackets.", "b1946ac9@example.org")
    snippet: str = about(
        "The first words of the text, at most 200 characters.", "Hello Ada, your parcel is on its way."
    )
    attachment_count: int = about("Attachments that are not inline.", 1)
    lint_count: int = about("Findings about the transaction.", 0)
    read: bool = about("Whether it has been marked read; only the page marks by looking.", False)
    pinned: bool = about("Whether it is pinned, and thereby kept by retention.", False)
    tags: tuple[str, ...] = about("Its tags.", ["checkout"])

    @classmethod
    def of(cls, summary: mail.Summary) -> Summary:
        return cls(**_row(summary))


def _row(summary: mail.Summary) -> dict[str, Any]:
    return {
        "id": summary.id,
        "inbox": summary.inbox,
        "session_id": summary.session_id,
        "received_at": summary.received_at,
        "size": summary.size,
        "mail_from": summary.mail_from,
        "rcpt_to": summary.rcpt_to,
        "from_": Addr.all(summary.from_),
        "to": Addr.all(summary.to),
        "cc": Addr.all(summary.cc),
        "bcc": summary.bcc,
        "reply_to": Addr.all(summary.reply_to),
        "subject": summary.subject,
        "date": summary.date,
        "message_id": summary.message_id,
        "snippet": summary.snippet,
        "attachment_count": summary.attachment_count,
        "lint_count": summary.lint_count,
        "read": summary.read,
        "pinned": summary.pinned,
        "tags": summary.tags,
    }


class Sender(Shape):
    """What MAIL said."""

    address: str = about('The reverse-path without brackets; "" is the null sender.', "bounce@example.org")
    params: dict[str, Flag] = about("ESMTP parameters, xtext decoded; true has no value.", {"SIZE": "2048"})


class Recipient(Shape):
    """What one accepted RCPT said."""

    address: str = about("The forward-path without brackets.", "ada@example.org")
    role: mail_envelope.Role = about("The header that names it; `bcc` when none does.", "to", "bcc")
    params: dict[str, Flag] = about("ESMTP parameters, xtext decoded; true has no value.", {"NOTIFY": "NEVER"})


class Envelope(Shape):
    """What the SMTP client said, whatever the headers claim."""

    mail_from: Sender = about("The sender.")
    rcpt_to: tuple[Recipient, ...] = about("The recipients, in order.")

    @classmethod
    def of(cls, kept: Kept | StoredMessage) -> Envelope:
        sender, recipients = kept.envelope.mail_from, kept.envelope.rcpt_to
        roles = mail_envelope.roles(
            [one.address for one in recipients],
            [one.address for one in kept.summary.to],
            [one.address for one in kept.summary.cc],
        )
        return cls(
            mail_from=Sender(address=sender.address, params=dict(sender.params)),
            rcpt_to=tuple(
                Recipient(address=one.address, role=role, params=dict(one.params))
                for one, role in zip(recipients, roles, strict=True)
            ),
        )


class Part(Shape):
    """One node of the MIME tree."""

    n: int = about("Its number, depth first, the root is 0; `/parts/{n}` takes it.", 3)
    parent: int | None = about("The number of the part around it; null for the root.", 0)
    content_type: str = about("The media type, in lower case, without parameters.", "application/pdf")
    charset: str | None = about("The charset parameter.", "utf-8")
    disposition: str | None = about("`inline`, `attachment` or whatever was sent.", "attachment")
    filename: str | None = about("The file name as sent, decoded. It may be hostile.", "invoice.pdf")
    content_id: str | None = about("The Content-ID without its brackets.", "logo@example.org")
    inline: bool = about("Whether it is displayed or referenced rather than attached.", False)
    size: int = about("Octets after decoding.", 1024)
    sha256: str = about("Digest of the decoded octets.", _SHA256)

    @classmethod
    def all(cls, parts: tuple[mail.Part, ...]) -> tuple[Part, ...]:
        return tuple(
            cls(
                n=part.n,
                parent=part.parent,
                content_type=part.content_type,
                charset=part.charset,
                disposition=part.disposition,
                filename=part.filename,
                content_id=part.content_id,
                inline=part.inline,
                size=part.size,
                sha256=part.sha256,
            )
            for part in parts
        )


class Link(Shape):
    """A link of the message."""

    href: str = about("Where it leads.", "https://shop.example.org/orders/42")
    text: str = about("The words that carry it.", "Track your parcel")
    source: Literal["html", "text"] = about("The body it stands in.", "html")


class Code(Shape):
    """What looks like a one-time code."""

    value: str = about("The code as a form takes it: `482 913` is joined.", "482913")
    context: str = about("The words around it, on one line.", "Your code is 482 913. It expires in 10 minutes.")
    source: Literal["html", "text", "subject"] = about("Where it stands first: text, HTML, then subject.", "text")


class Attendee(Shape):
    """Who is invited to an event."""

    name: str = about('The CN parameter; "" when there is none.', "Ada Lovelace")
    address: str = about("The calendar address without its `mailto:`.", "ada@example.org")
    role: str = about("The ROLE of RFC 5545.", "REQ-PARTICIPANT", "OPT-PARTICIPANT")
    status: str = about("The PARTSTAT of RFC 5545.", "NEEDS-ACTION", "ACCEPTED")
    rsvp: bool = about("Whether an answer is asked for.", True)


class Calendar(Shape):
    """One event of a calendar that the message carries (RFC 5545)."""

    part: int = about("The number of the part that it stands in.", 2)
    method: str | None = about("What the calendar asks for, in capitals.", "REQUEST", "CANCEL")
    uid: str | None = about("The name of the event for ever.", "4f1c7b2e@example.org")
    summary: str = about('Its title; "" when there is none.', "Planning")
    description: str = about('The text about it; "" when there is none.', "Agenda: the next release")
    start: str | None = about(
        "RFC 3339 with the offset of its zone, a date when `all_day`, without an offset where the zone is not known.",
        "2026-12-01T09:00:00+01:00",
        "2026-12-24",
    )
    end: str | None = about("The same; of an all-day event the day after its last.", "2026-12-01T09:30:00+01:00")
    all_day: bool = about("Whether it has dates and no times.", False)
    time_zone: str | None = about("The name of the zone of the start, as written.", "Europe/Berlin")
    location: str = about('Where it is; "" when there is no place.', "Room 4")
    organizer: Addr | None = about("Who invites.")
    attendees: tuple[Attendee, ...] = about("Who is invited, in order.")
    status: str | None = about("The STATUS, in capitals.", "CONFIRMED", "CANCELLED")
    sequence: int = about("How often it has been revised.", 0)
    recurrence: tuple[str, ...] = about("The lines that make it recur, as written.", ["RRULE:FREQ=WEEKLY;COUNT=10"])
    url: str | None = about("The address of the event.", "https://meet.example.org/planning")

    @classmethod
    def all(cls, found: tuple[mail.Invitation, ...]) -> tuple[Calendar, ...]:
        return tuple(
            cls(
                part=one.part,
                method=one.method,
                uid=one.uid,
                summary=one.summary,
                description=one.description,
                start=one.start,
                end=one.end,
                all_day=one.all_day,
                time_zone=one.time_zone,
                location=one.location,
                organizer=Addr(name=one.organizer.name, address=one.organizer.address) if one.organizer else None,
                attendees=tuple(
                    Attendee(name=who.name, address=who.address, role=who.role, status=who.status, rsvp=who.rsvp)
                    for who in one.attendees
                ),
                status=one.status,
                sequence=one.sequence,
                recurrence=one.recurrence,
                url=one.url,
            )
            for one in found
        )


class Defect(Shape):
    """Something wrong with the bytes. The message is kept and shown as far as it can be."""

    code: str = about("Its name for programs.", "unknown-charset")
    message: str = about("What is wrong, in a sentence.", "The charset x-klingon is not known; read as Latin-1.")
    part: int | None = about("The number of the part that has it.", 1)


class Lint(Shape):
    """A finding about a finished transaction."""

    code: str = about("Its name for programs.", "missing-date")
    severity: Literal["error", "warning", "info"] = about("How bad it is.", "error")
    message: str = about("What is wrong, in a sentence.", "The message has no Date header.")
    rfc: str | None = about("The rule that says so.", "RFC 5322 section 3.6")
    entry: int | None = about("The seq of the transcript entry it is about.", None)
    header: str | None = about("The name of the header it is about.", "Date")

    @classmethod
    def all(cls, found: tuple[mail.Lint, ...]) -> tuple[Lint, ...]:
        return tuple(
            cls(
                code=one.code,
                severity=one.severity,
                message=one.message,
                rfc=one.rfc,
                entry=one.entry,
                header=one.header,
            )
            for one in found
        )


class Message(Summary):
    """One message whole."""

    headers: tuple[tuple[str, str], ...] = about(
        "Name and value of every header in wire order, unfolded and decoded, duplicates kept.",
        [["Subject", "Your order has shipped"], ["X-Mailer", "shop 1.4"]],
    )
    text: str | None = about("The plain text body, decoded.", "Hello Ada,\nyour parcel is on its way.\n")
    html: str | None = about("The HTML body, decoded, as sent: hostile until proven otherwise.", "<p>Hello Ada</p>")
    envelope: Envelope = about("What the SMTP client said.")
    parts: tuple[Part, ...] = about("Every node of the MIME tree.")
    attachments: tuple[Part, ...] = about("Leaves that are neither `text` nor `html`, inline ones too.")
    links: tuple[Link, ...] = about("Links of the bodies, in wire order.")
    codes: tuple[Code, ...] = about("One-time codes, best first.")
    list_unsubscribe: tuple[str, ...] = about(
        "Addresses of the List-Unsubscribe header, in order.", ["https://shop.example.org/unsubscribe?u=7"]
    )
    calendars: tuple[Calendar, ...] = about("Events of text/calendar parts: invitations, changes, cancellations.")
    defects: tuple[Defect, ...] = about("What is wrong with the bytes.", [])
    lint: tuple[Lint, ...] = about("Findings about the transaction.", [])

    @classmethod
    def whole(cls, kept: Kept) -> Message:
        # Here and not above: their patterns take 50 ms to make, which starting need not wait for.
        from pillarbox.mail.extract import codes, links

        read = kept.mail
        return cls(
            **_row(kept.summary),
            headers=read.headers,
            text=read.text,
            html=read.html,
            envelope=Envelope.of(kept),
            parts=Part.all(read.parts),
            attachments=Part.all(read.attachments),
            links=tuple(Link(href=one.href, text=one.text, source=one.source) for one in links.links(read)),
            codes=tuple(Code(value=one.value, context=one.context, source=one.source) for one in codes.codes(read)),
            list_unsubscribe=read.list_unsubscribe,
            calendars=Calendar.all(read.calendars),
            defects=tuple(Defect(code=one.code, message=one.message, part=one.part) for one in read.defects),
            lint=Lint.all(kept.lint),
        )


class MessageList(Shape):
    """One page of messages, newest first."""

    messages: tuple[Summary, ...] = about("The messages of this page.")
    next: int | None = about("Pass it as `before` for the next page; null on the last.", 17)
    total: int = about("Messages on all pages, counted up to 10,000.", 143)
    total_exact: bool = about("Whether `total` is all of them.", True)
    cursor: str = about("Pass it as `after` later for what came since.", "1042")

    @classmethod
    def of(cls, page: MessagePage) -> MessageList:
        return cls(
            messages=tuple(Summary.of(item) for item in page.items),
            next=page.next,
            total=page.total,
            total_exact=page.total_exact,
            cursor=str(page.cursor),
        )
