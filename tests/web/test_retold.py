"""Sentences of the layers below, in the reader's language."""

from __future__ import annotations

import re
from contextvars import ContextVar
from datetime import UTC, datetime

import pytest

from pillarbox.mail import explain, spoken
from pillarbox.mail.lint.rules import RULES, finding
from pillarbox.mail.query import QueryError, parse
from pillarbox.web import language, retold

RUSSIAN = re.compile("[а-яё]{3}")

UNREADABLE = [
    "a AND )", "OR b", "a OR", "()", "(a", '"a', "from:", "inbox:a/b", "has:legs", "is:here", "since:soon",
    "since:2026-13-45", "newer:old", "older:99999999d", "larger:big", "session:x", "header:=", "subject:...", "...",
    "(" * 60 + "a" + ")" * 60, " ".join("a" * 600), "a " * 3000,
]  # fmt: skip


@pytest.fixture(autouse=True)
def _in_russian(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_chosen", ContextVar("language", default="ru"))


@pytest.mark.parametrize("query", UNREADABLE, ids=range(len(UNREADABLE)))
def test_a_query_that_cannot_be_read_is_explained(query: str) -> None:
    with pytest.raises(QueryError) as error:
        parse(query, now=datetime(2026, 11, 29, tzinfo=UTC))
    said = retold.retold(str(error.value))
    assert re.fullmatch(r"Символ [0-9]+: .+", said, re.DOTALL)
    assert RUSSIAN.search(said.partition(": ")[2]), said


def test_unreadable_reply_codes_and_verbs_are_explained() -> None:
    for q, codes in (("", ("9x9",)), ("verb:A-B", ())):
        with pytest.raises(ValueError, match="is no") as error:
            spoken.wanted(q, codes)
        assert RUSSIAN.search(retold.retold(str(error.value)))


@pytest.mark.parametrize("code", RULES)
def test_every_finding_of_lint_is_told_with_its_details(code: str) -> None:
    details = [f"«{number}»" for number in range(RULES[code].sentence.count("{}"))]
    said = retold.retold(finding(code, *details).message)
    assert RUSSIAN.search(said)
    assert all(detail in said for detail in details)


def test_explanations_are_told_piece_by_piece() -> None:
    refused = explain.reply(550)
    unknown = explain.enhanced("5.1.1")
    notify = explain.parameter("NOTIFY=FAILURE,DELAY")
    assert refused is not None
    assert unknown is not None
    assert notify is not None
    assert retold.title(refused.title) == "550 Отказано"
    assert retold.title(unknown.title) == "5.1.1 Нет такого ящика"
    assert retold.sentences(unknown.text).endswith("Повторять без изменений бесполезно.")
    assert not re.search("[a-z]{4}", retold.sentences(notify.text))
    assert retold.asked(explain.in_words({"NOTIFY": "FAILURE,DELAY", "ORCPT": "rfc822;bob@x.test"})) == (
        "Уведомить о неудаче и задержке; изначально для bob@x.test"
    )


def test_what_nobody_knows_stays_as_it_is() -> None:
    for text in (
        "",
        "Something of another program.",
        "%(name)s {} %",
        "There is no message {}. " * 300,
        "{0.__class__}",
    ):
        assert retold.retold(text) == text
    assert retold.retold("There is no inbox {0}%(x)s.") == "Ящика {0}%(x)s нет."


def test_english_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_chosen", ContextVar("language", default="en"))
    assert retold.retold("The Date header is 3 days away from the time of arrival.").endswith("time of arrival.")
    assert retold.asked("Tell me on failure") == "Tell me on failure"
