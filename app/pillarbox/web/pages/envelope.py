"""The envelope in the words of SMTP and in plain ones, and what the headers say differently.

Everything here is about one message: who its envelope names, which header names whom, what was asked for with
parameters (RFC 3461 and others), and a sentence for each difference that a reader could miss.
"""

from __future__ import annotations

from pillarbox.box import Kept
from pillarbox.mail import explain
from pillarbox.mail.envelope import Params, roles
from pillarbox.web.contexts import EnvelopePanel, Param, Rcpt
from pillarbox.web.pages.glossary import Glossary

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
        Rcpt(rcpt.address, role, params(rcpt.params, glossary), explain.in_words(rcpt.params))
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
        asked=explain.in_words(sender.params),
        recipients=found,
        remarks=tuple(_remarks(kept, found)),
        terms=glossary.terms(),
    )


def _remarks(kept: Kept, found: tuple[Rcpt, ...]) -> list[str]:
    remarks = []
    given = ", ".join(address.address for address in kept.mail.from_[:NAMED])
    if differs(kept) and not kept.envelope.mail_from.address:
        remarks.append(f"The header From says {given}, the envelope nobody: bounces and reports are sent like this.")
    elif differs(kept):
        sender = kept.envelope.mail_from.address
        remarks.append(
            f"The header From says {given}, MAIL FROM says {sender}: readers see the first, bounces go to the second."
        )
    hidden = [rcpt.address for rcpt in found if rcpt.role == "bcc"]
    if hidden:
        more = f" and {len(hidden) - NAMED:,} more" if len(hidden) > NAMED else ""
        is_or_are = "is" if len(hidden) == 1 else "are"
        remarks.append(f"{', '.join(hidden[:NAMED])}{more} {is_or_are} in no header: Bcc.")
    named = {rcpt.address.casefold() for rcpt in found}
    missing = [a.address for a in (*kept.mail.to, *kept.mail.cc) if a.address and a.address.casefold() not in named]
    if missing and found:
        more = f" and {len(missing) - NAMED:,} more" if len(missing) > NAMED else ""
        verb = "stands" if len(missing) == 1 else "stand"
        remarks.append(f"{', '.join(missing[:NAMED])}{more} {verb} in To or Cc, and this copy was not sent there.")
    return remarks
