"""Where Pillarbox answers otherwise than Postfix on purpose, and why. docs/protocol.md shows this table.

Rules of this module:

* A difference counts only where Postfix's codes are those of its row: the same line elsewhere is held to Postfix.
* Each row says which rule Postfix does not follow, or why a catcher does otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.clients.yardstick.conversation import MAIL, RCPT, Block, Step


@dataclass(frozen=True, slots=True)
class Difference:
    """The codes of Postfix and ours for each of these steps; `why` names the RFC where there is one."""

    steps: tuple[Step, ...]
    postfix: str
    ours: str
    why: str


def difference(why: str, postfix: str, ours: str, *steps: Step) -> Difference:
    return Difference(steps, postfix, ours, why)


def _after_x(*ends: bytes) -> tuple[Block, ...]:
    return tuple(Block(b"x" + end + b"NOOP\r\n.\r\nQUIT\r\n") for end in ends)


NO_RELAY = "RFC 1985 section 5.2: nothing is queued here, for no node; Postfix was not told to relay for it"
CODES = (
    "RFC 2034 section 3: every reply of class 2, 4 and 5 has an enhanced code; RFC 5321 section 4.2.4: 501 for syntax"
)
XTEXT = "RFC 3461 section 4: no `=` in xtext, and hexadecimal digits in upper case"
REPORT = "RFC 3464 section 2.3.1: the value ends up in a header field, where a control character forges another"
BRACKETS = "RFC 5321 section 4.1.2: brackets match; Postfix repairs them"
END = "RFC 5321 section 4.1.1.4: only CRLF.CRLF ends the content; what Postfix runs as a command is content"

DIFFERENCES = (
    difference("RFC 5321 section 4.1.1.10: QUIT has no argument", "221 2.0.0", "501 5.5.4", "QUIT x"),
    difference(
        "RFC 5321 section 4.2.4: a command that is known but not offered is a 502",
        *("500 5.5.2", "502 5.5.1"),
        *("EXPN x", "TURN", "SEND FROM:<a@b>", "SOML FROM:<a@b>", "SAML FROM:<a@b>"),
    ),
    difference(
        "RFC 5321 section 4.1.1.8: a server SHOULD support HELP; Postfix knows none",
        *("500 5.5.2", "214 2.0.0"),
        *("HELP", "HELP MAIL"),
    ),
    difference(
        "RFC 5321 section 4.2.4: these are commands of Postfix's own; nobody else knows them",
        *("550 5.7.0", "500 5.5.2"),
        *("XCLIENT NAME=x", "XFORWARD NAME=x"),
    ),
    difference(
        "all verbs of HTTP are another protocol, not only three of them",
        "500 5.5.2",
        "221 2.7.0",
        "HEAD /",
        "OPTIONS *",
    ),
    difference("RFC 5321 section 4.1.1.1: only blanks stand between words", "250 2.0.0", "221 2.7.0", "\x0bNOOP"),
    difference("RFC 5321 section 4.1.1.1: only blanks stand between words", "250 2.0.0", "500 5.5.2", "NOOP\x0bx"),
    difference(
        "RFC 6531 section 3.3: UTF-8 stands in MAIL, RCPT and VRFY and nowhere else",
        *("250 2.0.0", "500 5.5.2"),
        "NOOP ü",
    ),
    difference(
        "RFC 6531 section 3.3: UTF-8 stands in MAIL, RCPT and VRFY and nowhere else",
        "250",
        "500 5.5.2",
        "EHLO ü",
        "HELO ü",
    ),
    difference(
        "RFC 6531 section 3.5: the code for UTF-8 that was not declared is 553 5.6.7, in domains too",
        *("501 5.1.7", "553 5.6.7", "MAIL FROM:<a@ü.test>"),
    ),
    difference(
        "RFC 6531 section 3.5: the code for UTF-8 that was not declared is 553 5.6.7, in domains too",
        *("501 5.1.3", "553 5.6.7", "RCPT TO:<c@ü.test>"),
    ),
    difference("RFC 5321 section 2.3.8: CR stands before LF and nowhere else", "250 2.0.0", "500 5.5.2", "NOOP\r"),
    difference(
        "RFC 5321 section 2.3.8: CR stands before LF and nowhere else",
        *("250 2.0.0, 221 2.0.0", "500 5.5.2, 221 2.0.0", Block(b"NOOP\r\r\nQUIT\r\n")),
    ),
    difference(
        "RFC 5321 section 2.3.8: nothing of a line with NUL or CR in it is carried on",
        *("501 5.1.7", "500 5.5.2", "MAIL FROM:<x\0y@b>", "MAIL FROM:<x\ry@b>"),
    ),
    difference(
        "RFC 5321 section 4.5.3.1.4: a command line has 512 octets and what extensions add",
        *("250 2.0.0", "500 5.5.2", "NOOP " + "x" * 600),
    ),
    difference(BRACKETS, "250 2.1.0", "501 5.1.7", "MAIL FROM:a@b>", "MAIL FROM:<a@b>>", "MAIL FROM:<<a@b>>"),
    difference(
        "RFC 5321 section 4.1.2: no unquoted `@` in a local part, a local part before the `@`, no comments, no colon",
        *("250 2.1.0", "501 5.1.7"),
        *("MAIL FROM:<a@b@c>", "MAIL FROM:<@b>", "MAIL FROM:<a(c)@b>", "MAIL FROM:<a:b@c>"),
    ),
    difference(
        "RFC 5321 section 4.1.1.2: a refused MAIL leaves nothing behind; Postfix goes on judging by its SIZE",
        *("552 5.3.4", "250 2.1.0", "MAIL FROM:<after@b>"),
    ),
    difference(XTEXT, "250 2.1.0", "501 5.5.4", f"{MAIL} ENVID=a+2bb", f"{MAIL} ENVID=a=b"),
    difference(XTEXT, "250 2.1.5", "501 5.5.4", f"{RCPT} ORCPT=rfc822;c+2bx@d", f"{RCPT} ORCPT=rfc822;c=d"),
    difference(
        "RFC 3461 section 4.4: ENVID has 100 characters at most", "250 2.1.0", "501 5.5.4", f"{MAIL} ENVID={'x' * 101}"
    ),
    difference(
        "RFC 3461 section 4.2: ORCPT has 500 characters at most",
        *("250 2.1.5", "501 5.5.4", f"{RCPT} ORCPT=rfc822;{'x' * 494}"),
    ),
    difference(REPORT, "250 2.1.0", "501 5.5.4", f"{MAIL} ENVID=a+00b"),
    difference(
        REPORT,
        *("250 2.1.5", "501 5.5.4"),
        *(f"{RCPT} ORCPT=rfc822;c+0D+0Ad", f"{RCPT} ORCPT=rfc822;c+00d", f"{RCPT} ORCPT=utf-8;\\x{{0A}}@x"),
    ),
    difference(
        "RFC 3461 section 4.1: no empty element in NOTIFY",
        *("250 2.1.5", "501 5.5.4", f"{RCPT} NOTIFY=SUCCESS,", f"{RCPT} NOTIFY=,SUCCESS"),
    ),
    difference("RFC 3461 section 4.2: the type is an atom", "250 2.1.5", "501 5.5.4", f"{RCPT} ORCPT=<x>;c"),
    difference(
        "RFC 6533 section 3: UTF-8 only in an address of type utf-8, valid there, and a backslash only in `\\x{…}`",
        *("250 2.1.5", "501 5.5.4", f"{RCPT} ORCPT=rfc822;ü@x", f"{RCPT} ORCPT=rfc822;+FF"),
        *(f"{RCPT} ORCPT=utf-8;\\x{{D800}}@x", f"{RCPT} ORCPT=utf-8;a\\@x"),
    ),
    difference(NO_RELAY, "459", "251 2.0.0", *(f"ETRN {node}" for node in ("example.test", "@example.test", "#queue"))),
    difference(NO_RELAY, "459", "251 2.0.0", *(f"ETRN {node}" for node in ("a_b", "[127.0.0.1]", "@[127.0.0.1]"))),
    difference(
        "RFC 1985 section 5.3: after `#` stands the name of a queue, which need not be a host's",
        *("501", "251 2.0.0", "ETRN #a/b"),
    ),
    difference(CODES, "500", "501 5.5.4", "ETRN ", "ETRN x y"),
    difference(
        CODES,
        *("501", "501 5.5.4", "ETRN #", "ETRN @", "ETRN a/b", "ETRN 127.0.0.1", "ETRN [x]", "ETRN x.", "ETRN -x"),
        *("ETRN <x>", "ETRN x@y", "ETRN &x"),
    ),
    difference(CODES, "503", "503 5.5.1", "ETRN example.test", "ETRN"),
    difference(
        "RFC 3030 section 2: `BDAT 0 LAST` ends a message, and nothing forbids one without octets",
        *("551 5.7.1, 551 5.0.0, 221 2.0.0", "250 2.0.0, 250 2.0.0, 221 2.0.0"),
        Block(b"BDAT 0\r\nBDAT 0 LAST\r\nQUIT\r\n"),
    ),
    difference(
        "RFC 3030 section 3: BINARYMIME is offered here; Postfix does not know it",
        *("555 5.5.4", "250 2.1.0", f"{MAIL} BODY=BINARYMIME"),
    ),
    difference(
        "RFC 5321 section 4.2.4: where AUTH is not offered it is a command that is not implemented",
        *("503 5.5.1", "502 5.5.1", "AUTH", "AUTH PLAIN", "AUTH PLAIN AGEAYg=="),
    ),
    difference(
        "RFC 2920 section 3.1: a client waits for the reply to DATA; what comes behind a refused one may be content",
        *("250 2.1.0, 554 5.5.1, 221 2.0.0", "250 2.1.0, 554 5.5.1"),
        Block(b"MAIL FROM:<a@b>\r\nDATA\r\nQUIT\r\n"),
    ),
    difference(
        END,
        *("250 2.0.0, 250 2.0.0, 221 2.7.0", "250 2.0.0, 221 2.0.0"),
        *_after_x(b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r\n.\r\r\n"),
    ),
)

BY_STEP = {(step, each.postfix): each.ours for each in DIFFERENCES for step in each.steps}
"""What we answer to a step where Postfix answers so."""
