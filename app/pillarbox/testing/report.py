"""What came while a test ran that has failed, as text below its traceback: its mails, and what its sessions said.

Rules of this module:

* It is for people who do not know yet what is wrong: sessions that delivered nothing are there as well.
* It is bounded: so many mails, sessions and lines, and each line; what is left out is said.
* What a sender wrote cannot move the cursor of whoever reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from pillarbox.client import Client, Message, Session, Summary
from pillarbox.mail import controls

T = TypeVar("T")

MAILS = 10
SESSIONS = 10
LINES = 40
"""Lines of one text, or of one transcript."""

WIDTH = 200
"""Characters of one line."""

_PAGE = 50


def since(client: Client, begin: datetime) -> str:
    """All that came to a catcher since then, whatever inbox it is in."""
    try:
        rows = [row for row in client.messages(limit=_PAGE).messages if row.received_at >= begin]
        carried = {row.session_id for row in rows}
        sessions = [
            one for one in client.sessions(limit=_PAGE).sessions if one.started_at >= begin or one.id in carried
        ]
        return _text(client, rows, sessions)
    except Exception as error:  # noqa: BLE001 - said in the report; raised there, it would end the whole run
        return _nothing_known(error)


def of_inboxes(client: Client, begins: Mapping[str, datetime | None]) -> str:
    """What came into inboxes of these names, each since its moment or ever, and the sessions that were meant for them.

    Of those with a moment, which other tests have used before, the ones that got nothing are left out.
    """
    try:
        rows: dict[int, Summary] = {}
        sessions: dict[int, Session] = {}
        places = ""
        for name, begin in begins.items():
            found, held = _in_inbox(client, name, begin)
            rows |= {row.id: row for row in found}
            sessions |= {one.id: one for one in held}
            if begin is None or found or held:
                places += f"{client.url}/inboxes/{name}\n"
        if not places:
            return f"Nothing came into an inbox of this test; {client.url} has what came elsewhere."
        return f"{places}\n{_text(client, _newest_first(rows), _newest_first(sessions))}"
    except Exception as error:  # noqa: BLE001 - said in the report; raised there, it would end the whole run
        return _nothing_known(error)


def _in_inbox(client: Client, name: str, begin: datetime | None) -> tuple[list[Summary], list[Session]]:
    rows, sessions = (
        client.messages(inbox=name, limit=_PAGE).messages,
        client.sessions(inbox=name, limit=_PAGE).sessions,
    )
    if begin is None:
        return list(rows), list(sessions)
    came = [row for row in rows if row.received_at >= begin]
    carried = {row.session_id for row in came}
    return came, [one for one in sessions if one.started_at >= begin or one.id in carried]


def _newest_first(by_number: Mapping[int, T]) -> list[T]:
    return [by_number[number] for number in sorted(by_number, reverse=True)]


def _nothing_known(error: Exception) -> str:
    return f"The catcher cannot be asked any more: {error}"


def _text(client: Client, rows: Sequence[Summary], sessions: Sequence[Session]) -> str:
    """Both come newest first; the newest are shown, in the order in which they came."""
    parts = [_left_out(len(rows), MAILS, "mails")]
    parts += [_mail(client.message(row.id)) for row in reversed(rows[:MAILS])]
    parts.append(_left_out(len(sessions), SESSIONS, "sessions"))
    parts += [_session(one, client.transcript_text(one.id)) for one in reversed(sessions[:SESSIONS])]
    return "\n".join(part for part in parts if part)


def _left_out(count: int, most: int, what: str) -> str:
    if not count:
        return f"There were no {what}."
    return f"Of {count} {what} the last {most}:" if count > most else ""


def _mail(mail: Message) -> str:
    said = [f"{_at(mail.received_at)} message {mail.id} in inbox {mail.inbox}, {mail.size} octets"]
    said.append(f"  MAIL FROM <{mail.mail_from}>, RCPT TO {', '.join(f'<{one}>' for one in mail.rcpt_to)}")
    for name in ("From", "To", "Cc", "Subject"):
        if (value := mail.header(name)) is not None:
            said.append(f"  {name}: {value}")
    for part in mail.attachments:
        said.append(f"  with {part.filename or 'a part'} ({part.content_type}, {part.size} octets)")
    body = mail.text if mail.text is not None else mail.html
    if body:
        said += ["", *(f"  {line}" for line in _some(body.rstrip().splitlines()))]
    return _lines([*said, ""])


def _session(session: Session, transcript: str) -> str:
    said = [f"{_at(session.started_at)} session {session.id} from {session.peer}, {session.outcome}"]
    if session.reason:
        said.append(f"  {session.reason}")
    return _lines([*said, *(f"  {line}" for line in _some(transcript.splitlines())), ""])


def _some(lines: Sequence[str]) -> Iterable[str]:
    """The beginning and the end of many lines."""
    if len(lines) <= LINES:
        return lines
    half = LINES // 2
    return [*lines[:half], f"… {len(lines) - 2 * half} lines …", *lines[-half:]]


def _lines(lines: Iterable[str]) -> str:
    shown = (controls.in_line(line) for line in lines)
    return "\n".join(line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…" for line in shown)


def _at(moment: datetime) -> str:
    return f"{moment:%H:%M:%S.%f}"[:-3]
