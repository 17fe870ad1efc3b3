"""What became of expectations, told for people and programs: the results, or the problem of a 409."""

from __future__ import annotations

from collections.abc import Sequence

from pillarbox.box.expect import Expectation, Expected, Result
from pillarbox.box.explanation import REFUSED
from pillarbox.mail.expect import Judged, outcome
from pillarbox.mail.match.sentence import described, explained, quoted, sentence
from pillarbox.mail.match.verdict import Near
from pillarbox.web.schemas.expected import (
    Difference,
    ExpectationProblem,
    FailedExpectation,
    MetExpectation,
    MetExpectations,
    NearestMessage,
)
from pillarbox.web.schemas.wait import RefusedSession

NEAREST = 5

TOLD = 10
"""Expectations whose reasons the detail of the problem has; the results have all."""


def names(given: Sequence[str | None], expectations: Sequence[Expectation]) -> list[str]:
    """What each expectation is called: its own name, or which mail it is about."""
    return [
        name if name is not None else f"mail {described(one.match)}".strip()
        for name, one in zip(given, expectations, strict=True)
    ]


def met(expected: Expected, names: Sequence[str]) -> MetExpectations:
    """All were."""
    return MetExpectations(
        passed=True,
        results=tuple(
            MetExpectation(name=name, passed=True, messages=one.messages)
            for name, one in zip(names, expected.results, strict=True)
        ),
        cursor=str(expected.cursor),
    )


def problem(
    expected: Expected, expectations: Sequence[Expectation], names: Sequence[str], after: int | None, smtp: str | None
) -> ExpectationProblem:
    """`smtp` is an address that takes mail, None where there is none."""
    results = [
        _failed(result, one, name, expected, after, smtp)
        if not result.passed
        else MetExpectation(name=name, passed=True, messages=result.messages)
        for result, one, name in zip(expected.results, expectations, names, strict=True)
    ]
    failed = [one for one in results if isinstance(one, FailedExpectation)]
    refused = {
        session.id: session
        for result in expected.results
        if result.explanation is not None
        for session in result.explanation.refused
    }
    return ExpectationProblem(
        type="about:blank",
        title="Conflict",
        status=409,
        detail=_detail(failed, len(results)),
        passed=False,
        results=tuple(results),
        refused_sessions=tuple(RefusedSession.of(one) for one in list(refused.values())[:REFUSED]),
        cursor=str(expected.cursor),
    )


def _detail(failed: Sequence[FailedExpectation], count: int) -> str:
    if count == 1:
        return failed[0].reason
    more = f"\n\nThe results have {len(failed) - TOLD} more." if len(failed) > TOLD else ""
    reasons = "\n\n".join(f"{quoted(one.name)}: {one.reason}" for one in failed[:TOLD])
    return f"{len(failed)} of {count} expectations were not met.\n\n{reasons}{more}"


def _failed(
    result: Result, expectation: Expectation, name: str, expected: Expected, after: int | None, smtp: str | None
) -> FailedExpectation:
    nearest = [_judged(one) for one in result.nearest]
    shortfall, explanation = result.shortfall, result.explanation
    if shortfall is not None:
        reason, wanted, actual = shortfall.reason, shortfall.wanted, shortfall.actual
    else:
        assert explanation is not None
        nearest += [_near(one) for one in explanation.nearest]
        reason = sentence(
            expectation.match,
            explanation,
            after=after,
            count=expectation.bounds.least,
            found=result.found,
            timeout=expectation.within,
            began=expected.began,
            smtp=smtp,
        )
        if result.nearest:
            reason += f"\n{outcome.lacking(result.nearest[0])}"
        wanted = str(expectation.bounds)
        actual = outcome.messages(result.found) if result.found else None
    return FailedExpectation(
        name=name,
        passed=False,
        messages=result.messages,
        found=result.found,
        reason=reason,
        wanted=wanted,
        actual=actual,
        nearest=tuple(nearest[:NEAREST]),
    )


def _judged(one: Judged) -> NearestMessage:
    return NearestMessage(
        id=one.row.id,
        subject=one.row.subject,
        failed=tuple(
            Difference(
                condition=f"assert.{failure.where}", reason=failure.reason, wanted=failure.wanted, actual=failure.actual
            )
            for failure in one.failed
        ),
    )


def _near(one: Near) -> NearestMessage:
    return NearestMessage(
        id=one.row.id,
        subject=one.row.subject,
        failed=tuple(
            Difference(
                condition=f"match.{failed.condition}",
                reason=explained(failed),
                wanted=failed.wanted,
                actual=failed.actual,
            )
            for failed in one.failed
        ),
    )
