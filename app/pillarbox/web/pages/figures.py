"""Figures as a page shows them: charts, tables, and where each row of them leads.

Rules of this module:

* A row leads to the list that it counts, or nowhere: figures are a way in.
* With a search, sessions are those that the messages found came by; there is a list of messages for their reply codes,
  and none for the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from pillarbox.box import Statistics
from pillarbox.box.statistics import CONSIDERED, Count, Lasted, Sized
from pillarbox.web import wording
from pillarbox.web.contexts import Figures, Share, SizedMessage, SlowSession
from pillarbox.web.pages.chart import chart
from pillarbox.web.pages.session_list import TONES
from pillarbox.web.spans import ALL, Parted
from pillarbox.web.urls import Scope, SessionScope, StatsScope


@dataclass(frozen=True, slots=True)
class Leads:
    """The lists behind the figures of a scope, from the first edge to the last; all of them when the span is all."""

    scope: StatsScope
    span: str
    edges: Sequence[datetime]
    where: tzinfo

    def between(self, since: datetime, until: datetime) -> Scope:
        return self._list(f"since:{_utc(since)} until:{_utc(until)}")

    def messages(self, *words: str) -> Scope:
        """What was found that also is like these words."""
        if self.span != ALL:
            words = (*words, f"since:{_utc(self.edges[0])}", f"until:{_utc(self.edges[-1])}")
        return self._list(*words)

    def _list(self, *words: str) -> Scope:
        return Scope(inbox=self.scope.inbox, q=" ".join(filter(None, (self.scope.q, *words))))

    def sessions(self) -> SessionScope | None:
        """None where no list of sessions follows the search."""
        if self.scope.q:
            return None
        found = SessionScope(inbox=self.scope.inbox or "")
        if self.span == ALL:
            return found
        return replace(found, since=self._local(self.edges[0]), until=self._local(self.edges[-1]))

    def _local(self, edge: datetime) -> str:
        """As the form's field takes it."""
        return f"{edge.astimezone(self.where):%Y-%m-%dT%H:%M}"


def figures(found: Statistics, parted: Parted, leads: Leads) -> Figures:
    messages, sessions = found.messages, found.sessions
    where = leads.sessions()
    longest = max((one.us for one in sessions.slowest), default=0)
    return Figures(
        messages=messages.messages,
        octets=messages.octets,
        sessions=sessions.sessions,
        silent=sessions.silent,
        silent_scope=replace(where, silent=True) if where is not None else None,
        listed=leads.messages(),
        sessions_scope=where,
        median=_message(messages.median),
        largest=_message(messages.largest),
        of_newest=None if messages.complete else CONSIDERED,
        of_newest_sessions=None if sessions.complete else CONSIDERED,
        brought=where is None,
        chart=chart(parted, messages.buckets, leads.where, leads.between),
        codes=_shares(_code(code, number, where, leads) for code, number in sessions.codes),
        outcomes=_shares(
            Share(
                wording.outcome(outcome),
                number,
                sessions=replace(where, outcome=outcome) if where is not None else None,
                tone=TONES[outcome],
            )
            for outcome, number in sorted(sessions.outcomes, key=lambda one: -one[1])
        ),
        recipients=_shares(_mailbox(one, "to", leads) for one in messages.recipients),
        senders=_shares(_mailbox(one, "from", leads) for one in messages.senders),
        peers=_shares(
            Share(one.name, one.count, sessions=replace(where, peer=_peer(one.name)) if where is not None else None)
            for one in sessions.peers
        ),
        helos=_shares(
            Share(
                one.name,
                one.count,
                sessions=replace(where, helo=one.name) if where is not None and one.name else None,
            )
            for one in sessions.helos
        ),
        slowest=tuple(_slow(one, longest) for one in sessions.slowest),
    )


def _code(code: int, number: int, where: SessionScope | None, leads: Leads) -> Share:
    tone = "bad" if code >= 500 else "warn" if code >= 400 else "calm"
    if where is None:
        return Share(str(code), number, messages=leads.messages(f"code:{code}"), tone=tone)
    return Share(str(code), number, sessions=replace(where, code=str(code)), tone=tone)


def _mailbox(one: Count, operator: str, leads: Leads) -> Share:
    if not one.name:
        return Share("", one.count)
    # A quotation mark would end the phrase; words end there anyway.
    words = one.name.replace('"', " ")
    return Share(one.name, one.count, messages=leads.messages(f'{operator}:"{words}"'))


def _peer(address: str) -> str:
    """What is looked for in "10.0.0.1:52114": with the colon, 10.0.0.1 is not also 10.0.0.12."""
    return address + ":" if address.endswith("]") or address.replace(".", "").isdigit() else address


def _shares(found: Iterable[Share]) -> tuple[Share, ...]:
    listed = tuple(found)
    most = max((one.count for one in listed), default=1)
    return tuple(replace(one, share=f"{100 * one.count / most:.2f}%") for one in listed)


def _utc(moment: datetime) -> str:
    text = moment.astimezone(UTC).isoformat(timespec="microseconds" if moment.microsecond else "seconds")
    return text.removesuffix("+00:00").removesuffix(":00") + "Z"


def _message(sized: Sized | None) -> SizedMessage | None:
    return None if sized is None else SizedMessage(sized.id, sized.octets)


def _slow(one: Lasted, longest: int) -> SlowSession:
    share = f"{100 * max(0, one.us) / max(1, longest):.2f}%"
    return SlowSession(one.id, one.peer, one.helo or "", wording.seconds(max(0, one.us)), share)
