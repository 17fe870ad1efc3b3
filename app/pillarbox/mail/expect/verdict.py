"""One message held against assertions: everything that does not hold, in the order in which it is looked at.

Rules of this module:

* A pattern that takes too long and HTML that is too much leave a thing unknown: that is a failure too, and says so.
* A reply that a session has not given that is still open is a failure that may pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from pillarbox.mail.expect import attachments, replies
from pillarbox.mail.expect.assertion import Assertions, ElementCheck, Field
from pillarbox.mail.expect.elements import element_failures
from pillarbox.mail.expect.evidence import Evidence, header, shown, values, why_none
from pillarbox.mail.expect.matcher import Absent, Failure, Matcher, described, failure, holds
from pillarbox.mail.expect.pattern import Allowance, TooSlow
from pillarbox.mail.selector import Tree, Unreadable, tree

Check = tuple[str, str, Callable[[], Iterable[Failure]]]
"""Where it is, what is wanted, and what fails in it."""


def failures(assertions: Assertions, evidence: Evidence, allowance: Allowance) -> tuple[Failure, ...]:
    """Empty when all of it holds. `allowance` is for all patterns together."""
    found: list[Failure] = []
    for where, wanted, check in _checks(assertions, evidence, allowance):
        try:
            found += check()
        except (TooSlow, Unreadable) as error:
            found.append(Failure(where, f"{where} cannot be told. {error}", wanted, None, "unknown"))
    return tuple(found)


def _checks(assertions: Assertions, evidence: Evidence, allowance: Allowance) -> Iterator[Check]:
    for field, matcher in assertions.fields:
        yield field, described(matcher), partial(_field, field, matcher, evidence, allowance)
    for name, matcher in assertions.headers:
        where = f"headers.{name}"
        yield where, described(matcher), partial(_values, where, matcher, header(name, evidence.mail), allowance)
    if isinstance(assertions.html, tuple):
        page = _Page(evidence.mail.html or "")
        for number, element in enumerate(assertions.html):
            where = f"html.{number}"
            yield where, element.css, partial(_element, where, element, page, allowance)
    elif assertions.html is not None:
        html = [] if evidence.mail.html is None else [evidence.mail.html]
        none = "is not there: the message has plain text only." if evidence.mail.text is not None else ""
        yield "html", described(assertions.html), partial(_values, "html", assertions.html, html, allowance, none)
    if isinstance(assertions.attachments, Absent):
        names = [attachments.named(part) for part in evidence.mail.attachments]
        yield (
            "attachments",
            described(assertions.attachments),
            partial(_values, "attachments", assertions.attachments, names, allowance),
        )
    else:
        for number, attachment in enumerate(assertions.attachments):
            where = f"attachments.{number}"
            wanted = attachments.wanted(attachment)
            yield where, wanted, partial(attachments.failed, where, attachment, evidence.mail.attachments, allowance)
    for number, reply in enumerate(assertions.transcript):
        where = f"transcript.{number}"
        yield where, replies.wanted(reply), partial(replies.failed, where, reply, evidence)
    if assertions.without_lint:
        yield "lint", "nothing", partial(_lint, assertions.without_lint, evidence)


def _values(
    where: str, matcher: Matcher, found: list[str], allowance: Allowance, none: str = ""
) -> tuple[Failure, ...]:
    if holds(matcher, found, allowance):
        return ()
    return (failure(where, matcher, found, none=none),)


def _field(field: Field, matcher: Matcher, evidence: Evidence, allowance: Allowance) -> tuple[Failure, ...]:
    if holds(matcher, values(field, evidence), allowance):
        return ()
    told = shown(field, evidence, matcher)
    return (failure(field, matcher, told, none=why_none(field, evidence)),)


class _Page:
    """The HTML as a tree, made when the first check needs it and used by all."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._tree: Tree | None = None

    def tree(self) -> Tree:
        if self._tree is None:
            self._tree = tree.read(self._html)
        return self._tree


def _element(where: str, element: ElementCheck, page: _Page, allowance: Allowance) -> tuple[Failure, ...]:
    return element_failures(where, element, page.tree(), allowance)


def _lint(without: tuple[str, ...], evidence: Evidence) -> Iterator[Failure]:
    for code in without:
        for finding in evidence.lint:
            if finding.code == code:
                about = f" (header {finding.header})" if finding.header else ""
                reason = f"lint must not find {code}, and does{about}: {finding.message}"
                yield Failure("lint", reason, f"no {code}", code)
                break
