"""Expectations as they were written, read into what the box takes. It takes time, so it is done in a worker thread."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pillarbox.box.expect import Expectation
from pillarbox.mail import expect
from pillarbox.mail.match import Conditions
from pillarbox.web.expectations.reading import Place, Reading
from pillarbox.web.schemas import assertion as written
from pillarbox.web.schemas.conditions import header
from pillarbox.web.schemas.expectation import Expectation as Written
from pillarbox.web.schemas.expectation import Expectations, Match
from pillarbox.web.schemas.matcher import ContainsText, EqualsText, IsAbsent, MatchesRegex
from pillarbox.web.schemas.matcher import Written as WrittenMatcher

_NAMES = {"from": "from_"}
"""Fields whose name is taken in Python."""


def read(body: Expectations, now: datetime) -> list[Expectation]:
    """`now` is what times in queries are relative to.

    Raises RequestValidationError for everything that cannot be read: patterns, selectors and queries.
    """
    reading = Reading(now)
    found = []
    for number, one in enumerate(body.expectations):
        place: Place = ("body", "expectations", number)
        asserted = one.assert_
        found.append(
            Expectation(
                match=_match(one.match, body.inbox, reading, (*place, "match")),
                bounds=_bounds(one),
                assertions=_assertions(asserted, reading, (*place, "assert")) if asserted else expect.Assertions(),
                within=body.within if one.within is None else one.within,
            )
        )
    reading.end()
    return found


def _match(given: Match, inbox: str | None, reading: Reading, place: Place) -> Conditions:
    return Conditions(
        inbox=given.inbox or inbox,
        to=given.to,
        from_=given.from_,
        subject=given.subject,
        headers=tuple(map(header, given.header)),
        q=None if given.q is None else reading.query(given.q, (*place, "q")),
    )


def _bounds(given: Written) -> expect.Bounds:
    if given.never:
        return expect.Bounds(0, 0)
    if given.count is not None:
        return expect.Bounds(given.count, given.count)
    least = given.min_ if given.min_ is not None else 1 if given.max_ is None else 0
    return expect.Bounds(least, given.max_)


def _assertions(given: written.Assertions, reading: Reading, place: Place) -> expect.Assertions:
    fields: list[tuple[expect.Field, expect.Matcher]] = []
    for field in expect.FIELDS:
        asked = getattr(given, _NAMES.get(field, field))
        if asked is not None:
            fields.append((field, _matcher(asked, reading, (*place, field))))
    html: expect.Matcher | tuple[expect.ElementCheck, ...] | None = None
    if isinstance(given.html, tuple):
        html = tuple(_element(one, reading, (*place, "html", number)) for number, one in enumerate(given.html))
    elif given.html is not None:
        html = _matcher(given.html, reading, (*place, "html"))
    attachments: expect.Absent | tuple[expect.AttachmentCheck, ...] = ()
    if isinstance(given.attachments, IsAbsent):
        attachments = expect.Absent(given.attachments.absent)
    elif given.attachments is not None:
        attachments = tuple(
            _attachment(one, reading, (*place, "attachments", number)) for number, one in enumerate(given.attachments)
        )
    return expect.Assertions(
        fields=tuple(fields),
        headers=_each(given.headers, reading, (*place, "headers")),
        html=html,
        attachments=attachments,
        transcript=tuple(
            expect.ReplyCheck(verb=one.verb, code=one.code, enhanced=one.enhanced) for one in given.transcript
        ),
        without_lint=given.lint.absent if given.lint else (),
    )


def _matcher(given: WrittenMatcher, reading: Reading, place: Place) -> expect.Matcher:
    match given:
        case str():
            return expect.Equals(given)
        case EqualsText():
            return expect.Equals(given.equals)
        case ContainsText():
            return expect.Contains(given.contains)
        case MatchesRegex():
            return expect.Finds(reading.pattern(given.regex, (*place, "regex")))
        case IsAbsent():
            return expect.Absent(given.absent)


def _each(
    given: Mapping[str, WrittenMatcher], reading: Reading, place: Place
) -> tuple[tuple[str, expect.Matcher], ...]:
    return tuple((name, _matcher(one, reading, (*place, name))) for name, one in given.items())


def _element(given: written.ElementAssertion, reading: Reading, place: Place) -> expect.ElementCheck:
    return expect.ElementCheck(
        css=given.css,
        selectors=reading.selectors(given.css, (*place, "css")),
        text=None if given.text is None else _matcher(given.text, reading, (*place, "text")),
        attributes=tuple((name.lower(), one) for name, one in _each(given.attr, reading, (*place, "attr"))),
        count=given.count,
    )


def _attachment(given: written.AttachmentAssertion, reading: Reading, place: Place) -> expect.AttachmentCheck:
    def one(name: str, asked: WrittenMatcher | int | None) -> expect.Matcher | None:
        if asked is None:
            return None
        return _matcher(str(asked) if isinstance(asked, int) else asked, reading, (*place, name))

    return expect.AttachmentCheck(
        filename=one("filename", given.filename),
        content_type=one("content_type", given.content_type),
        size=one("size", given.size),
        sha256=one("sha256", given.sha256),
    )
