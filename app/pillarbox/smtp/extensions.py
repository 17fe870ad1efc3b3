"""The SMTP extensions as one table, and what of them is offered under a policy.

Rules of this module:

* EHLO lists what is really offered, in the order of the table.
* A hidden extension is gone: its verb is answered "not implemented", its parameters "unsupported option", its longer
  command lines are too long.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pillarbox.smtp.authentication import LONGEST_LINE
from pillarbox.smtp.policy import Policy

COMMAND_LINE = 512
"""Octets of a command line, CRLF included, before extensions add to it (RFC 5321 section 4.5.3.1.4)."""

BASIC_VERBS = ("HELO", "EHLO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT")

LMTP_VERBS = ("LHLO", *BASIC_VERBS[2:])
"""LMTP has one greeting (RFC 2033 section 4.1)."""

OTHER_VERBS = frozenset({"AUTH", "BDAT", "ETRN", "EXPN", "HELP", "SAML", "SEND", "SOML", "STARTTLS", "TURN", "VRFY"})
"""Verbs that a client may well know and that are "not implemented", not "not recognized", when they are not offered."""


@dataclass(frozen=True, slots=True)
class Extension:
    """One EHLO keyword: its verb, the MAIL and RCPT parameters it brings, the octets it adds to a verb's command line.

    Of BODY each value is a parameter of its own, because extensions bring one each.
    `needs` is the keyword without which it is not offered.
    """

    keyword: str
    verb: str | None = None
    mail: frozenset[str] = frozenset()
    rcpt: frozenset[str] = frozenset()
    longer: Mapping[str, int] = field(default_factory=dict)
    needs: str | None = None


EXTENSIONS = (
    Extension("PIPELINING"),
    # RFC 1870 section 3: "the maximum length of a MAIL FROM command line is increased by 26 characters"
    Extension("SIZE", mail=frozenset({"SIZE"}), longer={"MAIL": 26}),
    Extension("VRFY", verb="VRFY"),
    Extension("ETRN", verb="ETRN"),
    Extension("STARTTLS", verb="STARTTLS"),
    # RFC 4954 section 3: "the maximum length of the MAIL FROM command is increased by 500 characters"
    Extension("AUTH", verb="AUTH", mail=frozenset({"AUTH"}), longer={"AUTH": LONGEST_LINE - COMMAND_LINE, "MAIL": 500}),
    Extension("ENHANCEDSTATUSCODES"),
    # RFC 6152 section 2: 17 characters for BODY
    Extension("8BITMIME", mail=frozenset({"BODY", "BODY=7BIT", "BODY=8BITMIME"}), longer={"MAIL": 17}),
    # RFC 3461 sections 4.1 to 4.4: ` RET=FULL`, ` ENVID=` with 100 characters; ` NOTIFY=SUCCESS,FAILURE,DELAY`,
    # ` ORCPT=` with 500
    Extension(
        "DSN",
        mail=frozenset({"RET", "ENVID"}),
        rcpt=frozenset({"NOTIFY", "ORCPT"}),
        longer={"MAIL": 9 + 107, "RCPT": 29 + 507},
    ),
    # RFC 6531 section 3.1: 10 octets for MAIL, VRFY and EXPN
    Extension("SMTPUTF8", mail=frozenset({"SMTPUTF8"}), longer={"MAIL": 10, "VRFY": 10}),
    Extension("CHUNKING", verb="BDAT"),
    # RFC 3030 section 3: only BDAT can carry such a message.
    Extension("BINARYMIME", mail=frozenset({"BODY", "BODY=BINARYMIME"}), needs="CHUNKING"),
    # RFC 9422
    Extension("LIMITS"),
    Extension("HELP", verb="HELP"),
)


class Offer:
    """What is offered under a policy, by SMTP or by LMTP; made once a server.

    `verbs` are the commands in the order in which HELP names them, `taken_up` those that get a reply of their own;
    `mail_params` and `rcpt_params` the parameters that MAIL and RCPT take; `longest` the octets of the longest command
    line; `enhanced`: replies carry such codes; `largest` the octets of the largest message, 0 for no limit.
    """

    def __init__(self, policy: Policy, *, lmtp: bool = False) -> None:
        hidden = {keyword.upper() for keyword in policy.hide_extensions}
        if not policy.max_recipients:
            # There is no limit to tell of.
            hidden.add("LIMITS")
        if policy.certificate is None:
            hidden.add("STARTTLS")
        offered = [one for one in EXTENSIONS if one.keyword not in hidden and one.needs not in hidden]
        self._names = frozenset(extension.keyword for extension in offered)
        self._require_tls = policy.require_tls
        self.largest = policy.largest_message
        # `SIZE 0`: no fixed maximum (RFC 1870 section 4).
        self._values = {
            "SIZE": f" {self.largest}",
            "AUTH": f" {' '.join(policy.users.mechanisms)}",
            "LIMITS": f" RCPTMAX={policy.max_recipients}",
        }
        self.mail_params: frozenset[str] = frozenset().union(*(extension.mail for extension in offered))
        self.rcpt_params: frozenset[str] = frozenset().union(*(extension.rcpt for extension in offered))
        verbs = [extension.verb for extension in offered if extension.verb is not None]
        basic = LMTP_VERBS if lmtp else BASIC_VERBS
        self.verbs = (*(verb for verb in basic if verb != "QUIT"), *verbs, "QUIT")
        # LMTP refuses the greetings of SMTP by a reply of their own.
        self.taken_up = frozenset((*BASIC_VERBS[:2], *self.verbs) if lmtp else self.verbs)
        self.enhanced = "ENHANCEDSTATUSCODES" in self._names
        self._limits = dict.fromkeys(self.verbs, COMMAND_LINE)
        for extension in offered:
            for verb, octets in extension.longer.items():
                if verb in self._limits:
                    self._limits[verb] += octets
        self.longest = max(self._limits.values())

    def __contains__(self, keyword: object) -> bool:
        return keyword in self._names

    def keywords(self, *, secure: bool = False) -> tuple[str, ...]:
        """The lines of the EHLO reply after the first; `secure` within TLS."""
        names = [extension.keyword for extension in EXTENSIONS if extension.keyword in self._names]
        if secure and "STARTTLS" in self._names:
            # RFC 3207 section 4.2: "A server MUST NOT return the STARTTLS extension in response to an EHLO command
            # received after a TLS handshake has completed."
            names.remove("STARTTLS")
        if self._require_tls and not secure and "AUTH" in self._names:
            # It would be refused.
            names.remove("AUTH")
        return tuple(name + self._values.get(name, "") for name in names)

    def limit(self, verb: str) -> int:
        """Octets of the verb's command line, line end included."""
        return self._limits.get(verb, COMMAND_LINE)
