"""Conversations about DSN, ETRN, CHUNKING, STARTTLS and AUTH."""

from __future__ import annotations

from tests.clients.yardstick.conversation import CONTENT, EHLO, HANDSHAKE, MAIL, RCPT, Block, Conversation, each

OF_MAIL = [
    *("RET=FULL", "RET=hdrs", "ret=full", "RET=", "RET", "RET=ALL", "RET=FULL RET=HDRS"),
    *("ENVID=x", "ENVID=", "ENVID", "ENVID=a+2Bb", "ENVID=a+2bb", "ENVID=a+2", "ENVID=a+", "ENVID=a+GG", "ENVID=a=b"),
    *("ENVID=+0D+0A", "ENVID=a+00b", "ENVID=a+7Fb", "ENVID=a+20b", "ENVID=+C3+BC", "ENVID=+FF", "ENVID=a ENVID=b"),
    *("ENVID=" + "x" * 100, "ENVID=" + "x" * 101, "ENVID=ü", "ENVID=ü SMTPUTF8", "ENVID=<x>", "ENVID=(x)"),
    *("RET=FULL ENVID=x SIZE=1 BODY=8BITMIME SMTPUTF8", "NOTIFY=NEVER", "ORCPT=rfc822;a@b"),
]

OF_RCPT = [
    *("NOTIFY=NEVER", "NOTIFY=SUCCESS", "notify=success,failure,delay", "NOTIFY=SUCCESS,FAILURE,DELAY"),
    *("NOTIFY=NEVER,SUCCESS", "NOTIFY=SUCCESS,NEVER", "NOTIFY=SUCCESS,SUCCESS", "NOTIFY=", "NOTIFY", "NOTIFY=FOO"),
    *("NOTIFY=SUCCESS,", "NOTIFY=,SUCCESS", "NOTIFY=SUCCESS NOTIFY=DELAY", "NOTIFY=SUCCESS,x"),
    *("ORCPT=rfc822;c@d", "ORCPT=RFC822;c@d", "ORCPT=rfc822;c+2Bx@d", "ORCPT=rfc822;c+2bx@d", "ORCPT=rfc822;"),
    *("ORCPT=rfc822", "ORCPT=;c@d", "ORCPT=", "ORCPT", "ORCPT=x400;foo", "ORCPT=a b;c", "ORCPT=a_b;c", "ORCPT=<x>;c"),
    *("ORCPT=rfc822;c+0D+0Ad", "ORCPT=rfc822;c+00d", "ORCPT=rfc822;c+", "ORCPT=rfc822;c=d", "ORCPT=rfc822;+FF"),
    *("ORCPT=rfc822;a ORCPT=rfc822;b", "ORCPT=utf-8;ü@x", "ORCPT=rfc822;ü@x", "ORCPT=rfc822;+C3+BC@x"),
    *("ORCPT=utf-8;\\x{FC}@x", "ORCPT=utf-8;\\x{0A}@x", "ORCPT=utf-8;\\x{D800}@x", "ORCPT=utf-8;\\x{110000}@x"),
    *("ORCPT=utf-8;a\\@x", "ORCPT=rfc822;" + "x" * 493, "ORCPT=rfc822;" + "x" * 494, "RET=FULL", "ENVID=x"),
    *("NOTIFY=DELAY ORCPT=rfc822;c@d", "ORCPT=rfc822;c@d NOTIFY=NEVER FOO"),
]

NODES = [
    *("", "x y", "example.test", "@example.test", "#queue", "#", "@", "a_b", "a/b", "[127.0.0.1]", "127.0.0.1", "[x]"),
    *("x.", "-x", "<x>", "x@y", "@[127.0.0.1]", "&x", "#a/b"),
]

DSN: list[Conversation] = [
    *each([EHLO], f"{MAIL}", OF_MAIL),
    *each([EHLO, MAIL], f"{RCPT}", OF_RCPT),
    (EHLO, f"{MAIL} SMTPUTF8", f"{RCPT} ORCPT=utf-8;ü@x", "RCPT TO:<ü@b> ORCPT=utf-8;\\x{FC}@b NOTIFY=SUCCESS"),
    ("HELO x", f"{MAIL} RET=HDRS ENVID=q", f"{RCPT} NOTIFY=SUCCESS ORCPT=rfc822;q@b", "DATA", "x\r\n."),
]

ETRN: list[Conversation] = [
    ("ETRN example.test", "HELO x", "ETRN example.test"),
    *each([EHLO], "ETRN", NODES),
    (EHLO, MAIL, "ETRN example.test", RCPT, "ETRN", "DATA", "x\r\n.", "ETRN example.test"),
]

CHUNK = "BDAT 7\r\nhello"
LAST = "BDAT 7 LAST\r\nhello"
BEGUN = (EHLO, MAIL, RCPT)

CHUNKING: list[Conversation] = [
    (*BEGUN, LAST, "QUIT"),
    (*BEGUN, CHUNK, CHUNK, LAST, "QUIT"),
    (*BEGUN, *(CHUNK, LAST, MAIL, RCPT) * 3),
    (*BEGUN, "BDAT 1 LAST\r\n\n", MAIL, RCPT, "bdat 7 last\r\nhello"),
    (*BEGUN, CHUNK, Block(b"BDAT 0 LAST\r\nQUIT\r\n")),
    (*BEGUN, Block(b"BDAT 0\r\nBDAT 0 LAST\r\nQUIT\r\n")),
    ("HELO x", MAIL, RCPT, LAST),
    (LAST, "NOOP"),
    (EHLO, LAST, LAST, "NOOP"),
    (EHLO, CHUNK, CHUNK, LAST, MAIL),
    (EHLO, MAIL, LAST, LAST, RCPT),
    (EHLO, MAIL, CHUNK, RCPT, LAST, "RSET", MAIL),
    (EHLO, MAIL, "RCPT TO:<>", LAST),
    (*BEGUN, LAST, LAST, CHUNK, "RSET"),
    (*BEGUN, CHUNK, "DATA", LAST),
    (*BEGUN, CHUNK, MAIL, LAST),
    (*BEGUN, CHUNK, RCPT, LAST),
    (*BEGUN, CHUNK, "NOOP", "VRFY a@b", "FOO", LAST),
    (*BEGUN, CHUNK, "RSET", LAST, MAIL, RCPT, LAST),
    (*BEGUN, CHUNK, EHLO, LAST, MAIL),
    (*BEGUN, CHUNK, "QUIT"),
    (*BEGUN, "DATA", "x\r\n.", LAST, MAIL, RCPT, LAST),
    *(
        (*BEGUN, f"BDAT {argument}")
        for argument in ["", "x", "-1", "7x", "LAST", "0x7", "7,LAST", "+7", "9" * 30, "7 FOO", "7 LAST x"]
    ),
    *((*BEGUN, f"BDAT {argument}\r\nhello", "NOOP") for argument in ["007 LAST", " 7  LAST "]),
    (*BEGUN, "BDAT 110000\r\n" + "x" * 109998, LAST, "RSET", MAIL),
    (*BEGUN, "BDAT 60000\r\n" + "x" * 59998, "BDAT 60000 LAST\r\n" + "x" * 59998, MAIL, RCPT, LAST),
    (*BEGUN, Block(b"BDAT 7\r\nhello\r\nBDAT 6 LAST\r\nMAIL\r\nQUIT\r\n")),
    (EHLO, Block(b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 7\r\nhello\r\nBDAT 7 LAST\r\nhello\r\nQUIT\r\n")),
    (EHLO, Block(b"MAIL FROM:<a@b>\r\nRCPT TO:<>\r\nBDAT 7\r\nQUIT\r\nxBDAT 6 LAST\r\nQUIT\r\nNOOP\r\nQUIT\r\n")),
    (*BEGUN, Block(b"BDAT 5 LAST\r\n\r\n.\r\nQUIT\r\n")),
    (*BEGUN, Block(b"BDAT 7 LAST\nhello\r\nQUIT\n")),
    (EHLO, f"{MAIL} BODY=BINARYMIME"),
]

SECURED = (EHLO, "STARTTLS", HANDSHAKE)

STARTTLS: list[Conversation] = [
    ("STARTTLS", HANDSHAKE, EHLO, MAIL),
    ("HELO x", "STARTTLS", HANDSHAKE, EHLO),
    (*SECURED, EHLO, MAIL, RCPT, "DATA", CONTENT, "QUIT"),
    (*SECURED, MAIL, RCPT, "DATA", "NOOP", "RSET", "VRFY a@b"),
    (*SECURED, "HELO x", "STARTTLS", "STARTTLS x", MAIL),
    (*SECURED, EHLO, "STARTTLS", MAIL, "STARTTLS", RCPT),
    (EHLO, "starttls", HANDSHAKE, EHLO, f"{MAIL} SIZE=10 RET=FULL", f"{RCPT} NOTIFY=NEVER", LAST),
    (EHLO, "STARTTLS x", "STARTTLS x y", MAIL),
    (EHLO, MAIL, "STARTTLS x", RCPT),
    (EHLO, MAIL, RCPT, "STARTTLS", HANDSHAKE, EHLO, RCPT),
    (*SECURED, EHLO, Block(b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n")),
]

AUTH: list[Conversation] = [
    (EHLO, "AUTH", "AUTH PLAIN", "AUTH PLAIN AGEAYg==", "NOOP"),
    ("AUTH PLAIN AGEAYg==", "HELO x", "AUTH PLAIN AGEAYg=="),
]
"""Where it is not offered."""
