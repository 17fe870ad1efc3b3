"""The environment of a command that is to mail into a catcher, by the names that programs and frameworks read.

Rules of this module:

* What could send mail elsewhere is overwritten, not only added: a test suite must reach nobody.
* No user and no password is set, because the catcher asks for none; those that stand there stay, and it takes any.
* PILLARBOX_SMTP, which says what `serve` listens on, goes: it is about another catcher.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

HOSTS = (
    "PILLARBOX_SMTP_HOST",
    "SMTP_HOST",
    "SMTP_SERVER",
    "SMTP_ADDRESS",
    "SMTP_HOSTNAME",
    "MAIL_HOST",
    "MAIL_SERVER",
    "EMAIL_HOST",
    "EMAIL_SERVER_HOST",
    "SPRING_MAIL_HOST",
)
PORTS = (
    "PILLARBOX_SMTP_PORT",
    "SMTP_PORT",
    "MAIL_PORT",
    "EMAIL_PORT",
    "EMAIL_SERVER_PORT",
    "SPRING_MAIL_PORT",
)
URLS = ("SMTP_URL", "MAIL_URL", "EMAIL_URL", "EMAIL_SERVER", "MAILER_DSN")
"""`smtp://127.0.0.1:41025`."""

_GONE = ("PILLARBOX_SMTP", "PILLARBOX_WEB_AUTH")

_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def variables(environ: Mapping[str, str], ready: Mapping[str, Any], web_auth: tuple[str, str] | None) -> dict[str, str]:
    """The environment, for a catcher whose ready file would say `ready` and which has an SMTP port."""
    host, port = _first(ready["smtp"])
    url = f"smtp://{f'[{host}]' if ':' in host else host}:{port}"
    made = {name: value for name, value in environ.items() if name not in _GONE}
    made["PILLARBOX_URL"] = ready["url"]
    if web_auth is not None:
        made["PILLARBOX_WEB_AUTH"] = ":".join(web_auth)
    return made | dict.fromkeys(HOSTS, host) | dict.fromkeys(PORTS, str(port)) | dict.fromkeys(URLS, url)


def _first(listeners: Sequence[Mapping[str, Any]]) -> tuple[str, int]:
    """The first address with a port, as a program of this machine reaches it."""
    one = next(one for one in listeners if "port" in one)
    return _EVERY_ADDRESS.get(one["host"], one["host"]), one["port"]
