"""A message, a session and a line of a dialogue as one line for a terminal, out of the API's JSON.

Rules of this module:

* Whatever a client or a message says stands there without control characters and without tabs, and is cut: it cannot
  move the cursor, colour anything, or look like a line of its own.
* Colours are this program's and go round it, never in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pillarbox.cli.paint import Paint
from pillarbox.mail.controls import in_line, short

LONGEST = 120
"""Characters of a value."""

_NAMED = 2
"""Recipients that are named; the others are counted."""

_ACTING = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")  # JSON itself leaves these as they are

_BAD = frozenset(("refused", "timeout", "error", "lost"))
_ENDED = {
    "open": "is open",
    "quit": "ended",
    "dropped": "hung up",
    "timeout": "timed out",
    "refused": "was refused",
    "error": "failed",
    "shutdown": "was ended by a stop",
    "lost": "was lost",
}


def message(row: Mapping[str, Any], paint: Paint) -> str:
    """`message 42  shop@example.test → ada@example.test  “Your order”  2.1 KB, 1 attachment, in checkout`"""
    sender = row["from"][0]["address"] if row["from"] else row["mail_from"]
    subject = f"“{shown(row['subject'])}”" if row["subject"] else "(no subject)"
    facts = [size(row["size"])]
    if row["attachment_count"]:
        facts.append(counted(row["attachment_count"], "attachment"))
    if row["inbox"] != "default":
        facts.append(f"in {shown(row['inbox'])}")
    way = f"{shown(sender) or '<>'} → {_named(row['rcpt_to'])}"
    return f"message {row['id']}  {way}  {paint.bold(subject)}  {paint.dim(', '.join(facts))}"


def session(row: Mapping[str, Any], paint: Paint) -> str:
    """`session 7  127.0.0.1:52114 (app.example.test) ended after 0.020 s, 1 message`, or why it failed."""
    helo = f" ({shown(row['helo'])})" if row["helo"] else ""
    who = f"session {row['id']}  {shown(row['peer'])}{helo}"
    outcome = _ENDED.get(row["outcome"], shown(row["outcome"]))
    if row["ended_at"] is not None:
        outcome = f"{outcome} after {_seconds(row['started_at'], row['ended_at']):.3f} s"
    if row["messages"]:
        outcome = f"{outcome}, {counted(len(row['messages']), 'message')}"
    if row["reason"] is not None:
        return f"{who} " + paint.red(f"{outcome}: {shown(row['reason'], 400)}")
    return f"{who} {paint.red(outcome) if row['outcome'] in _BAD else outcome}"


def opened(row: Mapping[str, Any], paint: Paint) -> str:
    return f"session {row['id']}  {shown(row['peer'])} connected " + paint.dim(f"to {shown(row['listener'])}")


def entry(line: Mapping[str, Any], paint: Paint) -> str:
    """`0.004 C: EHLO app.example.test`, as in a transcript's text; whole, because a line of SMTP is."""
    when = paint.dim(f"{line['at_us'] / 1e6:.3f}")
    if line["kind"] == "data":
        became = f", message {line['message_id']}" if line.get("message_id") is not None else ""
        said = paint.blue(f"C: [{counted(line['bytes'], 'octet')} of content{became}]")
        return f"{when} {said}"
    text = in_line(line["text"])
    if line["side"] == "client":
        said = paint.blue(f"C: {text}")
    elif line["side"] == "server":
        said = paint.red(f"S: {text}") if (line.get("code") or 0) >= 400 else f"S: {text}"
    else:
        said = paint.dim(f"*: {text}")
    return f"{when} {said}"


def clock(moment: str) -> str:
    """The local time of day of a time in RFC 3339: `22:14:09`."""
    return datetime.fromisoformat(moment).astimezone().strftime("%H:%M:%S")


def shown(text: str, longest: int = LONGEST) -> str:
    """A value on a line: no control characters, no tabs, cut."""
    return short(text, longest).replace("\t", " ")


def counted(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


def size(octets: int) -> str:
    """`690 B`, `2.1 KB`, `5.0 MB` (times 1024)."""
    if octets < 1024:
        return f"{octets} B"
    return f"{octets / 1024:.1f} KB" if octets < 1024 * 1024 else f"{octets / 1024 / 1024:.1f} MB"


def _named(addresses: Sequence[str]) -> str:
    named = ", ".join(map(shown, addresses[:_NAMED])) or "nobody"
    return named if len(addresses) <= _NAMED else f"{named} and {len(addresses) - _NAMED} more"


def _seconds(began: str, ended: str) -> float:
    return (datetime.fromisoformat(ended) - datetime.fromisoformat(began)).total_seconds()


def json_line(value: Any) -> str:
    """The value as JSON on one line; letters stand as they are, what would act on a terminal as its number."""
    return _ACTING.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))
