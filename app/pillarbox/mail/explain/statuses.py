"""Enhanced status codes `class.subject.detail` (RFC 3463 and the IANA registry of RFC 5248).

The text is put together: the detail says what happened, the class whether to try again. A detail that is not known is
explained by its subject, a subject that is not known by its class.
"""

from __future__ import annotations

import re

from pillarbox.mail.explain.explanation import Explanation

_CODE = re.compile(r"([245])\.([0-9]{1,3})\.([0-9]{1,3})", re.ASCII)

CLASSES = {
    2: ("Success", "It was done."),
    4: ("Put off", "This may pass: try the same again later."),
    5: ("Failed", "Trying again unchanged does not help."),
}

SUBJECTS = {
    0: ("Other", "Nothing more exact is said.", "RFC 3463 section 3.1"),
    1: ("Address", "It is about an address.", "RFC 3463 section 3.2"),
    2: ("Mailbox", "It is about the recipient's mailbox.", "RFC 3463 section 3.3"),
    3: ("Mail system", "It is about the receiving system as a whole.", "RFC 3463 section 3.4"),
    4: ("Network and routing", "It is about the way to the next server.", "RFC 3463 section 3.5"),
    5: ("Protocol", "It is about the commands of this session.", "RFC 3463 section 3.6"),
    6: ("Content", "It is about the content of the message.", "RFC 3463 section 3.7"),
    7: ("Security and policy", "It is about permission, log-in or encryption.", "RFC 3463 section 3.8"),
}

DETAILS: dict[tuple[int, int], tuple[str, str, str | None]] = {
    (1, 0): ("Address", "Something about an address.", None),
    (1, 1): ("No such mailbox", "The part before the @ is not known at this domain.", None),
    (1, 2): ("No such domain", "The part after the @ does not exist or takes no mail.", None),
    (1, 3): ("Bad recipient address", "The recipient's address is not well formed.", None),
    (1, 4): ("Ambiguous address", "The address fits more than one recipient.", None),
    (1, 5): ("Recipient valid", "The recipient's address is good.", None),
    (1, 6): ("Moved", "The mailbox has moved and left no new address.", None),
    (1, 7): ("Bad sender address", "The sender's address is not well formed.", None),
    (1, 8): ("Bad sender domain", "The domain of the sender does not exist or takes no mail.", None),
    (1, 9): ("Relayed to a simpler system", "The message went to a system that gives no reports.", "RFC 5248"),
    (1, 10): ("Domain takes no mail", "The recipient's domain has a null MX: it accepts none.", "RFC 7505 section 4.2"),
    (2, 0): ("Mailbox", "Something about the recipient's mailbox.", None),
    (2, 1): ("Mailbox disabled", "The mailbox exists but takes no mail.", None),
    (2, 2): ("Mailbox full", "The mailbox is over its quota.", None),
    (2, 3): ("Longer than allowed", "The message is over the size that this mailbox takes.", None),
    (2, 4): ("List trouble", "The mailing list could not be expanded.", None),
    (3, 0): ("Mail system", "Something about the mail system.", None),
    (3, 1): ("System full", "The system has no room left.", None),
    (3, 2): ("Not accepting mail", "The system takes no mail now, because it stops or is too busy.", None),
    (3, 3): ("Feature missing", "The system cannot do what the message asks for.", None),
    (3, 4): ("Message too big", "The message is over the size limit of this system.", None),
    (3, 5): ("Configured wrongly", "The system cannot take this because of its configuration.", None),
    (3, 6): ("Priority changed", "The requested priority was changed.", "RFC 6710"),
    (4, 0): ("Network", "Something about the network.", None),
    (4, 1): ("No answer", "The next server did not answer.", None),
    (4, 2): ("Connection lost", "The connection broke or went silent for too long.", None),
    (4, 3): ("Directory trouble", "A directory or name server could not be asked.", None),
    (4, 4): ("No route", "There is no way to the next server.", None),
    (4, 5): ("Congestion", "The mail system is too busy.", None),
    (4, 6): ("Loop", "The message went round in circles.", None),
    (4, 7): ("Took too long", "The message could not be delivered in its time.", None),
    (5, 0): ("Protocol", "Something about the commands.", None),
    (5, 1): ("Invalid command", "The command is out of order or not offered.", None),
    (5, 2): ("Syntax error", "The command could not be understood.", None),
    (5, 3): ("Too many recipients", "The message has more recipients than are taken at once.", None),
    (5, 4): ("Bad argument", "The command's argument or parameter is wrong.", None),
    (5, 5): ("Wrong version", "The two sides speak different versions of the protocol.", None),
    (5, 6): ("Log-in line too long", "A line of the authentication exchange is too long.", "RFC 4954 section 6"),
    (6, 0): ("Content", "Something about the content.", None),
    (6, 1): ("Media not supported", "The content is of a kind that is not taken.", None),
    (6, 2): ("Conversion forbidden", "The content would have to be converted, which is not allowed.", None),
    (6, 3): ("Conversion not possible", "The content would have to be converted, which nobody can.", None),
    (6, 4): ("Converted with loss", "The content was converted and something got lost.", None),
    (6, 5): ("Conversion failed", "The content could not be converted.", None),
    (6, 6): ("Content not available", "The content that BURL names could not be fetched.", "RFC 4468"),
    (6, 7): ("UTF-8 address not allowed", "An address holds UTF-8 and SMTPUTF8 is not in use.", "RFC 6531 section 3.5"),
    (6, 8): (
        "UTF-8 reply required",
        "The reply would need UTF-8, which is not allowed.",
        "RFC 6531 section 3.5",
    ),
    (6, 9): ("UTF-8 headers not allowed", "A recipient's server cannot take UTF-8 headers.", "RFC 6531 section 3.5"),
    (6, 10): ("UTF-8 reply required", "The same as X.6.8, which replaces it.", "RFC 6531 section 3.5"),
    (7, 0): ("Security", "Something about security or policy.", None),
    (7, 1): ("Not allowed", "Policy forbids the delivery.", None),
    (7, 2): ("List not allowed", "The sender may not write to this list.", None),
    (7, 3): ("Protection lost", "The message would lose its protection by a conversion.", None),
    (7, 4): ("Protection not supported", "The message asks for a protection that is not offered.", None),
    (7, 5): ("Cryptography failed", "A cryptographic operation failed.", None),
    (7, 6): ("Algorithm not supported", "The cryptographic algorithm is not known here.", None),
    (7, 7): ("Message altered", "The message does not match its signature.", None),
    (7, 8): ("Log-in failed", "Name, password or token is wrong.", "RFC 4954 section 6"),
    (7, 9): ("Mechanism too weak", "A stronger authentication mechanism is demanded.", "RFC 4954 section 6"),
    (7, 10): ("Encryption needed", "The channel must be encrypted first.", "RFC 5248"),
    (7, 11): ("Encryption needed for this mechanism", "Begin TLS first, then log in by it.", "RFC 4954 section 6"),
    (7, 12): ("Password transition", "The account has to be moved to this mechanism first.", "RFC 4954 section 6"),
    (7, 13): ("Account disabled", "The account is locked; ask its administrator.", "RFC 5248"),
    (7, 14): ("Trust required", "The server must be configured to trust another one first.", "RFC 5248"),
    (7, 15): ("Priority too low", "Only mail of higher priority is taken now.", "RFC 6710"),
    (7, 16): ("Too big for its priority", "Mail of this priority may not be so big.", "RFC 6710"),
    (7, 17): ("Mailbox has a new owner", "The owner has changed since the time given by RRVS.", "RFC 7293"),
    (7, 18): ("Domain has a new owner", "The domain has changed hands since the time given by RRVS.", "RFC 7293"),
    (7, 19): ("Ownership not known", "Whether the owner has changed could not be found out.", "RFC 7293"),
    (7, 20): ("No good DKIM signature", "No DKIM signature of the message is valid.", "RFC 7372 section 3.1"),
    (7, 21): (
        "No acceptable DKIM signature",
        "No valid DKIM signature is one that policy takes.",
        "RFC 7372 section 3.1",
    ),
    (7, 22): ("DKIM not of the author", "No valid DKIM signature is of the From domain.", "RFC 7372 section 3.1"),
    (7, 23): ("SPF failed", "SPF says that this client may not send for the domain.", "RFC 7372 section 3.2"),
    (7, 24): ("SPF error", "SPF could not be evaluated.", "RFC 7372 section 3.2"),
    (7, 25): ("Reverse DNS failed", "The client's address has no matching name in the DNS.", "RFC 7372 section 3.3"),
    (7, 26): ("Several checks failed", "More than one authentication check failed.", "RFC 7372 section 3.4"),
    (7, 27): (
        "Sender takes no mail",
        "The sender's domain has a null MX: no answer could come.",
        "RFC 7505 section 4.2",
    ),
    (7, 28): ("Mail flood", "Too much mail came from one source.", "RFC 5248"),
    (7, 29): ("ARC failed", "The chain of ARC signatures is not valid.", "RFC 8617"),
    (7, 30): ("REQUIRETLS missing", "The next server cannot promise TLS all the way.", "RFC 8689"),
}


def enhanced(code: str) -> Explanation | None:
    """An enhanced code such as "5.1.1"; None when it is none."""
    found = _CODE.fullmatch(code)
    if found is None:
        return None
    group, subject, detail = (int(number) for number in found.groups())
    outcome, advice = CLASSES[group]
    title, text, rfc = SUBJECTS.get(subject) or (outcome, "Its subject is not registered.", "RFC 3463 section 2")
    if (subject, detail) in DETAILS:
        title, text, own = DETAILS[subject, detail]
        rfc = own or rfc
    elif subject == 0:
        title, text = outcome, "Nothing more exact is said."
    return Explanation(f"{code} {title}", f"{text} {advice}", rfc)
