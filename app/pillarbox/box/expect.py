"""Expectations from their beginning to their end: what was to come and did, or what there was instead.

Rules of this module:

* All expectations of a request begin together and run side by side, each with its own time.
* Whether a message counts is found out in a thread, of which there are few and none that others wait for, and for a
  limited time in all, so that no pattern and no HTML keeps anybody else from being served.
* Nothing is polled: an expectation looks again when the watch has something new or when a session has said something.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from pillarbox import clock
from pillarbox.box.explanation import explain
from pillarbox.box.hearing import LINES, Conversation, Hearing
from pillarbox.box.kept import Kept
from pillarbox.box.wait_end import counted
from pillarbox.box.watch import ENOUGH, Watch
from pillarbox.errors import NotFound
from pillarbox.mail.expect import Allowance, Assertions, Bounds, Evidence, Failure, Judged, Shortfall, failures, outcome
from pillarbox.mail.match import Conditions
from pillarbox.mail.match.explanation import Explanation
from pillarbox.mail.message import Summary

if TYPE_CHECKING:
    from pillarbox.box.box import Box

LONGEST = 10.0
"""Seconds that an expectation may take to hold messages against its assertions, all of them together."""

_SESSION = frozenset({"tls", "auth"})
_SLOW = (
    f"Holding the messages against what is asserted has taken more than {LONGEST:g} s and was given up. "
    "Let fewer messages be like what is expected: name an inbox, a recipient, or give after."
)
_MANY = (
    f"{ENOUGH} messages or more are like what is expected, and no more are looked at. "
    "Name an inbox or a recipient, or give after."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """Mail like `match`, as many as `bounds` say and such as `assertions` say, within so many seconds."""

    match: Conditions
    bounds: Bounds = field(default_factory=Bounds)
    assertions: Assertions = field(default_factory=Assertions)
    within: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of an expectation; `messages` are those that count, ascending.

    When it failed, either `shortfall` says why, and `nearest` are the messages that do not count, or too few messages
    were like what is expected, and `explanation` says what there was instead; `found` of them were.
    """

    passed: bool
    messages: tuple[int, ...]
    found: int = 0
    shortfall: Shortfall | None = None
    nearest: tuple[Judged, ...] = ()
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """One result for each expectation, in their order. `cursor` is the newest message of the results when all have
    passed, else, and when there is none, the newest that was looked at.
    """

    results: tuple[Result, ...]
    cursor: int
    began: datetime

    @property
    def passed(self) -> bool:
        return all(one.passed for one in self.results)


async def expect(box: Box, expectations: Sequence[Expectation], *, after: int | None = None) -> Expected:
    """Returns when the last of them is settled. Raises Stopping when the bus closes, and StoreUnavailable."""
    began = clock.now()
    zero = asyncio.get_running_loop().time()
    running = [asyncio.create_task(_Running(box, one, after, began, zero).result()) for one in expectations]
    try:
        ended = await asyncio.gather(*running)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    results = tuple(result for result, _ in ended)
    newest = max((number for one in results for number in one.messages), default=0)
    passed = all(one.passed for one in results)
    return Expected(results, newest if passed and newest else max(cursor for _, cursor in ended), began)


class _Running:
    """One expectation while it lasts."""

    def __init__(self, box: Box, expected: Expectation, after: int | None, began: datetime, zero: float) -> None:
        self._box = box
        self._expected = expected
        self._after = after
        self._began = began
        self._deadline = zero + expected.within
        self._allowance = Allowance()
        self._judged: dict[int, Judged] = {}
        self._followed: set[int] = set()
        self._said = False
        self._slow = False
        self._seconds = 0.0

    async def result(self) -> tuple[Result, int]:
        """The result, and the newest message that was looked at. Counted among the waits, as one for each."""
        with (
            counted(self._box.figures) as ending,
            self._box.waiting.watch(self._expected.match, self._after) as watch,
        ):

            def heard() -> None:
                self._said = True
                watch.wake()

            hearing = Hearing(self._box, heard)
            try:
                settled = await self._settle(watch, hearing)
            finally:
                await hearing.close()
            result = await self._told(settled, watch)
            ending.how = "found" if settled else "timeout"
            return result, watch.cursor

    async def _settle(self, watch: Watch, hearing: Hearing) -> bool:
        """Whether the expectation is met, as soon as that is sure."""
        bounds = self._expected.bounds
        loop = asyncio.get_running_loop()
        while True:
            news = await watch.until(lambda: self._said or watch.found.keys() != self._judged.keys(), self._deadline)
            early = await self._catch_up(watch, hearing)
            if early is not None:
                return early
            over = not news or loop.time() >= self._deadline
            settled = outcome.settled(bounds, list(self._judged.values()), over=over)
            if settled is not None:
                return settled

    async def _catch_up(self, watch: Watch, hearing: Hearing) -> bool | None:
        """Judge what has not been judged; whether the expectation is settled before all of it is."""
        self._said = False
        for gone in self._judged.keys() - watch.found.keys():
            del self._judged[gone]
        if self._expected.bounds.most is not None and len(watch.found) >= ENOUGH:
            return False
        # The newest are the likeliest, unless a cursor has left the old ones out.
        for number in sorted(watch.found, reverse=self._after is None):
            row = watch.found.get(number)
            before = self._judged.get(number)
            if row is None or (before is not None and not before.pending):
                continue
            # All that a pending message lacks is something to be said in its session.
            pending = before is not None
            asked = (
                Assertions(transcript=self._expected.assertions.transcript) if pending else self._expected.assertions
            )
            judged = await self._judge(row, asked, watch, hearing)
            if judged is None or number not in watch.found:
                continue
            self._judged[number] = judged
            self._slow = self._allowance.left <= 0 and any(one.standing == "unknown" for one in judged.failed)
            if self._slow or self._seconds > LONGEST:
                return False
            settled = outcome.settled(self._expected.bounds, list(self._judged.values()), over=False)
            if settled is not None and self._expected.assertions:
                return settled
        return None

    async def _judge(self, row: Summary, assertions: Assertions, watch: Watch, hearing: Hearing) -> Judged | None:
        """None when the message is gone."""
        if not assertions:
            return Judged(row)
        content = await self._box.waiting.contents.of(row.id)
        if content is None:
            watch.drop([row.id])
            return None
        heard = hearing.of(row.session_id) if row.session_id is not None else None
        judge = partial(_failures, self._box, content.kept, assertions, heard, self._allowance)
        failed, seconds = await asyncio.get_running_loop().run_in_executor(self._box.judges, judge)
        self._seconds += seconds
        judged = Judged(row, failed)
        if judged.pending and row.session_id is not None and row.session_id not in self._followed:
            self._followed.add(row.session_id)
            hearing.follow(row.session_id)
        return judged

    async def _told(self, passed: bool, watch: Watch) -> Result:
        judged = [self._judged[number] for number in sorted(self._judged)]
        counting = tuple(one.row.id for one in judged if one.counts)
        if passed:
            return Result(passed=True, messages=counting, found=len(watch.found))
        if self._seconds > LONGEST:
            shortfall: Shortfall | None = Shortfall(_SLOW, f"less than {LONGEST:g} s", None)
        elif self._expected.bounds.most is not None and len(watch.found) >= ENOUGH:
            shortfall = Shortfall(_MANY, str(self._expected.bounds), f"{ENOUGH} messages or more")
        else:
            shortfall = outcome.shortfall(self._expected.bounds, judged, slow=self._slow)
        found = len(watch.found)
        explanation = None
        if shortfall is None:
            explanation = await explain(
                self._box, self._expected.match, after=self._after, found=frozenset(watch.found), began=self._began
            )
        return Result(
            passed=False,
            messages=counting,
            found=found,
            shortfall=shortfall,
            nearest=tuple(outcome.nearest(judged)),
            explanation=explanation,
        )


def _failures(
    box: Box, kept: Kept, assertions: Assertions, heard: Conversation | None, allowance: Allowance
) -> tuple[tuple[Failure, ...], float]:
    """What fails, and how many seconds it took to find out. Called in a thread."""
    began = clock.monotonic()
    failed = failures(assertions, _evidence(box, kept, assertions, heard), allowance)
    return failed, clock.monotonic() - began


def _evidence(box: Box, kept: Kept, assertions: Assertions, heard: Conversation | None) -> Evidence:
    """What the assertions ask for beyond the message itself is read only when they do."""
    session_id = kept.summary.session_id
    asked = assertions.transcript or any(field in _SESSION for field, _ in assertions.fields)
    evidence = Evidence(envelope=kept.envelope, mail=kept.mail, lint=kept.lint)
    if session_id is None or not asked:
        return evidence
    try:
        facts = box.session(session_id).facts
        if heard is not None:
            return replace(evidence, facts=facts, entries=heard.entries, complete=heard.complete)
        if assertions.transcript:
            lines = box.lines(session_id, 0, LINES)
            return replace(evidence, facts=facts, entries=lines.entries, complete=lines.complete)
    except NotFound:
        return evidence  # retention has removed the session: the message is now like one that was imported
    return replace(evidence, facts=facts)
