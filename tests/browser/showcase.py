"""The box that pictures of README and docs show: a small shop's mail, older letters imported, today's sent by SMTP.

Every message is well-formed and has CR LF ends. The refused session is one that shops know: TLS, a log-in, one message
taken and one that was larger than the server takes.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import httpx

from pillarbox.testing import Catcher

SHOP = "Tea Shop <hello@teashop.example>"
ANNA = "Anna Petrova <anna@example.org>"
ENVELOPE = "bounce@teashop.example"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SEVEN_BIT = SMTP.clone(cte_type="7bit")
STYLE = (
    "body{margin:0;background:#f4f1ea;color:#26231e;font:16px/1.55 Georgia,serif}"
    "main{max-width:30rem;margin:1.6rem auto;padding:1.8rem 2.2rem;background:#fff;border-radius:8px}"
    "h1{margin:0 0 .6rem;font-size:1.6rem;font-weight:normal;color:#14532d}table{width:100%;border-collapse:collapse}"
    "td{padding:.4rem 0;border-bottom:1px solid #e5e0d5}td:last-child{text-align:right}"
    ".button{display:inline-block;margin:1.2rem 0;padding:.6rem 1.2rem;background:#14532d;color:#fff;border-radius:6px;"
    "text-decoration:none}footer{color:#77716a;font-size:.85rem}"
)


def _mail(subject: str, text: str, html: str = "", *, sender: str = SHOP, to: str = ANNA) -> EmailMessage:
    mail = EmailMessage(policy=SEVEN_BIT)
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail.set_content(text)
    if html:
        page = f'<!doctype html><html lang="en"><head><title>{subject}</title><style>{STYLE}</style></head>'
        mail.add_alternative(f"{page}<body><main>{html}</main></body></html>", subtype="html")
    return mail


def _order(number: int, *, code: str, tea: str, total: str) -> EmailMessage:
    mail = _mail(
        f"Order {number} confirmed",
        f"Thank you, Anna!\n\nYour order {number} is confirmed. Your code is {code}.\n\n"
        f"{tea}, total {total}\n\nhttps://teashop.example/orders/{number}\n",
        f"<h1>Thank you, Anna!</h1><p>Your order <b>{number}</b> is confirmed. Your code is <b>{code}</b>.</p>"
        f"<table><tr><td>{tea}</td><td>€ 18.50</td></tr><tr><td>Delivery</td><td>€ 4.90</td></tr>"
        f"<tr><td><b>Total</b></td><td><b>{total}</b></td></tr></table>"
        f'<p><a class="button" href="https://teashop.example/orders/{number}">Confirm your address</a></p>'
        '<img src="https://cdn.teashop.example/autumn.png" alt="Autumn teas" width="420" height="70">'
        '<footer><p>Tea Shop Ltd · <a href="https://teashop.example/unsubscribe">Unsubscribe</a></p></footer>',
    )
    mail["Reply-To"] = "Tea Shop support <help@teashop.example>"
    mail["List-Unsubscribe"] = "<https://teashop.example/unsubscribe>"
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename=f"order-{number}.pdf")
    return mail


def _russian() -> EmailMessage:
    mail = _mail(
        "Заказ 76 отправлен",
        "Здравствуйте, Анна!\n\nВаш заказ 76 передан в доставку. Код получения: 302-118.\n",
        "<h1>Заказ уже в пути</h1><p>Здравствуйте, Анна! Ваш заказ <b>76</b> передан в доставку.</p>"
        "<p>Код получения: <b>302-118</b></p>"
        "<table><tr><td>Чай «Лапсанг сушонг»</td><td>1 450 ₽</td></tr><tr><td>Доставка</td><td>250 ₽</td></tr></table>"
        '<p><a class="button" href="https://teashop.example/ru/orders/76">Где мой заказ</a></p>'
        "<footer><p>Чайная лавка · письма приходят только о ваших заказах</p></footer>",
        sender="Чайная лавка <lavka@teashop.example>",
        to="Анна Петрова <anna@example.org>",
    )
    mail["Reply-To"] = "Чайная лавка <help@teashop.example>"
    return mail


def _invoice() -> EmailMessage:
    mail = _mail(
        "Invoice 2026-118",
        "Please find attached your invoice for October.\n",
        sender="Billing <billing@teashop.example>",
    )
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="invoice-2026-118.pdf")
    mail.add_attachment(b"Tea;18.50\r\n", maintype="text", subtype="csv", filename="items.csv")
    return mail


def _japanese() -> EmailMessage:
    return _mail(
        "ご注文ありがとうございます",
        "山田様、このたびはご注文ありがとうございます。\n",
        sender="お茶の店 <jp@teashop.example>",
    )


@dataclass(frozen=True, slots=True)
class Letter:
    """`ago`: hours before now, by an import; None is now, by SMTP, logged in as `inbox`."""

    name: str
    mail: EmailMessage
    inbox: str
    ago: float | None = None
    read: bool = True
    tags: tuple[str, ...] = ()
    sender: str = ENVELOPE
    recipients: tuple[str, ...] = ("anna@example.org",)


def letters() -> tuple[Letter, ...]:
    bounce = _mail(
        "Undelivered Mail Returned to Sender",
        "The mail system could not deliver your message to <nobody@example.net>: user unknown.\n",
        sender="Mail Delivery System <mailer-daemon@mx.teashop.example>",
        to="bounce@teashop.example",
    )

    def report() -> EmailMessage:
        text = "412 orders, 3 failed payments, 1 refund. Took 48 s.\n"
        return _mail("Nightly report", text, sender="cron@ops.teashop.example")

    welcome = _mail("Welcome to the tea shop", "Hello Anna, glad you are here.\n")
    reset = _mail("Reset your password", "Someone asked to reset the password for anna@example.org.\n")
    previous = _order(76, code="302-118", tea="Lapsang souchong, 250 g", total="€ 23.40")
    order = _order(77, code="480-215", tea="Darjeeling, 250 g", total="€ 23.40")
    return (
        Letter("japanese", _japanese(), "checkout", 31.2),
        Letter("old report", report(), "ops", 26.5, tags=("report",)),
        Letter("bounce", bounce, "ops", 25.1, read=False, sender="", recipients=("bounce@teashop.example",)),
        Letter("welcome", welcome, "accounts", 3.4, tags=("welcome",)),
        Letter("invoice", _invoice(), "billing", 2.6, tags=("invoice",)),
        Letter("previous order", previous, "checkout", 1.7),
        Letter("report", report(), "ops", 0.9, tags=("report",)),
        Letter("reset", reset, "accounts", read=False),
        Letter("russian", _russian(), "checkout", read=False),
        Letter(
            "order",
            order,
            "checkout",
            read=False,
            recipients=("anna@example.org", "audit@teashop.example"),
        ),
    )


@contextmanager
def showcase() -> Iterator[tuple[str, dict[str, int]]]:
    """The address of a box with all this in it, and the numbers of its messages and of `refused_session` by name."""
    with Catcher() as catcher, httpx.Client(base_url=f"{catcher.url}/api/v1", timeout=30) as api:
        numbers: dict[str, int] = {}
        now = datetime.now(UTC).replace(microsecond=0)
        for letter in letters():
            moment = now - timedelta(hours=letter.ago or 0)
            letter.mail["Date"] = format_datetime(moment)
            letter.mail["Message-ID"] = f"<{int(moment.timestamp())}.{len(numbers)}@teashop.example>"
            if letter.ago is None:
                _send(catcher, letter)
            else:
                _import(api, letter, moment)
            number = api.get("/messages", params={"limit": 1}).raise_for_status().json()["messages"][0]["id"]
            api.patch(f"/messages/{number}", json={"read": letter.read, "tags": list(letter.tags)}).raise_for_status()
            numbers[letter.name] = number
            if letter.name == "reset":
                _be_refused(catcher)
                numbers["refused_session"] = api.get("/sessions", params={"limit": 1}).json()["sessions"][0]["id"]
        api.patch(f"/messages/{numbers['invoice']}", json={"pinned": True}).raise_for_status()
        yield catcher.url, numbers


def _import(api: httpx.Client, letter: Letter, moment: datetime) -> None:
    asked = {
        "mail_from": letter.sender,
        "rcpt_to": ",".join(letter.recipients),
        "inbox": letter.inbox,
        "received_at": moment.isoformat().replace("+00:00", "Z"),
    }
    answer = api.post(
        "/messages", params=asked, content=letter.mail.as_bytes(), headers={"content-type": "message/rfc822"}
    )
    answer.raise_for_status()


@contextmanager
def _client(catcher: Catcher, inbox: str) -> Iterator[smtplib.SMTP]:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # the catcher's certificate is its own
    with smtplib.SMTP(catcher.smtp_host, catcher.smtp_port, "web-1.teashop.example", timeout=30) as smtp:
        smtp.starttls(context=context)
        smtp.login(inbox, "secret")
        yield smtp


def _send(catcher: Catcher, letter: Letter) -> None:
    with _client(catcher, letter.inbox) as smtp:
        smtp.sendmail(letter.sender, letter.recipients, letter.mail.as_bytes())


def _be_refused(catcher: Catcher) -> None:
    with _client(catcher, "billing") as smtp:
        mail = _mail("Your statement for October", "Two pages, attached.\n", sender="Billing <billing@teashop.example>")
        mail["Date"], mail["Message-ID"] = format_datetime(datetime.now(UTC)), "<statement-118@teashop.example>"
        smtp.sendmail(ENVELOPE, ["anna@example.org"], mail.as_bytes())
        smtp.docmd(f"MAIL FROM:<{ENVELOPE}> SIZE=157286400 BODY=8BITMIME")
