"""What one message says to assertions: the values of each field, out of all that was read of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pillarbox.mail.envelope import Envelope
from pillarbox.mail.expect.assertion import Field
from pillarbox.mail.expect.matcher import Contains, Equals, Matcher
from pillarbox.mail.message import Addr, Lint, Mail
from pillarbox.mail.session import Facts
from pillarbox.mail.transcript import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """`facts` and `entries` are those of the session that brought the message, `facts` None for an imported one.

    `entries` need only be there where a transcript is asserted; `complete` says that no more of them will come.
    """

    envelope: Envelope
    mail: Mail
    lint: tuple[Lint, ...] = ()
    facts: Facts | None = None
    entries: Sequence[Entry] = ()
    complete: bool = True


def values(field: Field, evidence: Evidence) -> list[str]:
    """The values of a field, any of which may hold: of a mailbox its address, its name, and both."""
    match field:
        case "from":
            return _forms(evidence.mail.from_)
        case "to":
            return _forms(evidence.mail.to)
        case _:
            return shown(field, evidence)


def shown(field: Field, evidence: Evidence, wanted: Matcher | None = None) -> list[str]:
    """The values of a field as they are told: of a mailbox the form that `wanted` has."""
    mail, facts = evidence.mail, evidence.facts
    match field:
        case "subject":
            return header("Subject", mail)[:1] and [mail.subject]
        case "from":
            return [_form(one, wanted) for one in mail.from_]
        case "to":
            return [_form(one, wanted) for one in mail.to]
        case "mail_from":
            return [evidence.envelope.mail_from.address]
        case "rcpt_to":
            return [one.address for one in evidence.envelope.rcpt_to]
        case "tls":
            tls = facts.tls if facts else None
            return [one for one in (tls.version, tls.cipher, tls.sni) if one] if tls else []
        case "auth":
            auth = facts.auth if facts else None
            return [auth.username, auth.mechanism] if auth else []
        case "text":
            return [] if mail.text is None else [mail.text]
        case "links":
            from pillarbox.mail.extract.links import links  # here, because its patterns take their time

            return list(dict.fromkeys(link.href for link in links(mail)))
        case "codes":
            from pillarbox.mail.extract.codes import codes

            return [code.value for code in codes(mail)]


def header(name: str, mail: Mail) -> list[str]:
    """The values of all header fields of that name, in any case."""
    folded = name.lower()
    return [value for other, value in mail.headers if other.lower() == folded]


def why_none(field: Field, evidence: Evidence) -> str:
    """Why a field has no value, as the end of a sentence that begins with its name."""
    match field:
        case "tls" | "auth" if evidence.facts is None:
            return "is not known: the message was imported and came by no session."
        case "tls":
            return "is not there: the session was in the clear."
        case "auth":
            return "is not there: the client did not authenticate."
        case "text" if evidence.mail.html is not None:
            return "is not there: the message has HTML only."
        case "links" | "codes":
            return "are none in this message."
        case _:
            return "is not there."


def _forms(addresses: Sequence[Addr]) -> list[str]:
    return [form for one in addresses for form in (one.address, one.name, f"{one.name} <{one.address}>") if form]


def _form(one: Addr, wanted: Matcher | None) -> str:
    text = wanted.text if isinstance(wanted, Equals | Contains) else "<"
    if not one.name or ("@" in text and "<" not in text):
        return one.address
    return f"{one.name} <{one.address}>" if "<" in text else one.name
