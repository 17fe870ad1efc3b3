"""The keywords that servers announce in their reply to EHLO (RFC 5321 section 4.1.1.1 and the IANA registry)."""

from __future__ import annotations

from pillarbox.mail.explain.explanation import Explanation, Row, look_up

KEYWORDS: dict[str, Row] = {
    "PIPELINING": (
        "Several commands at once",
        "The client may send a group of commands without waiting for each reply.",
        "RFC 2920 section 3",
    ),
    "SIZE": (
        "Largest message",
        "The most octets that a message may have here; 0 or nothing means that no limit is told.",
        "RFC 1870 section 4",
    ),
    "VRFY": ("VRFY is known", "The client may ask about an address.", "RFC 5321 section 3.5.2"),
    "EXPN": ("EXPN is known", "The client may ask for the members of a list.", "RFC 5321 section 3.5.2"),
    "ETRN": ("ETRN is known", "The client may ask the server to send mail that waits for it.", "RFC 1985 section 4"),
    "ATRN": ("ATRN is known", "An authenticated client may take its waiting mail on this connection.", "RFC 2645"),
    "STARTTLS": (
        "Encryption on demand",
        "The client may begin TLS on this connection. Not listed again once TLS is on.",
        "RFC 3207 section 2",
    ),
    "AUTH": (
        "Log-in",
        "The client may authenticate itself; the mechanisms that the server takes follow.",
        "RFC 4954 section 3",
    ),
    "ENHANCEDSTATUSCODES": (
        "Enhanced status codes",
        "Replies carry a second code such as 5.1.1, which says more exactly what happened.",
        "RFC 2034 section 3",
    ),
    "8BITMIME": ("8-bit content", "The client may send octets over 127 in the content.", "RFC 6152 section 2"),
    "DSN": (
        "Delivery reports",
        "The client may say when it wants reports and what they should hold: RET, ENVID, NOTIFY, ORCPT.",
        "RFC 3461 section 4",
    ),
    "SMTPUTF8": ("UTF-8 addresses", "Addresses and headers may be in UTF-8.", "RFC 6531 section 3.2"),
    "UTF8SMTP": (
        "UTF-8 addresses, the experiment",
        "The experimental forerunner of SMTPUTF8, which is not compatible with it.",
        "RFC 5336",
    ),
    "CHUNKING": (
        "Content in chunks",
        "The client may send content by BDAT, with its length announced, instead of DATA.",
        "RFC 3030 section 2",
    ),
    "BINARYMIME": ("Binary content", "Content may hold any octets, if it is sent by BDAT.", "RFC 3030 section 3"),
    "LIMITS": (
        "Limits told",
        "Numbers that the server holds the client to, such as RCPTMAX, the most recipients of one message.",
        "RFC 9422 section 3",
    ),
    "HELP": ("HELP is known", "The client may ask for a help text.", "RFC 5321 section 4.1.1.8"),
    "DELIVERBY": ("Deliver by", "A time limit for the delivery may be given, by BY at MAIL.", "RFC 2852 section 4"),
    "FUTURERELEASE": (
        "Hold for later",
        "A message may be kept back; the longest time in seconds and the latest date follow.",
        "RFC 4865",
    ),
    "MT-PRIORITY": ("Priorities", "A priority of transfer may be given at MAIL.", "RFC 6710 section 3"),
    "REQUIRETLS": (
        "Only over TLS",
        "The client may demand that a message travels over verified TLS only.",
        "RFC 8689 section 2",
    ),
    "RRVS": (
        "Recipient still the same",
        "The client may demand that a mailbox has not changed its owner since a given time.",
        "RFC 7293 section 3",
    ),
    "BURL": ("Content by reference", "The server can fetch the content from an IMAP server.", "RFC 4468 section 3"),
    "NO-SOLICITING": ("No advertising", "The server tells which kinds of solicitation it refuses.", "RFC 3865"),
    "SUBMITTER": ("Responsible address", "The client may name who is responsible for this hop.", "RFC 4405"),
    "MTRK": ("Message tracking", "A message may be marked, so that its way can be asked for later.", "RFC 3885"),
    "CHECKPOINT": ("Restart", "A broken transaction may go on later where it had stopped.", "RFC 1845"),
    "CONPERM": ("Conversion allowed", "The client may allow that the content is converted.", "RFC 4141"),
    "CONNEG": ("Capabilities", "The client may ask what kinds of content a recipient can use.", "RFC 4141"),
    "TURN": ("TURN is known", "The roles could be changed. Unsafe, and obsolete.", "RFC 5321 appendix F.1"),
    "SEND": ("SEND is known", "Messages could go to terminals. Obsolete.", "RFC 5321 appendix F.6"),
    "SOML": (
        "SOML is known",
        "Messages could go to terminals or mailboxes. Obsolete.",
        "RFC 5321 appendix F.6",
    ),
    "SAML": (
        "SAML is known",
        "Messages could go to terminals and mailboxes. Obsolete.",
        "RFC 5321 appendix F.6",
    ),
    "XCLIENT": (
        "Speaking for another client",
        "Postfix: a trusted proxy may tell which client it speaks for; the facts it may tell follow.",
        None,
    ),
    "XFORWARD": (
        "Where mail came from",
        "Postfix: a trusted filter may tell which client a message came from; the facts it may tell follow.",
        None,
    ),
    "PRDR": (
        "A reply for each recipient",
        "Exim: after the content the server may answer for each recipient apart, as LMTP does.",
        None,
    ),
    "XVERP": ("A return address for each recipient", "Postfix: the sender's address may be made for each one.", None),
    "X-EXPS": ("Exchange log-in", "Log-in between servers of Microsoft Exchange; the mechanisms follow.", None),
    "ONEX": ("One message", "The client promises to send one message only. Obsolete.", None),
    "VERB": ("Verbose", "The server could report each step of the delivery. Obsolete.", None),
}

LIMITS: dict[str, Row] = {
    "RCPTMAX": ("Most recipients", "The most RCPT commands of one message.", "RFC 9422 section 4"),
    "MAILMAX": ("Most messages", "The most transactions of one session.", "RFC 9422 section 4"),
    "RCPTDOMAINMAX": ("Most domains", "The most different domains of one message's recipients.", "RFC 9422 section 4"),
}


def keyword(name: str) -> Explanation | None:
    """A keyword of the reply to EHLO; `AUTH=LOGIN …`, as old servers write it for old clients, is AUTH."""
    return look_up(KEYWORDS, name.partition("=")[0])


def limit(name: str) -> Explanation | None:
    """A limit of LIMITS, with its value or without: `RCPTMAX=1000`."""
    return look_up(LIMITS, name.partition("=")[0])
