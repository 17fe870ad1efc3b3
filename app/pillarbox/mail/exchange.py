"""Which command each reply answers.

Rules of this module:

* Replies come in the order of the commands, so the replies to a pipelined group are told apart by counting (RFC 2920
  section 3.1).
* Content after DATA is answered as a command is; a chunk is answered with its BDAT; each line of AUTH has its reply.
* What was said before TLS is not answered any more once it stands.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from pillarbox.mail.transcript import Entry


def answered(entries: Iterable[Entry]) -> dict[int, Entry]:
    """By the seq of each reply line the client's entry that it answers.

    Missing are replies to nothing (the greeting, a 421), further replies of LMTP to the same content, and replies to
    what was said before the first of these entries.
    """
    found: dict[int, Entry] = {}
    waiting: deque[Entry] = deque()
    said: Entry | None = None
    for entry in entries:
        if entry.side == "client":
            if entry.kind != "data" or said is None or said.verb != "BDAT":
                waiting.append(entry)
            said = entry
        elif entry.kind == "tls":
            waiting.clear()
        elif entry.side == "server" and waiting:
            found[entry.seq] = waiting[0]
            if entry.text[3:4] != "-":
                waiting.popleft()
    return found
