"""What lint can find: one table of codes with severity, sentence and RFC section.

Severities: `error` breaks a rule that servers enforce, so the mail will be refused or spoilt somewhere; `warning` works
in most places and is likely to make trouble; `info` is worth knowing. A code that has been released stays: findings
are kept with their messages. `{}` in a sentence is a detail of the place.
"""

from __future__ import annotations

from typing import NamedTuple

from pillarbox.mail.message import Lint, Severity


class Rule(NamedTuple):
    severity: Severity
    sentence: str
    rfc: str | None


RULES: dict[str, Rule] = {
    # The session
    "early-talker": Rule(
        "error",
        "The client spoke before the server's greeting, as spam programs do; many servers hang up on it.",
        "RFC 5321 section 4.3.1",
    ),
    "helo-instead-of-ehlo": Rule(
        "warning",
        "The client said HELO without having tried EHLO, so it can use no extension at all.",
        "RFC 5321 section 3.2",
    ),
    "helo-name": Rule(
        "error",
        "The name in HELO or EHLO is neither a domain nor an address in brackets such as [192.0.2.1].",
        "RFC 5321 section 4.1.1.1",
    ),
    "pipelining-not-offered": Rule(
        "error",
        "A command was sent before the reply to the one before it, and PIPELINING was not offered.",
        "RFC 2920 section 3.1",
    ),
    "pipelining-past-end": Rule(
        "warning",
        "More was sent behind {} before its reply had come; {} has to be the last of a group.",
        "RFC 2920 section 3.1",
    ),
    "auth-in-clear": Rule(
        "warning",
        "A password or token crossed without TLS: everybody on the way could read it.",
        "RFC 4954 section 4",
    ),
    "starttls-injection": Rule(
        "error",
        "Plain text came behind STARTTLS, before TLS: a way to inject commands into the secure session.",
        "RFC 3207 section 6",
    ),
    "command-line-end": Rule(
        "error",
        "A command line does not end with CRLF.",
        "RFC 5321 section 2.3.8",
    ),
    "no-quit": Rule(
        "warning",
        "The client closed the connection without QUIT, so neither side knows whether the other had finished.",
        "RFC 5321 section 4.1.1.10",
    ),
    # The transaction
    "address-without-brackets": Rule(
        "warning",
        "The address in MAIL or RCPT has no angle brackets, or blanks before it; stricter servers refuse that.",
        "RFC 5321 section 4.1.1.2",
    ),
    "size-wrong": Rule(
        "warning",
        "SIZE announced {} octets and {} came: servers that trust the number refuse or reserve wrongly.",
        "RFC 1870 section 6",
    ),
    "8bit-without-8bitmime": Rule(
        "warning",
        "The content has octets over 127, and MAIL did not say BODY=8BITMIME.",
        "RFC 6152 section 3",
    ),
    "utf8-without-smtputf8": Rule(
        "error",
        "There are octets over 127 in {} and MAIL did not say SMTPUTF8.",
        "RFC 6531 section 3.4",
    ),
    "smuggling-attempt": Rule(
        "error",
        "A line with only a dot has a wrong line end: some servers would take it for the end of the message and what "
        "follows for another one.",
        "RFC 5321 section 4.1.1.4",
    ),
    "from-other-domain": Rule(
        "info",
        "From is at {} and MAIL FROM at {}: SPF vouches for the second only, which DMARC does not count.",
        "RFC 7489 section 3.1.2",
    ),
    # The octets of the content
    "bare-cr": Rule("error", "A carriage return stands without a line feed.", "RFC 5321 section 2.3.8"),
    "bare-lf": Rule("error", "A line feed stands without a carriage return.", "RFC 5321 section 2.3.8"),
    "nul": Rule("error", "The content holds a NUL octet.", "RFC 2045 section 2.7"),
    "line-too-long": Rule(
        "error",
        "A line is longer than 998 octets; servers cut or refuse it.",
        "RFC 5321 section 4.5.3.1.6",
    ),
    # Headers
    "missing-date": Rule("error", "The message has no Date header.", "RFC 5322 section 3.6"),
    "missing-from": Rule("error", "The message has no From header.", "RFC 5322 section 3.6"),
    "missing-message-id": Rule(
        "warning",
        "The message has no Message-ID, by which replies and reports find it.",
        "RFC 5322 section 3.6.4",
    ),
    "missing-to": Rule("info", "The message has neither To nor Cc.", "RFC 5322 section 3.6.3"),
    "missing-subject": Rule("info", "The message has no Subject header.", "RFC 5322 section 3.6.5"),
    "missing-sender": Rule(
        "error",
        "From names several people and no Sender header says who sent it.",
        "RFC 5322 section 3.6.2",
    ),
    "missing-mime-version": Rule(
        "warning",
        "There are MIME headers and no MIME-Version; strict readers show the message raw.",
        "RFC 2045 section 4",
    ),
    "missing-list-unsubscribe": Rule(
        "warning",
        "It looks like bulk mail and has no List-Unsubscribe header, which large providers demand.",
        "RFC 8058 section 3.1",
    ),
    "repeated-header": Rule("error", "{} stands {} times and may stand once.", "RFC 5322 section 3.6"),
    "malformed-header": Rule(
        "error",
        "A line among the headers is no header field, or no blank line ends them.",
        "RFC 5322 section 2.2",
    ),
    "malformed-date": Rule("error", "The Date header is no date.", "RFC 5322 section 3.3"),
    "malformed-from": Rule("error", "The From header holds no address.", "RFC 5322 section 3.6.2"),
    "malformed-address": Rule(
        "error",
        "An address header has a quote, bracket or comment that does not end.",
        "RFC 5322 section 3.4",
    ),
    "malformed-message-id": Rule(
        "warning",
        "The Message-ID is not of the form <left@domain>.",
        "RFC 5322 section 3.6.4",
    ),
    "date-far-off": Rule("info", "The Date header is {} away from the time of arrival.", "RFC 5322 section 3.6.1"),
    "bcc-header": Rule(
        "warning",
        "A Bcc header was left in: every recipient can read who else got a copy.",
        "RFC 5322 section 3.6.3",
    ),
    "encoded-word-too-long": Rule(
        "warning",
        "An encoded word has more than 75 characters; some readers show it raw.",
        "RFC 2047 section 2",
    ),
    "malformed-encoded-word": Rule(
        "error",
        "An encoded word does not decode, or holds a line break.",
        "RFC 2047 section 2",
    ),
    # MIME
    "multipart-without-boundary": Rule("error", "A multipart names no boundary.", "RFC 2046 section 5.1.1"),
    "boundary-not-found": Rule("error", "The boundary of a multipart never occurs.", "RFC 2046 section 5.1.1"),
    "boundary-not-closed": Rule("warning", "A multipart has no closing boundary.", "RFC 2046 section 5.1.1"),
    "malformed-content-type": Rule("error", "A Content-Type is not of the form type/subtype.", "RFC 2045 section 5.1"),
    "malformed-encoding": Rule(
        "error",
        "A Content-Transfer-Encoding is not known, or stands on a multipart where it may not.",
        "RFC 2045 section 6.4",
    ),
    "8bit-not-declared": Rule(
        "warning",
        "A part has octets over 127 and does not say Content-Transfer-Encoding: 8bit.",
        "RFC 2045 section 6.2",
    ),
    "charset-undecodable": Rule("error", "A text does not decode in the charset that it names.", "RFC 2045 section 5"),
    "charset-mislabelled": Rule("warning", "A text is UTF-8 and names another charset.", "RFC 2046 section 4.1.2"),
    "charset-unknown": Rule("warning", "A text names a charset that nobody knows.", "RFC 2046 section 4.1.2"),
    "charset-missing": Rule(
        "warning",
        "A text has octets over 127 and names no charset, so readers have to guess.",
        "RFC 2046 section 4.1.2",
    ),
    "html-without-text": Rule(
        "warning",
        "There is HTML and no plain text beside it; spam filters count that against it.",
        "RFC 2046 section 5.1.4",
    ),
}


def finding(code: str, *details: object, entry: int | None = None, header: str | None = None) -> Lint:
    """What the table says of `code`, about an entry's seq or a header's name."""
    severity, sentence, rfc = RULES[code]
    return Lint(code, severity, sentence.format(*details) if details else sentence, rfc, entry, header)
