"""The envelope in the words of SMTP, and which header names whom."""

from __future__ import annotations

from pillarbox.box import Kept
from pillarbox.mail.envelope import Params, roles
from pillarbox.web.contexts import Rcpt


def recipients(kept: Kept) -> tuple[Rcpt, ...]:
    """The envelope's recipients, each with the header that names it."""
    envelope, mail = kept.envelope, kept.mail
    headers = roles(
        (rcpt.address for rcpt in envelope.rcpt_to), (a.address for a in mail.to), (a.address for a in mail.cc)
    )
    return tuple(
        Rcpt(rcpt.address, role, params(rcpt.params)) for rcpt, role in zip(envelope.rcpt_to, headers, strict=True)
    )


def params(given: Params) -> tuple[str, ...]:
    """ESMTP parameters as they are written: `SIZE=812`, `SMTPUTF8`."""
    return tuple(key if value is True else f"{key}={value}" for key, value in given.items())
