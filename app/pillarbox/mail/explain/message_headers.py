"""Headers that say what a message is: its author, its dates, its threads, its content (RFC 5322, MIME and later)."""

from __future__ import annotations

from pillarbox.mail.explain.explanation import Row

MESSAGE_HEADERS: dict[str, Row] = {
    # RFC 5322
    "DATE": (
        "When it was written",
        "The moment that the author called it done, by their clock.",
        "RFC 5322 section 3.6.1",
    ),
    "FROM": (
        "Who wrote it",
        "The author, or authors. Readers show this name; DMARC judges its domain.",
        "RFC 5322 section 3.6.2",
    ),
    "SENDER": (
        "Who sent it for the author",
        "Whose hand sent it, where that is not the author. Needed when From names several people.",
        "RFC 5322 section 3.6.2",
    ),
    "REPLY-TO": ("Where answers go", "An answer goes here instead of to From.", "RFC 5322 section 3.6.2"),
    "TO": (
        "Whom it is for",
        "Who is addressed. Delivery goes by RCPT TO of the envelope, not by this header.",
        "RFC 5322 section 3.6.3",
    ),
    "CC": ("Who gets a copy", "Others who get it, as all recipients can see.", "RFC 5322 section 3.6.3"),
    "BCC": (
        "Who gets a copy unseen",
        "Recipients that the others should not see. Whoever sends the mail should take this header out first.",
        "RFC 5322 section 3.6.3",
    ),
    "MESSAGE-ID": (
        "The name of this message",
        "Unique in the world: answers refer to it, and a second copy is known by it.",
        "RFC 5322 section 3.6.4",
    ),
    "IN-REPLY-TO": (
        "What it answers",
        "The Message-ID of the message that this one answers.",
        "RFC 5322 section 3.6.4",
    ),
    "REFERENCES": (
        "The thread so far",
        "The Message-IDs of the messages before it, oldest first. Mail programs build threads of them.",
        "RFC 5322 section 3.6.4",
    ),
    "SUBJECT": (
        "What it is about",
        "A line for people. What is not ASCII stands in encoded words.",
        "RFC 5322 section 3.6.5",
    ),
    "COMMENTS": ("A remark", "A remark on the text, for people.", "RFC 5322 section 3.6.5"),
    "KEYWORDS": ("Words to find it by", "Words and phrases, parted by commas.", "RFC 5322 section 3.6.5"),
    "RESENT-DATE": ("When it was passed on", "When somebody sent the message on unchanged.", "RFC 5322 section 3.6.6"),
    "RESENT-FROM": (
        "Who passed it on",
        "Who sent the message on unchanged; the author stays in From.",
        "RFC 5322 section 3.6.6",
    ),
    "RESENT-SENDER": ("Whose hand passed it on", "Who did it for Resent-From.", "RFC 5322 section 3.6.6"),
    "RESENT-TO": ("To whom it was passed on", "Who gets it this time.", "RFC 5322 section 3.6.6"),
    "RESENT-CC": ("Who gets a copy this time", "Others to whom it was passed on.", "RFC 5322 section 3.6.6"),
    "RESENT-BCC": ("Who gets a copy unseen this time", "Others to whom it was passed on.", "RFC 5322 section 3.6.6"),
    "RESENT-MESSAGE-ID": ("The name of this passing on", "Unique, as Message-ID is.", "RFC 5322 section 3.6.6"),
    # MIME
    "MIME-VERSION": (
        "It is MIME",
        "1.0 in every message with MIME headers; without it they need not be heeded.",
        "RFC 2045 section 4",
    ),
    "CONTENT-TYPE": (
        "What the body is",
        "The media type with its parameters: charset of a text, boundary of a multipart.",
        "RFC 2045 section 5",
    ),
    "CONTENT-TRANSFER-ENCODING": (
        "How the body was written",
        "7bit, 8bit and binary are the octets themselves; quoted-printable and base64 stand for others.",
        "RFC 2045 section 6",
    ),
    "CONTENT-ID": (
        "The name of this part",
        "Other parts refer to it: HTML by cid: and this name.",
        "RFC 2045 section 7",
    ),
    "CONTENT-DESCRIPTION": ("What the part is", "Words for people on this part.", "RFC 2045 section 8"),
    "CONTENT-DISPOSITION": (
        "Show or attach",
        "What is inline is shown where it stands, an attachment is offered under its file name.",
        "RFC 2183 section 2",
    ),
    "CONTENT-LANGUAGE": ("The language of the content", "Language tags such as en or pt-BR.", "RFC 3282 section 2"),
    "ACCEPT-LANGUAGE": (
        "Languages that the author reads",
        "Language tags, best first, for the answer.",
        "RFC 3282 section 3",
    ),
    "CONTENT-LOCATION": (
        "The address of this part",
        "HTML can refer to the part by this URI instead of a Content-ID.",
        "RFC 2557 section 4",
    ),
    "CONTENT-BASE": ("What addresses are relative to", "Withdrawn; Content-Location has taken its place.", "RFC 2110"),
    "CONTENT-MD5": (
        "A digest of the content",
        "MD5 of the decoded part, in base64: shows damage, protects from nobody.",
        "RFC 1864",
    ),
    "CONTENT-DURATION": ("How long it plays", "Seconds of sound or film.", "RFC 3803"),
    "CONTENT-FEATURES": ("What is needed to show it", "A media feature expression, of fax and voice mail.", "RFC 2912"),
    "CONTENT-CLASS": ("Kind of item", "Outlook's word for what the item is, such as a calendar message.", None),
    "CONTENT-LENGTH": (
        "Octets of the body",
        "Written by some programs into mailboxes; mail on its way does not need it.",
        None,
    ),
    # Automatic mail, priority and handling
    "AUTO-SUBMITTED": (
        "Whether a person sent it",
        "The values auto-generated and auto-replied keep vacation notices and other programs from answering it.",
        "RFC 3834 section 5",
    ),
    "PRECEDENCE": (
        "Kind of mass mail",
        "With bulk, list or junk it asks for no automatic answers. Auto-Submitted is the standard one.",
        "RFC 2076",
    ),
    "IMPORTANCE": ("How much it matters", "As high, normal or low, as the author sees it.", "RFC 2156"),
    "PRIORITY": ("How soon to deliver", "One of urgent, normal and non-urgent.", "RFC 2156"),
    "SENSITIVITY": ("How private it is", "Personal, Private or Company-Confidential. It protects nothing.", "RFC 2156"),
    "MT-PRIORITY": (
        "Priority for servers",
        "From -9 to 9; servers that know the extension send what is higher first.",
        "RFC 6758",
    ),
    "EXPIRES": ("When it loses its worth", "After this moment the content is out of date.", "RFC 4021"),
    "EXPIRY-DATE": ("When it loses its worth", "The older spelling of Expires.", "RFC 4021"),
    "REPLY-BY": ("When an answer is due", "The latest moment for an answer.", "RFC 2156"),
    "SUPERSEDES": ("What it replaces", "The Message-ID of an older version of this message.", "RFC 2156"),
    "OBSOLETES": (
        "What it replaces",
        "The Message-ID of an older version; Supersedes is the usual spelling.",
        "RFC 2156",
    ),
    "DISPOSITION-NOTIFICATION-TO": (
        "Tell when it is read",
        "Asks the reader's program to tell this address that the message was displayed. Programs ask first, or refuse.",
        "RFC 8098 section 2.1",
    ),
    "DISPOSITION-NOTIFICATION-OPTIONS": (
        "How to tell",
        "Options for the notice that the message was read.",
        "RFC 8098 section 2.2",
    ),
    "ORIGINAL-RECIPIENT": (
        "First address",
        "For whom it was at first, before it was forwarded.",
        "RFC 8098 section 2.3",
    ),
    "ORIGINAL-MESSAGE-ID": ("The first name", "The Message-ID that the message had before it was changed.", "RFC 3885"),
    "USER-AGENT": ("The program of the author", "Name and version of the mail program.", "RFC 5536 section 3.2.13"),
    "ORGANIZATION": ("The author's organization", "Words for people.", "RFC 5536 section 3.2.9"),
    "NEWSGROUPS": (
        "Newsgroups",
        "Where it was posted, when it is an article of Usenet as well.",
        "RFC 5536 section 3.1.4",
    ),
    "FOLLOWUP-TO": ("Where follow-ups go", "The newsgroup for answers.", "RFC 5536 section 3.2.6"),
    "ARCHIVED-AT": ("Where it can be read", "The address of this message in an archive.", "RFC 5064 section 2"),
    "AUTHOR": ("The first author", "Who wrote it, kept where a list has put itself into From.", "RFC 9057 section 3"),
    "AUTOCRYPT": (
        "The author's key",
        "An OpenPGP key and the address it belongs to, so that answers can be encrypted.",
        None,
    ),
    "AUTOCRYPT-GOSSIP": ("Keys of the others", "In encrypted mail, the keys of its other recipients.", None),
    "OPENPGP": ("Where the key is", "Tells where the author's OpenPGP key can be had.", None),
    "JABBER-ID": ("Chat address", "The author's address for chat by XMPP.", "RFC 7259"),
    "REQUIRE-RECIPIENT-VALID-SINCE": (
        "Only for who had the address then",
        "Deliver only if the address has belonged to the same person since that date.",
        "RFC 7293 section 3.2",
    ),
    "HP-OUTER": (
        "What the outer header said",
        "In encrypted mail, the header as it stood outside, for comparison.",
        "RFC 9788 section 2.2",
    ),
}
