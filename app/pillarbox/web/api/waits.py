"""Waiting for mail over JSON: held by the server, answered at the commit.

Rules of this module:

* A client that goes away is no longer waited for: its wait ends at once.
"""

from __future__ import annotations

import asyncio
import re
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BeforeValidator, Field

from pillarbox import clock
from pillarbox.box.wait import Unmet, Waited, wait
from pillarbox.mail.extract.pick import Pick
from pillarbox.mail.match import Conditions
from pillarbox.mail.match.sentence import sentence
from pillarbox.web import problems
from pillarbox.web.api.dependencies import After, InInbox, TheBox, TheConfig, WithWords
from pillarbox.web.api.picked import picked
from pillarbox.web.config import WebConfig
from pillarbox.web.hangup import unless_gone
from pillarbox.web.query import wanted as query_wanted
from pillarbox.web.schemas import wait as shapes
from pillarbox.web.schemas.conditions import LONGEST_WAIT, MOST_HEADERS, MOST_WANTED, Address, NamedPart, Text
from pillarbox.web.schemas.conditions import header as named_part

router = APIRouter(prefix="/messages", tags=["messages"])

BIG = 32 * 1024
"""Octets of messages from which on an answer is made in a thread."""

_SECONDS = re.compile(r"[0-9]{1,2}(\.[0-9]{1,9})?", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,3}", re.ASCII)


def _seconds(value: Any) -> Any:
    if isinstance(value, str) and (_SECONDS.fullmatch(value) is None or float(value) > LONGEST_WAIT):
        raise ValueError(f"Must be seconds from 0 to {LONGEST_WAIT}, such as 10 or 2.5.")
    return value


def _count(value: Any) -> Any:
    if isinstance(value, str) and (_NUMBER.fullmatch(value) is None or not 1 <= int(value) <= MOST_WANTED):
        raise ValueError(f"Must be a whole number from 1 to {MOST_WANTED}.")
    return value


async def conditions(
    inbox: InInbox = None,
    to: Annotated[
        Address | None,
        Query(
            description="The envelope has this recipient, or To or Cc names it: a whole address, or `*@domain`.",
            examples=["ada@example.org"],
        ),
    ] = None,
    from_: Annotated[
        Address | None,
        Query(
            alias="from",
            description="The sender of the envelope, or in From: a whole address, or `*@domain`.",
            examples=["*@shop.example.org"],
        ),
    ] = None,
    subject: Annotated[
        Text | None, Query(description="A part of the subject, in any case.", examples=["Welcome"])
    ] = None,
    header: Annotated[
        Annotated[list[NamedPart], Field(max_length=MOST_HEADERS)] | None,
        Query(
            description="`Name:part`: that header has this in its decoded value, in any case; repeated, all hold.",
            examples=[["X-Test-Id:4711"]],
        ),
    ] = None,
    q: WithWords = None,
) -> Conditions:
    return Conditions(
        inbox=inbox,
        to=to,
        from_=from_,
        subject=subject,
        headers=tuple(map(named_part, header or ())),
        q=query_wanted(q),
    )


@router.get(
    "/wait",
    response_model=shapes.Waited,
    responses={
        200: {
            "description": "The messages; with `pick`, one value of the first as text.",
            "content": {
                "text/plain": {"schema": {"type": "string"}, "example": "https://shop.example.org/confirm/4711"}
            },
        },
        409: {"description": "The time is over: what came closest, and what was refused.", "model": shapes.WaitProblem},
    },
)
async def wait_for_messages(
    request: Request,
    box: TheBox,
    config: TheConfig,
    wanted: Annotated[Conditions, Depends(conditions)],
    after: After = None,
    count: Annotated[
        Annotated[int, Field(ge=1, le=MOST_WANTED), BeforeValidator(_count)],
        Query(description="How many messages, at least.", examples=[1]),
    ] = 1,
    timeout: Annotated[
        Annotated[float, BeforeValidator(_seconds)],
        Query(description="Seconds, 0 to 60, with decimals; 0 looks once.", examples=[10]),
    ] = 10,
    pick_: Annotated[
        Pick | None,
        Query(alias="pick", description="Answer with this one value of the first message, as text.", examples=["link"]),
    ] = None,
) -> Response:
    """Wait until such mail is there. What was there before counts, unless `after` is given.

    The server holds the request and answers when the message has been committed. When the time is over, the answer is
    409 and says which messages came closest, which condition they fail, and which sessions were refused.
    """
    began = clock.now()
    answer = await unless_gone(request, wait(box, wanted, count=count, timeout=timeout, after=after))
    if isinstance(answer, Waited):
        work = partial(picked, answer.messages[0], pick_) if pick_ else partial(_whole, answer)
        big = sum(one.summary.size for one in answer.messages) > BIG
        return await asyncio.to_thread(work) if big else work()
    return _unmet(answer, wanted, count, timeout, after, began, config)


def _whole(waited: Waited) -> Response:
    return Response(shapes.Waited.of(waited).model_dump_json(by_alias=True), media_type="application/json")


def _unmet(
    unmet: Unmet,
    wanted: Conditions,
    count: int,
    timeout: float,
    after: int | None,
    began: datetime,
    config: WebConfig,
) -> Response:
    detail = sentence(
        wanted,
        unmet.explanation,
        after=after,
        count=count,
        found=unmet.found,
        timeout=timeout,
        began=began,
        smtp=config.takes_mail,
    )
    return problems.unmet(shapes.WaitProblem.of(unmet, count, detail))
