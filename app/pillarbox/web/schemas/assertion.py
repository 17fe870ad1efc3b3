"""What must be true of a message that is like the one expected, as programs write it."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from pillarbox.mail.lint import RULES
from pillarbox.web.schemas.matcher import (
    MUST_BE,
    ContainsText,
    EqualsText,
    IsAbsent,
    Matcher,
    MatchesRegex,
    kind,
)
from pillarbox.web.schemas.shape import Body, about

MOST = 50
"""Things of one kind that are asserted of a message."""

_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_HEADER_NAME = re.compile(r"[!-9;-~]{1,200}")


def _known(code: str) -> str:
    if code not in RULES:
        near = get_close_matches(code, RULES, n=1)
        hint = f"the nearest is {near[0]}." if near else "docs/lint.md has them all."
        raise ValueError(f"Lint has no finding of this name; {hint}")
    return code


def _named(name: str) -> str:
    if _HEADER_NAME.fullmatch(name) is None:
        raise ValueError("Must be a header's name: no spaces and no colon.")
    return name


class ElementAssertion(Body):
    """Elements that a CSS selector chooses and whose text and attributes hold: one at least, or `count` exactly."""

    css: str = about("A CSS selector.", "a.button", max_length=500)
    text: Matcher | None = about(
        "All text in the element, white space collapsed.", "Confirm your address", default=None
    )
    attr: Annotated[dict[Annotated[str, Field(min_length=1, max_length=100)], Matcher], Field(max_length=MOST)] = about(
        "Its attributes, by name.", {"href": {"contains": "/confirm/"}}, default_factory=dict
    )
    count: Annotated[int, Field(ge=0, le=10_000)] | None = about("How many of them, exactly.", 1, default=None)


def _size(value: object) -> str | None:
    return "(number)" if isinstance(value, int) and not isinstance(value, bool) else kind(value)


_Size = Annotated[
    Annotated[int, Field(ge=0, title="Exactly so many"), Tag("(number)")]
    | Annotated[str, Field(title="Exactly this text"), Tag("(text)")]
    | Annotated[EqualsText, Tag("(equals)")]
    | Annotated[ContainsText, Tag("(contains)")]
    | Annotated[MatchesRegex, Tag("(regex)")]
    | Annotated[IsAbsent, Tag("(absent)")],
    Discriminator(_size, custom_error_type="no_size", custom_error_message=f"{MUST_BE[:-1]}, or a whole number."),
]


class AttachmentAssertion(Body):
    """One attachment of which all of this holds."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    filename: Matcher | None = about("The file name as sent, decoded.", "invoice.pdf", default=None)
    content_type: Matcher | None = about("The type in lower case.", "application/pdf", default=None)
    size: _Size | None = about("Octets after decoding: a number, or what its digits must be.", 1024, default=None)
    sha256: Matcher | None = about("Digest of the decoded octets, in hexadecimal.", _SHA256, default=None)

    @model_validator(mode="after")
    def _says_something(self) -> AttachmentAssertion:
        if all(one is None for one in (self.filename, self.content_type, self.size, self.sha256)):
            raise ValueError("Say at least one of filename, content_type, size and sha256.")
        return self


class ReplyAssertion(Body):
    """A reply of the server in the session that brought the message; with a verb alone, that the client said it."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    verb: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9]{0,31}$"), AfterValidator(str.upper)] | None = about(
        "The command that it answers; DATA also for the content.", "RCPT", default=None
    )
    code: Annotated[int, Field(ge=200, le=599)] | None = about("The reply code.", 250, default=None)
    enhanced: Annotated[str, Field(pattern=r"^[245]\.[0-9]{1,3}\.[0-9]{1,3}$")] | None = about(
        "The enhanced code.", "2.1.5", default=None
    )

    @model_validator(mode="after")
    def _says_something(self) -> ReplyAssertion:
        if self.verb is None and self.code is None and self.enhanced is None:
            raise ValueError("Say at least one of verb, code and enhanced.")
        return self


class LintAssertion(Body):
    """Findings that the message must not have."""

    absent: Annotated[
        tuple[Annotated[str, AfterValidator(_known)], ...], Field(min_length=1, max_length=len(RULES), strict=False)
    ] = about("Names of findings, as docs/lint.md has them.", ["missing-date", "missing-message-id"])


def _html(value: object) -> str | None:
    return "(elements)" if isinstance(value, list | tuple) else "(html)" if kind(value) else None


def _attachments(value: object) -> str | None:
    return "(attachments)" if isinstance(value, list | tuple) else "(absent)" if isinstance(value, dict) else None


_Elements = Annotated[
    tuple[ElementAssertion, ...], Field(min_length=1, max_length=MOST, strict=False, title="Elements")
]
_Attachments = Annotated[
    tuple[AttachmentAssertion, ...], Field(min_length=1, max_length=MOST, strict=False, title="Attachments")
]
_Html = Annotated[
    Annotated[_Elements, Tag("(elements)")] | Annotated[Matcher, Tag("(html)")],
    Discriminator(
        _html,
        custom_error_type="no_html",
        custom_error_message="Must be a list of elements, a text, or an object with exactly one of equals, contains, "
        "regex and absent.",
    ),
]
_AllAttachments = Annotated[
    Annotated[_Attachments, Tag("(attachments)")] | Annotated[IsAbsent, Tag("(absent)")],
    Discriminator(
        _attachments,
        custom_error_type="no_attachments",
        custom_error_message='Must be a list of attachments, or {"absent": true} for none.',
    ),
]
_HeaderName = Annotated[str, AfterValidator(_named)]


class Assertions(Body):
    """What must be true of the message. A field of several values holds if any of them does."""

    subject: Matcher | None = about("The Subject header, decoded.", "Confirm your address", default=None)
    from_: Matcher | None = about(
        "A mailbox of the From header: its address, its name, or `Name <address>`.",
        "Shop <shop@example.org>",
        alias="from",
        default=None,
    )
    to: Matcher | None = about("A mailbox of the To header, in the same way.", "ada@example.org", default=None)
    mail_from: Matcher | None = about(
        'The reverse-path of the envelope; "" is the null sender.', "bounce@example.org", default=None
    )
    rcpt_to: Matcher | None = about("A recipient of the envelope.", "ada@example.org", default=None)
    text: Matcher | None = about(
        "The plain text body, decoded, with LF at the ends of lines.", {"contains": "Hello Ada"}, default=None
    )
    links: Matcher | None = about("Where a link of the bodies leads.", {"contains": "/confirm/"}, default=None)
    codes: Matcher | None = about("A one-time code.", {"regex": r"^\d{6}$"}, default=None)
    tls: Matcher | None = about(
        "The TLS of the session: its version, its cipher suite, or the name the client asked for.",
        {"regex": r"^TLSv1\.[23]$"},
        default=None,
    )
    auth: Matcher | None = about("The user name or the mechanism of AUTH.", {"absent": True}, default=None)
    headers: Annotated[dict[_HeaderName, Matcher], Field(max_length=MOST)] = about(
        "Headers by name, decoded and unfolded.", {"X-Mailer": {"contains": "shop"}}, default_factory=dict
    )
    html: _Html | None = about(
        "Elements of the HTML, each of which must be there; or the HTML itself.",
        [{"css": "a.button", "text": "Confirm"}],
        default=None,
    )
    attachments: _AllAttachments | None = about(
        "Attachments that must be there, each item one; or that there is none.",
        [{"filename": "invoice.pdf", "content_type": "application/pdf"}],
        default=None,
    )
    transcript: Annotated[tuple[ReplyAssertion, ...], Field(max_length=MOST, strict=False)] = about(
        "Replies of the session that brought the message.", [{"verb": "RCPT", "code": 250}], default_factory=tuple
    )
    lint: LintAssertion | None = about("Findings that it must not have.", {"absent": ["missing-date"]}, default=None)
