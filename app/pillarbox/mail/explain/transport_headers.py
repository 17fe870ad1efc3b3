"""Headers that servers, lists and services write: the way, signatures and their verdicts, subscriptions, feedback."""

from __future__ import annotations

from pillarbox.mail.explain.explanation import Row

TRANSPORT_HEADERS: dict[str, Row] = {
    "RECEIVED": (
        "One hop of its way",
        "Each server writes one above the others: from whom, to whom, how and when it took the message.",
        "RFC 5321 section 4.4",
    ),
    "RETURN-PATH": (
        "Where bounces go",
        "The envelope sender. The last server writes it at delivery; mail that is sent should not have it yet.",
        "RFC 5321 section 4.4",
    ),
    "DELIVERED-TO": (
        "The mailbox it came to",
        "Written at delivery, and looked for to see that mail runs in circles.",
        "RFC 9228 section 4",
    ),
    "ENVELOPE-TO": ("Envelope recipient", "Exim's copy of the RCPT TO address.", None),
    "DELIVERY-DATE": ("When it was delivered", "Exim's moment of delivery.", None),
    # Signatures and verdicts
    "DKIM-SIGNATURE": (
        "Signature of a domain",
        "Signs the body and the headers it lists. The key is in DNS at selector._domainkey.domain.",
        "RFC 6376 section 3.5",
    ),
    "DOMAINKEY-SIGNATURE": ("The signature before DKIM", "Withdrawn; DKIM-Signature has taken its place.", "RFC 4870"),
    "AUTHENTICATION-RESULTS": (
        "What a server found out",
        "Results of SPF, DKIM, DMARC and others. Believe only those of a server that you trust.",
        "RFC 8601 section 2",
    ),
    "RECEIVED-SPF": (
        "Result of SPF",
        "Whether the client may send for the domain of MAIL FROM, and what was asked.",
        "RFC 7208 section 9.1",
    ),
    "ARC-SEAL": (
        "Seal of a forwarder",
        "Signs the ARC headers so far, so that a chain of forwarders can be followed.",
        "RFC 8617 section 4.1.3",
    ),
    "ARC-MESSAGE-SIGNATURE": (
        "The message as forwarded",
        "As DKIM-Signature, of what a forwarder passed on.",
        "RFC 8617 section 4.1.2",
    ),
    "ARC-AUTHENTICATION-RESULTS": (
        "What a forwarder found out",
        "The results as the forwarder saw them, before its changes broke signatures.",
        "RFC 8617 section 4.1.1",
    ),
    "BIMI-SELECTOR": (
        "Which logo to show",
        "Names the DNS record with the sender's logo. An internet draft, not an RFC.",
        None,
    ),
    "BIMI-LOCATION": ("Where the logo is", "Written by the receiving server. An internet draft, not an RFC.", None),
    "BIMI-INDICATOR": ("The logo itself", "Written by the receiving server. An internet draft, not an RFC.", None),
    "TLS-REQUIRED": (
        "Deliver rather than protect",
        "No asks servers to deliver it even where TLS cannot be had.",
        "RFC 8689",
    ),
    "TLS-REPORT-DOMAIN": (
        "TLS report about",
        "The domain that a report on TLS connections is about.",
        "RFC 8460 section 5.3",
    ),
    "TLS-REPORT-SUBMITTER": ("TLS report by", "Who made a report on TLS connections.", "RFC 8460 section 5.3"),
    "VBR-INFO": ("Who vouches for it", "Names services that say that the sender can be trusted.", "RFC 5518"),
    # Lists
    "LIST-ID": ("The list", "The name of the list, which stays when its address changes.", "RFC 2919 section 3"),
    "LIST-UNSUBSCRIBE": (
        "How to leave",
        "Addresses, mailto or https, that end the subscription. Large providers want it in mass mail.",
        "RFC 2369 section 3.2",
    ),
    "LIST-UNSUBSCRIBE-POST": (
        "Leave with one click",
        "Says that one POST to the https address above ends it. Its only value is List-Unsubscribe=One-Click.",
        "RFC 8058 section 3.1",
    ),
    "LIST-SUBSCRIBE": ("How to join", "An address that begins a subscription.", "RFC 2369 section 3.3"),
    "LIST-HELP": ("How the list works", "An address with instructions.", "RFC 2369 section 3.1"),
    "LIST-POST": ("How to write to the list", "The address for posts, or NO where nobody may.", "RFC 2369 section 3.4"),
    "LIST-OWNER": ("Who runs the list", "The address of a person.", "RFC 2369 section 3.5"),
    "LIST-ARCHIVE": ("Where old posts are", "The address of the archive.", "RFC 2369 section 3.6"),
    "MAILING-LIST": ("The list", "A way of some list programs to name themselves; List-Id is the standard.", None),
    # Reports and services
    "FAILED-RECIPIENTS": ("Whom it failed for", "Addresses that a bounce is about, as some servers write them.", None),
    "FEEDBACK-ID": (
        "Groups for complaint rates",
        "Up to four names parted by colons; Gmail counts complaints by them. The last is the sender's.",
        None,
    ),
    "CFBL-ADDRESS": ("Where complaints go", "Where a provider should report that a reader called it spam.", "RFC 9477"),
    "CFBL-FEEDBACK-ID": (
        "What the complaint names",
        "Comes back with a complaint, so that the sender knows the mail.",
        "RFC 9477",
    ),
    "DELIVERED-BY-THE-GRACE-OF": ("A joke", "Some servers thank the powers that delivered it.", None),
    "ERRORS-TO": ("Where errors go", "Withdrawn and not heeded: bounces go to MAIL FROM.", "RFC 2076"),
    "RETURN-RECEIPT-TO": (
        "Tell when it arrived",
        "An old request for a receipt; servers heed NOTIFY of the envelope.",
        "RFC 2076",
    ),
    "SIO-LABEL": ("Security label", "How confidential it is, by a policy that it names.", "RFC 7444"),
    "DISTRIBUTION": ("How far it goes", "Where on Usenet an article should be seen.", "RFC 5536 section 3.2.4"),
    "APPARENTLY-TO": (
        "Guessed recipient",
        "An old server's guess where To was missing. It gives Bcc away.",
        "RFC 2076",
    ),
    "STATUS": ("Read or not", "Written by mail programs into mailboxes; mail on its way should not have it.", None),
}
