"""How to send a first mail to this very server: its real address, in the words of the tools that people have."""

from __future__ import annotations

import re

from pillarbox.web.config import ListenAddress, WebConfig
from pillarbox.web.contexts import FirstMail, Snippet

ANYWHERE = ("0.0.0.0", "::", "")
_PLAIN_HOST = re.compile(r"[A-Za-z0-9.:-]+")


def first_mail(config: WebConfig, seen_as: str | None) -> FirstMail:
    """`seen_as` is the host name that the reader's browser used: mail can be sent there when we listen everywhere."""
    on_tcp = next((address for address in config.smtp if address.protocol == "smtp" and address.port), None)
    if on_tcp is None or on_tcp.port is None:
        return FirstMail(host=None, port=None, others=tuple(map(str, config.smtp)), snippets=())
    host = _reachable(on_tcp, seen_as)
    return FirstMail(host=host, port=on_tcp.port, others=(), snippets=_snippets(host, on_tcp.port))


def _reachable(address: ListenAddress, seen_as: str | None) -> str:
    if address.host not in ANYWHERE and address.host is not None:
        return address.host
    # What goes into a line for a shell is a plain name or nothing.
    return seen_as if seen_as and _PLAIN_HOST.fullmatch(seen_as) else "127.0.0.1"


def _snippets(host: str, port: int) -> tuple[Snippet, ...]:
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    python = (
        "python3 - <<'END'\n"
        "import smtplib\n"
        f'with smtplib.SMTP("{host}", {port}) as smtp:\n'
        '    smtp.sendmail("app@example.test", ["you@example.test"],\n'
        '                  "From: app@example.test\\nTo: you@example.test\\nSubject: Hello\\n\\nIt works.")\n'
        "END"
    )
    curl = (
        "printf 'From: app@example.test\\nTo: you@example.test\\nSubject: Hello\\n\\nIt works.\\n' |\n"
        f"  curl smtp://{place} --mail-from app@example.test --mail-rcpt you@example.test --crlf -T -"
    )
    swaks = f"swaks --server {place} --from app@example.test --to you@example.test"
    return (
        Snippet("swaks", swaks),
        Snippet("Python", python),
        Snippet("curl", curl),
    )
