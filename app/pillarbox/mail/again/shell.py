"""A conversation as a command of swaks and as one of curl, to paste into a shell."""

from __future__ import annotations

import base64
import re
import shlex
from urllib.parse import quote as percent

from pillarbox.mail.again.making import (
    PASSWORD,
    TOKENS,
    USER,
    Made,
    Place,
    content_of,
    is_fetched,
    mechanism,
)
from pillarbox.mail.again.notes import notes as notes_of
from pillarbox.mail.conversation import Conversation
from pillarbox.mail.transcript import stuff

_READABLE = re.compile(
    r"(?:[^\x00-\x08\x0a-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\udc80-\udcff]*\r\n)*"
)
"""Lines that a here-document can hold and a reader can read."""

_STUFFED = r's/(\A|\r\n)\./$1../g; s/(?<!\r\n)\z/\r\n/; $_ .= "."'
"""Perl, which whoever has swaks has: dots doubled where a line begins that CR LF ended, and one at the end."""


def quote(octets: bytes | str) -> str:
    """One word for a shell (bash, zsh, ksh, POSIX 2024). NUL, which no argument can have, is dropped.

    >>> quote("a b"), quote(b"a'b"), quote(b"x\\n")
    ("'a b'", '\\'a\\'"\\'"\\'b\\'', "$'x\\\\x0A'")
    """
    raw = octets.encode("utf-8", "surrogateescape") if isinstance(octets, str) else octets
    raw = raw.replace(b"\0", b"")
    text = raw.decode("utf-8", "surrogateescape")
    if text.isprintable():
        return shlex.quote(text)
    safe = (chr(o) if 0x20 <= o < 0x7F and o not in b"'\\!" else f"\\x{o:02X}" for o in raw)
    # An escape must not run into a hexadecimal digit that follows: two digits are all that \x takes.
    return "$'" + "".join(safe) + "'"


def _command(words: list[str]) -> str:
    """The words over several lines, an option a line."""
    lines, line = [], words[0]
    for word in words[1:]:
        if word.startswith("--"):
            lines.append(line)
            line = word
        else:
            line += f" {word}"
    return " \\\n  ".join([*lines, line])


def _fed(conversation: Conversation, place: Place, *, stuffed: bool) -> tuple[str, str]:
    """What feeds the content to a command, and what follows the command: a pipe, or a here-document.

    `stuffed` is for swaks: dots doubled and a dot at the end, whose CRLF swaks adds itself.
    """
    if is_fetched(conversation, place):
        login = f"--user {quote(f'{place.user}:{PASSWORD}')} " if place.user else ""
        fetched = f"curl -sSf {login}{quote(place.raw)} |\n"
        return fetched + (f"perl -0777 -pe '{_STUFFED}' |\n" if stuffed else ""), ""
    content = content_of(conversation)
    octets = stuff(content) if stuffed else content
    if octets == b".\r\n":
        stuffed = False  # a lone dot swaks takes for the name of a file: better a line too many behind it
    text = octets.decode("utf-8", "surrogateescape")
    if _READABLE.fullmatch(text):
        lines = text.replace("\r\n", "\n")
        end = "END"
        while f"{end}\n" in lines:
            end += "D"
        joined = """awk '{printf "%s%s", end, $0; end = "\\r\\n"}'""" if stuffed else "awk -v ORS='\\r\\n' 1"
        return f"{joined} <<'{end}' | ", f"\n{lines}{end}"
    encoded = base64.encodebytes(octets.removesuffix(b"\r\n") if stuffed else octets).decode()
    return "base64 -d <<'END' | ", f"\n{encoded}END"


def swaks(conversation: Conversation, place: Place) -> Made:
    words = ["swaks"]
    words += ["--socket", quote(place.path)] if place.path else ["--server", quote(_server(place))]
    if conversation.proxied:
        words += ["--proxy", quote(conversation.proxied)]
    if conversation.lmtp:
        words += ["--protocol", "LMTP"]
    elif conversation.greeting == "HELO":
        words += ["--protocol", "SMTP"]
    if conversation.name:
        words += ["--helo", quote(conversation.name)]
    if conversation.implicit_tls:
        words.append("--tls-on-connect")
    elif conversation.starttls:
        words.append("--tls")
    if conversation.login is not None:
        words += ["--auth", mechanism(conversation.login, "swaks"), "--auth-user", quote(conversation.username or USER)]
        words += ["--auth-password", PASSWORD]
    if conversation.mail_from is not None:
        words += ["--from", quote(conversation.mail_from.address or b"<>")]
    words += ["--to", quote(b",".join(path.address for path in conversation.rcpt_to) or b"nobody@example.test")]
    notes = notes_of(conversation, "swaks", place)
    if any(b"," in path.address for path in conversation.rcpt_to):
        notes.append("swaks takes a comma in an address for the end of it.")
    if not conversation.sent_content:
        return Made("swaks", _command([*words, "--quit-after", _stage(conversation)]), tuple(notes))
    feeding, after = _fed(conversation, place, stuffed=True)
    return Made("swaks", feeding + _command([*words, "--no-data-fixup", "--data", "-"]) + after, tuple(notes))


def _stage(conversation: Conversation) -> str:
    if conversation.rcpt_to:
        return "RCPT"
    if conversation.mail_from is not None:
        return "MAIL"
    if conversation.login is not None:
        return "AUTH"
    return "HELO" if conversation.greeting else "CONNECT"


def _server(place: Place) -> str:
    return f"[{place.host}]:{place.port}" if ":" in place.host else f"{place.host}:{place.port}"


def curl(conversation: Conversation, place: Place) -> Made:
    scheme = "smtps" if conversation.implicit_tls else "smtp"
    name = "/" + percent(conversation.name.replace(b"\0", b""), safe="") if conversation.name else ""
    words = ["curl", quote(f"{scheme}://{_server(place) if not place.path else 'localhost'}{name}")]
    notes = notes_of(conversation, "curl", place)
    if place.path:
        words += ["--unix-socket", quote(place.path)]
    if conversation.proxied:
        words.append("--haproxy-protocol")
        notes.append("curl names itself in the PROXY header, not the client of the first time.")
    if conversation.lmtp:
        notes.append("curl speaks no LMTP: it greets with EHLO, which this listener refuses.")
    if conversation.starttls:
        words.append("--ssl-reqd")
    if conversation.starttls or conversation.implicit_tls:
        words.append("--insecure")
    if conversation.login is not None:
        words += _curl_login(conversation)
    words += ["--mail-from", quote(conversation.mail_from.address if conversation.mail_from else b"")]
    for path in conversation.rcpt_to:
        words += ["--mail-rcpt", quote(path.address)]
    if not conversation.rcpt_to:
        words += ["--mail-rcpt", "nobody@example.test"]
    if len(conversation.rcpt_to) > 1:
        words.append("--mail-rcpt-allowfails")
    if not conversation.sent_content:
        notes.append("curl always sends content where the server lets it.")
    feeding, after = _fed(conversation, place, stuffed=False)
    return Made("curl", feeding + _command([*words, "--upload-file", "-"]) + after, tuple(notes))


def _curl_login(conversation: Conversation) -> list[str]:
    name, user = mechanism(conversation.login, "curl"), conversation.username or USER
    if name in TOKENS:
        return ["--user", quote(f"{user}:"), "--oauth2-bearer", PASSWORD, "--login-options", f"AUTH={name}"]
    return ["--user", quote(f"{user}:{PASSWORD}"), "--login-options", f"AUTH={name}"]
