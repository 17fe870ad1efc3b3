"""A conversation as data: what is sent, step by step, and how its codes are read off."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tests.wire.dialling import Dial
from tests.wire.securing import secure

HELO = "HELO client.test"
EHLO = "EHLO client.test"
MAIL = "MAIL FROM:<a@example.test>"
RCPT = "RCPT TO:<b@example.test>"
CONTENT = "Subject: x\r\n\r\nhello\r\n."


@dataclass(frozen=True, slots=True)
class Block:
    """Octets sent in one write. They end the session, so everything is read until the server closes."""

    octets: bytes

    def __repr__(self) -> str:
        return repr(self.octets)


class Handshake:
    """The client's half of TLS, after the reply to STARTTLS."""

    def __repr__(self) -> str:
        return "<handshake>"


HANDSHAKE = Handshake()

Step = str | bytes | Block | Handshake
"""A line that waits for its reply (CRLF is added; text in it may be content with its final dot), or another step."""

Conversation = tuple[Step, ...]


def each(before: Iterable[Step], verb: str, arguments: Iterable[str]) -> list[Conversation]:
    """One conversation for each argument of a verb, all with the same beginning."""
    return [(*before, f"{verb} {argument}") for argument in arguments]


def answers(client: Dial, conversation: Conversation) -> list[str]:
    """The codes of the reply to each step, all of them for a block: "503 5.5.1", "250 2.1.0, 354". "": closed."""
    found = []
    for step in conversation:
        if isinstance(step, Block):
            client.send(step.octets)
            found.append(", ".join(code for reply in client.rest_of_replies() if (code := codes(reply)) is not None))
        elif isinstance(step, Handshake):
            secure(client)
            found.append("")
        else:
            try:
                found.append(codes(client.say(step)) or "")
            except (BrokenPipeError, ConnectionResetError):
                # It had closed after the step before.
                found.append("")
    return found


def codes(reply: str) -> str | None:
    """`503 5.5.1 Error: …` is "503 5.5.1", `250-host…` is "250"."""
    found = re.match(r"([2-5][0-9]{2})[ -]([245]\.[0-9]{1,3}\.[0-9]{1,3}(?= |$))?", reply)
    return None if found is None else " ".join(filter(None, found.groups()))


def shown(step: Step) -> str:
    """A step on one line, short: control characters escaped, long runs of one character counted."""
    if isinstance(step, Handshake):
        return repr(step)
    octets = step.octets if isinstance(step, Block) else step.encode() if isinstance(step, str) else step
    text = octets.decode("utf-8", "backslashreplace").encode("unicode_escape").decode("ascii")
    text = re.sub(r"\\xfc", "ü", text)
    # What repeats is short: without that limit each place of a long line is tried with every length.
    text = re.sub(
        r"((?:\\[rn]|[^\\]){1,128}?)\1{19,}", lambda run: f"{run[1]}…({len(run[0]) // len(run[1])} times)", text
    )
    return text.replace("|", "\\|")
