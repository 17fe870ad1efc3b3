"""The same conversation as a command of swaks, as one of curl, and as Python.

Rules of this module:

* whatever a client has said, what is made here runs nothing of it: every octet is quoted for the shell or for Python,
  and what no quoting can carry (NUL in an argument) is left out and said;
* what a tool cannot do (parameters of MAIL, a chunk, LMTP) is said in a note, not left out in silence;
* content that people can read stands there as text, other content in base64, long content is fetched from its address;
* a password is the word PASSWORD.
"""

from __future__ import annotations

import base64
import re
import shlex
from dataclasses import dataclass
from urllib.parse import quote as percent

from pillarbox.mail.conversation import Conversation, Step
from pillarbox.mail.transcript import stuff

INLINE = 16 * 1024
"""Octets of content up to which it stands in the command itself."""

USER, PASSWORD = "USER", "PASSWORD"

_READABLE = re.compile(
    r"(?:[^\x00-\x08\x0a-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\udc80-\udcff]*\r\n)*"
)
"""Lines that a here-document can hold and a reader can read."""

_PYTHON_LOGINS = {"PLAIN": "auth_plain", "LOGIN": "auth_login", "CRAM-MD5": "auth_cram_md5"}
_TEST = b"Subject: Done again\r\n\r\nThe first time it came to no content.\r\n"


@dataclass(frozen=True, slots=True)
class Place:
    """Where it goes: `host` and `port`, or the `path` of a Unix socket. `raw` is the address of the stored content."""

    host: str = ""
    port: int = 0
    path: str = ""
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """What to run. `notes` are sentences on what is different from the first time."""

    tool: str
    code: str
    notes: tuple[str, ...]


def made(conversation: Conversation, place: Place) -> tuple[Made, ...]:
    return swaks(conversation, place), curl(conversation, place), python(conversation, place)


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
    content = _TEST if conversation.content is None else conversation.content
    if len(content) > INLINE and conversation.message_id is not None and place.raw:
        fetched = f"curl -sS {quote(place.raw)}"
        if stuffed:
            fetched = f"{{ {fetched} | sed 's/^\\./../'; printf .; }}"
        return f"{fetched} | ", ""
    octets = stuff(content[:INLINE]) if stuffed else content[:INLINE]
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


def _notes(conversation: Conversation, tool: str) -> list[str]:
    notes = []
    params = [path.params for path in (conversation.mail_from, *conversation.rcpt_to) if path and path.params]
    if params and tool != "Python":
        notes.append(f"{tool} cannot send the parameters of MAIL and RCPT; Python does.")
    if tool != "Python" and any(step.kind == "chunk" for step in conversation.steps):
        notes.append(f"{tool} sends the content with DATA, not with BDAT.")
    if conversation.login is not None:
        notes.append(f"Put the password in the place of {PASSWORD}.")
    if conversation.cut or (
        conversation.message_id is None and conversation.content is not None and len(conversation.content) > INLINE
    ):
        notes.append("The content was refused, and only its beginning is sent.")
    if conversation.sent_content and conversation.content is None:
        notes.append("The message has been deleted; a short one stands in its place.")
    return notes


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
        words += ["--auth", quote(conversation.login), "--auth-user", quote(conversation.username or USER)]
        words += ["--auth-password", PASSWORD]
    if conversation.mail_from is not None:
        words += ["--from", quote(conversation.mail_from.address or b"<>")]
    words += ["--to", quote(b",".join(path.address for path in conversation.rcpt_to) or b"nobody@example.test")]
    notes = _notes(conversation, "swaks")
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
    notes = _notes(conversation, "curl")
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
        words += ["--user", quote(f"{conversation.username or USER}:{PASSWORD}")]
        words += ["--login-options", quote(f"AUTH={conversation.login}")]
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


def python(conversation: Conversation, place: Place) -> Made:
    """A script for Python 3.8 or later. Every line goes out exactly as it crossed; it needs nothing but Python."""
    # Over a Unix socket smtplib has only LMTP, which differs in the greeting, and that is said here as it was.
    kind = "LMTP" if conversation.lmtp or place.path else "SMTP_SSL" if conversation.implicit_tls else "SMTP"
    where = f"{place.path!r}" if place.path else f"{place.host!r}, {place.port}"
    uses_tls = conversation.starttls or conversation.implicit_tls
    notes = _notes(conversation, "Python")
    if conversation.login is not None and conversation.login not in _PYTHON_LOGINS:
        notes.append(f"smtplib knows no {conversation.login}; it logs in with PLAIN.")
    lines = [
        "import smtplib",
        *(["import socket"] if conversation.proxied else []),
        *(["import ssl"] if uses_tls else []),
    ]
    if _is_long(conversation, place):
        lines.append("from urllib.request import urlopen")
    lines.append("")
    if conversation.sent_content:
        lines += _python_content(conversation, place)
    if uses_tls:
        lines += ["tls = ssl._create_unverified_context()  # the catcher's certificate is its own", ""]
    if conversation.proxied:
        lines += _python_behind_proxy(conversation, place)
    else:
        lines += [
            f"smtp = smtplib.{kind}({where}{', context=tls' if conversation.implicit_tls else ''})",
            "smtp.set_debuglevel(1)  # print the conversation",
        ]
    lines += [
        "",
        "def say(line):",
        '    smtp.send(line + b"\\r\\n")',
        "    return smtp.getreply()[0]",
        "",
    ]
    for step in conversation.steps:
        lines += _python_step(step, conversation)
    lines += ["smtp.close()", ""]
    return Made("Python", "\n".join(lines), tuple(notes))


def _python_behind_proxy(conversation: Conversation, place: Place) -> list[str]:
    """The connection by hand, since the header goes before TLS and before the greeting, which smtplib reads at once."""
    if place.path:
        connected = ["smtp.sock = socket.socket(socket.AF_UNIX)", f"smtp.sock.connect({place.path!r})"]
    else:
        connected = [f"smtp.sock = socket.create_connection(({place.host!r}, {place.port}))"]
    return [
        "smtp = smtplib.SMTP()",
        "smtp.set_debuglevel(1)  # print the conversation",
        *connected,
        f"smtp.sock.sendall({f'PROXY {conversation.proxied}'.encode()!r} + b'\\r\\n')",
        *(["smtp.sock = tls.wrap_socket(smtp.sock)"] if conversation.implicit_tls else []),
        "smtp.getreply()",
    ]


def _python_step(step: Step, conversation: Conversation) -> list[str]:
    match step.kind:
        case "say":
            return [f"say({step.line!r})"]
        case "starttls":
            return ["if say(b'STARTTLS') == 220:", "    smtp.sock, smtp.file = tls.wrap_socket(smtp.sock), None"]
        case "login":
            name = step.line.decode("ascii", "replace")
            name = name if name in _PYTHON_LOGINS else "PLAIN"
            return [
                f"smtp.user, smtp.password = {conversation.username or USER!r}, {PASSWORD!r}",
                f"smtp.auth({name!r}, smtp.{_PYTHON_LOGINS[name]})",
            ]
        case "content":
            return ["if say(b'DATA') == 354:", "    smtp.send(content)", f"    {_replies(conversation)}"]
        case "chunk":
            return ["smtp.send(b'BDAT %d LAST\\r\\n' % len(content) + content)", _replies(conversation)]


def _replies(conversation: Conversation) -> str:
    """LMTP answers content once for each recipient that it took (RFC 2033 section 4.2)."""
    return f"for _ in range({conversation.taken}): smtp.getreply()" if conversation.lmtp else "smtp.getreply()"


def _is_long(conversation: Conversation, place: Place) -> bool:
    return bool(
        conversation.content is not None
        and len(conversation.content) > INLINE
        and conversation.message_id is not None
        and place.raw
    )


def _python_content(conversation: Conversation, place: Place) -> list[str]:
    chunked = any(step.kind == "chunk" for step in conversation.steps)
    if _is_long(conversation, place):
        lines = [f"content = urlopen({place.raw!r}).read()"]
        if not chunked:
            lines += [
                "# dots are doubled, and a dot ends it (RFC 5321 section 4.5.2)",
                r"content = (b'\r\n' + content).replace(b'\r\n.', b'\r\n..')[2:] + b'.\r\n'",
            ]
        return [*lines, ""]
    content = (_TEST if conversation.content is None else conversation.content)[:INLINE]
    octets = content if chunked else stuff(content)
    return ["content = (", *(f"    {line!r}" for line in octets.splitlines(keepends=True)), "    b''", ")", ""]
