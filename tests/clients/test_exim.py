"""Exim sends chunks: what it sent is what the transcript, the envelope and the stored message show."""

from __future__ import annotations

import re

import pytest

from pillarbox.mail.transcript import Entry
from tests.clients import exim
from tests.clients.test_clients import ASCII, RECIPIENTS, SAMPLE, SENDER, envelope
from tests.wire.catching import Catcher
from tests.wire.dialling import Proxy

LARGE = ASCII + b"".join(b".%d: %b\r\n" % (number, b"x" * (number % 900)) for number in range(3000))


@pytest.mark.parametrize("sample", [ASCII, SAMPLE, LARGE], ids=["ASCII", "8-bit", "large"])
def test_exim_sends_chunks(catcher: Catcher, proxy: Proxy, sample: bytes) -> None:
    log = exim.send(proxy.port, SENDER, RECIPIENTS, sample.replace(b"\r\n", b"\n"))
    session = catcher.ended()
    assert session.facts.outcome == "quit", log
    sent, answered = proxy.crossed()
    assert catcher.crossed(session.id) == (sent, answered)
    stored = catcher.message()
    # Exim puts its Received lines in front and passes on what it was given.
    assert stored.startswith(b"Received: from "), stored[:200]
    assert stored.endswith(b"\r\n\r\n" + sample.partition(b"\r\n\r\n")[2])
    assert envelope(catcher) == (SENDER, RECIPIENTS)
    entries = catcher.transcript(session.id).entries
    commands = [entry.text for entry in entries if entry.verb == "BDAT"]
    chunks = [entry for entry in entries if entry.kind == "data"]
    assert "DATA" not in {entry.verb for entry in entries}
    assert commands == [f"BDAT {one.size}" for one in chunks[:-1]] + [f"BDAT {chunks[-1].size} LAST"]
    assert [one.message_id for one in chunks] == [catcher.messages()[0].id] * len(chunks)
    assert joined(chunks, sent) == stored
    # The headers go first when the rest is large.
    assert len(chunks) == (2 if sample is LARGE else 1), commands


def joined(chunks: list[Entry], sent: bytes) -> bytes:
    """The chunks as they crossed, cut out of what crossed by the counts in the commands."""
    assert [one.offset for one in chunks] == [sum(before.size for before in chunks[:at]) for at in range(len(chunks))]
    found, at = b"", 0
    while command := re.compile(rb"BDAT ([0-9]+)(?: LAST)?\r\n").search(sent, at):
        at = command.end() + int(command[1])
        found += sent[command.end() : at]
    return found


def test_exim_uses_data_when_it_is_told_to(catcher: Catcher) -> None:
    log = exim.send(catcher.port, SENDER, RECIPIENTS, ASCII.replace(b"\r\n", b"\n"), chunking=False)
    verbs = [entry.verb for entry in catcher.transcript(catcher.ended().id).entries]
    assert "DATA" in verbs, log
    assert "BDAT" not in verbs
    assert catcher.message().endswith(b"\r\n\r\n" + ASCII.partition(b"\r\n\r\n")[2])
