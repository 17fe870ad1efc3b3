"""Messages for the tests of the pages, as octets."""

from __future__ import annotations

import base64

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def plain(subject: str = "Hello", body: str = "Hello Ada", sender: str = "Shop <shop@example.org>") -> bytes:
    return (
        f"From: {sender}\r\nTo: Ada <ada@example.org>\r\nSubject: {subject}\r\n"
        f"Date: Mon, 23 Nov 2026 22:14:06 +0300\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
    ).encode()


def with_html(html: str, subject: str = "With HTML") -> bytes:
    """HTML with a picture of its own, `cid:logo@shop`, and an attachment."""
    picture = base64.b64encode(PICTURE).decode()
    return (
        f"From: Shop <shop@example.org>\r\nTo: ada@example.org\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="m"\r\n\r\n'
        '--m\r\nContent-Type: multipart/related; boundary="r"\r\n\r\n'
        f"--r\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n"
        "--r\r\nContent-Type: image/png\r\nContent-ID: <logo@shop>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{picture}\r\n--r--\r\n"
        '--m\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="bill.pdf"\r\n\r\n'
        "%PDF-1.4\r\n--m--\r\n"
    ).encode()
