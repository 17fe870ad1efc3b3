"""What the language of queries is called to people: half a sentence for each operator, and the values they can choose.

Which operators there are, `pillarbox.mail.query.operators` and `pillarbox.mail.spoken` say; a test holds this to them.
"""

from __future__ import annotations

from pillarbox.web.language import noop

OPERATORS: dict[str, str] = {
    "from": noop("who sent it: envelope, From, Reply-To"),
    "to": noop("who gets it: envelope, To, Cc"),
    "subject": noop("words of the subject"),
    "is": noop("unread, read, pinned"),
    "has": noop("an attachment, HTML, findings of lint"),
    "tag": noop("one of its tags, whole"),
    "inbox": noop("the inbox that it is in"),
    "newer": noop("came not longer ago than that: s, m, h, d"),
    "older": noop("came longer ago than that"),
    "since": noop("came on that day or later"),
    "until": noop("came before that day"),
    "body": noop("words of the text, HTML included"),
    "filename": noop("names of attachments"),
    "larger": noop("has more octets: K, M, G"),
    "smaller": noop("has fewer octets"),
    "cc": noop("addresses in Cc alone"),
    "bcc": noop("recipients that no header names"),
    "header": noop("any header: Name, or Name=value"),
    "message-id": noop("the header Message-ID"),
    "code": noop("a reply that was given in its session"),
    "session": noop("the session that it came by"),
}
"""Of mail, those first that are used most."""

SAID: dict[str, str] = {
    "code": noop("a reply that the server gave"),
    "verb": noop("a command that the client gave"),
}
"""Of sessions."""

WORDS = (
    ("invoice ada", noop("messages with both words, anywhere")),
    ('"your invoice"', noop("these words, whole, one behind the other")),
    ("invoice OR receipt", noop("either; OR in capitals, and it binds tighter than a space")),
    ("-draft", noop("what does not have it: a word, a phrase, an operator or parentheses")),
    ("from:shop (refund OR return)", noop("parentheses, up to eight deep")),
)
"""What stands between operators: examples, each with what it finds."""

_AGES = (
    ("15m", noop("a quarter of an hour")),
    ("1h", noop("an hour")),
    ("24h", noop("a day")),
    ("7d", noop("a week")),
    ("30d", noop("a month")),
)
_SIZES = (("10K", ""), ("100K", ""), ("1M", ""), ("10M", ""))

CODES = (
    ("5xx", noop("any refusal for good")),
    ("4xx", noop("any refusal for now")),
    ("550", noop("the mailbox is not there, or not for you")),
    ("552", noop("too large, or too much")),
    ("554", noop("the transaction failed")),
    ("535", noop("wrong user name or password")),
    ("530", noop("authentication or TLS is needed first")),
    ("503", noop("commands in the wrong order")),
    ("421", noop("the server closes the connection")),
    ("450", noop("the mailbox is not available now")),
    ("451", noop("an error in the server")),
    ("452", noop("no room now")),
    ("5.1.1", noop("no such mailbox")),
    ("5.7.1", noop("not allowed")),
)
"""Replies that people look for."""

CHOICES: dict[str, tuple[tuple[str, str], ...]] = {
    "is": (
        ("unread", noop("nobody has opened it")),
        ("read", noop("somebody has opened it")),
        ("pinned", noop("kept when old mail is removed")),
    ),
    "has": (
        ("attachment", noop("a file with it")),
        ("html", noop("a body in HTML")),
        ("lint", noop("something that lint has found")),
    ),
    "newer": _AGES,
    "older": _AGES,
    "larger": _SIZES,
    "smaller": _SIZES,
    "code": CODES,
    "header": tuple(
        (name, "")
        for name in (
            "Reply-To", "List-Unsubscribe", "X-Mailer", "Auto-Submitted", "In-Reply-To", "Precedence", "Content-Type",
            "DKIM-Signature",
        )
    ),
}  # fmt: skip
"""Values of operators that are the same in every box, each with what it means or ""."""
