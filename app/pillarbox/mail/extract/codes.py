"""The one-time codes of a message, the best first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from pillarbox.mail.html import html_to_text
from pillarbox.mail.message import Mail

Source = Literal["html", "text", "subject"]

MAX_READ = 64 * 1024  # characters of a body that are looked at

_CODE = re.compile(
    r"(?<![\w.,:/#@&=+-])(?:[A-Z]-)?\d{3,5}[ -]?\d{3,5}(?![\w/@-])|(?<![\w.,:/#@&=+-])\d{4,10}(?![\w/@-])"
)
_WORD = re.compile(r"code|kod|passcode|otp|pin|код|コード|验证码", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Code:
    """`value` as a form takes it; `context` are the words around it, on one line."""

    value: str
    context: str
    source: Source


def codes(mail: Mail) -> tuple[Code, ...]:
    """The codes of the subject and of both bodies, the best first, each value once."""
    found: dict[str, Code] = {}
    texts: tuple[tuple[Source, str], ...] = (
        ("subject", mail.subject),
        ("text", (mail.text or "")[:MAX_READ]),
        ("html", html_to_text(mail.html, MAX_READ) if mail.html else ""),
    )
    for source, text in texts:
        for match in _CODE.finditer(text):
            around = text[max(0, match.start() - 100) : match.end() + 60]
            if _WORD.search(around):
                value = match[0].replace(" ", "")
                found.setdefault(value, Code(value, " ".join(around.split()), source))
    return tuple(found.values())
