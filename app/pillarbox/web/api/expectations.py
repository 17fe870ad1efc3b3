"""What a test expects of mail, over JSON: held by the server, answered as soon as all of it is settled."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from pillarbox import clock
from pillarbox.web import problems
from pillarbox.web.api.dependencies import TheBox, TheConfig
from pillarbox.web.hangup import unless_gone
from pillarbox.web.schemas.expectation import Expectations
from pillarbox.web.schemas.expected import ExpectationProblem, MetExpectations

if TYPE_CHECKING:
    from pillarbox.box.expect import Expectation

router = APIRouter(tags=["expectations"])


@router.post(
    "/expectations",
    response_model=MetExpectations,
    responses={409: {"description": "Not all were met: which, and what came instead.", "model": ExpectationProblem}},
)
async def expect_mail(request: Request, box: TheBox, config: TheConfig, wanted: Expectations) -> Response:
    """Expect mail, or that none comes, and assert what is in it.

    All expectations run at the same time, and the answer comes when the last of them is settled: an expectation of
    at least so many messages when they are there, one of at most so many when there is one too many or the time is
    over. What was there before counts, unless `after` is given.
    """
    read = await asyncio.to_thread(_read, wanted)
    # Here and not above, as in `_read`, which has loaded nearly all of it.
    from pillarbox.box.expect import expect
    from pillarbox.web.expectations import told

    names = told.names([one.name for one in wanted.expectations], read)
    found = await unless_gone(request, expect(box, read, after=wanted.after))
    if found.passed:
        return Response(told.met(found, names).model_dump_json(), media_type="application/json")
    return problems.unmet(told.problem(found, read, names, wanted.after, config.takes_mail))


def _read(wanted: Expectations) -> list[Expectation]:
    """In a thread: its imports would take a start's time if they stood above, and else the event loop's."""
    from pillarbox.web.expectations import written

    return written.read(wanted, clock.now())
