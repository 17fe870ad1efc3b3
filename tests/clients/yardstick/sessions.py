"""Conversations about whole sessions: good ones, the order of commands, syntax, limits, groups and line ends."""

from __future__ import annotations

from tests.clients.yardstick.conversation import CONTENT, EHLO, HELO, MAIL, RCPT, Block, Conversation

GOOD: list[Conversation] = [
    (HELO, MAIL, RCPT, "DATA", CONTENT, "QUIT"),
    (EHLO, MAIL, RCPT, "DATA", CONTENT, "QUIT"),
    (EHLO, f"{MAIL} SIZE=30 BODY=8BITMIME", RCPT, "RCPT TO:<c@example.test>", "DATA", "Grüße\r\n.", "QUIT"),
    (EHLO, "MAIL FROM:<>", RCPT, "DATA", CONTENT, "QUIT"),
    (EHLO, MAIL, "RCPT TO:<postmaster>", "DATA", ".", "QUIT"),
    (EHLO, MAIL, RCPT, "DATA", "Subject: x\r\n\r\n..\r\n.a\r\n.", "RSET"),
    (EHLO, *(MAIL, RCPT, "DATA", CONTENT) * 3, "QUIT"),
    (EHLO, MAIL, RCPT, "RSET", MAIL, RCPT, "DATA", CONTENT, "QUIT"),
    (EHLO, MAIL, RCPT, "DATA", CONTENT, EHLO, MAIL, RCPT, "DATA", CONTENT),
    (EHLO, f"{MAIL} SMTPUTF8 BODY=8BITMIME", "RCPT TO:<ü@example.test>", "DATA", "Subject: ü\r\n\r\nü\r\n."),
    (EHLO, MAIL, RCPT, "NOOP", "VRFY c@d", RCPT, "DATA", CONTENT),
    (EHLO, MAIL, *[f"RCPT TO:<{n}@example.test>" for n in range(100)], "DATA", CONTENT),
    ("ehlo client.test", "mail from:<a@b>", "rcpt to:<c@d>", "data", "x\r\n.", "quit"),
]

ORDER: list[Conversation] = [
    ("HELO", "EHLO", "HELO a b", "MAIL FROM:<>", "MAIL FROM:<a@b>", "RCPT TO:<>", "RCPT TO:<postmaster>", "RSET x"),
    ("MAIL FROM:<a@b>", "RCPT TO:<a@b>", "DATA", "DATA x", "NOOP", "NOOP x", "RSET", "QUIT"),
    (EHLO, MAIL, "DATA", RCPT, "EHLO y", RCPT, "DATA"),
    (EHLO, RCPT, "DATA", MAIL, MAIL, "DATA", RCPT, MAIL, "DATA", CONTENT, "DATA", RCPT),
    (EHLO, MAIL, "RCPT TO:<>", "DATA", "RCPT TO:<a b>", "DATA", RCPT, "DATA", CONTENT),
    (EHLO, MAIL, RCPT, "HELO y", "DATA", MAIL, RCPT, "DATA", CONTENT),
    (EHLO, MAIL, RCPT, "EHLO", "DATA", CONTENT),
    (EHLO, MAIL, "RSET", "RSET", RCPT, "DATA"),
    (EHLO, EHLO, HELO, EHLO, MAIL, "HELO", RCPT),
    ("RSET", "NOOP", "VRFY a@b", "RCPT TO:<a@b>", "QUIT"),
    (EHLO, "MAIL FROM:<a b>", RCPT, MAIL, "MAIL FROM:<a b>", RCPT),
    (EHLO, f"{MAIL} FOO", RCPT, f"{MAIL} SIZE=999999999", RCPT, "MAIL FROM:<after@b>"),
    ("QUIT",),
    (EHLO, MAIL, "QUIT"),
    (EHLO, MAIL, RCPT, "DATA x", "DATA", CONTENT),
    (EHLO, MAIL, "DATA x", RCPT, "RSET x", "DATA", CONTENT),
]

SYNTAX: list[Conversation] = [
    ("FOO", "LHLO x", "", "  ", "  NOOP", "NOOP\tx", "FO\0O", "N\rOOP", b"NOOP \xff", "FÜ"),
    *((line,) for line in [".", "1", "-", "\x1b[A", "ü", "!x", "  .", "\x7f", "<x>", ": x", "\x01", "\xa0NOOP"]),
    (b"\xff", "\0", " \0", "z-", "Z9"),
    ("\x0bNOOP",),
    ("NOOP\x0bx", "NOOP \x0bx"),
    (EHLO, MAIL, RCPT, "."),
    ("GET / HTTP/1.1",),
    ("connect",),
    ("POST /",),
    ("Host: x",),
    ("Subject:",),
    ("HEAD /",),
    ("OPTIONS *",),
    (EHLO, "GET /"),
    (EHLO, MAIL, "Received: x"),
    (EHLO, "X-Foo: x"),
    ("EHLO [127.0.0.1]", "EHLO [IPv6:::1]", "EHLO a_b", "EHLO -", "EHLO .", "EHLO a..b", "EHLO a b"),
    ("HELO [127.0.0.1]", "HELO a_b", "HELO -", "HELO .", "HELO a b", "HELO !", "HELO <x>"),
    (EHLO, "NOOPX", "NOOP x", "RSETX", "QUITX", "DAT", "MAILFROM:<a@b>", "MAIL"),
    (EHLO, "RSET x", "QUIT x"),
    ("NOOP ü",),
    ("NOOP\r",),
    ("EHLO ü", "HELO ü"),
    ("HELP", "HELP MAIL"),
    ("EXPN x",),
    ("TURN",),
    ("SEND FROM:<a@b>", "SOML FROM:<a@b>", "SAML FROM:<a@b>"),
    (EHLO, "XCLIENT NAME=x", "XFORWARD NAME=x", "XFOO"),
]

LIMITS: list[Conversation] = [
    ("NOOP " + "x" * 400, "NOOP " + "x" * 505),
    ("NOOP " + "x" * 600,),
    ("FOO " + "x" * 600, "NOOP"),
    ("FOO " + "x" * 20_000, "NOOP"),
    (EHLO, "MAIL FROM:<" + "x" * 200 + "@b>", f"RCPT TO:<{'x' * 200}@b>"),
    (EHLO, MAIL, RCPT, "DATA", "x" * 998 + "\r\n."),
    (EHLO, MAIL, RCPT, "DATA", "x" * 5000 + "\r\n."),
    (EHLO, MAIL, RCPT, "DATA", "x" * 70 + "\r\n." + "y" * 5000 + "\r\n."),
    (EHLO, MAIL, RCPT, "DATA", ("x" * 98 + "\r\n") * 1100 + ".", MAIL, RCPT, "DATA", CONTENT),
    (EHLO, f"{MAIL} SIZE=10", RCPT, "DATA", ("x" * 98 + "\r\n") * 1100 + "."),
    (EHLO, MAIL, Block(b"".join(b"RCPT TO:<%d@b>\r\n" % n for n in range(1002)) + b"DATA\r\nx\r\n.\r\nQUIT\r\n")),
    (EHLO, Block(b"FOO\r\n" * 21)),
    (EHLO, Block(b"NOOP\r\n" * 90 + b"QUIT\r\n")),
]

GROUPS: list[Conversation] = [
    (EHLO, Block(b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n")),
    (EHLO, Block(b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<>\r\nFOO\r\nRCPT TO:<e@f>\r\nRSET\r\nQUIT\r\n")),
    (Block(b"EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nx\r\n.\r\nMAIL FROM:<>\r\nQUIT\r\n"),),
    (EHLO, Block((b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nx\r\n.\r\n") * 3 + b"QUIT\r\n")),
    (EHLO, Block(b"RSET\r\nMAIL FROM:<a@b>\r\nMAIL FROM:<a@b>\r\nNOOP\r\nVRFY x@y\r\nQUIT\r\nNOOP\r\n")),
    (EHLO, Block(b"MAIL FROM:<a@b>\r\n\r\nRCPT TO:<c@d>\r\nQUIT\r\n")),
    (EHLO, Block(b"MAIL FROM:<a@b> RET=FULL\r\nRCPT TO:<c@d> NOTIFY=X\r\nRCPT TO:<c@d> NOTIFY=DELAY\r\nQUIT\r\n")),
    (EHLO, Block(b"MAIL FROM:<a@b>\r\nDATA\r\nQUIT\r\n")),
]

LINE_ENDS: list[Conversation] = [
    (Block(b"EHLO x\nMAIL FROM:<a@b>\nRCPT TO:<c@d>\nDATA\nx\r\n.\r\nQUIT\n"),),
    (Block(b"NOOP\nRSET\nFOO\n\nQUIT\n"),),
    (Block(b"NOOP\r\nNOOP\nNOOP\r\nQUIT\r\n"),),
    (Block(b"NOOP\r\r\nQUIT\r\n"),),
    *(
        (EHLO, MAIL, RCPT, "DATA", Block(b"x" + end + b"NOOP\r\n.\r\nQUIT\r\n"))
        for end in [
            *(b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\r\n", b"\r\n.\r", b"\n.\r", b"\r.\n"),
            *(b"\r\n\0.\r\n", b"\r\n.\0\r\n", b"\r\r\n.\r\n", b"\r\n.\r\r\n", b"\r\n. \r\n", b"\r\n..\r\n"),
        ]
    ),
]
