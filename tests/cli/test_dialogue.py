from __future__ import annotations

import itertools
import random
from typing import Any

from pillarbox.cli.dialogue import Dialogue


def line(seq: int) -> dict[str, Any]:
    return {"seq": seq}


def seqs(lines: list[dict[str, Any]]) -> list[int]:
    return [one["seq"] for one in lines]


def test_lines_that_come_in_order_are_given_at_once() -> None:
    dialogue = Dialogue()
    assert [seqs(dialogue.live(line(seq))) for seq in range(3)] == [[0], [1], [2]]
    assert not dialogue.waits


def test_a_live_line_waits_for_those_before_it_which_the_transcript_brings() -> None:
    dialogue = Dialogue()
    assert dialogue.live(line(3)) == []
    assert dialogue.waits
    assert seqs(dialogue.stored([line(0), line(1)])) == [0, 1]
    assert dialogue.waits
    assert seqs(dialogue.stored([line(0), line(1), line(2)])) == [2, 3]
    assert not dialogue.waits


def test_whatever_comes_in_whatever_order_is_given_once_and_in_order() -> None:
    choice = random.Random(7)
    for _ in range(200):
        dialogue, given = Dialogue(), []
        heard = choice.sample(range(20), 20)
        for seq in itertools.chain(heard, choice.sample(range(20), 10)):
            given += seqs(dialogue.live(line(seq)))
            if choice.random() < 0.2:
                given += seqs(dialogue.stored(map(line, range(choice.randrange(20)))))
        assert given == list(range(20))


def test_what_is_left_when_lines_are_lost_for_good_is_given_at_the_end() -> None:
    dialogue = Dialogue()
    dialogue.live(line(5))
    dialogue.live(line(3))
    assert seqs(dialogue.rest()) == [3, 5]
    assert dialogue.rest() == []
