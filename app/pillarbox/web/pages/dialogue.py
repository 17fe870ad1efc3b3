"""A transcript as lines of a page, and the part of it that is one message's transaction.

Rules of this module:

* nothing is left out and nothing reordered: a line of the page is an entry of the transcript;
* the lines of one reply stand under one time; a reply of class 4 or 5 marks the command that it answers;
* a long reply that says nothing bad, such as that to EHLO, is folded behind its first lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from pillarbox.mail.exchange import answered
from pillarbox.mail.explain import spans
from pillarbox.mail.message import Lint
from pillarbox.mail.transcript import Entry
from pillarbox.web.contexts import Content, Fold, WireLine, Word
from pillarbox.web.language import decimal, number
from pillarbox.web.pages import visible
from pillarbox.web.pages.glossary import Glossary
from pillarbox.web.retold import retold

SLOW_US = 500_000
"""Microseconds after the line before from which on a line was long in coming."""

FOLDED_FROM = 4
"""Lines of a reply that always stand there; three or more behind them are folded."""

CONTENT_SHOWN = 64 * 1024
"""Octets of a message's content that are folded into a transcript."""

Fetch = Callable[[Entry], tuple[bytes | None, bool]]
"""Gives a content entry's octets, None when they are not to be shown here, and whether the message is gone."""

_SIDES = {"client": "C", "server": "S", "event": "·"}


def lines(
    entries: Sequence[Entry],
    fetch: Fetch,
    glossary: Glossary,
    previous: Entry | None = None,
    *,
    lint: Sequence[Lint] = (),
    counted: Mapping[int, int] | None = None,
    signs: bool = False,
) -> tuple[WireLine, ...]:
    """Entries as lines; `previous` is the entry before the first of them. `lint` stands beside the lines that it is
    about; `counted` are how many findings there are about a message, by its id. `signs`: usual marks are shown too."""
    findings: defaultdict[int | None, list[Lint]] = defaultdict(list)
    for one in lint:
        findings[one.entry].append(one)
    answers = answered(entries)
    refused = _refused(entries, answers)
    last = {entry.message_id: entry.seq for entry in entries if entry.kind == "data"}
    found = []
    for entry in entries:
        count = (counted or {}).get(entry.message_id or 0, 0) if last.get(entry.message_id) == entry.seq else 0
        asked = answers[entry.seq].verb if entry.seq in answers else None
        continued = previous is not None and _continues(previous, entry)
        found.append(
            WireLine(
                seq=entry.seq,
                at_us=entry.at_us,
                at=decimal(f"{(entry.at_us + 500) // 1000 / 1000:.3f}"),
                since="" if previous is None else since(entry.at_us - previous.at_us),
                side=_SIDES[entry.side],
                kind=entry.kind,
                words=() if entry.kind == "data" else _words(entry, asked, glossary, signs),
                continued=continued,
                slow=previous is not None and entry.at_us - previous.at_us >= SLOW_US,
                bad=_is_bad(entry),
                refused=entry.seq in refused,
                ended=entry.side != "event" and (entry.raw is None or entry.raw.endswith(b"\r\n")),
                content=_content(entry, fetch, signs, count) if entry.kind == "data" else None,
                findings=tuple(findings.get(entry.seq, ())),
            )
        )
        previous = entry
    return _folded(found, answers)


def _folded(lines: list[WireLine], answers: Mapping[int, Entry]) -> tuple[WireLine, ...]:
    """The same lines; those of a long reply know the fold that they are in."""
    start = 0
    for end in range(1, len(lines) + 1):
        if end < len(lines) and lines[end].continued:
            continue
        rest = lines[start + FOLDED_FROM : end]
        if len(rest) > 2 and not lines[start].bad and not any(line.findings for line in rest):
            greeting = lines[start].seq in answers and answers[lines[start].seq].verb in ("EHLO", "LHLO")
            fold = Fold(len(rest), tuple(_keyword(line) for line in rest) if greeting else ())
            lines[start + FOLDED_FROM : end] = [replace(line, fold=fold) for line in rest]
        start = end
    return tuple(lines)


def _keyword(line: WireLine) -> str:
    """The name of the extension that a line of the reply to EHLO announces: `250-SIZE 100` is SIZE."""
    text = "".join(piece.text for word in line.words for piece in word.pieces)
    return (text[4:].split() or [""])[0]


def since(us: int) -> str:
    """Milliseconds after the line before, with its sign: `+1,001`, `+0.3`, `−7`. Told again in static/growing.js."""
    far = abs(us)
    tenths = (far + 50) // 100  # half of one counts as one, as in JavaScript
    whole = tenths >= 100 or tenths % 10 == 0
    shown = number((far + 500) // 1000) if whole else decimal(f"{tenths / 10:.1f}")
    return f"{'−' if us < 0 and tenths else '+'}{shown}"


def _words(entry: Entry, asked: str | None, glossary: Glossary, signs: bool) -> tuple[Word, ...]:
    """The entry's text in words. Octets that are no text are cut like the rest, so that none of them is lost."""
    line = replace(entry, text=retold(entry.text)) if entry.side == "event" else entry
    if entry.raw is not None:
        end = 2 if entry.raw.endswith(b"\r\n") else 1 if entry.raw.endswith((b"\r", b"\n")) else 0
        line = replace(entry, text=entry.raw[: len(entry.raw) - end].decode("utf-8", "surrogateescape"))
    found = [Word(visible.text_pieces(span.text), glossary.term(span.explanation)) for span in spans(line, asked)]
    if signs:
        found = [
            Word(visible.signed(word.pieces, last=number == len(found)), word.term)
            for number, word in enumerate(found, 1)
        ]
    if entry.raw is not None and (odd_end := visible.line_end(entry.raw)):
        found.append(Word(odd_end))
    return tuple(found)


def _content(entry: Entry, fetch: Fetch, signs: bool, lint: int) -> Content:
    octets, deleted = fetch(entry)
    if octets is not None and entry.offset is not None and entry.message_id is not None:
        octets = octets[entry.offset : entry.offset + entry.size]
    shown = visible.head(octets or b"", CONTENT_SHOWN)
    cut = entry.size - len(shown) if octets is not None else 0
    pieces = visible.pieces(shown, signs=signs)
    return Content(
        size=entry.size, message_id=entry.message_id, deleted=deleted, pieces=pieces, cut=max(cut, 0), lint=lint
    )


def _is_bad(entry: Entry) -> bool:
    return entry.side == "server" and entry.code is not None and entry.code >= 400


def _continues(previous: Entry, entry: Entry) -> bool:
    return (
        previous.side == entry.side == "server"
        and previous.text[3:4] == "-"
        and previous.code is not None
        and previous.code == entry.code
    )


def _refused(entries: Sequence[Entry], answers: Mapping[int, Entry]) -> set[int]:
    """The seq of each client entry that was answered with a reply of class 4 or 5."""
    return {answers[entry.seq].seq for entry in entries if _is_bad(entry) and entry.seq in answers}


def transaction(entries: Sequence[Entry], message_id: int) -> tuple[int, int] | None:
    """Where the transaction of that message begins and ends in `entries`, None when its content is not there.

    It begins with the MAIL that was accepted last before the content and ends with the reply to the last of it; LMTP
    has a reply for each recipient.
    """
    contents = [i for i, entry in enumerate(entries) if entry.message_id == message_id]
    if not contents:
        return None
    start = contents[0]
    answers = answered(entries)
    refused = _refused(entries, answers)
    for i in range(contents[0], -1, -1):
        if entries[i].verb == "MAIL":
            start = i
            if entries[i].seq not in refused:
                break
    end, is_answered = contents[-1] + 1, False
    while end < len(entries) and entries[end].side != "client":
        entry = entries[end]
        if is_answered and (entry.side == "event" or entry.seq in answers):
            break  # the end of the session, or the reply to something else
        is_answered |= entry.side == "server" and entry.text[3:4] != "-"
        end += 1
    return start, end
