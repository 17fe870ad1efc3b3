"""The failure texts, as texts."""

from __future__ import annotations

from pillarbox.client.explanation import explain
from pillarbox.client.failure import Difference, Failure, Nearest, RefusedSession


def test_the_sentence_of_the_catcher_comes_first_then_the_nearest_then_who_was_refused() -> None:
    failure = Failure(
        "No message with “Welcome” in its subject came within 10 s.",
        nearest=(
            Nearest(42, "Welcme", (Difference("subject", "Welcome", "Welcme"),)),
            Nearest(41, "Invoice", (Difference("subject", "Welcome", "Invoice"), Difference("header", "X-Id:1", None))),
        ),
        refused_sessions=(RefusedSession(7, "550 5.1.1 at RCPT: No such user here"),),
    )
    assert explain(failure) == (
        "No message with “Welcome” in its subject came within 10 s.\n"
        '  message 42, "Welcme":\n'
        '    subject: wanted "Welcome", actual "Welcme"\n'
        '  message 41, "Invoice":\n'
        '    subject: wanted "Welcome", actual "Invoice"\n'
        '    header: wanted "X-Id:1", actual nothing there\n'
        "  session 7 was refused: 550 5.1.1 at RCPT: No such user here"
    )


def test_what_the_sentence_says_already_is_not_said_again() -> None:
    failure = Failure("None came: 550 at RCPT.", refused_sessions=(RefusedSession(7, "550 at RCPT"),))
    assert explain(failure) == "None came: 550 at RCPT."


def test_values_are_cut_and_cannot_move_the_cursor() -> None:
    failure = Failure("None\x1b[2J.", nearest=(Nearest(1, "\x1b[2J\n", (Difference("text", "x" * 300, "y"),)),))
    assert explain(failure) == ('None␛[2J.\n  message 1, "␛[2J␊":\n    text: wanted "' + "x" * 199 + '…", actual "y"')
