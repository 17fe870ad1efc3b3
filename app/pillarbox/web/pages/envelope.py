"""The envelope in the words of SMTP and in plain ones, and what the headers say differently.

Everything here is about one message: who its envelope names, which header names whom, what was asked for with
parameters (RFC 3461 and others), and a sentence for each difference that a reader could miss.
"""

from __future__ import annotations

from pillarbox.box import Kept
from pillarbox.mail import explain
from pillarbox.mail.envelope import Params, roles
from pillarbox.web.contexts import EnvelopePanel, Param, Rcpt
from pillarbox.web.language import gettext as _
from pillarbox.web.language import ngettext, number
from pillarbox.web.pages.glossary import Glossary
from pillarbox.web.retold import asked

NAMED = 5
"""Addresses that a sentence names; the table has all of them."""


def recipients(kept: Kept, glossary: Glossary | None = None) -> tuple[Rcpt, ...]:
    """The envelope's recipients, each with the header that names it; with a glossary also what was asked for."""
    envelope, mail = kept.envelope, kept.mail
    headers = roles(
        [rcpt.address for rcpt in envelope.rcpt_to], [a.address for a in mail.to], [a.address for a in mail.cc]
    )
    if glossary is None:
        return tuple(Rcpt(rcpt.address, role) for rcpt, role in zip(envelope.rcpt_to, headers, strict=True))
    return tuple(
        Rcpt(rcpt.address, role, params(rcpt.params, glossary), asked(explain.in_words(rcpt.params)))
        for rcpt, role in zip(envelope.rcpt_to, headers, strict=True)
    )


def params(given: Params, glossary: Glossary) -> tuple[Param, ...]:
    """ESMTP parameters as they are written: `SIZE=812`, `SMTPUTF8`."""
    found = []
    for key, value in given.items():
        written = key if value is True else f"{key}={value}"
        found.append(Param(written, glossary.term(explain.parameter(written) or explain.parameter(key))))
    return tuple(found)


def differs(kept: Kept) -> bool:
    """Whether MAIL FROM is none of the addresses of the From header."""
    given = {address.address.casefold() for address in kept.mail.from_}
    return bool(given) and kept.envelope.mail_from.address.casefold() not in given


def panel(kept: Kept) -> EnvelopePanel:
    glossary = Glossary()
    sender = kept.envelope.mail_from
    found = recipients(kept, glossary)
    return EnvelopePanel(
        mail_from=sender.address,
        params=params(sender.params, glossary),
        asked=asked(explain.in_words(sender.params)),
        recipients=found,
        remarks=tuple(_remarks(kept, found)),
        terms=glossary.terms(),
    )


def _remarks(kept: Kept, found: tuple[Rcpt, ...]) -> list[str]:
    remarks = []
    given = ", ".join(address.address for address in kept.mail.from_[:NAMED])
    sender = kept.envelope.mail_from.address
    if differs(kept) and not sender:
        remarks.append(
            _(
                "The header From says %(given)s, the envelope nobody: bounces and reports are sent like this.",
                given=given,
            )
        )
    elif differs(kept):
        remarks.append(
            _(
                "The header From says %(given)s, MAIL FROM says %(sender)s: "
                "readers see the first, bounces go to the second.",
                given=given,
                sender=sender,
            )
        )
    hidden = [rcpt.address for rcpt in found if rcpt.role == "bcc"]
    if hidden:
        remarks.append(
            ngettext(
                "%(addresses)s is in no header: Bcc.",
                "%(addresses)s are in no header: Bcc.",
                len(hidden),
                addresses=_named(hidden),
            )
        )
    named = {rcpt.address.casefold() for rcpt in found}
    missing = [a.address for a in (*kept.mail.to, *kept.mail.cc) if a.address and a.address.casefold() not in named]
    if missing and found:
        remarks.append(
            ngettext(
                "%(addresses)s stands in To or Cc, and this copy was not sent there.",
                "%(addresses)s stand in To or Cc, and this copy was not sent there.",
                len(missing),
                addresses=_named(missing),
            )
        )
    return remarks


def _named(addresses: list[str]) -> str:
    """The first few of them, and how many more there are."""
    shown = ", ".join(addresses[:NAMED])
    if len(addresses) <= NAMED:
        return shown
    return _("%(first)s and %(count)s more", first=shown, count=number(len(addresses) - NAMED))
