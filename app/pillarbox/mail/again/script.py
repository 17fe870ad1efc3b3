"""A conversation as a script of Python, which says every line again as it crossed."""

from __future__ import annotations

from pillarbox.mail.again.making import PASSWORD, USER, Made, Place, content_of, is_fetched, mechanism
from pillarbox.mail.again.notes import notes as notes_of
from pillarbox.mail.conversation import Conversation, Step
from pillarbox.mail.transcript import stuff


def python(conversation: Conversation, place: Place) -> Made:
    """A script for Python 3.8 or later. Every line goes out exactly as it crossed; it needs nothing but Python."""
    # Over a Unix socket smtplib has only LMTP, which differs in the greeting, and that is said here as it was.
    kind = "LMTP" if conversation.lmtp or place.path else "SMTP_SSL" if conversation.implicit_tls else "SMTP"
    where = f"{place.path!r}" if place.path else f"{place.host!r}, {place.port}"
    uses_tls = conversation.starttls or conversation.implicit_tls
    notes = notes_of(conversation, "Python", place)
    logs_in = [_login_of(step) for step in conversation.steps if step.kind == "login"]
    lines = [
        *(["import base64"] if logs_in or (place.user and is_fetched(conversation, place)) else []),
        *(["import hmac"] if "CRAM-MD5" in logs_in else []),
        "import smtplib",
        *(["import socket"] if conversation.proxied else []),
        *(["import ssl"] if uses_tls else []),
    ]
    if is_fetched(conversation, place):
        lines.append(f"from urllib.request import {'Request, ' if place.user else ''}urlopen")
    lines.append("")
    if conversation.sent_content:
        lines += _content(conversation, place)
    if uses_tls:
        lines += ["tls = ssl._create_unverified_context()  # the catcher's certificate is its own", ""]
    if conversation.proxied:
        lines += _behind_proxy(conversation, place)
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
    if logs_in:
        lines += [
            f"user, password = {conversation.username or USER!r}, {PASSWORD!r}",
            "",
            "def b64(text):",
            "    return base64.b64encode(text.encode())",
            "",
        ]
    for step in conversation.steps:
        lines += _step(step, conversation)
    if conversation.ending == "silent":
        lines.append("smtp.getreply()  # nothing more was said until the time was up")
    lines += ["smtp.close()", ""]
    return Made("Python", "\n".join(lines), tuple(notes))


def _behind_proxy(conversation: Conversation, place: Place) -> list[str]:
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


def _step(step: Step, conversation: Conversation) -> list[str]:
    match step.kind:
        case "say":
            return [f"say({step.line!r})"]
        case "starttls":
            return ["if say(b'STARTTLS') == 220:", "    smtp.sock, smtp.file = tls.wrap_socket(smtp.sock), None"]
        case "login":
            return _LOGINS[_login_of(step)]
        case "content" if conversation.broken:
            return ["if say(b'DATA') == 354:", "    smtp.send(content)  # it broke off here"]
        case "content":
            return ["if say(b'DATA') == 354:", "    smtp.send(content)", f"    {_replies(conversation)}"]
        case "chunk" if conversation.broken:
            whole = f"len(content) + {conversation.missing}"
            return [f"smtp.send(b'BDAT %d LAST\\r\\n' % ({whole}) + content)  # it broke off here"]
        case "chunk":
            return ["smtp.send(b'BDAT %d LAST\\r\\n' % len(content) + content)", _replies(conversation)]


_LOGINS = {
    "PLAIN": [r"say(b'AUTH PLAIN ' + b64('\0' + user + '\0' + password))"],
    "LOGIN": ["if say(b'AUTH LOGIN') == 334:", "    say(b64(user)) == 334 and say(b64(password))"],
    "CRAM-MD5": [
        "smtp.send(b'AUTH CRAM-MD5\\r\\n')",
        "code, challenge = smtp.getreply()",
        "if code == 334:",
        "    digest = hmac.new(password.encode(), base64.b64decode(challenge), 'md5').hexdigest()",
        "    say(b64(user + ' ' + digest))",
    ],
    "XOAUTH2": [
        r"if say(b'AUTH XOAUTH2 ' + b64('user=' + user + '\1auth=Bearer ' + password + '\1\1')) == 334:",
        "    say(b'')  # 334 was the reason of the refusal",
    ],
    "OAUTHBEARER": [
        "name = user.replace('=', '=3D').replace(',', '=2C')",
        r"if say(b'AUTH OAUTHBEARER ' + b64('n,a=' + name + ',\1auth=Bearer ' + password + '\1\1')) == 334:",
        "    say(b'AQ==')  # 334 was the reason of the refusal (RFC 7628 section 3.2.3)",
    ],
}
"""The log-ins by hand: smtplib's own take names in ASCII only, and end the script where a password is refused."""


def _login_of(step: Step) -> str:
    return mechanism(step.line.decode("ascii", "replace"), "Python")


def _replies(conversation: Conversation) -> str:
    """LMTP answers content once for each recipient that it took (RFC 2033 section 4.2)."""
    return f"for _ in range({conversation.taken}): smtp.getreply()" if conversation.lmtp else "smtp.getreply()"


def _fetched(place: Place) -> list[str]:
    if not place.user:
        return [f"content = urlopen({place.raw!r}).read()"]
    return [
        f"fetched = Request({place.raw!r})",
        f"basic = base64.b64encode({f'{place.user}:{PASSWORD}'.encode()!r}).decode()",
        "fetched.add_header('Authorization', 'Basic ' + basic)",
        "content = urlopen(fetched).read()",
    ]


def _content(conversation: Conversation, place: Place) -> list[str]:
    chunked = any(step.kind == "chunk" for step in conversation.steps)
    if is_fetched(conversation, place):
        lines = _fetched(place)
        if not chunked:
            lines += [
                "# dots are doubled, and a dot ends it (RFC 5321 section 4.5.2)",
                r"content = (b'\r\n' + content).replace(b'\r\n.', b'\r\n..')[2:] + b'.\r\n'",
            ]
        return [*lines, ""]
    content = content_of(conversation)
    octets = content if chunked else stuff(content)
    if conversation.broken and not chunked:
        octets = octets.removesuffix(b".\r\n").removesuffix(b"" if content.endswith(b"\r\n") else b"\r\n")
    return ["content = (", *(f"    {line!r}" for line in octets.splitlines(keepends=True)), "    b''", ")", ""]
