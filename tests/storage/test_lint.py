"""Findings are settled when a message comes and go with it, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pillarbox.box import MessageQuery, Selection
from pillarbox.mail.lint import Wired, finding
from pillarbox.storage import rows
from pillarbox.storage.store import SqlStore
from tests.storage.inside import Inside, count
from tests.storage.mails import Talk, deliver, delivery, mail

GOOD = mail(headers="Date: Mon, 23 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@x.test>\r\nMIME-Version: 1.0\r\n")


def test_a_message_without_findings_has_no_row(store: SqlStore, inside: Inside) -> None:
    (summary,) = deliver(store, delivery(GOOD))
    stored = store.message(summary.id)
    assert stored is not None
    assert (summary.lint_count, stored.lint, count(inside, "lint")) == (0, (), 0)


def test_findings_come_back_as_they_were_and_are_counted(store: SqlStore) -> None:
    talk = Talk()
    talk.open(store)
    wired = Wired((finding("helo-name", entry=1), finding("size-wrong", 90, 100, entry=2)), 2, 3)
    raw = mail(headers="Subject: \x00 again\r\n")
    (summary,) = deliver(store, replace(talk.delivery(raw), wired=wired))
    stored = store.message(summary.id)
    assert stored is not None
    assert [one.code for one in stored.lint] == [
        "helo-name", "size-wrong", "nul", "missing-date", "missing-message-id", "repeated-header",
        "missing-mime-version",
    ]  # fmt: skip
    assert stored.lint[:2] == wired.findings
    assert stored.lint[1].message.startswith("SIZE announced 90 octets and 100 came")
    assert summary.lint_count == stored.summary.lint_count == len(stored.lint) == 7
    assert [one.lint_count for one in store.messages(MessageQuery()).items] == [7]


def test_the_findings_of_several_messages_come_at_once_without_those_that_are_gone(store: SqlStore) -> None:
    bad = mail(headers="Subject: \x00 again\r\n")
    ids = [summary.id for summary in deliver(store, delivery(bad), delivery(GOOD), delivery(bad))]
    store.delete(Selection(ids=(ids[2],)))
    found = store.findings([*ids, 10**30, -1])
    stored = store.message(ids[0])
    assert stored is not None
    assert stored.lint
    assert found == {ids[0]: stored.lint}
    assert store.findings([]) == {}


def test_findings_go_when_the_message_is_purged(store: SqlStore, inside: Inside) -> None:
    deliver(store, delivery(), delivery())
    store.delete(Selection(ids=(1,)))
    store.purge(datetime.now(UTC) + timedelta(seconds=5))
    assert inside.rows("SELECT message_id FROM lint") == [(2,)]


def test_a_code_of_a_newer_program_stands_for_itself() -> None:
    [one] = rows.findings([["new-code", "Something new.", 3, None]])
    assert (one.code, one.severity, one.message, one.rfc, one.entry) == ("new-code", "info", "Something new.", None, 3)
