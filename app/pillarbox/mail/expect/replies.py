"""What the server answered in the session that brought a message, held against the reply that is asserted.

A reply belongs to the command that it answers; that to the content belongs to DATA, and further ones of LMTP too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pillarbox.mail import controls, exchange
from pillarbox.mail.expect.assertion import ReplyCheck
from pillarbox.mail.expect.evidence import Evidence
from pillarbox.mail.expect.matcher import SHOWN, Failure, Standing
from pillarbox.mail.transcript import Entry


def failed(where: str, check: ReplyCheck, evidence: Evidence) -> tuple[Failure, ...]:
    """None when there is such a reply. Pending while the session is open: it may still come."""
    if evidence.facts is None:
        reason = f"{where} is not known: the message was imported and came by no session."
        return (Failure(where, reason, wanted(check), None),)
    entries = evidence.entries
    standing: Standing = "false" if evidence.complete else "pending"
    if check.code is None and check.enhanced is None:
        if any(entry.side == "client" and entry.verb == check.verb for entry in entries):
            return ()
        reason = f"{where} is not there: the client did not say {check.verb}{_so_far(evidence)}."
        return (Failure(where, reason, wanted(check), None, standing),)
    answers = list(_answers(entries))
    if any(_is(check, verb, reply) for verb, reply in answers):
        return ()
    near = [(verb, reply) for verb, reply in answers if verb == check.verb] if check.verb else answers
    if check.verb and not near:
        reason = f"{where} is not there: nothing answered {check.verb}{_so_far(evidence)}."
        return (Failure(where, reason, wanted(check), None, standing),)
    rows = list(dict.fromkeys(_row(verb, reply) for verb, reply in near))
    shown = "".join(f"\n  {row}" for row in rows[-SHOWN:]) or " no reply."
    more = f"\n  {len(rows) - SHOWN} before them" if len(rows) > SHOWN else ""
    reason = f"{where} is not there: wanted {wanted(check)}{_so_far(evidence)}; there was{more}{shown}"
    return (Failure(where, reason, wanted(check), ", ".join(rows[-SHOWN:]) or None, standing),)


def wanted(check: ReplyCheck) -> str:
    """`250 2.1.5 to RCPT`."""
    codes = " ".join(filter(None, (str(check.code or ""), check.enhanced)))
    if not codes:
        return check.verb or "anything"
    return f"{codes} to {check.verb}" if check.verb else codes


def _so_far(evidence: Evidence) -> str:
    return "" if evidence.complete else " so far, and the session is still open"


def _answers(entries: Sequence[Entry]) -> Iterator[tuple[str | None, Entry]]:
    """Every reply line with the verb that it answers."""
    commands = exchange.answered(entries)
    verbs: dict[int, str | None] = {}
    verb: str | None = None
    for entry in entries:
        if entry.side == "client":
            if entry.kind != "data":
                verb = entry.verb or ("AUTH" if entry.kind == "auth" else None)
            verbs[entry.seq] = verb
    last: str | None = None
    for entry in entries:
        if entry.side == "client" and entry.kind != "data":
            last = None
        elif entry.side == "server":
            command = commands.get(entry.seq)
            # Further replies of LMTP to the same content answer no entry of their own.
            last = verbs[command.seq] if command is not None else last
            yield last, entry


def _is(check: ReplyCheck, verb: str | None, reply: Entry) -> bool:
    if check.verb is not None and verb != check.verb:
        return False
    if check.code is not None and reply.code != check.code:
        return False
    return check.enhanced is None or reply.enhanced == check.enhanced


def _row(verb: str | None, reply: Entry) -> str:
    codes = " ".join(filter(None, (str(reply.code or ""), reply.enhanced)))
    text = controls.in_line(reply.text[:60])
    return f"{controls.in_line(verb)}: {text}" if verb else (text or codes)
