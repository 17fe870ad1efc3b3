"""Hostile mail, made of the payloads in `payloads/`, one message and one place of a transcript each and all in one.

A payload that runs calls `canary` with its number; one that asks somebody else for something asks the trap for a path
with its number, one that asks the catcher for `/stolen/` and its number.
"""

from __future__ import annotations

import base64
import re
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

PAYLOADS = Path(__file__).with_name("payloads")
DOCUMENT = Path(__file__).with_name("everything-that-html-can-try.html")
STOLEN = "/stolen/"

_CHARACTER = re.compile(r"\{U\+([0-9A-F]{4,6})\}")


@dataclass(frozen=True, slots=True)
class Payload:
    """`kind` is the name of its file; `text` what it is, with the trap's address in it."""

    number: int
    kind: str
    text: str


def payloads(trap: str) -> list[Payload]:
    """All of them, numbered."""
    found: list[Payload] = []
    for file in sorted(PAYLOADS.glob("*.txt")):
        for line in file.read_text("utf-8").splitlines():
            if line and not line.startswith("# "):
                number = len(found)
                text = line.replace("CANARY", f"canary({number})").replace("OURS", f"{STOLEN}{number}")
                text = text.replace("TRAP", f"{trap}/{number}")
                found.append(Payload(number, file.stem, _CHARACTER.sub(lambda code: chr(int(code[1], 16)), text)))
    return found


def document(trap: str) -> bytes:
    """A message of one whole document, whose paths at the trap say which trick it was."""
    head = (
        "From: Harm <harm@tracker.example>\r\nTo: ada@example.org\r\nSubject: <script>canary('subject')</script>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
        f'Refresh: 0; url={trap}/header\r\nLink: <{trap}/linkheader>; rel="preload"; as="image"\r\n\r\n'
    )
    return (head + DOCUMENT.read_text("utf-8").replace("TRAP", trap).replace("\n", "\r\n")).encode()


def message(payload: Payload) -> bytes:
    """One payload wherever a message has room for it. Its second part is its HTML, its third a text with its name."""
    text, quoted, encoded = payload.text, _quoted(payload.text), _encoded(payload.text)
    return _message(
        [
            f"From: {quoted} <{_local(text)}@tracker.example>, {encoded} <harm@tracker.example>",
            f"To: {encoded} <{_local(text)}@tracker.example>",
            f"Cc: {text} <ada@example.org>",
            f"Reply-To: {quoted} <{text}>",
            f"Subject: {payload.number} {encoded}",
            f"Date: {text}",
            f"Message-ID: <{text}>",
            f"X-Inbox: {text}",
            f"X-Hostile: {text}",
            f"{text}: value",
            f"List-Unsubscribe: <{text}>, <javascript:canary({payload.number})>, <mailto:{text}>",
            f"Received: from {text} by {quoted} with {text} for <{text}>; {text}",
        ],
        [_part("text/plain; charset=utf-8", text), _part("text/html; charset=utf-8", text), *_attachments(payload)],
    )


def everything(all_of_them: Sequence[Payload]) -> bytes:
    """All payloads in one message: each in a header, four in an address and a file name, all in text and HTML."""
    fours = [" ".join(one.text for one in all_of_them[at : at + 4]) for at in range(0, len(all_of_them), 4)]
    names = ",\r\n ".join(f"{_encoded(one)} <{_local(one)}@tracker.example>" for one in fours)
    body = "\r\n".join(one.text for one in all_of_them)
    return _message(
        [
            "From: Harm <harm@tracker.example>",
            f"To: {names}",
            f"Subject: {_encoded(body)}",
            *(f"X-Hostile-{one.number}: {_encoded(one.text)}" for one in all_of_them),
        ],
        [
            _part("text/plain; charset=utf-8", body),
            _part("text/html; charset=utf-8", body),
            *(_part("text/plain", one, f"attachment; filename={_encoded(one)}", one) for one in fours),
        ],
    )


def html(some: Sequence[Payload]) -> bytes:
    """These, one after the other, as the HTML of a message."""
    return _message(
        ["Subject: HTML"], [_part("text/html; charset=utf-8", "\r\n<hr>\r\n".join(one.text for one in some))]
    )


def opened(some: Sequence[Payload]) -> bytes:
    """A message with these in one calendar, part 1, and each that is a picture in one of its own behind it."""
    events = "".join(
        f"BEGIN:VEVENT\r\nSUMMARY:{line}\r\nLOCATION:{line}\r\nDESCRIPTION:{line}\r\nURL:{line}\r\n"
        f"ORGANIZER;CN={_quoted(line)}:mailto:{line}\r\nATTENDEE;CN={_quoted(line)}:{line}\r\nEND:VEVENT\r\n"
        for line in (re.sub(r"[\r\n]", " ", one.text) for one in some)
    )
    calendar = f"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n{events}END:VCALENDAR\r\n"
    pictures = [_picture(one) for one in some if one.kind == "svg"]
    return _message(
        ["Subject: Attachments"],
        [
            _part("text/calendar; method=REQUEST; charset=utf-8", calendar, "attachment; filename=a.ics"),
            *(_part("image/svg+xml", one, "attachment; filename=a.svg") for one in pictures),
        ],
    )


def _picture(payload: Payload) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" onload="canary({payload.number})">{payload.text}</svg>'


def _attachments(payload: Payload) -> list[bytes]:
    text, quoted, encoded = payload.text, _quoted(payload.text), _encoded(payload.text)
    calendar = f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:{text}\r\nURL:{text}\r\nEND:VEVENT\r\nEND:VCALENDAR"
    return [
        _part(f"text/plain; charset={quoted}; name={encoded}", text, f"attachment; filename={quoted}", text),
        _part("image/svg+xml", _picture(payload), f"inline; filename={encoded}", f"svg-{payload.number}"),
        _part("text/calendar; method=REQUEST", calendar, f"attachment; filename*=utf-8''{text}"),
        _part(f"{text}; name={quoted}", text, text, text),
        _part("image/png", f"<html><script>canary({payload.number})</script>{text}", "inline"),
    ]


def _message(headers: Iterable[str], parts: Iterable[bytes]) -> bytes:
    head = "\r\n".join([*headers, "MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="b"', "", ""])
    return head.encode("utf-8", "surrogatepass") + b"".join(b"--b\r\n" + part for part in parts) + b"--b--\r\n"


def _part(content_type: str, content: str, disposition: str = "", content_id: str = "") -> bytes:
    lines = [f"Content-Type: {content_type}", "Content-Transfer-Encoding: base64"]
    lines += [f"Content-Disposition: {disposition}"] if disposition else []
    lines += [f"Content-ID: <{content_id}>"] if content_id else []
    return "\r\n".join([*lines, "", base64.b64encode(content.encode()).decode(), ""]).encode()


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _local(text: str) -> str:
    """As the quoted local part of an address."""
    return _quoted(re.sub(r"[\x00-\x1f]", "", text))


def _encoded(text: str) -> str:
    return f"=?utf-8?b?{base64.b64encode(text.encode()).decode()}?="


def converse(host: str, port: int, some: Sequence[Payload]) -> None:
    """One session with these payloads as everything that a client may say, and with a message of each.

    All is sent at once (RFC 2920, and content by BDAT, RFC 3030); returns when the server has closed.
    """
    lines = [re.sub(r"[\r\n]", " ", one.text) for one in some]
    # A greeting that is refused leaves the one before it.
    said = [
        "EHLO app.example.org",
        f"EHLO {' '.join(lines)[:400]}",
        f"AUTH PLAIN {base64.b64encode(_secret(lines[0])).decode()}",
    ]
    wire = bytearray("".join(f"{line}\r\n" for line in said).encode())
    for one, line in zip(some, lines, strict=True):
        raw = message(one)
        commands = (
            f"X {line}",
            f"VRFY {line}",
            f"MAIL FROM:<a@example.org> {line}",
            f"MAIL FROM:<{_local(line)}@tracker.example> ENVID={line}",
            f"MAIL FROM:<{_local(line)}@tracker.example>",
            "MAIL FROM:<harm@tracker.example>",
            f"RCPT TO:<{line}>",
            f"RCPT TO:<{_local(line)}@tracker.example> ORCPT=rfc822;{line}",
            f"RCPT TO:<{_local(line)}@tracker.example>",
            "RCPT TO:<ada@example.org>",
            f"BDAT {len(raw)} LAST",
        )
        wire += "".join(f"{command}\r\n" for command in commands).encode() + raw
    with socket.create_connection((host, port), timeout=30) as connection:
        connection.sendall(bytes(wire) + b"QUIT\r\n")
        while connection.recv(65536):
            """Whatever it answers: what it makes of all this is what is looked at."""


def talk(host: str, port: int, all_of_them: Sequence[Payload]) -> None:
    """One session in which each payload is a parameter, which the reply repeats, without a message."""
    lines = [re.sub(r"[\r\n]", " ", one.text) for one in all_of_them]
    wire = "".join(f"MAIL FROM:<a@example.org> {line}\r\n" for line in lines)
    with socket.create_connection((host, port), timeout=30) as connection:
        connection.sendall(f"EHLO talk.example.org\r\n{wire}QUIT\r\n".encode())
        while connection.recv(65536):
            """Its answers are on the page."""


def _secret(name: str) -> bytes:
    return f"\0{name[:200]}\0secret".replace("\0\0", "\0").encode()
