"""Saves that wait for a database in trouble: in order, with the last facts, and bounded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pillarbox.mail import transcript
from pillarbox.storage import unsaved
from pillarbox.storage.batch import Save
from pillarbox.storage.unsaved import Unsaved
from tests.storage.mails import Talk, whose


def save(talk: Talk, text: str = "x") -> Save:
    return Save(talk.key, talk.facts, (talk.segment(transcript.event(1, "error", text)),))


def test_segments_keep_their_order_and_the_last_facts_stand() -> None:
    waiting, talk = Unsaved(), Talk()
    waiting.add(save(talk))
    talk.facts = replace(talk.facts, helo="later")
    waiting.add(save(talk))
    (taken,) = waiting.take()
    assert [segment.seq for segment in taken.segments] == [0, 1]
    assert taken.facts.helo == "later"
    assert len(waiting) == 0


def test_only_the_sessions_asked_for_are_taken() -> None:
    waiting, first, second = Unsaved(), Talk(), Talk()
    waiting.add(save(first))
    waiting.add(save(second))
    assert [one.key for one in waiting.take([second.key, Talk().key])] == [second.key]
    assert [one.key for one in waiting.take()] == [first.key]


def test_facts_written_meanwhile_are_not_taken_back() -> None:
    waiting, talk = Unsaved(), Talk()
    waiting.add(save(talk))
    waiting.refresh(talk.key, replace(talk.facts, outcome="quit"))
    waiting.refresh(Talk().key, talk.facts)
    (taken,) = waiting.take()
    assert taken.facts.outcome == "quit"


def test_too_much_waiting_costs_the_oldest_transcript_but_no_row(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(unsaved, "MAX_OCTETS", 1000)
    waiting, first, second = Unsaved(), Talk(peer="first"), Talk(peer="second")
    waiting.add(save(first, "x" * 600))
    waiting.add(save(second, "y" * 600))
    assert [(one.key, len(one.segments)) for one in waiting.take()] == [(first.key, 0), (second.key, 1)]
    (told,) = caplog.records
    assert "the transcript of a session is lost" in told.getMessage()
    assert whose(told) == (None, "first")
