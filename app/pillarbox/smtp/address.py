"""The path of MAIL and RCPT: an address in angle brackets, or without them, as it was sent (RFC 5321 section 4.1.2).

Rules of this module:

* The address is kept as it was sent, without its brackets: quoting, case and source route included.
* Laxer than the RFC where mail in the wild is, as Postfix is: no brackets, blanks after the colon or inside the
  brackets, dots anywhere in the local part, underscores and a final dot in the domain, no domain at all.
* Not laxer where there would be no one address to keep: two unquoted @, no local part, comments, brackets that do not
  match. Postfix repairs some of these; RFC 5321 calls them all syntax errors.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pillarbox.smtp.command import BLANK

# Letters, digits, underscores and all that is not ASCII. Said by what they are not: the other way round it takes Python
# a sixth of a second to build the pattern.
_SIGN = r"[^\x00-/:-@\[-^`{-\x9f]"
_SIGN_OR_HYPHEN = r"[^\x00-,./:-@\[-^`{-\x9f]"
_LABEL = rf"{_SIGN}(?:{_SIGN_OR_HYPHEN}*{_SIGN})?"
_DOMAIN = rf"(?:{_LABEL}(?:\.{_LABEL})*\.?|\[[!-Z^-~]+\])"
_ATOMS = r"(?:[^\x00-\x20\x7f-\x9f()<>\[\]:;,@\\\"]|\\[!-~])+"
_QUOTED = r"\"(?:[^\x00-\x1f\x7f-\x9f\"\\]|\\[ -~])*\""
_MAILBOX = rf"(?:{_ATOMS}(?:@{_DOMAIN})?|{_QUOTED}@{_DOMAIN}|(?!\"\"){_QUOTED})"
_ROUTE = rf"@{_DOMAIN}(?:,@?{_DOMAIN})*:"
_PATH = re.compile(rf"<[ ]*((?:{_ROUTE})?{_MAILBOX}|)[ ]*>|((?:{_ROUTE})?{_MAILBOX})")

# What nearly every client sends; a tenth of the cost of the pattern above.
_PLAIN = re.compile(r"<([A-Za-z0-9.+_-]+@[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*)>(?=[ ]|\Z)")


class Path(NamedTuple):
    """An address and what follows it on the line, the ESMTP parameters."""

    address: str
    rest: str


def parse(text: str) -> Path | None:
    """Read what follows `FROM:` or `TO:`; None when there is no address to read.

    `parse("<a@b> SIZE=1")` is `Path("a@b", "SIZE=1")`, `parse("<>")` is `Path("", "")`.
    """
    plain = _PLAIN.match(text)
    if plain is not None:
        return Path(plain[1], text[plain.end() :].strip(BLANK))
    text = text.strip(BLANK)
    found = _PATH.match(text)
    if found is None:
        return None
    rest = text[found.end() :]
    if rest and rest[0] not in BLANK:
        return None
    return Path(found[1] if found[1] is not None else found[2], rest.strip(BLANK))
