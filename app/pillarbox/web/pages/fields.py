"""The Headers tab: every header explained, in the order as sent, or the block as it crossed.

Rules of this module:

* the order is evidence and stays; what is found out about a header stands with it;
* a page stays a page: at most `FIELDS` headers and `SHOWN` characters of each, the rest is in the block as sent.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, tzinfo

from pillarbox.box import Box, Kept
from pillarbox.mail import explain, field, headers
from pillarbox.mail.explain.headers import ONCE
from pillarbox.mail.explain.signatures import TAGGED
from pillarbox.mail.message import Defect
from pillarbox.web import wording
from pillarbox.web.contexts import HeaderFact, HeaderRow, HeadersPanel
from pillarbox.web.language import gettext as _
from pillarbox.web.language import ngettext, noop, number
from pillarbox.web.pages import route, visible
from pillarbox.web.pages.glossary import Glossary

FIELDS = 400
SHOWN = 4000
BLOCK = 256 * 1024
"""Octets of the header block that are shown as sent."""

_FOLDED = TAGGED | {"AUTHENTICATION-RESULTS", "ARC-AUTHENTICATION-RESULTS", "RECEIVED-SPF"}
_WORDS = {"domain": noop("domain"), "server": noop("server"), "sender": noop("sender"), "result": noop("result")}
"""The names of facts that are words of ours; all others stand in the header itself."""

_ABOUT_HEADERS = re.compile(
    "no-headers|header|headers-|too-many-(headers|addresses|parameters)|missing-blank-line|bare-cr-in|nul-in-header|"
    "encoded-|repeated-header|date-|address-|content-type-|parameter-"
)
"""How the codes of defects begin that are about headers."""


def panel(box: Box, kept: Kept, where: tzinfo, *, sent: bool) -> HeadersPanel:
    end, body = headers.block(kept.raw)
    fields = headers.split(kept.raw, 0, end, body, _ignore).fields
    defects = tuple(one for one in kept.mail.defects if _is_about_headers(one))
    if sent:
        block = kept.raw[:body]
        shown = visible.head(block, BLOCK)
        pieces = visible.pieces(shown, signs=True)
        return HeadersPanel(total=len(fields), defects=defects, block=pieces, block_cut=len(block) - len(shown))
    glossary = Glossary()
    stops, took = route.stops(box, kept, fields, glossary, where)
    return HeadersPanel(
        total=len(fields),
        headers=tuple(_rows(kept, fields, glossary, where)),
        stops=stops,
        hidden_stops=max(0, sum(name.lower() == b"received" for name, _value in fields) - route.HOPS),
        took=took,
        defects=defects,
        terms=glossary.terms(),
    )


def _ignore(code: str) -> None:
    """The defects are those that the parse of the whole message found."""


def _is_about_headers(one: Defect) -> bool:
    return not one.part and _ABOUT_HEADERS.match(one.code) is not None


def _rows(kept: Kept, fields: tuple[tuple[bytes, bytes], ...], glossary: Glossary, where: tzinfo) -> list[HeaderRow]:
    copies = Counter(name.upper().decode("ascii") for name, _value in fields)
    found = []
    told: set[str] = set()
    for place, (name_octets, raw) in enumerate(fields[:FIELDS], 1):
        name = name_octets.decode("ascii")
        known = name.upper()
        value = kept.mail.headers[place - 1][1] if place <= len(kept.mail.headers) else headers.decode(raw, _ignore)
        reading = field.read(name, raw)
        # A finding names a header, not which of them: it stands with the first.
        findings = () if known in told else tuple(one for one in kept.lint if (one.header or "").upper() == known)
        told.add(known)
        found.append(
            HeaderRow(
                n=place,
                name=name,
                term=glossary.term(explain.header(name)),
                value=value[:SHOWN],
                cut=max(0, len(value) - SHOWN),
                folded=known in _FOLDED and bool(reading.facts),
                sent=visible.pieces(raw[:SHOWN], signs=True) if field.written_otherwise(raw[:SHOWN]) else (),
                facts=tuple(_fact(one, glossary) for one in reading.facts),
                more=reading.more,
                moment=wording.moment(reading.at, where) if reading.at else None,
                apart=_apart(reading.at, kept.summary.received_at) if reading.at else "",
                unread=reading.unread,
                copies=copies[known] if known in ONCE and copies[known] > 1 else 0,
                findings=findings,
            )
        )
    return found


def _fact(one: field.Fact, glossary: Glossary) -> HeaderFact:
    about = glossary.term(one.about)
    # What explains a tag explains its name; of a check the method has a name and the result a meaning.
    method = (
        glossary.term(explain.method(one.name)) if one.about is None or one.about == explain.result(one.value) else None
    )
    of_result = one.about is not None and one.about == explain.result(one.value)
    return HeaderFact(
        name=_(_WORDS[one.name]) if one.name in _WORDS else one.name,
        name_term=method if of_result or one.about is None else about,
        value=one.value,
        term=about if of_result else None,
        note=ngettext("%(num)s character", "%(num)s characters", one.length, num=number(one.length))
        if one.length
        else one.note,
    )


def _apart(at: datetime, arrived: datetime) -> str:
    """How far a date is from the arrival, which was measured to the microsecond where dates have seconds."""
    seconds = round((arrived - at).total_seconds())
    if abs(seconds) <= 1:
        return _("as it arrived")
    length = wording.length(abs(seconds))
    if seconds > 0:
        return _("%(length)s before it arrived", length=length)
    return _("%(length)s after it arrived", length=length)
