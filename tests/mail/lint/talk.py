"""Conversations to lint, written as people write them."""

from __future__ import annotations

from pillarbox.mail import transcript
from pillarbox.mail.transcript import Kind, Record

GREETING = ["S: 220 mx.test ESMTP", "C: EHLO app.test", "S: 250-mx.test", "S: 250 PIPELINING"]
SENT = ["C: MAIL FROM:<a@x.test>", "S: 250 2.1.0 Ok", "C: RCPT TO:<b@x.test>", "S: 250 2.1.5 Ok"]
DATA = ["C: DATA", "S: 354 go on", "D: 7", "S: 250 2.0.0 Ok"]
END = ["C: QUIT", "S: 221 2.0.0 Bye", "*: disconnect"]


def records(*lines: str) -> list[Record]:
    """`C:` a command, `A:` a line of AUTH, `S:` a reply, `D:` content (its size) of a stored message, `L:` lost octets,
    `*:` an event by its kind. A minus before the letter: it arrived before the line above had left. `\\n` at the end
    of a line stands for a bare LF. Each line comes 10 µs after the one before.
    """
    made = []
    for place, line in enumerate(lines):
        at_us = place * 10
        if line.startswith("-"):
            at_us, line = at_us - 15, line[1:]
        mark, _, text = line.partition(": ")
        data = text.encode("utf-8", "surrogateescape")
        wire = data if data.endswith(b"\n") else data + b"\r\n"
        match mark:
            case "C":
                made.append(transcript.line(at_us, "client", "command", wire))
            case "S":
                made.append(transcript.line(at_us, "server", "reply", wire))
            case "A":
                made.append(transcript.masked(at_us, text, len(wire)))
            case "D":
                made.append(transcript.content(at_us, b"x" * int(text)))
            case "L":
                made.append(transcript.lost_content(at_us, wire, len(wire)))
            case _:
                kinds: dict[str, Kind] = {"disconnect": "disconnect", "tls": "tls"}
                made.append(transcript.event(at_us, kinds.get(text, "limit"), text))
    return made
