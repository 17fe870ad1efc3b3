"""Two messages beside each other: what changed since the last build.

Rules of this module:

* `b` alone is compared with the newest message before it that is like it: of the same sender and subject, numbers in
  the subject aside; `LOOKED` messages of its inbox are looked at;
* comparing is bounded (see mail.compare) and so is what is shown; what is left out is said;
* looking at a message here does not mark it read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import tzinfo

from fastapi import APIRouter, Request, Response

from pillarbox.box import Box, Kept, MessageQuery
from pillarbox.mail import compare
from pillarbox.mail.compare import Diff, Run
from pillarbox.mail.message import Addr, Summary
from pillarbox.web import wording
from pillarbox.web.contexts import ComparePage, Side, Source, Stretch, SummaryRow
from pillarbox.web.language import gettext as _
from pillarbox.web.language import number
from pillarbox.web.pages import address
from pillarbox.web.pages.rail import rail
from pillarbox.web.templating import render

LOOKED = 200
CONTEXT = 3
"""Lines that stay on either side of a change."""

ROWS = 2500
"""Rows of a text that are shown."""

NAMED = 30
"""Addresses or parts that one line of the summary names."""


def add(router: APIRouter, box: Box) -> None:
    @router.get("/compare")
    def two_messages(request: Request) -> Response:
        asked = (request.query_params.get("a", "").strip(), request.query_params.get("b", "").strip())
        a, b = address.key(request, "a"), address.key(request, "b")
        if a is not None and b is None:
            a, b = None, a
        if b is None:
            sentence = _("Which two messages? The number of a message is the last part of its address.")
            return render(request, _nothing(box, asked, sentence))
        right = box.message(b)
        a = _before(box, right.summary) if a is None else a
        if a is None:
            sentence = _(
                "Among the %(n)s messages before it there is none of the same sender and subject.",
                n=number(LOOKED),
            )
            return render(request, _nothing(box, ("", str(b)), sentence))
        return render(request, _page(box, box.message(a), right, address.zone(request)))


def _nothing(box: Box, asked: tuple[str, str], sentence: str) -> ComparePage:
    return ComparePage(title=_("Compare"), rail=rail(box, ""), asked=asked, sentence=sentence)


def _before(box: Box, summary: Summary) -> int | None:
    """The newest message before it that is like it, best of all to the same recipient."""
    found = box.messages(MessageQuery(inbox=summary.inbox, before=summary.id, limit=LOOKED, counted=False)).items
    like = [one for one in found if _shape(one) == _shape(summary)]
    recipients = {one.casefold() for one in summary.rcpt_to}
    same = [one for one in like if recipients & {other.casefold() for other in one.rcpt_to}]
    return (same or like)[0].id if like else None


def _shape(summary: Summary) -> tuple[str, str]:
    """Sender and subject, without what differs from one message to the next: numbers, and ids that hold some."""
    sender = summary.from_[0].address if summary.from_ else summary.mail_from
    return sender.casefold(), re.sub(r"\w*\d\w*", "#", summary.subject.casefold())


def _page(box: Box, left: Kept, right: Kept, where: tzinfo) -> ComparePage:
    found = compare.fields(left.mail.headers, right.mail.headers)
    different = [one for one in found if one.kind != "same"]
    return ComparePage(
        title=_("Messages %(a)s and %(b)s compared", a=left.summary.id, b=right.summary.id),
        rail=rail(box, ""),
        left=_side(left, where),
        right=_side(right, where),
        summary=tuple(_summary(left, right)),
        fields=tuple(one for one in different if not one.volatile),
        volatile=tuple(one for one in different if one.volatile),
        same_fields=tuple(one for one in found if one.kind == "same"),
        text=_text(left.mail.text, right.mail.text),
        html=_html(left.mail.html, right.mail.html),
    )


def _side(kept: Kept, where: tzinfo) -> Side:
    return Side(
        id=kept.summary.id,
        subject=kept.mail.subject,
        received=wording.moment(kept.summary.received_at, where),
        has_body=kept.mail.html is not None or bool(kept.mail.text),
    )


def _text(left: str | None, right: str | None) -> Source:
    return _source(left and left.splitlines(), right and right.splitlines(), left is None, right is None)


def _html(left: str | None, right: str | None) -> Source:
    one, other = (source and compare.source_lines(source) for source in (left, right))
    return _source(one, other, left is None, right is None)


def _source(
    left: Sequence[str] | str | None, right: Sequence[str] | str | None, no_left: bool, no_right: bool
) -> Source:
    if no_left or no_right:
        return Source(missing="both" if no_left and no_right else "left" if no_left else "right")
    found = compare.diff(list(left or ()), list(right or ()))
    stretches, hidden = _stretches(found)
    return Source(stretches=tuple(stretches), changes=found.changes, cut=found.cut, hidden=hidden)


def _stretches(found: Diff) -> tuple[list[Stretch], int]:
    """The rows cut where they begin or end to be near a change, and how many are not shown."""
    rows = found.rows[:ROWS]
    near = [False] * len(rows)
    for place, row in enumerate(rows):
        if row.kind != "same":
            around = range(len(rows))[max(0, place - CONTEXT) : place + CONTEXT + 1]
            near[around.start : around.stop] = [True] * len(around)
    stretches: list[Stretch] = []
    begin = 0
    for place in range(1, len(rows) + 1):
        if place == len(rows) or near[place] != near[begin]:
            # To unfold one or two lines takes as much room as they do.
            stretches.append(Stretch(rows[begin:place], not near[begin] and place - begin > 2))
            begin = place
    return stretches, len(found.rows) - len(rows)


def _summary(left: Kept, right: Kept) -> list[SummaryRow]:
    pairs = [
        (_("Subject"), left.mail.subject, right.mail.subject),
        (_("From"), _named(left.mail.from_), _named(right.mail.from_)),
        (_("To"), _named(left.mail.to), _named(right.mail.to)),
        (_("Cc"), _named(left.mail.cc), _named(right.mail.cc)),
        (_("Reply to"), _named(left.mail.reply_to), _named(right.mail.reply_to)),
        (_("Mail from"), left.summary.mail_from or "<>", right.summary.mail_from or "<>"),
        (_("Rcpt to"), _listed(left.summary.rcpt_to), _listed(right.summary.rcpt_to)),
        (_("Size"), wording.size(left.summary.size), wording.size(right.summary.size)),
        (_("Parts"), _parts(left), _parts(right)),
        (_("Attachments"), _attached(left), _attached(right)),
        (_("Findings"), _findings(left), _findings(right)),
    ]
    return [_row(name, one, other) for name, one, other in pairs if one or other]


def _row(name: str, left: str, right: str) -> SummaryRow:
    if left == right:
        same = (Run(left, False),)
        return SummaryRow(name, same, same, True)
    return SummaryRow(name, *compare.words(left, right), False)


def _named(found: Sequence[Addr]) -> str:
    return _listed([f"{one.name} <{one.address}>" if one.name else one.address for one in found])


def _listed(found: Sequence[str]) -> str:
    more = f" +{number(len(found) - NAMED)}" if len(found) > NAMED else ""
    return ", ".join(found[:NAMED]) + more


def _parts(kept: Kept) -> str:
    return _listed([part.content_type for part in kept.mail.parts])


def _attached(kept: Kept) -> str:
    """With the beginning of the hash: the same name and size can be another file."""
    found = [
        f"{part.filename or part.content_type} ({wording.size(part.size)}, {part.sha256[:8]})"
        for part in kept.mail.attachments
    ]
    return _listed(found)


def _findings(kept: Kept) -> str:
    return _listed([one.code for one in kept.lint])
