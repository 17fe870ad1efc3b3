"""Postfix is the yardstick: the same lines get the same codes from it and from us, but for what stands below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from tests.clients.conftest import Postfix, need_postfix
from tests.wire.catching import Catcher
from tests.wire.dialling import Dial

DIALOGUES: list[Sequence[str | bytes]] = [
    ["HELO", "EHLO", "HELO a b", "MAIL FROM:<>", "MAIL FROM:<a@b>", "RCPT TO:<>", "RCPT TO:<postmaster>", "RSET x"],
    ["MAIL FROM:<a@b>", "RCPT TO:<a@b>", "DATA", "DATA x", "NOOP", "NOOP x", "RSET", "QUIT"],
    ["EHLO x", "MAIL FROM:<a@b>", "DATA", "RCPT TO:<c@d>", "EHLO y", "RCPT TO:<c@d>", "DATA"],
    ["HELO x", "MAIL FROM:<a@b> SIZE=10 BODY=8BITMIME SMTPUTF8", "RCPT TO:<ü@b>", "RCPT TO:<c@d>", "DATA x", "QUIT"],
    ["VRFY", "VRFY a@b", "VRFY <a@b>", "VRFY a b", "VRFY <>", "VRFY postmaster", "VRFY ü@b", "VRFY ü@b SMTPUTF8"],
    ["FOO", "LHLO x", "", "  ", "  NOOP", "NOOP\tx", "FO\0O", "N\rOOP", b"NOOP \xff", "FÜ", "STARTTLS"],
    ["GET / HTTP/1.1"],
    ["connect"],
    ["POST /"],
    ["Host: x"],
    ["Subject:"],
    *(
        ["HELO x", f"MAIL {arg}"]
        for arg in [
            *("", "FROM:", "FROM: ", "<a@b>", "FROM <a@b>", "FROM :<a@b>", "TO:<a@b>"),
            *("FROM:a@b", "FROM: a@b", "FROM:  <a@b>", "from:<A@B>", "FROM:< a@b >", "FROM:a", 'FROM:"a b"@c'),
            *("FROM:<a@b", "FROM:<a b@c>", "FROM:<a@b c>", "FROM:<a@>", "FROM:<@>", "FROM:@", "FROM:a@"),
            *("FROM:<a@b..c>", "FROM:<a@.c>", "FROM:<a@-b>", "FROM:<a@b!c>", "FROM:<a@b/c>", 'FROM:<"a@c>'),
            *("FROM:<a..b@c>", "FROM:<.a@c>", "FROM:<a.@c>", "FROM:<a@c.>", "FROM:<a_b@c_d>", "FROM:<a!b>"),
            *('FROM:<"a b"@c>', 'FROM:<"a\\"b"@c>', 'FROM:<"a@b"@c>', 'FROM:<"a>b"@c>', 'FROM:<""@c>', "FROM:<a%b@c>"),
            *("FROM:<@x,@y:a@b>", "FROM:<@x:a@b>", "FROM:<a@[127.0.0.1]>", "FROM:<a@[IPv6:::1]>", "FROM:<a@[x>"),
            *("FROM:<a@[]>", "FROM:<a@[1.2.3.4]x>", "FROM:<a[b@c>", "FROM:<a,b@c>", "FROM:<a;b@c>", "FROM:<a\\b@c>"),
            *('FROM:<"a"b@c>', 'FROM:<a"b@c>', "FROM:<a@b>x", "FROM:<a@b>SIZE=10", "FROM:<a@b>,<c@d>"),
            *("FROM:<a@b> SIZE=10", "FROM:<a@b>  SIZE=10  BODY=7BIT", "FROM:<a@b> SIZE=x", "FROM:<a@b> SIZE"),
            *("FROM:<a@b> SIZE=", "FROM:<a@b> SIZE=-1", "FROM:<a@b> SIZE=99999999999999999999999"),
            *("FROM:<a@b> SIZE=100000000", "FROM:<a@b> SIZE=100000001", "FROM:<a@b> SIZE=1 SIZE=2"),
            *("FROM:<a@b> BODY=9BIT", "FROM:<a@b> BODY", "FROM:<a@b> BODY=", "FROM:<a@b> body=8bitmime"),
            *("FROM:<a@b> SMTPUTF8=1", "FROM:<a@b> FOO", "FROM:<a@b> FOO=1", "FROM:<a@b> =", "FROM:<a@b> <c@d>"),
            *("FROM:<ü@b>", "FROM:<ü@b> SMTPUTF8", "FROM:<a@ü.de> SMTPUTF8", "FROM:Foo <a@b>"),
        ]
    ),
    *(
        ["EHLO x", "MAIL FROM:<a@b>", f"RCPT {arg}"]
        for arg in [
            *("", "TO:", "<a@b>", "FROM:<a@b>", "TO:a@b", "TO: <a@b>", "TO:<a@b", "TO:<ü@b>", "TO:<@x:a@b>"),
            *("TO:<>", "TO:<@>", 'TO:<"">', 'TO:""', "TO:<(c)>", "TO:<a@b> FOO=1", "TO:<a@b> SIZE=1"),
        ]
    ),
    ["EHLO x", "MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA", "Subject: x\r\n\r\n..\r\n.a\r\n.", "RSET"],
]

WHY: dict[str | bytes, tuple[str, str, str]] = {
    "QUIT x": ("221 2.0.0", "501 5.5.4", "RFC 5321 section 4.1.1.10: QUIT has no argument"),
    "EXPN x": ("500 5.5.2", "502 5.5.1", "RFC 5321 section 4.2.4: a command that is known but not offered is a 502"),
    "TURN": ("500 5.5.2", "502 5.5.1", "as EXPN"),
    "SEND FROM:<a@b>": ("500 5.5.2", "502 5.5.1", "as EXPN"),
    "HELP": ("500 5.5.2", "214 2.0.0", "RFC 5321 section 4.1.1.8: a server SHOULD support HELP; Postfix knows none"),
    "HEAD /": ("500 5.5.2", "221 2.7.0", "all of HTTP's verbs are another protocol, not only three of them"),
    "OPTIONS *": ("500 5.5.2", "221 2.7.0", "as HEAD"),
    "NOOP ü": ("250 2.0.0", "500 5.5.2", "RFC 6531 allows UTF-8 in MAIL, RCPT and VRFY and nowhere else"),
    "NOOP\r": ("250 2.0.0", "500 5.5.2", "RFC 5321 section 2.3.8: CR stands before LF and nowhere else"),
    "NOOP " + "x" * 600: ("250 2.0.0", "500 5.5.2", "RFC 5321 section 4.5.3.1.4: 512 octets and what extensions add"),
    "MAIL FROM:a@b>": ("250 2.1.0", "501 5.1.7", "brackets that do not match; Postfix repairs them"),
    "MAIL FROM:<a@b>>": ("250 2.1.0", "501 5.1.7", "brackets that do not match; Postfix repairs them"),
    "MAIL FROM:<<a@b>>": ("250 2.1.0", "501 5.1.7", "brackets that do not match; Postfix repairs them"),
    "MAIL FROM:<a@b@c>": ("250 2.1.0", "501 5.1.7", "an unquoted @ in a local part is none (RFC 5321 section 4.1.2)"),
    "MAIL FROM:<@b>": ("250 2.1.0", "501 5.1.7", "there is no local part"),
    "MAIL FROM:<a(c)@b>": ("250 2.1.0", "501 5.1.7", "comments belong to headers, not to paths"),
    "MAIL FROM:<a:b@c>": ("250 2.1.0", "501 5.1.7", "a colon ends a source route, and there is none"),
    "MAIL FROM:<x\0y@b>": ("501 5.1.7", "500 5.5.2", "nothing of a line with NUL or CR in it is carried on"),
}
"""Where we differ on purpose: the line, Postfix's code, ours, and why."""


def codes(reply: str) -> str:
    """`250-yard.test…` is "250", `503 5.5.1 Error: …` is "503 5.5.1"."""
    head = reply.splitlines()[0] if reply else "closed"
    words = head.replace("-", " ", 1).split(" ", 2)
    return " ".join(words[:2]) if len(words) > 1 and words[1].count(".") == 2 and words[1][0].isdigit() else words[0]


@pytest.fixture(scope="module")
def yardstick() -> Iterator[Postfix]:
    need_postfix()
    server = Postfix()
    yield server
    server.stop()


@pytest.mark.parametrize("lines", DIALOGUES, ids=repr)
def test_a_dialogue_gets_the_same_codes(catcher: Catcher, yardstick: Postfix, lines: Sequence[str | bytes]) -> None:
    answers = []
    for server in (yardstick, catcher):
        with Dial(server) as client:
            answers.append([codes(client.say(line)) for line in lines])
    theirs, ours = answers
    expected = [WHY[line][1] if line in WHY else code for line, code in zip(lines, theirs, strict=True)]
    assert ours == expected


@pytest.mark.parametrize("line", WHY, ids=repr)
def test_a_difference_is_still_one(catcher: Catcher, yardstick: Postfix, line: str | bytes) -> None:
    before = ["EHLO x"]
    if str(line).startswith("RCPT"):
        before.append("MAIL FROM:<a@b>")
    answers = []
    for server in (yardstick, catcher):
        with Dial(server) as client:
            for step in before:
                client.say(step)
            answers.append(codes(client.say(line)))
    assert tuple(answers) == WHY[line][:2]
