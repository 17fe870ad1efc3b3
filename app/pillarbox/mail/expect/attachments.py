"""The attachments of a message held against what one of them must be."""

from __future__ import annotations

from collections.abc import Sequence

from pillarbox.mail import controls
from pillarbox.mail.expect import difference
from pillarbox.mail.expect.assertion import AttachmentCheck
from pillarbox.mail.expect.matcher import SHOWN, Equals, Failure, Matcher, described, failure, holds
from pillarbox.mail.expect.pattern import Allowance
from pillarbox.mail.message import Part


def failed(where: str, check: AttachmentCheck, parts: Sequence[Part], allowance: Allowance) -> tuple[Failure, ...]:
    """What fails of one check: none, one, or of the attachment that comes nearest everything. Raises TooSlow."""
    if not parts:
        return (Failure(where, f"{where} is not there: the message has no attachment.", wanted(check), None),)
    each = [[place for place in _conditions(where, check, part) if not holds(*place[1:], allowance)] for part in parts]
    least = min(each, key=len)
    if not least:
        return ()
    nearest = parts[each.index(least)]
    if len(least) == len(_conditions(where, check, nearest)) and len(parts) > 1:
        shown = "\n".join(f"  {named(part)}" for part in parts[:SHOWN])
        more = f"\n  and {len(parts) - SHOWN} more" if len(parts) > SHOWN else ""
        reason = f"{where} is none of the {len(parts)} attachments: wanted {wanted(check)}.\n{shown}{more}"
        return (Failure(where, reason, wanted(check), ", ".join(map(named, parts[:SHOWN]))),)
    return tuple(_failure(place, matcher, found) for place, matcher, found in least)


def _failure(place: str, matcher: Matcher, found: list[str]) -> Failure:
    """Of sizes and sums the place where they part tells nothing: both are given whole."""
    if not isinstance(matcher, Equals) or not place.endswith((".size", ".sha256")):
        return failure(place, matcher, found)
    reason = f"{place} is another.\n  wanted: {controls.in_line(difference.cut(matcher.text))}\n  actual: {found[0]}"
    return Failure(place, reason, difference.cut(matcher.text), found[0])


def wanted(check: AttachmentCheck) -> str:
    """`filename invoice.pdf, size matches /^1/`."""
    return ", ".join(f"{name} {described(matcher)}" for name, matcher in _given(check)) or "anything"


def named(part: Part) -> str:
    return f"{part.filename or 'without a name'} ({part.content_type}, {part.size} octets)"


def _given(check: AttachmentCheck) -> list[tuple[str, Matcher]]:
    given = [
        ("filename", check.filename),
        ("content_type", check.content_type),
        ("size", check.size),
        ("sha256", check.sha256),
    ]
    return [(name, matcher) for name, matcher in given if matcher is not None]


def _conditions(where: str, check: AttachmentCheck, part: Part) -> list[tuple[str, Matcher, list[str]]]:
    values = {
        "filename": [] if part.filename is None else [part.filename],
        "content_type": [part.content_type],
        "size": [str(part.size)],
        "sha256": [part.sha256],
    }
    return [(f"{where}.{name}", matcher, values[name]) for name, matcher in _given(check)]
