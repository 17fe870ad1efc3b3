"""How to send a first mail to this very server: its real address, in the words of the tools that people have."""

from __future__ import annotations

from pillarbox.web import reach
from pillarbox.web.config import WebConfig
from pillarbox.web.contexts import FirstMail, InboxLogin, Snippet
from pillarbox.web.pages import frameworks
from pillarbox.web.pages.frameworks import Login

SOMEBODY = "you@example.test"


def first_mail(config: WebConfig, seen_as: str | None, inbox: InboxLogin | None = None) -> FirstMail:
    """`seen_as` is the host name that the reader's browser used: mail can be sent there when we listen everywhere.

    With an inbox, what is sent by hand goes to an address of it, and apps log in as its user where it has a password.
    """
    place = reach.smtp(config, seen_as)
    if place is None:
        return FirstMail(host=None, port=None, others=tuple(map(str, config.smtp)), snippets=(), frameworks=())
    login = Login(*place) if inbox is None else Login(*place, user=inbox.name, password=inbox.password)
    to = SOMEBODY if inbox is None else inbox.address
    return FirstMail(
        host=place.host,
        port=place.port,
        others=(),
        snippets=_by_hand(login, to),
        frameworks=frameworks.snippets(login),
    )


def _by_hand(login: Login, to: str) -> tuple[Snippet, ...]:
    swaks = f"swaks --server {login.place} --from app@example.test --to {to}"
    curl = (
        f"printf 'From: app@example.test\\nTo: {to}\\nSubject: Hello\\n\\nIt works.\\n' |\n"
        f"  curl smtp://{login.place} --mail-from app@example.test --mail-rcpt {to} --crlf -T -"
    )
    python = (
        "python3 - <<'END'\n"
        "import smtplib\n"
        f'with smtplib.SMTP("{login.host}", {login.port}) as smtp:\n'
        f'    smtp.sendmail("app@example.test", ["{to}"],\n'
        f'                  "From: app@example.test\\nTo: {to}\\nSubject: Hello\\n\\nIt works.")\n'
        "END"
    )
    return (Snippet("swaks", swaks), Snippet("curl", curl), Snippet("Python", python))
