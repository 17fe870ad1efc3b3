"""How many messages were to come and did: when that is settled, and how it is told.

Rules of this module:

* A message counts when it is like what is expected and everything asserted of it holds; one that does not hold is no
  failure as long as enough others do. So it makes no difference in which order mail comes.
* A lower bound is met when enough have come. An upper bound is broken when one too many has come, and is kept only when
  the time is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pillarbox.mail.expect import difference
from pillarbox.mail.expect.matcher import Failure
from pillarbox.mail.message import Summary

NEAREST = 5


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many: at least, and at most (None: any number)."""

    least: int = 1
    most: int | None = None

    def __str__(self) -> str:
        if self.most is None:
            return f"at least {messages(self.least)}"
        if self.most == 0:
            return "no message"
        if self.least == self.most:
            return f"exactly {messages(self.most)}"
        return f"{self.least} to {self.most} messages" if self.least else f"at most {messages(self.most)}"


@dataclass(frozen=True, slots=True)
class Judged:
    """A message that is like what is expected, with everything asserted that does not hold."""

    row: Summary
    failed: tuple[Failure, ...] = ()

    @property
    def counts(self) -> bool:
        return not self.failed

    @property
    def unknown(self) -> bool:
        """Nobody can tell whether it counts: what can be told of it holds."""
        return bool(self.failed) and all(one.standing == "unknown" for one in self.failed)

    @property
    def pending(self) -> bool:
        """It does not count yet, and may do later."""
        return bool(self.failed) and all(one.standing == "pending" for one in self.failed)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Why an expectation has failed: lines for people, what was wanted, and what there was instead (None: nothing)."""

    reason: str
    wanted: str
    actual: str | None


def settled(bounds: Bounds, judged: Sequence[Judged], *, over: bool) -> bool | None:
    """Whether the expectation is met; None as long as that is open, which it is not when the time is `over`."""
    count = sum(one.counts for one in judged)
    if bounds.most is not None and (count > bounds.most or any(one.unknown for one in judged)):
        return False
    if over:
        return count >= bounds.least
    return True if bounds.most is None and count >= bounds.least else None


def nearest(judged: Sequence[Judged]) -> list[Judged]:
    """Those that do not count, fewest failures first and of these the newest, at most `NEAREST`."""
    failed = [one for one in judged if not one.counts]
    return sorted(failed, key=lambda one: (len(one.failed), -one.row.id))[:NEAREST]


def shortfall(bounds: Bounds, judged: Sequence[Judged], *, slow: bool = False) -> Shortfall | None:
    """What the messages themselves tell of a failure; None when too few came, of which they tell nothing.

    `slow`: the time for patterns has been used up, which is the reason then.
    """
    counting = [one for one in judged if one.counts]
    if bounds.most is not None and len(counting) > bounds.most:
        return _too_many(bounds, counting)
    for one in judged if slow or bounds.most is not None else ():
        unknown = next((each for each in one.failed if each.standing == "unknown"), None)
        if unknown is not None and (slow or one.unknown):
            reason = f"Whether {_named(one)} counts is not known: {unknown.reason}"
            return Shortfall(reason, unknown.wanted, unknown.actual)
    near = nearest(judged)
    if len(judged) < bounds.least or not near:
        return None
    first = near[0].failed[0]
    there = f"{messages(len(judged))} came"
    if len(judged) == 1:
        return Shortfall(lacking(near[0]), first.wanted, first.actual)
    if counting:
        head = f"{there}, of which {len(counting)} {'is' if len(counting) == 1 else 'are'} as asserted, wanted {bounds}"
        head += f". The nearest of the others is message {near[0].row.id}"
    else:
        head = f"{there}, none as asserted. The nearest is message {near[0].row.id}"
    return Shortfall(f"{head}: {_differing(near[0])}", first.wanted, first.actual)


def lacking(one: Judged) -> str:
    """`Message 4 came, but is not as asserted: subject and 1 more thing.`, and in lines how its subject differs."""
    return f"Message {one.row.id} came, but is not as asserted: {_differing(one)}"


def _differing(one: Judged) -> str:
    first, more = one.failed[0], len(one.failed) - 1
    also = f" and {more} more {'thing' if more == 1 else 'things'}" if more else ""
    return f"{first.where}{also}.\n{first.reason}"


def _too_many(bounds: Bounds, counting: Sequence[Judged]) -> Shortfall:
    newest = [one.row for one in counting][-NEAREST:]
    rows = "\n".join(f"  message {row.id}: {difference.quoted(row.subject)}" for row in newest)
    if bounds.most == 0 and len(counting) == 1:
        reason = f"{_named(counting[0])} came, and none was to come.".replace("message", "Message", 1)
    else:
        more = f"  {len(counting) - len(newest)} before them\n" if len(counting) > len(newest) else ""
        reason = f"{messages(len(counting))} came, wanted {bounds}:\n{more}{rows}"
    return Shortfall(reason, str(bounds), messages(len(counting)))


def _named(one: Judged) -> str:
    subject = f", {difference.quoted(one.row.subject)}," if one.row.subject else ", without a subject,"
    return f"message {one.row.id}{subject}"


def messages(count: int) -> str:
    """`1 message`, `3 messages`."""
    return "1 message" if count == 1 else f"{count} messages"
