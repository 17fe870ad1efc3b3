"""Reply codes: those of RFC 5321 and its extensions one by one, others by their first digit (section 4.2.1)."""

from __future__ import annotations

from pillarbox.mail.explain.explanation import Explanation

_CODES = "RFC 5321 section 4.2.3"

REPLIES: dict[int, tuple[str, str, str]] = {
    211: ("Status", "The state of the server, or an answer to HELP, for people to read.", _CODES),
    214: ("Help", "A help text for people to read.", _CODES),
    220: (
        "Ready",
        "The server's greeting after the connect, or its readiness to begin TLS after STARTTLS.",
        _CODES,
    ),
    221: ("Closing", "The server ends the session, usually in answer to QUIT.", _CODES),
    235: ("Logged in", "The authentication succeeded.", "RFC 4954 section 6"),
    250: (
        "Done",
        "The command was carried out. After the content it means that the server has taken over the message.",
        _CODES,
    ),
    251: (
        "Will forward",
        "The recipient is not here, but the server passes the message on. To ETRN: nothing is waiting.",
        "RFC 5321 section 3.4",
    ),
    252: (
        "Not verified",
        "The server does not say whether the mailbox exists, but takes mail for it and tries to deliver it.",
        "RFC 5321 section 3.5.3",
    ),
    253: ("Waiting mail started", "To ETRN: so many messages are waiting, and are being sent.", "RFC 1985 section 5.3"),
    334: (
        "Go on with the log-in",
        "The server's challenge in base64; the client answers with its next response.",
        "RFC 4954 section 4",
    ),
    354: (
        "Send the content",
        "The server waits for headers and body, ended by a line that holds only a dot.",
        "RFC 5321 section 4.1.1.4",
    ),
    421: (
        "Not available, closing",
        "The server ends the session now, because it stops, is busy or has waited too long. Try again later.",
        _CODES,
    ),
    422: (
        "Mailbox full for now",
        "Some servers say so when a mailbox is over its limit; the code is in no standard. Try again later.",
        "RFC 5321 section 4.2.1",
    ),
    432: (
        "Password must be changed",
        "The account has to be moved to this mechanism first, usually by logging in once by PLAIN over TLS.",
        "RFC 4954 section 4.7.12",
    ),
    450: (
        "Mailbox not available now",
        "The mailbox is busy, or the server puts the client off for policy reasons. Try again later.",
        _CODES,
    ),
    451: ("Server trouble", "Something failed inside the server. Nothing was taken; try again later.", _CODES),
    452: ("No room now", "Too little storage, or too many recipients at a time. Try again later.", _CODES),
    453: ("No mail waiting", "To ATRN: there is nothing for this domain.", "RFC 2645 section 5.2.2"),
    454: (
        "TLS or log-in not available now",
        "To STARTTLS or AUTH: the server cannot do it at the moment. Try again later.",
        "RFC 4954 section 6",
    ),
    455: ("Parameters not possible now", "The server cannot honour the parameters of MAIL or RCPT.", _CODES),
    458: ("Cannot start the queue", "To ETRN: the server cannot send what waits there.", "RFC 1985 section 5.3"),
    459: ("Node not allowed", "To ETRN: the server does not send mail to this node.", "RFC 1985 section 5.3"),
    500: ("Not understood", "The command is not known, or the line is too long or malformed.", _CODES),
    501: ("Bad argument", "The command is known, but what follows it is not well formed.", _CODES),
    502: ("Not implemented", "The command is known, but this server does not offer it.", "RFC 5321 section 4.2.4"),
    503: ("Wrong order", "The command may not come at this point, such as RCPT before MAIL.", "RFC 5321 section 4.1.4"),
    504: ("Argument not implemented", "The command is offered, but not with this argument or mechanism.", _CODES),
    521: (
        "No mail here, closing",
        "This host takes no mail, or cannot go on with this session and ends it. Trying again does not help.",
        "RFC 7504 section 3",
    ),
    523: ("Message too long", "A size limit forbids this message.", "RFC 5321 section 4.2.1"),
    530: (
        "Log-in or TLS required",
        "The server demands AUTH or STARTTLS before it takes this command; the text says which.",
        "RFC 4954 section 6",
    ),
    534: ("Mechanism too weak", "Policy demands a stronger mechanism for this user.", "RFC 4954 section 6"),
    535: ("Log-in failed", "Name, password or token is wrong, or not allowed.", "RFC 4954 section 6"),
    538: ("Encryption required for this mechanism", "Begin TLS first, then log in by it.", "RFC 4954 section 6"),
    550: (
        "Refused",
        "The mailbox does not exist, or policy forbids the message. Trying again does not help.",
        _CODES,
    ),
    551: ("Not here", "The recipient is elsewhere and the server does not forward.", "RFC 5321 section 3.4"),
    552: ("Too large", "The message or the mailbox is over its limit.", _CODES),
    553: ("Address not allowed", "The address is not well formed, or may not be used here.", _CODES),
    554: ("Failed", "The transaction failed; right after the connect: no mail is taken here.", _CODES),
    555: (
        "Parameter not known",
        "MAIL or RCPT has a parameter that the server does not offer. Look at its reply to EHLO.",
        "RFC 5321 section 4.1.1.11",
    ),
    556: ("Domain takes no mail", "The recipient's domain has said that it accepts none.", "RFC 7504 section 4"),
}  # fmt: skip

CLASSES: dict[int, tuple[str, str]] = {
    2: ("Success", "The command was carried out."),
    3: ("Go on", "The command is well so far; the server waits for what belongs to it."),
    4: ("Refused for now", "The command was not carried out, but may be later: try the same again."),
    5: ("Refused for good", "The command was not carried out, and repeating it unchanged does not help."),
}


def reply(code: int) -> Explanation | None:
    """A reply code; by its class when it is not known; None when it is no reply code at all."""
    known = REPLIES.get(code)
    if known is not None:
        return Explanation(f"{code} {known[0]}", known[1], known[2])
    group = CLASSES.get(code // 100)
    return Explanation(f"{code} {group[0]}", group[1], "RFC 5321 section 4.2.1") if group else None
