"""What stands under each tab of a message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pillarbox.mail.aloud import Aloud
from pillarbox.mail.message import Lint
from pillarbox.web.contexts.headers import HeadersPanel
from pillarbox.web.contexts.parts import PartsPanel
from pillarbox.web.contexts.raw import RawPanel
from pillarbox.web.contexts.wire import Term, WireLine
from pillarbox.web.urls import View

Tab = Literal["preview", "text", "html", "headers", "parts", "raw", "envelope", "transcript", "lint"]


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of MAIL or RCPT, `KEY=value` or `KEY`; `term` is its explanation in the glossary, if it has one."""

    written: str
    term: str | None


@dataclass(frozen=True, slots=True)
class Rcpt:
    """One envelope recipient; `role` is to, cc or bcc. `asked` says in words what its parameters ask for."""

    address: str
    role: str
    params: tuple[Param, ...] = ()
    asked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPanel:
    """The frame with the message, and what to know of it.

    `hosts` would be asked for `images`, each with how many of them, and `more_hosts` beside those; `others` references
    to the network are never followed. `plain`: nothing in the HTML is made for dark screens. `links` are (where it
    leads, its words), the first of `all_links` in number. `empty`: there is no body.
    """

    view: View
    images: int = 0
    hosts: tuple[tuple[str, int], ...] = ()
    more_hosts: int = 0
    others: int = 0
    plain: bool = True
    links: tuple[tuple[str, str], ...] = ()
    all_links: int = 0
    empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPanel:
    """A text; `derived` when it was made from the HTML; `cut` octets or characters at its end are not shown.

    `aloud` is what a screen reader says of the HTML, when that is asked for; `has_html`: it can be.
    """

    text: str | None
    has_html: bool = False
    aloud: Aloud | None = None
    derived: bool = False
    cut: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePanel:
    """The HTML as source in lines of (kind, text), None when there is none; the kinds are those of `mail.highlight`.

    `formatted`: each block stands on a line of its own, indented. `cut` characters at its end are not shown.
    """

    lines: tuple[tuple[tuple[str, str], ...], ...] | None
    formatted: bool = False
    cut: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopePanel:
    """`remarks` are sentences on what envelope and headers say differently."""

    mail_from: str
    params: tuple[Param, ...]
    asked: str
    recipients: tuple[Rcpt, ...]
    remarks: tuple[str, ...]
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LintPanel:
    """What lint found about this message; those with an `entry` are about a line of the session."""

    findings: tuple[Lint, ...]
    session_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptPanel:
    """The message's own transaction, with what the session said before and after it.

    `session_id` is None for imported mail, which came by no session. `earlier` and `later` lines of it are not here;
    `place` is where the transaction begins in it.
    """

    session_id: int | None
    before: tuple[WireLine, ...] = ()
    own: tuple[WireLine, ...] = ()
    after: tuple[WireLine, ...] = ()
    earlier: int = 0
    later: int = 0
    place: int = 0
    terms: tuple[Term, ...] = ()


Panel = (
    PreviewPanel
    | TextPanel
    | SourcePanel
    | HeadersPanel
    | PartsPanel
    | RawPanel
    | EnvelopePanel
    | TranscriptPanel
    | LintPanel
)
