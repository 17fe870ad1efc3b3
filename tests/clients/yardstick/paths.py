"""Conversations about the paths and the plain parameters of MAIL, RCPT and VRFY."""

from __future__ import annotations

from tests.clients.yardstick.conversation import Conversation, each

SENDERS = [
    *("", "FROM:", "FROM: ", "<a@b>", "FROM <a@b>", "FROM :<a@b>", "TO:<a@b>"),
    *("FROM:a@b", "FROM: a@b", "FROM:  <a@b>", "from:<A@B>", "FROM:< a@b >", "FROM:a", 'FROM:"a b"@c'),
    *("FROM:<a@b", "FROM:<a b@c>", "FROM:<a@b c>", "FROM:<a@>", "FROM:<@>", "FROM:@", "FROM:a@"),
    *("FROM:<a@b..c>", "FROM:<a@.c>", "FROM:<a@-b>", "FROM:<a@b!c>", "FROM:<a@b/c>", 'FROM:<"a@c>'),
    *("FROM:<a..b@c>", "FROM:<.a@c>", "FROM:<a.@c>", "FROM:<a@c.>", "FROM:<a_b@c_d>", "FROM:<a!b>"),
    *('FROM:<"a b"@c>', 'FROM:<"a\\"b"@c>', 'FROM:<"a@b"@c>', 'FROM:<"a>b"@c>', 'FROM:<""@c>', "FROM:<a%b@c>"),
    *("FROM:<@x,@y:a@b>", "FROM:<@x:a@b>", "FROM:<a@[127.0.0.1]>", "FROM:<a@[IPv6:::1]>", "FROM:<a@[x>"),
    *("FROM:<a@[]>", "FROM:<a@[1.2.3.4]x>", "FROM:<a[b@c>", "FROM:<a,b@c>", "FROM:<a;b@c>", "FROM:<a\\b@c>"),
    *('FROM:<"a"b@c>', 'FROM:<a"b@c>', "FROM:<a@b>x", "FROM:<a@b>SIZE=10", "FROM:<a@b>,<c@d>", "FROM:<>"),
    *("FROM:<a@b@c>", "FROM:<@b>", "FROM:<a(c)@b>", "FROM:<a:b@c>", "FROM:a@b>", "FROM:<a@b>>", "FROM:<<a@b>>"),
    *("FROM:<x\0y@b>", "FROM:<x\ry@b>", "FROM:<" + "x" * 64 + "@b>", "FROM:Foo <a@b>"),
]

PARAMETERS = [
    *("FROM:<a@b> SIZE=10", "FROM:<a@b>  SIZE=10  BODY=7BIT", "FROM:<a@b> SIZE=x", "FROM:<a@b> SIZE"),
    *("FROM:<a@b> SIZE=", "FROM:<a@b> SIZE=-1", "FROM:<a@b> SIZE=99999999999999999999999", "FROM:<a@b> SIZE=0"),
    *("FROM:<a@b> SIZE=100000", "FROM:<a@b> SIZE=100001", "FROM:<a@b> SIZE=1 SIZE=2", "FROM:<> SIZE=10"),
    *("FROM:<a@b> BODY=9BIT", "FROM:<a@b> BODY", "FROM:<a@b> BODY=", "FROM:<a@b> body=8bitmime"),
    *("FROM:<a@b> SMTPUTF8=1", "FROM:<a@b> FOO", "FROM:<a@b> FOO=1", "FROM:<a@b> =", "FROM:<a@b> <c@d>"),
    *("FROM:<a@b> SIZE=10 FOO", "FROM:<a@b> FOO SIZE=x", "FROM:<a b> FOO", "FROM:<a@b> \tSIZE=10"),
]

RECIPIENTS = [
    *("", "TO:", "<a@b>", "FROM:<a@b>", "TO:a@b", "TO: <a@b>", "TO:<a@b", "TO:<ü@b>", "TO:<@x:a@b>"),
    *("TO:<>", "TO:<@>", 'TO:<"">', 'TO:""', "TO:<(c)>", "TO:<a@b> FOO=1", "TO:<a@b> SIZE=1", "TO:<postmaster>"),
    *("TO:<a b@c>", "TO:<a@b..c>", 'TO:<"a b"@c>', "TO:<a@[127.0.0.1]>", "TO:<a@b>x", "TO:<a@b> BODY=7BIT"),
]

UTF8 = [
    *("FROM:<ü@b>", "FROM:<ü@b> SMTPUTF8", "FROM:<a@ü.test> SMTPUTF8", "FROM:<a@ü.test>", "FROM:<a@b> SMTPUTF8"),
    *("FROM:ü@b SMTPUTF8", 'FROM:<"ü ö"@b> SMTPUTF8', "FROM:<ü@b> SMTPUTF8 SIZE=10 BODY=8BITMIME"),
    *("FROM:<a@b> smtputf8", "FROM:<用户@例子.test> SMTPUTF8", "FROM:<a@b> SMTPUTF8 SMTPUTF8"),
]

CONVERSATIONS: list[Conversation] = [
    *each(["HELO x"], "MAIL", SENDERS),
    *each(["EHLO x"], "MAIL", PARAMETERS),
    *each(["EHLO x", "MAIL FROM:<a@b>"], "RCPT", RECIPIENTS),
    *each(["EHLO x"], "MAIL", UTF8),
    ("HELO x", "MAIL FROM:<a@b> SIZE=10 BODY=8BITMIME SMTPUTF8", "RCPT TO:<ü@b>", "RCPT TO:<c@d>", "DATA x", "QUIT"),
    ("EHLO x", "MAIL FROM:<a@b>", "RCPT TO:<ü@b>", "RCPT TO:<c@d>", "RCPT TO:<c@ü.test>", "DATA"),
    ("EHLO x", "MAIL FROM:<a@b> SMTPUTF8", "RCPT TO:<ü@b>", "RCPT TO:<c@ü.test>", "RCPT TO:<ü ö@b>"),
    ("EHLO x", b"MAIL FROM:<\xff@b> SMTPUTF8", b"MAIL FROM:<a@b> \xff", b"VRFY \xff"),
    ("EHLO x", "MAIL FROM:<a@b> SMTPUTF8", b"RCPT TO:<\xc3@b>", "RCPT TO:<c@d>"),
    ("VRFY", "VRFY a@b", "VRFY <a@b>", "VRFY a b", "VRFY <>", "VRFY postmaster", "VRFY ü@b", "VRFY ü@b SMTPUTF8"),
    (
        "EHLO x",
        'VRFY "a b"@c',
        "VRFY a@b SMTPUTF8",
        "VRFY a@b FOO",
        "VRFY a@[127.0.0.1]",
        "MAIL FROM:<a@b>",
        "VRFY c@d",
    ),
]
