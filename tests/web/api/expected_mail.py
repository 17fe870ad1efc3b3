"""The mail that expectations are tried on: every field that can be asserted has something in it."""

from __future__ import annotations

import base64

from pillarbox.mail import transcript
from pillarbox.mail.session import Auth, Tls
from tests.web.world import Told, World

PDF = b"%PDF-1.4\nnothing in it\n"

MAIL = (
    (
        "From: Shop <shop@example.org>\n"
        "To: Ada Lovelace <ada@example.org>, bob@example.org\n"
        "Subject: =?utf-8?q?Confirm_your_address=2C_=C3=84da?=\n"
        "Date: Mon, 23 Nov 2026 22:14:09 +0000\n"
        "X-Mailer: shop 1.4\n"
        "Received: one\n"
        "Received: two\n"
        "MIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="m"\n'
        "\n"
        "--m\n"
        'Content-Type: multipart/alternative; boundary="a"\n'
        "\n"
        "--a\n"
        "Content-Type: text/plain; charset=utf-8\n"
        "Content-Transfer-Encoding: 8bit\n"
        "\n"
        "Hello Ada,\n"
        "\n"
        "your code is 482913. Or follow https://shop.example.org/confirm/4711\n"
        "\n"
        "--a\n"
        "Content-Type: text/html; charset=utf-8\n"
        "\n"
        "<html><body><p>Hello <b>Ada</b>,<p>your code is <strong class=code>482913</strong>.\n"
        '<table><tr><td><a class="button" href="https://shop.example.org/confirm/4711">Confirm\n'
        "  your address</a></table>\n"
        '<ul class="items"><li>Tea<li>Milk</ul><img src="cid:logo" alt="">\n'
        '<a href="https://shop.example.org/">Shop</a></body></html>\n'
        "--a--\n"
        "--m\n"
        'Content-Type: application/pdf; name="invoice.pdf"\n'
        'Content-Disposition: attachment; filename="invoice.pdf"\n'
        "Content-Transfer-Encoding: base64\n"
        "\n" + base64.b64encode(PDF).decode() + "\n"
        "--m\n"
        'Content-Type: text/csv; name="items.csv"\n'
        'Content-Disposition: attachment; filename="items.csv"\n'
        "\n"
        "tea,1\n"
        "--m--\n"
    )
    .replace("\n", "\r\n")
    .encode()
)


def told(world: World) -> Told:
    """The session that delivers this mail, over TLS and with a log-in, and ends with QUIT."""
    return world.talk(
        MAIL,
        tls=Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", "mail.test"),
        auth=Auth("PLAIN", "shop"),
        records=[
            transcript.line(1000, "client", "command", b"QUIT\r\n"),
            transcript.line(1100, "server", "reply", b"221 2.0.0 Bye\r\n"),
        ],
    )
