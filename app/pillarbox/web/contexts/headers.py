"""What stands under the Headers tab: each header explained, and the way that the message has come."""

from __future__ import annotations

from dataclasses import dataclass

from pillarbox.mail.message import Defect, Lint
from pillarbox.web.contexts.wire import Term, Word
from pillarbox.web.pages.visible import Piece
from pillarbox.web.wording import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderFact:
    """A piece of a value: a tag, a mailbox, a result. `name_term` and `term` lead to what explains name and value."""

    name: str
    name_term: str | None
    value: str
    term: str | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderRow:
    """One header. `sent` is the field as it crossed where that is not what is shown; `folded`: its facts say it all.

    `cut` characters of the value are left out, `more` of its facts. `moment` is what a date means in the reader's zone,
    `apart` how far that is from the arrival. `copies` counts headers of this name that may stand only once.
    """

    n: int
    name: str
    term: str | None
    value: str
    cut: int
    folded: bool
    sent: tuple[Piece, ...]
    facts: tuple[HeaderFact, ...]
    more: int
    moment: Moment | None
    apart: str
    unread: bool
    copies: int
    findings: tuple[Lint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One hop: `by` took the message from `from_` (at `ip`). `delay` since the hop before; `tone` is slow, early or "".

    `day` stands at the first hop of a day.
    `number` is that of its header, None for this catcher, whose session `session_id` is. `protocol` explains itself.
    """

    number: int | None
    by: str
    from_: str
    ip: str
    protocol: Word | None
    tls: str
    cipher: str
    login: bool
    details: tuple[tuple[str, str], ...]
    moment: Moment | None
    date: str
    delay: str
    tone: str
    day: str = ""
    session_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadersPanel:
    """`stops` is the way, oldest first, ending here; `took` is how long all of it took, "" where that is not known.

    With `block` the panel shows the header block as sent instead; `block_cut` octets of it are left out.
    """

    total: int
    headers: tuple[HeaderRow, ...] = ()
    stops: tuple[Stop, ...] = ()
    hidden_stops: int = 0
    took: str = ""
    defects: tuple[Defect, ...] = ()
    terms: tuple[Term, ...] = ()
    block: tuple[Piece, ...] | None = None
    block_cut: int = 0
