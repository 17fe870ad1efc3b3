"""How to send a first mail to this very server: its real address, in the words of the tools that people have."""

from __future__ import annotations

from pillarbox.web import reach
from pillarbox.web.config import WebConfig
from pillarbox.web.contexts import FirstMail, Snippet


def first_mail(config: WebConfig, seen_as: str | None) -> FirstMail:
    """`seen_as` is the host name that the reader's browser used: mail can be sent there when we listen everywhere."""
    place = reach.smtp(config, seen_as)
    if place is None:
        return FirstMail(host=None, port=None, others=tuple(map(str, config.smtp)), snippets=())
    return FirstMail(host=place.host, port=place.port, others=(), snippets=_snippets(*place))


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
