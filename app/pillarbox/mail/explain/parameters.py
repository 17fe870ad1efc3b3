"""The parameters of MAIL and RCPT, and their usual values (RFC 5321 section 4.1.2 and the extensions)."""

from __future__ import annotations

from pillarbox.mail.explain.explanation import Explanation, Row, look_up

PARAMETERS: dict[str, Row] = {
    "SIZE": (
        "Announced size",
        "About how many octets the content will have, so that a server can refuse it before it is sent.",
        "RFC 1870 section 6",
    ),
    "BODY": (
        "Kind of content",
        "Which octets the content holds: 7BIT, 8BITMIME or BINARYMIME. Without it, 7BIT is meant.",
        "RFC 6152 section 3",
    ),
    "SMTPUTF8": (
        "UTF-8 addresses and headers",
        "The message has UTF-8 in an address or a header, so every server on its way has to know this extension.",
        "RFC 6531 section 3.4",
    ),
    "RET": (
        "What a bounce brings back",
        "How much of the message a failure report should contain: FULL or HDRS.",
        "RFC 3461 section 4.3",
    ),
    "ENVID": (
        "Envelope id",
        "The sender's own name for this transaction. Reports about it repeat the id.",
        "RFC 3461 section 4.4",
    ),
    "NOTIFY": (
        "When to report",
        "On which outcomes the sender wants a report for this recipient: NEVER, or any of SUCCESS, FAILURE and DELAY.",
        "RFC 3461 section 4.1",
    ),
    "ORCPT": (
        "Original recipient",
        "The address that the sender wrote, before aliases and forwarding changed it; reports repeat it.",
        "RFC 3461 section 4.2",
    ),
    "AUTH": (
        "Who handed the message in",
        "The identity that the submitting server has verified, or <> when it is not known or not trusted.",
        "RFC 4954 section 5",
    ),
    "MT-PRIORITY": (
        "Priority of transfer",
        "From -9 to 9: which messages a busy server should pass on first. It says nothing about importance to readers.",
        "RFC 6710 section 3",
    ),
    "HOLDFOR": (
        "Hold for some seconds",
        "Asks the submission server to keep the message back for so many seconds before it goes out.",
        "RFC 4865",
    ),
    "HOLDUNTIL": (
        "Hold until a time",
        "Asks the submission server to keep the message back until this date and time.",
        "RFC 4865",
    ),
    "BY": (
        "Deliver by",
        "So many seconds for the delivery; R has it returned when the time is over, N has the sender told. T asks for "
        "traces.",
        "RFC 2852 section 4",
    ),
    "REQUIRETLS": (
        "Only over TLS",
        "The message may travel only over connections with verified TLS; otherwise it has to come back.",
        "RFC 8689 section 2",
    ),
    "RRVS": (
        "Require that the recipient is still the same",
        "Deliver only if the mailbox has had the same owner since this time.",
        "RFC 7293 section 3.1",
    ),
    "SUBMITTER": (
        "Responsible address",
        "Who is responsible for this hop, for Sender ID checks. The experiment is over.",
        "RFC 4405",
    ),
    "SOLICIT": (
        "Kinds of solicitation",
        "Labels of advertising in the message, for recipients who refuse such mail.",
        "RFC 3865",
    ),
    "MTRK": (
        "Message tracking",
        "A certificate with which the sender may later ask how far the message came.",
        "RFC 3885",
    ),
    "CONPERM": (
        "Conversion allowed",
        "The content may be converted on its way to a form that the recipient can use.",
        "RFC 4141",
    ),
    "CONNEG": (
        "Capabilities asked for",
        "Asks the server what kinds of content this recipient can use.",
        "RFC 4141",
    ),
    "TRANSID": (
        "Transaction id for a restart",
        "Names the transaction, so that it can go on after a broken connection where it had stopped.",
        "RFC 1845",
    ),
    "XVERP": (
        "A return address for each recipient",
        "A parameter of Postfix: puts each recipient into the sender's address, so bounces tell whom they are about.",
        None,
    ),
}

VALUES: dict[str, Row] = {
    "BODY=7BIT": (
        "ASCII content",
        "Lines of ASCII only. An encoding such as quoted-printable carries everything else.",
        "RFC 6152 section 3",
    ),
    "BODY=8BITMIME": (
        "8-bit content",
        "Lines that may hold octets over 127. A server that cannot pass them on has to encode or return the message.",
        "RFC 6152 section 3",
    ),
    "BODY=BINARYMIME": (
        "Binary content",
        "Octets of any kind, without lines. They have to be sent by BDAT, since DATA cannot carry them.",
        "RFC 3030 section 3",
    ),
    "RET=FULL": ("The whole message", "A failure report should contain all of the message.", "RFC 3461 section 4.3"),
    "RET=HDRS": ("Headers only", "A failure report should contain only the headers.", "RFC 3461 section 4.3"),
    "NOTIFY=NEVER": ("Never report", "No reports for this recipient, not even of failure.", "RFC 3461 section 4.1"),
    "NOTIFY=SUCCESS": ("Report success", "A report when the message was delivered.", "RFC 3461 section 4.1"),
    "NOTIFY=FAILURE": ("Report failure", "A report when the message cannot be delivered.", "RFC 3461 section 4.1"),
    "NOTIFY=DELAY": ("Report delay", "A report when the delivery takes unusually long.", "RFC 3461 section 4.1"),
    "AUTH=<>": (
        "Submitter not known",
        "The client does not say, or does not trust, who handed the message in.",
        "RFC 4954 section 5",
    ),
}


def parameter(name: str) -> Explanation | None:
    """A parameter by its keyword, as `RET`, or with its value, as `RET=HDRS`, `NOTIFY=FAILURE,DELAY`, `SIZE=120`.

    A value that has no explanation of its own gets that of its keyword; several of NOTIFY are told one after the other.
    """
    keyword, equals, value = name.partition("=")
    general = look_up(PARAMETERS, keyword)
    if general is None or not equals:
        return general
    listed = value.split(",", 3) if keyword.upper() == "NOTIFY" else [value]
    known = [look_up(VALUES, f"{keyword}={one}") for one in listed]
    told = [one for one in known if one is not None]
    if not told or len(told) != len(known):
        return general
    title = told[0].title if len(told) == 1 else general.title
    return Explanation(title, " ".join(one.text for one in told), told[0].rfc)
