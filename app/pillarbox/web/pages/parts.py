"""The tree of a message's parts, and one of them shown as far as that is safe.

Rules of this module:

* nothing is decompressed and no picture is read here: the reader's browser shows pictures and PDFs, which it loads from
  the API under a policy that lets them do nothing;
* of the others text is shown as text, a calendar as its events, the octets of an enclosed message made visible; the
  rest can be saved.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo

from pillarbox.box import Kept
from pillarbox.errors import NotFound
from pillarbox.mail import parse
from pillarbox.mail.message import Invitation, Mail, Part
from pillarbox.web import disposition
from pillarbox.web.contexts import Event, OpenedPart, PartsPanel, TreePart, Way
from pillarbox.web.language import gettext as _
from pillarbox.web.language import short_day
from pillarbox.web.pages import visible

SHOWN = 256 * 1024
"""Octets or characters of one part that a page shows."""

ROWS = 500
"""Parts that the tree lists: a message can have ten thousand."""

_PICTURE = re.compile(r"image/[a-z0-9.+-]{1,60}")
_TEXT = re.compile(
    r"text/.*|application/(?:[a-z0-9.-]*\+)?(?:json|xml|yaml|javascript|ecmascript|sql|x-sh|pgp-signature)"
)


def panel(kept: Kept, number: int | None, zone: tzinfo) -> PartsPanel:
    """Raises NotFound when there is no part of that number."""
    mail = kept.mail
    return PartsPanel(
        parts=tuple(_tree(mail)),
        more=max(0, len(mail.parts) - ROWS),
        defects=mail.defects,
        opened=None if number is None else _opened(kept, _part(kept, number), zone),
    )


def _part(kept: Kept, number: int) -> Part:
    for part in kept.mail.parts:
        if part.n == number:
            return part
    raise NotFound(_("Message %(id)s has no part %(number)s.", id=kept.summary.id, number=number))


def _tree(mail: Mail) -> list[TreePart]:
    depths: dict[int, int] = {}
    attached = {part.n for part in mail.attachments}
    largest = max((part.size for part in mail.parts), default=0) or 1
    found = []
    for part in mail.parts[:ROWS]:
        depths[part.n] = 0 if part.parent is None else depths[part.parent] + 1
        found.append(TreePart(part, depths[part.n], _word(mail, part, attached), -(-100 * part.size // largest)))
    return found


def _word(mail: Mail, part: Part, attached: set[int]) -> str:
    if part.n == mail.text_part:
        return _("text")
    if part.n == mail.html_part:
        return "HTML"
    if part.n in attached:
        return _("inline") if part.inline else _("attachment")
    return ""


def _way(part: Part) -> Way:
    kind = part.content_type
    if kind.startswith("multipart/"):
        return "parts"
    if _PICTURE.fullmatch(kind):
        return "picture"
    if kind == "application/pdf":
        return "pdf"
    if kind in parse.CALENDAR_TYPES:
        return "events"
    if _TEXT.fullmatch(kind):
        return "text"
    return "octets" if kind.startswith("message/") else "save"


def _opened(kept: Kept, part: Part, zone: tzinfo) -> OpenedPart:
    way, in_tab = _way(part), disposition.kind(part.content_type) == "inline"
    if way == "octets":
        content = parse.content(kept.raw, part)
        shown = visible.head(content, SHOWN)
        pieces = visible.pieces(shown)
        return OpenedPart(part=part, way=way, in_tab=in_tab, pieces=pieces, cut=len(content) - len(shown))
    if way not in ("text", "events"):
        return OpenedPart(part=part, way=way, in_tab=in_tab)
    text = parse.text_of(kept.raw, part)
    return OpenedPart(
        part=part,
        way=way,
        in_tab=in_tab,
        text=text[:SHOWN],
        events=_events(text, part.n, zone) if way == "events" else (),
        cut=max(0, len(text) - SHOWN),
    )


def _events(text: str, number: int, zone: tzinfo) -> tuple[Event, ...]:
    # Here and not above: its patterns take time to make, which starting need not wait for.
    from pillarbox.mail.extract.invitations import invitations

    found = invitations(text, number, lambda _code: None)
    return tuple(Event(said, when(said, zone), bool(said.recurrence)) for said in found)


def when(event: Invitation, zone: tzinfo) -> str:
    """From when to when an event is, in the reader's zone: `Fri 4 Dec 2026 18:00 – 21:00 CET`. Days have none.

    A time that no zone is known for stands as it was written; "" when there is no time at all.
    """
    start, end = _moment(event.start, zone), _moment(event.end, zone)
    if start is None:
        return ""
    if not isinstance(start, datetime):
        last = (
            end - timedelta(days=1) if end is not None and not isinstance(end, datetime) and end > start else start
        )  # the end is exclusive
        return short_day(start) if last <= start else f"{short_day(start)} – {short_day(last)}"
    said = f"{short_day(start)} {start:%H:%M}"
    if isinstance(end, datetime) and (end.tzinfo is None) == (start.tzinfo is None) and end > start:
        said += f" – {end:%H:%M}" if end.date() == start.date() else f" – {short_day(end)} {end:%H:%M}"
    return f"{said} {start.tzname() or ''}".strip()


def _moment(written: str | None, zone: tzinfo) -> date | datetime | None:
    if written is None:
        return None
    if len(written) == len("2026-12-04"):
        return date.fromisoformat(written)
    moment = datetime.fromisoformat(written)
    try:
        return moment if moment.tzinfo is None else moment.astimezone(zone)
    except OverflowError:
        return moment  # at an end of the calendar
