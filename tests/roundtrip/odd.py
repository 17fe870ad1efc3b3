"""Messages that formats of archives find hard, and their way into a catcher by SMTP, octet for octet."""

from __future__ import annotations

import socket
from collections.abc import Sequence

from tests.running import Running

HEAD = b"From: Shop <shop@example.org>\r\nTo: ada@example.org\r\nSubject: Hello\r\n\r\n"

LARGE = HEAD + b"".join(b"%07d %s\r\n" % (number, b"0123456789abcdef" * 4) for number in range(70_000))

ODD: dict[str, bytes] = {
    "plain": HEAD + b"Hello Ada\r\n",
    "eight bit": b"Subject: \xff\xfe\r\n\r\n\xd0\x9f\xd1\x80\xe9\r\n",
    "Russian": "Subject: Протокол\r\n\r\nПривет, Анна!\r\n".encode(),
    "bare LF": HEAD + b"one\ntwo\r\nthree\n",
    "LF only": HEAD.replace(b"\r\n", b"\n") + b"one\ntwo\n",
    "bare CR": HEAD + b"one\rtwo\r\n",
    "CR before CRLF": HEAD + b"one\r\r\ntwo\r\n",
    "CR at the end": HEAD + b"one\r",
    "NUL": HEAD + b"a\x00b\r\n\x00\r\n",
    "no final newline": HEAD + b"Hello Ada",
    "empty": b"",
    "empty line": b"\r\n",
    "empty lines": b"\r\n\r\n\r\n",
    "no headers": b"Hello Ada\r\n",
    "5 MB": LARGE,
    "From": b"From me to you\r\nFrom ada@example.org Mon Nov 23 22:14:09 2026\r\n\r\n"
    b"From ada@example.org Mon Nov 23 22:14:09 2026\r\n\r\n>From x\r\n>>From y\r\n> From z\r\nFrom \r\nFrom\r\n",
    "From after bare CR": HEAD + b"\rFrom ada@example.org Mon Nov 23 22:14:09 2026\r\n",
    "From after bare LF": HEAD + b"\nFrom ada@example.org Mon Nov 23 22:14:09 2026\r\n\n>From x\r\n",
    "MailHog's lines": b"HELO:<x>\r\nFROM:<a@example.org>\r\nTO:<b@example.org>\r\n\r\nHello\r\n",
    "empty lines at the end": HEAD + b"Hello\r\n\r\n\r\n",
    "long line": HEAD + b"x" * 200_000 + b"\r\n" + b"y" * 65_536 + b"From z 10:10\r\n",
}

CARRIED_BY_MBOX = {
    name
    for name, raw in ODD.items()
    if raw.replace(b"\r\n", b"").count(b"\n") == 0 and b"\r\r\n" not in raw and (not raw or raw.endswith(b"\r\n"))
}


def deliver(server: Running, raw: bytes, sender: str = "<bounce@example.org>", *recipients: str) -> None:
    """By BDAT, which changes nothing. Each path has its brackets and parameters: `<a@b> NOTIFY=NEVER`."""
    with socket.create_connection((server.smtp_host, server.smtp_port), timeout=60) as sock:
        replies = sock.makefile("rb")

        def expect(code: bytes) -> None:
            while (line := replies.readline())[3:4] == b"-":
                pass
            assert line.startswith(code), line

        def say(line: str, code: bytes) -> None:
            sock.sendall(line.encode() + b"\r\n")
            expect(code)

        expect(b"220")
        say("EHLO app.example.org", b"250")
        say(f"MAIL FROM:{sender}", b"250")
        for recipient in recipients or ("<ada@example.org>",):
            say(f"RCPT TO:{recipient}", b"250")
        sock.sendall(b"BDAT %d LAST\r\n" % len(raw) + raw)
        expect(b"250")
        say("QUIT", b"221")


ENVELOPES: Sequence[tuple[str, ...]] = (
    ("<>", "<ada@example.org> NOTIFY=NEVER"),
    ("<bounce@example.org> RET=HDRS ENVID=a+2Bb+3Dc BODY=8BITMIME SIZE=9", "<ada@example.org> NOTIFY=SUCCESS,DELAY"),
    ("<анна@пример.рф> SMTPUTF8", "<борис@пример.рф> ORCPT=utf-8;борис@пример.рф", "<c@example.org>"),
    ('<"a b, c"@example.org>', '<"x, y <z>"@example.org> ORCPT=rfc822;x+2By@example.org', "<postmaster>"),
    ("<bounce@example.org>", *(f"<user{number}@example.org> NOTIFY=FAILURE" for number in range(99, -1, -1))),
    ("<bounce@example.org>", "<ada@example.org>", "<ada@example.org>", "<Ada@Example.org>"),
)
