"""Accounts for the tests of the exchanges: a users file with one user, and how an exchange is played."""

from __future__ import annotations

from pillarbox.smtp.sasl.exchange import Challenge, Step, Steps, advance
from pillarbox.smtp.users import Users, parse

ANNA = parse("anna:plain:sesame\n", "users")
TIM = parse("tim:plain:tanstaaftanstaaf\n", "users")


def play(steps: Steps, *responses: bytes) -> list[bytes | Step]:
    """The challenges, as octets, and the outcome; fails when responses are left over."""
    said: list[bytes | Step] = []
    step = advance(steps, None)
    for response in responses:
        assert isinstance(step, Challenge), step
        said.append(step.data)
        step = advance(steps, response)
    said.append(step)
    return said


__all__ = ["ANNA", "TIM", "Users", "play"]
