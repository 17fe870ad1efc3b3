"""Postfix is the yardstick: the same octets get the same codes from it and from us, but for what stands in a table."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.clients.conftest import Postfix, need_postfix
from tests.clients.yardstick import extensions, paths, sessions
from tests.clients.yardstick.conversation import Conversation, answers, shown
from tests.clients.yardstick.differences import BY_STEP, DIFFERENCES
from tests.wire.catching import Catcher
from tests.wire.dialling import Dial
from tests.wire.securing import certificate

# One Postfix for all of them.
pytestmark = pytest.mark.xdist_group("yardstick")

LARGEST = 100_000

CONVERSATIONS: list[Conversation] = [
    *paths.CONVERSATIONS,
    *(sessions.GOOD + sessions.ORDER + sessions.SYNTAX + sessions.LIMITS + sessions.GROUPS + sessions.LINE_ENDS),
    *(extensions.DSN + extensions.ETRN + extensions.CHUNKING + extensions.STARTTLS + extensions.AUTH),
]


@dataclass(frozen=True)
class Pair:
    postfix: Postfix
    ours: Catcher


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Both under the same limits."""
    need_postfix()
    folder = tmp_path_factory.mktemp("yardstick")
    cert = certificate(folder)
    postfix = Postfix(
        message_size_limit=str(LARGEST),
        smtpd_hard_error_limit="20",
        smtpd_tls_security_level="may",
        smtpd_tls_cert_file=str(folder / "cert.pem"),
        smtpd_tls_key_file=str(folder / "key.pem"),
    )
    try:
        # Postfix offers AUTH only together with a program that knows the passwords.
        hidden = frozenset({"AUTH"})
        catcher = Catcher(folder, max_message_size=LARGEST, certificate=cert, hide_extensions=hidden)
        yield Pair(postfix, catcher)
        catcher.close()
        assert catcher.problems == []
    finally:
        postfix.stop()


def name(conversation: Conversation) -> str:
    return " · ".join(shown(step) for step in conversation)[:200]


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=name)
def test_a_conversation_gets_the_same_codes(
    pair: Pair, conversation: Conversation, caplog: pytest.LogCaptureFixture
) -> None:
    with Dial(pair.postfix) as client:
        theirs = answers(client, conversation)
    with Dial(pair.ours) as client:
        ours = answers(client, conversation)
    assert ours == [BY_STEP.get(pairs, pairs[1]) for pairs in zip(conversation, theirs, strict=True)]
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.fixture(scope="module")
def met(pair: Pair) -> set[tuple[object, str]]:
    """Each step of all conversations with what Postfix answered."""
    found: set[tuple[object, str]] = set()
    for conversation in CONVERSATIONS:
        if any((step, each.postfix) in BY_STEP for step in conversation for each in DIFFERENCES):
            with Dial(pair.postfix) as client:
                found.update(zip(conversation, answers(client, conversation), strict=True))
    return found


@pytest.mark.parametrize("key", BY_STEP, ids=lambda key: f"{shown(key[0])[:80]} {key[1]}")
def test_a_difference_is_still_one(met: set[tuple[object, str]], key: tuple[object, str]) -> None:
    assert key in met
    assert BY_STEP[key] != key[1]  # type: ignore[index]


def test_there_are_many_conversations() -> None:
    assert len(set(CONVERSATIONS)) >= 180
