"""Search: whole words, all of them, in every field, the same on both databases."""

from __future__ import annotations

import pytest

from pillarbox.box import MessageQuery, Selection
from pillarbox.mail.envelope import Envelope, Sender
from pillarbox.mail.message import Digest
from pillarbox.mail.words import words
from pillarbox.storage.search import MAX_OCTETS, Searchable, searchable
from pillarbox.storage.store import SqlStore
from tests.storage.inside import Inside
from tests.storage.mails import deliver, delivery, mail


def found(store: SqlStore, q: str, inbox: str | None = None) -> list[int]:
    page = store.messages(MessageQuery(q=q, inbox=inbox))
    assert page.total == len(page.items)
    return [summary.id for summary in page.items]


@pytest.mark.parametrize(
    ("text", "queries", "others"),
    [
        (
            "Quarterly report, final",
            ["report", "REPORT", "final quarterly", "report,"],
            ["repor", "reports", "report absent"],
        ),
        ("Подтверждение заказа №42", ["заказа", "ПОДТВЕРЖДЕНИЕ", "заказа подтверждение"], ["заказ", "подтвержд"]),
        ("Größe der Straße: Äpfel", ["strasse", "STRASSE", "grosse", "apfel äpfel"], ["stra", "größ"]),
        ("订单确认 已发货", ["订单", "确认", "订单确认", "发货 订单"], ["单订", "货发"]),
        ("ご注文の確認 東京都", ["東京", "京都", "注文", "ご注文の確認"], ["都東", "文注"]),
        ("crème brûlée", ["creme", "brulee crème"], ["crem"]),
        ("snake_case a.b.c x-y foo@bar.example", ["snake", "case", "b", "foo@bar.example", "x-y"], ["snakecase", "ab"]),
        ('it\'s 100% "quoted" (really) AND NOT OR NEAR *', ["100", "quoted", "and", "near", "it's"], ["1000"]),
        ("emoji 😀 ends", ["emoji ends", "ends 😀 emoji"], ["emojiends"]),
        ("naïve \u0301combining", ["naive", "combining"], []),
        ("ﬁne ① ｆｕｌｌ", ["fine", "1", "full"], []),
    ],
)
def test_words_are_found_whole(store: SqlStore, text: str, queries: list[str], others: list[str]) -> None:
    deliver(store, delivery(mail("filler", "nothing")), delivery(mail("x", text)), delivery(mail(text, "y")))
    for query in queries:
        assert found(store, query) == [3, 2], query
    for query in others:
        assert found(store, query) == [], query


def test_every_field_is_searched_and_words_may_stand_in_different_ones(store: SqlStore) -> None:
    attachment = (
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nbodyword\r\n--b\r\n"
        'Content-Disposition: attachment; filename="invoice-77.pdf"\r\n\r\nX\r\n--b--\r\n'
    )
    raw = f"From: Frida <f@from.example>\r\nTo: Tom <t@to.example>\r\nSubject: subjectword\r\n{attachment}".encode()
    deliver(store, delivery(raw, "secret@bcc.example"), delivery())
    for word in ("frida", "from.example", "tom", "subjectword", "bodyword", "invoice", "77", "pdf", "secret", "bcc"):
        assert found(store, word) == [1], word
    assert found(store, "frida subjectword bodyword 77 secret") == [1]


def test_flags_are_not_found_by_plain_words(store: SqlStore) -> None:
    deliver(store, delivery())
    assert found(store, "inbox1") == found(store, "hasattachment") == []


def test_an_inbox_narrows_a_search(store: SqlStore) -> None:
    deliver(store, delivery(mail("same"), inbox="a"), delivery(mail("same"), inbox="b-c"), delivery(mail("same")))
    assert found(store, "same", inbox="b-c") == [2]
    assert found(store, "same", inbox="c") == []


def test_a_query_without_a_word_finds_nothing_and_an_empty_one_is_none(store: SqlStore) -> None:
    deliver(store, delivery())
    assert found(store, "!!! ***") == []
    assert found(store, "") == [1]


def test_results_are_newest_first_and_paged_by_key(store: SqlStore) -> None:
    deliver(store, *(delivery(mail("even" if number % 2 else "odd")) for number in range(10)))
    first = store.messages(MessageQuery(q="odd", limit=2))
    assert ([one.id for one in first.items], first.next, first.total) == ([9, 7], 7, 5)
    second = store.messages(MessageQuery(q="odd", limit=2, before=first.next))
    assert [one.id for one in second.items] == [5, 3]
    assert [one.id for one in store.messages(MessageQuery(q="odd", after=5)).items] == [9, 7]


def test_deleted_mail_is_not_found(store: SqlStore) -> None:
    deliver(store, delivery(mail("gone")), delivery(mail("gone")))
    store.delete(Selection(ids=(1,)))
    assert found(store, "gone") == [2]


def test_a_message_of_more_words_than_a_row_holds_is_kept_and_found_by_its_first_ones(store: SqlStore) -> None:
    unlike = " ".join(f"w{number:x}" for number in range(120_000))
    chinese = "".join(chr(0x4E00 + number % 20_000) for number in range(200_000))
    deliver(store, delivery(mail("huge", unlike)), delivery(mail("chinese", chinese)))
    assert found(store, "huge w1 wff") == [1]
    assert found(store, "chinese 一丁") == [2]


def test_a_word_as_long_as_a_line_is_found(store: SqlStore) -> None:
    deliver(store, delivery(mail("long", "q" * 900)))
    assert found(store, "q" * 900) == found(store, "q" * 200) == [1]
    assert found(store, "q" * 199) == []


def test_text_that_goes_in_as_it_is_gives_the_same_words(store: SqlStore, inside: Inside) -> None:
    every = "".join(chr(code) for code in range(1, 128)) + " tail"
    plain = Searchable((every, "", "", "", ""), ())
    assert plain.plain() is not None
    deliver(store, delivery(mail("carrier", every.replace("\r", " ").replace("\n", " "))))
    for word in words(every):
        assert found(store, f"{word} carrier") == [1], word


def test_the_limit_cuts_the_last_field_first() -> None:
    digest = Digest(subject="kept", body="слово " * MAX_OCTETS)
    fields = searchable(Envelope(Sender("a@b")), digest).words()
    assert fields[0] == ["kept"]
    assert 0 < len(fields[4]) < MAX_OCTETS / 10
    assert sum(len(word.encode()) for field in fields for word in field) <= MAX_OCTETS
