"""A box as it looks after a morning's work: mail of several kinds, inboxes, and sessions that went well and badly.

`fill` makes it by SMTP, so it serves every catcher that can be reached.
"""

from __future__ import annotations

import smtplib
import time
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import httpx

from tests.pages.mails import PICTURE

HTML = """<!doctype html><html lang="en"><head><title>Order 4711</title><style>
body { margin: 0; font: 16px/1.5 Georgia, serif; color: #222 } main { max-width: 34rem; margin: auto; padding: 2rem }
h1 { font-weight: normal } td { padding: .3rem 1rem } .button { background: #14532d; color: #fff; padding: .6rem 1rem }
</style></head><body><main><img src="cid:logo@shop" alt="Shop" width="40" height="40">
<h1>Thank you, Ada</h1><p>Your order has been shipped.</p>
<table><tr><th>Pillar, red</th><td>1</td><td>€ 89.00</td></tr><tr><th>Paint</th><td>2</td><td>€ 12.50</td></tr></table>
<p><a class="button" href="https://shop.example.org/orders/4711">Track it</a></p>
<img src="https://images.example.org/banner.png" alt="Autumn sale" width="400" height="80">
</main></body></html>"""

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Shop//EN
METHOD:REQUEST
BEGIN:VEVENT
UID:4711@shop
DTSTAMP:20261124T100000Z
DTSTART:20261126T090000Z
DTEND:20261126T100000Z
SUMMARY:Delivery of order 4711
ORGANIZER:mailto:shop@example.org
ATTENDEE:mailto:ada@example.org
LOCATION:Your door
END:VEVENT
END:VCALENDAR
"""

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle cx="20" cy="20" r="18"/></svg>'

BROKEN = (
    b"From: Shop <shop@example.org>\r\nSubject: =?utf-8?q?Broken_=FF?=\r\nDate: yesterday\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain; charset=x-none\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\n*&%\r\n--b\r\nContent-Type: nonsense\r\n\r\n\x00\xff\x1b[2J\r\n"
)


def _mail(subject: str, text: str, sender: str = "Shop <shop@example.org>") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "Ada <ada@example.org>", subject
    mail["Date"], mail["Message-ID"] = "Tue, 24 Nov 2026 10:30:00 +0100", "<4711@shop.example.org>"
    mail.set_content(text)
    return mail


def _order() -> EmailMessage:
    mail = _mail("Order 4711 has been shipped", "Thank you, Ada.\n\nTrack it: https://shop.example.org/orders/4711\n")
    mail["Cc"], mail["Reply-To"] = "Grace <grace@example.org>, audit@example.org", "Help <help@example.org>"
    mail["List-Unsubscribe"] = "<https://shop.example.org/unsubscribe?u=1>"
    mail["Received"] = "from app.example.org by mx.example.org with ESMTP id 1; Tue, 24 Nov 2026 10:30:02 +0100"
    mail.add_alternative(HTML, subtype="html")
    list(mail.iter_parts())[1].add_related(PICTURE, "image", "png", cid="<logo@shop>")
    for content, kind, name in (
        (b"%PDF-1.4\n%%EOF\n", "application/pdf", "invoice-4711.pdf"),
        (PICTURE, "image/png", "pillar.png"),
        (CALENDAR.encode(), "text/calendar", "delivery.ics"),
        (b"Pillar;1\nPaint;2\n", "text/csv", "items.csv"),
        (SVG.encode(), "image/svg+xml", "pillar.svg"),
    ):
        main, _, sub = kind.partition("/")
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return mail


MAIL: dict[str, bytes] = {
    "bare": b"",
    "broken": BROKEN,
    "plain": _mail("Nightly backup", "All is well.\n\n  42 files, 1.2 GB\n", "cron@build.example.org").as_bytes(),
    "russian": _mail("Заказ 4711 отправлен", "Спасибо, Ада.\n", "Магазин <shop@example.org>").as_bytes(),
    "reset": _mail("Your code is 480215", "Your one-time code is 480215. It holds for ten minutes.\n").as_bytes(),
    "order": _order().as_bytes(),
}
"""By the names that addresses of places use; the last is the newest."""


@dataclass(frozen=True, slots=True)
class Filled:
    """`numbers`: ids by name, of messages as in MAIL and of the sessions `order_session` and `refused_session`."""

    numbers: dict[str, int]


def fill(host: str, port: int, api: str) -> Filled:
    """Put everything in. `api` is the address of the API."""
    numbers: dict[str, int] = {}
    deadline = time.monotonic() + 30
    with httpx.Client(base_url=api, timeout=30) as asked:

        def newest(what: str) -> dict[str, Any]:
            found: dict[str, Any] = asked.get(f"/{what}", params={"limit": 1}).raise_for_status().json()[what][0]
            return found

        with smtplib.SMTP(host, port, "refused.example.org", timeout=30) as smtp:
            smtp.ehlo()
            for command in ("MAIL FROM:<a@example.org> SIZE=999999999999", "RCPT TO:<b@example.org>", "NONSENSE"):
                smtp.docmd(command)
        numbers["refused_session"] = newest("sessions")["id"]
        for name, raw in MAIL.items():
            with smtplib.SMTP(host, port, "app.example.org", timeout=30) as smtp:
                sender = "" if name == "bare" else "bounce@example.org"
                smtp.sendmail(sender, ["ada@example.org", f"{name}@checkout.inbox.test", "audit@example.org"], raw)
            numbers[name] = newest("messages")["id"]
        numbers["order_session"] = newest("sessions")["id"]
        asked.patch(f"/messages/{numbers['plain']}", json={"pinned": True, "tags": ["build", "nightly"], "read": True})
        asked.post("/inboxes", json={"name": "empty", "ttl": 3600}).raise_for_status()
        while newest("sessions")["outcome"] == "open":
            assert time.monotonic() < deadline, "a session has not ended long after its QUIT"
    return Filled(numbers)
