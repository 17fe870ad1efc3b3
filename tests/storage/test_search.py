"""Search: words, parts and phrases, in every field or in one, the same on both databases."""

from __future__ import annotations

import pytest

from pillarbox.box import MessageQuery, Selection
from pillarbox.mail.envelope import Envelope, Sender
from pillarbox.mail.message import Addr, Digest
from pillarbox.mail.words import words
from pillarbox.storage import match_sqlite
from pillarbox.storage.match_sqlite import MOST_WORDS
from pillarbox.storage.search import MAX_BODY, MAX_HEADERS, MAX_PARTS, PARTS, Searchable, searchable
from pillarbox.storage.store import SqlStore
from tests.storage.mails import Talk, deliver, delivery, mail, settled
from tests.storage.queries import wanted


def found(store: SqlStore, q: str, inbox: str | None = None) -> list[int]:
    page = store.messages(MessageQuery(q=wanted(q), inbox=inbox, limit=500))
    assert page.total == len(page.items)
    return [summary.id for summary in page.items]


@pytest.mark.parametrize(
    ("text", "queries", "others"),
    [
        (
            "Quarterly report, final",
            ["report", "REPORT", "final quarterly", "report,", "repor", "quart", "fin", '"report final"'],
            ["reports", "report absent", "fi", '"repor"', '"final report"', "reportfinal"],
        ),
        (
            "Подтверждение заказа №42",
            ["заказа", "ПОДТВЕРЖДЕНИЕ", "заказ", "подтвержд", "no42"],
            ["за", '"заказ"', "42"],
        ),
        ("Größe der Straße: Äpfel", ["strasse", "STRASSE", "apfel äpfel", "stra", "größ"], ["gr", '"stra"']),
        ("订单确认 已发货", ["订单", "确认", "订单确认", "发货 订单", '"订单确认"'], ["单订", "货发", "订确"]),
        ("ご注文の確認 東京都", ["東京", "京都", "注文", "ご注文の確認"], ["都東", "文注", "注確"]),
        ("주문 확인 메일입니다", ["주문", "확인", "메일입니다", "메일입"], ["문확", "메일"]),
        ("crème brûlée", ["creme", "brulee crème", "crem"], ["cr"]),
        (
            "snake_case a.b.c x-y foo@bar.example",
            ["snake", "b", "foo@bar.exam", "x-y", "a.b.c"],
            ["snakecase", "ab", "a.c"],
        ),
        (
            'it\'s 100% "quoted" (really) AND NOT OR NEAR *',
            ["100", "quoted", "and", "near", "it's", '"or near"'],
            ["1000"],
        ),
        ("emoji 😀 ends", ["emoji ends", "ends 😀 emoji", '"emoji 😀 ends"'], ["emojiends"]),
        ("naïve \u0301combining", ["naive", "combining"], []),
        ("ﬁne ① ｆｕｌｌ", ["fine", "1", "full"], []),
    ],
)
def test_words_and_their_beginnings_are_found(
    store: SqlStore, text: str, queries: list[str], others: list[str]
) -> None:
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
    for word in ("frida", "rida", "from.ex", "tom", "subjectword", "bodyw", "voic", "77", "pdf", "secret", "@bcc"):
        assert found(store, word) == [1], word
    assert found(store, "frida subjectword bodyword 77 secret") == [1]


def test_flags_are_not_found_by_plain_words(store: SqlStore) -> None:
    deliver(store, delivery())
    for word in ("inbox1", "hasattachment", "haslint", "all", "has", "long", "flag"):
        assert found(store, word) == [], word


def test_an_inbox_narrows_a_search(store: SqlStore) -> None:
    deliver(store, delivery(mail("same"), inbox="a"), delivery(mail("same"), inbox="b-c"), delivery(mail("same")))
    assert found(store, "same", inbox="b-c") == [2]
    assert found(store, "same", inbox="c") == []


def test_text_without_a_word_is_passed_over_and_an_empty_query_finds_everything(store: SqlStore) -> None:
    deliver(store, delivery(), delivery(mail("Salt & pepper")))
    assert found(store, "salt & pepper") == [2]
    assert found(store, "") == [2, 1]


def test_results_are_newest_first_and_paged_by_key(store: SqlStore) -> None:
    deliver(store, *(delivery(mail("even" if number % 2 else "odd")) for number in range(10)))
    first = store.messages(MessageQuery(q=wanted("odd"), limit=2))
    assert ([one.id for one in first.items], first.next, first.total) == ([9, 7], 7, 5)
    second = store.messages(MessageQuery(q=wanted("odd"), limit=2, before=first.next))
    assert [one.id for one in second.items] == [5, 3]
    assert [one.id for one in store.messages(MessageQuery(q=wanted("odd"), after=5)).items] == [9, 7]


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
    assert found(store, "q" * 900) == found(store, "q" * 200) == found(store, "q" * 199) == [1]
    assert found(store, f'"{"q" * 199}"') == []


def test_words_longer_than_an_index_keeps_are_found_alone_and_in_phrases(store: SqlStore) -> None:
    long = "q" * 300
    deliver(store, delivery(mail(body=f"one {long} two")), delivery(mail(body=f"größe {long} two")))
    for query in (long, f'"{long}"', f'body:"{long} two"', f'"{"q" * 200}"', f"-{'q' * 199}x {long}"):
        assert found(store, query) == [2, 1], query
    assert found(store, f'"one {long} two"') == [1]
    assert found(store, f'"{"q" * 199}"') == found(store, f'"two {long}x three"') == []


def test_a_phrase_with_a_word_longer_than_an_index_keeps_is_found_where_it_stands_only(store: SqlStore) -> None:
    long, other = "q" * 300, "q" * 201
    deliver(store, delivery(mail(body=f"{long} one. {other} two {long} three")), delivery(mail(body=f"{long} one")))
    assert found(store, f'body:"{long} one"') == [2, 1]
    for query in (f'"{long} two"', f'"{long} three"', f'"one {other} two {long} three"', f'"{long} two {long}"'):
        assert found(store, query) == [1], query
    for query in (f'"two {long} one"', f'"{long} {long}"', f'"three {long}"', f'"{long} one {long} three"'):
        assert found(store, query) == [], query


def test_a_word_of_a_header_that_is_nearly_too_long_is_whole_when_it_is_quoted(store: SqlStore) -> None:
    deliver(store, delivery(mail(headers=f"X-Mailer: {'q' * 200}\r\n")))
    assert found(store, f'header:X-Mailer="{"q" * 199}"') == []
    assert found(store, f'header:X-Mailer="{"q" * 200}"') == found(store, f"header:X-Mailer={'q' * 199}") == [1]


def test_text_that_goes_in_as_it_is_gives_the_same_words(store: SqlStore) -> None:
    every = "".join(chr(code) for code in range(1, 128)) + " tail"
    assert Searchable(("",) * len(PARTS), every, (), ()).plain_body() is not None
    deliver(store, delivery(mail("carrier", every.replace("\r", " ").replace("\n", " "))))
    for word in words(every):
        assert found(store, f"body:{word} carrier") == [1], word


def test_each_limit_cuts_what_comes_last() -> None:
    many = tuple(Addr("", f"somebody-{number}@example.org") for number in range(5_000))
    fields = tuple((f"X-{number}", "слово " * 40) for number in range(200))
    digest = Digest(subject="kept", to=many, filenames=("cut.pdf",), body="слово " * MAX_BODY, fields=fields)
    made = searchable(Envelope(Sender("a@b.example")), digest, lint=False)
    assert made.parts[:2] == ("kept", "a b example")
    assert made.parts[2].startswith("somebody 0 example org  somebody 1 ")
    assert made.parts[5] == ""
    assert sum(len(part.encode()) for part in made.parts) <= MAX_PARTS
    assert 0 < sum(len(word.encode()) for word in made.body_words()) <= MAX_BODY
    assert MAX_HEADERS / 2 < sum(len(word.encode()) for word in made.headers) <= MAX_HEADERS


def test_a_row_of_the_longest_texts_in_the_longest_characters_fits(store: SqlStore) -> None:
    beyond = [chr(0x20000 + number) for number in range(40_000)]
    pairs = " ".join(a + b for a, b in zip(beyond[::2], beyond[1::2], strict=True))
    letters = " ".join(chr(0x10400 + number % 80) + chr(0x10450 + number // 80 % 80) for number in range(40_000))
    raw = mail(pairs[:900], letters + pairs * 3, "".join(f"X-{number}: {pairs[:900]}\r\n" for number in range(40)))
    deliver(store, delivery(raw, *(f"{beyond[number]}{beyond[-number]}@{number}.example" for number in range(1_000))))
    assert found(store, "subject:" + beyond[0] + beyond[1]) == [1]
    assert found(store, "to:7.example header:X-7") == [1]


def test_a_recipient_of_a_thousand_is_found_by_any_part_of_the_address(store: SqlStore) -> None:
    deliver(store, delivery(mail(), *(f"user-{number}@long.example" for number in range(1_000))), delivery())
    for query in ("to:user-999@long.example", "ser-998", "bcc:999@long", '"long example"'):
        assert found(store, query) == [1], query
    assert found(store, "to:user-1000") == found(store, "to:ong-user") == []


def test_a_beginning_that_very_many_words_have_is_found_all_the_same(store: SqlStore) -> None:
    deliver(store, *(delivery(mail("x", f"w{number:04}a lead{number:04}")) for number in range(MOST_WORDS + 10)))
    assert len(found(store, "body:lead")) == MOST_WORDS + 10
    assert found(store, '"x" body:lead0001') == [2]
    assert len(found(store, " OR ".join(f"body:lead{number:03}" for number in range(8)))) == MOST_WORDS + 10


def test_more_beginnings_than_are_written_out_are_found_all_the_same(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(match_sqlite, "ALL_WORDS", 3)
    monkeypatch.setattr(match_sqlite, "MOST_LOOKS", 2)
    deliver(store, delivery(mail("first subject", "alpha alphabet beta gamma delta")), delivery())
    assert found(store, "alph bet gamm delt subject:irst subject:ubjec") == [1]
    assert found(store, "alph bet gamm delt subject:irst subject:ubjex") == []


def test_messages_are_found_by_what_was_replied_in_their_session(store: SqlStore) -> None:
    talk, other = Talk(), Talk()
    for one in (talk, other):
        one.open(store)
    deliver(store, talk.delivery(reply=b"550 5.1.1 no\r\n"), other.delivery(), delivery())
    assert found(store, "code:550") == found(store, "code:5.1.1") == [1], "while the session is open"
    talk.close(store)
    settled(store)
    assert found(store, "code:550") == found(store, "code:5xx") == [1], "and when it has ended"
    assert found(store, "-code:550") == [3, 2]
    assert found(store, "session:2 OR code:550") == [2, 1]
    assert found(store, "-session:1") == [3, 2]
    assert store.delete(Selection(q=wanted("code:550"))).count == 1
    assert found(store, "") == [3, 2]
