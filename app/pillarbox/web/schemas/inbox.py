"""Inboxes in JSON: what is asked for, and what is given with each."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from pillarbox import box
from pillarbox.mail.inbox import DOMAIN
from pillarbox.web.reach import Place
from pillarbox.web.schemas.change import InboxName
from pillarbox.web.schemas.shape import MOMENT, Body, Moment, Shape, about

LONGEST_TTL = 10 * 366 * 86_400


class SmtpLogin(Shape):
    """Where an app sends mail for an inbox, and as whom."""

    host: str = about('The host; "" when no listener speaks SMTP on TCP.', "127.0.0.1")
    port: int = about("The port; 0 when no listener speaks SMTP on TCP.", 1025)
    username: str = about("The user name of AUTH.", "checkout")
    password: str = about("Its password.", "x7k2mqp4vw9z3tnb6rfd")


class Inbox(Shape):
    """One inbox."""

    name: str = about("Its name.", "checkout")
    created_at: Moment = about("Since when it exists.", MOMENT)
    expires_at: Moment | None = about("When it goes, with its mail; null when it stays.", None)
    total: int = about("Messages in it.", 143)
    unread: int = about("Messages in it that are not marked read.", 12)
    address: str = about("Every address like that is in it; * is any local part.", "*@checkout.inbox.test")
    smtp: SmtpLogin = about("Where an app sends mail for it, and as whom.")

    @classmethod
    def of(cls, inbox: box.Inbox, place: Place | None) -> Inbox:
        host, port = place or ("", 0)
        return cls(
            name=inbox.name,
            created_at=inbox.created_at,
            expires_at=inbox.expires_at,
            total=inbox.total,
            unread=inbox.unread,
            address=f"*@{inbox.name}.{DOMAIN}",
            smtp=SmtpLogin(host=host, port=port, username=inbox.name, password=inbox.password),
        )


class InboxList(Shape):
    """All inboxes."""

    inboxes: tuple[Inbox, ...] = about("Every inbox, by name.")

    @classmethod
    def of(cls, inboxes: tuple[box.Inbox, ...], place: Place | None) -> InboxList:
        return cls(inboxes=tuple(Inbox.of(one, place) for one in inboxes))


class NewInbox(Body):
    """What the inbox is to be; without anything one with a generated name that stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "signup", "ttl": 600}]})

    name: InboxName | None = about("Its name; without it one that nobody has.", "signup", default=None)
    ttl: Annotated[float, Field(gt=0, le=LONGEST_TTL)] | None = about(
        "Seconds until it goes, with its mail; without it, it stays.", 600, default=None
    )
