"""Three messages to try a catcher with: plain Russian text, HTML with a picture inside, and attachments.

Made at the time of sending, by the standard library, so that Date and Message-ID are true.
"""

from __future__ import annotations

import struct
import zlib
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime, make_msgid

_DOMAIN = "example.test"


def all_of_them() -> list[tuple[str, bytes]]:
    """Names and messages, whole, with CRLF line ends."""
    made = (("plain text", plain()), ("HTML with a picture", html()), ("attachments", attachments()))
    return [(name, message.as_bytes(policy=SMTP)) for name, message in made]


def plain() -> EmailMessage:
    message = _message("Анна Ветрова <anna@example.test>", "Студенты <students@example.test>", "Протокол SMTP")
    message.set_content(
        "Здравствуйте!\n\n"
        "Это письмо отправлено командой pillarbox send. Оно не будет доставлено:\n"
        "откройте его в браузере и посмотрите, какими командами оно пришло.\n\n"
        "-- \nPillarbox\n",
        cte="8bit",
    )
    return message


def html() -> EmailMessage:
    message = _message("Orders <orders@example.test>", "Ada <ada@example.test>", "Your order 1847 is on its way")
    message["Reply-To"] = "Help desk <help@example.test>"
    message.set_content("Hello Ada,\n\nyour order 1847 is on its way: https://shop.example.test/orders/1847\n")
    picture = make_msgid("picture", _DOMAIN)
    message.add_alternative(
        '<!doctype html><html><body style="font-family: sans-serif">'
        f'<p><img src="cid:{picture[1:-1]}" width="96" height="48" alt="A red pillar box"></p>'
        "<h1>On its way</h1><p>Hello Ada,</p>"
        '<p>your order <b>1847</b> is on its way. <a href="https://shop.example.test/orders/1847">Follow it</a>.</p>'
        "</body></html>\n",
        subtype="html",
    )
    alternative = message.get_payload()
    assert isinstance(alternative, list)
    body = alternative[1]
    assert isinstance(body, EmailMessage)
    body.add_related(png(96, 48), "image", "png", cid=picture, disposition="inline", filename="pillar.png")
    return message


def attachments() -> EmailMessage:
    message = _message("Reports <reports@example.test>", "team@example.test", "Monthly report, с приложением")
    message["Cc"] = "Office <office@example.test>"
    message.set_content("The figures of this month are attached.\n")
    message.add_attachment("month,orders\n2026-10,1204\n2026-11,1847\n", subtype="csv", filename="figures.csv")
    message.add_attachment(png(64, 64), "image", "png", filename="Отчёт за ноябрь.png")
    return message


def _message(sender: str, recipient: str, subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = subject
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = make_msgid("sample", _DOMAIN)
    return message


def png(width: int, height: int) -> bytes:
    """A picture of a red box with a dark slot (PNG, 8-bit RGB)."""
    red, dark = b"\xc8\x26\x2c", b"\x30\x0a\x0c"
    slot = range(height // 3, height // 3 + max(1, height // 10))
    edge = width // 4
    line = b"\0" + red * width
    slotted = b"\0" + red * edge + dark * (width - 2 * edge) + red * edge
    pixels = b"".join(slotted if row in slot else line for row in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
