"""What can be wrong with received bytes: one table of codes, and the list that a parse fills.

Rules of this module:

* every code that the parser uses stands in `CODES`, with the sentence that a reader sees;
* a code is noted at most once for a part (or once for the message), so hostile mail cannot make the list long;
* noting a defect never stops a parse.
"""

from __future__ import annotations

from pillarbox.mail.message import Defect

CODES: dict[str, str] = {
    # headers
    "no-headers": "The message has no header at all; all of it is shown as text.",
    "header-without-colon": "A line among the headers has no field name and colon; it was skipped.",
    "missing-blank-line": "No blank line separates the headers from the body; the body starts at the first other line.",
    "headers-too-large": "The headers are larger than 1 MB; what lies beyond was not read. Partly parsed.",
    "too-many-headers": "There are more than 2,000 headers; the rest was not read. Partly parsed.",
    "header-too-long": "A header value is longer than 64 KB and was cut. Partly parsed.",
    "header-not-utf8": "A header holds 8-bit bytes that are not UTF-8; they were read as Windows-1252.",
    "bare-cr-in-header": "A header holds a carriage return without a line feed, a known way to smuggle headers in.",
    "nul-in-header": "A header holds a NUL octet, shown as U+FFFD.",
    "encoded-line-break": "An encoded word holds a line break, a known way to smuggle headers in.",
    "encoded-word-undecodable": "An encoded word does not decode and is shown as it was written.",
    "repeated-header": "A header that may stand only once stands several times.",
    "date-unreadable": "The Date header is not a date of RFC 5322, or out of range.",
    "address-syntax": "An address header has a quote, bracket or comment that is never closed.",
    "too-many-addresses": "An address header names more than 2,000 mailboxes; the rest was not read. Partly parsed.",
    # content fields
    "content-type-invalid": "The Content-Type is not of the form type/subtype; the part is read as text/plain.",
    "parameter-syntax": "A parameter has a quote that is never closed.",
    "too-many-parameters": "A field has more than 300 parameters; the rest was not read. Partly parsed.",
    # structure
    "boundary-missing": "A multipart names no boundary; it is shown as text.",
    "boundary-not-found": "The boundary of a multipart never occurs; it is shown as text.",
    "boundary-not-closed": "A multipart has no closing boundary; it ends where its surroundings end.",
    "too-many-parts": "There are more than 2,000 parts; the rest was not read. Partly parsed.",
    "too-deep": "Multiparts are nested deeper than 20; the inner ones were not read. Partly parsed.",
    # transfer encodings
    "encoding-unknown": "The Content-Transfer-Encoding is not known; the content is taken as it stands.",
    "encoding-on-multipart": "A multipart may not be base64 or quoted-printable; the encoding was ignored.",
    "base64-invalid": "The base64 is damaged (foreign characters, missing padding, or data after the padding).",
    "quoted-printable-invalid": "The quoted-printable holds an equals sign that encodes nothing.",
    "uuencode-invalid": "The uuencoded content has no begin line, no end line, or a damaged line.",
    # charsets
    "charset-unknown": "The charset is not known; the text was read as if it named none.",
    "charset-missing": "The text holds 8-bit bytes and names no charset; it was read as UTF-8 or Windows-1252.",
    "charset-mislabelled": "The text is valid UTF-8 but labelled otherwise; it was read as UTF-8.",
    "charset-undecodable": "Some bytes do not exist in the charset that the text names; they are shown as U+FFFD.",
    "nul-in-text": "The text holds NUL octets, shown as U+FFFD.",
    # calendars
    "calendar-unreadable": "A calendar has no BEGIN:VCALENDAR; nothing of it was read.",
    "calendar-syntax": "A calendar has a line that is no property, or a BEGIN and END that do not fit together.",
    "calendar-time-unreadable": "A time or duration of a calendar cannot be read and was left out.",
    "calendar-zone-undefined": "A time names a zone that its calendar lacks; the usual one of that name was taken.",
    "calendar-zone-unknown": "A time names a zone that is not known; it is shown without an offset.",
    "calendar-too-large": "A calendar has over 10,000 lines, 100 events or 1,000 guests, or 1 MB. Partly parsed.",
    # inboxes
    "inbox-address-invalid": "Before .inbox.test a recipient has no name that an inbox can have; it was passed over.",
    "inbox-header-invalid": "The X-Inbox header holds no name that an inbox can have; it was passed over.",
    # the parser itself
    "parse-failed": "The parser failed on this message; it is kept whole and shown raw. Please report it.",
}


class Defects:
    """The defects of one parse, in the order of discovery."""

    __slots__ = ("_seen",)

    def __init__(self) -> None:
        self._seen: dict[tuple[str, int | None], None] = {}

    def note(self, code: str, part: int | None = None) -> None:
        """Remember `code`, a key of `CODES`, about `part` (or the message as a whole)."""
        self._seen[code, part] = None

    def listed(self) -> tuple[Defect, ...]:
        return tuple(Defect(code, CODES[code], part) for code, part in self._seen)
