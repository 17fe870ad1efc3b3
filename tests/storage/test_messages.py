"""Pages of messages: newest first, by key, with the words that are wanted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pillarbox.box import MessagePage, MessageQuery, Selection
from pillarbox.storage import messages
from pillarbox.storage.search_sqlite import SqliteSearch
from pillarbox.storage.store import SqlStore
from tests.storage.inside import Inside, SqliteInside
from tests.storage.mails import deliver, delivery, mail
from tests.storage.queries import wanted


def ids(page: MessagePage) -> list[int]:
    return [summary.id for summary in page.items]


def test_pages_are_newest_first_and_end(store: SqlStore) -> None:
    deliver(store, *(delivery() for _ in range(7)))
    first = store.messages(MessageQuery(limit=3))
    assert (ids(first), first.next, first.total, first.cursor) == ([7, 6, 5], 5, 7, 7)
    second = store.messages(MessageQuery(limit=3, before=first.next))
    assert (ids(second), second.next, second.total) == ([4, 3, 2], 2, 7)
    third = store.messages(MessageQuery(limit=3, before=second.next))
    assert (ids(third), third.next) == ([1], None)


def test_a_page_that_is_exactly_full_is_the_last(store: SqlStore) -> None:
    deliver(store, *(delivery() for _ in range(3)))
    assert store.messages(MessageQuery(limit=3)).next is None


def test_mail_that_comes_meanwhile_does_not_move_the_next_page(store: SqlStore) -> None:
    deliver(store, *(delivery() for _ in range(4)))
    first = store.messages(MessageQuery(limit=2))
    deliver(store, *(delivery() for _ in range(3)))
    assert ids(store.messages(MessageQuery(limit=2, before=first.next))) == [2, 1]


def test_after_gives_what_came_since_the_cursor(store: SqlStore) -> None:
    deliver(store, delivery(), delivery())
    cursor = store.messages(MessageQuery()).cursor
    assert store.messages(MessageQuery(after=cursor)).items == ()
    deliver(store, delivery(), delivery(inbox="other"))
    since = store.messages(MessageQuery(after=cursor))
    assert (ids(since), since.total, since.total_exact) == ([4, 3], 2, True)


def test_oldest_first_goes_the_other_way_from_page_to_page(store: SqlStore) -> None:
    deliver(store, *(delivery(mail(subject=f"number {number}")) for number in range(5)))
    for q in (None, wanted("subject:number")):
        query = MessageQuery(q=q, after=1, limit=2, oldest_first=True, counted=False)
        first = store.messages(query)
        assert (ids(first), first.next, first.cursor) == ([2, 3], 3, 5)
        last = store.messages(replace(query, after=first.next))
        assert (ids(last), last.next) == ([4, 5], None)


def test_who_does_not_want_a_total_is_given_what_the_page_has(store: SqlStore) -> None:
    deliver(store, *(delivery() for _ in range(5)))
    page = store.messages(MessageQuery(limit=2, counted=False))
    assert (ids(page), page.next, page.total_exact) == ([5, 4], 4, False)
    page = store.messages(MessageQuery(limit=5, counted=False))
    assert (page.next, page.total, page.total_exact) == (None, 5, True)


def test_the_cursor_is_of_the_whole_store(store: SqlStore) -> None:
    deliver(store, delivery(inbox="a"), delivery(inbox="b"))
    page = store.messages(MessageQuery(inbox="a"))
    assert (ids(page), page.cursor, page.total) == ([1], 2, 1)


def test_an_inbox_that_does_not_exist_is_empty(store: SqlStore) -> None:
    deliver(store, delivery())
    page = store.messages(MessageQuery(inbox="nobody"))
    assert (page.items, page.total, page.cursor) == ((), 0, 1)


def test_a_total_is_counted_so_far_and_says_so(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "MAX_TOTAL", 5)
    deliver(store, *(delivery(mail("many")) for _ in range(6)))
    for query in (MessageQuery(), MessageQuery(q=wanted("many")), MessageQuery(after=0), MessageQuery(inbox="default")):
        page = store.messages(query)
        assert (page.total, page.total_exact) == (5, False)
    page = store.messages(MessageQuery(after=1))
    assert (page.total, page.total_exact) == (5, True)


@pytest.mark.parametrize(
    "query", ["odd", "odd OR even -even", "is:unread odd", "-even", "subject:(odd OR xyz) newer:1h"]
)
def test_pages_of_a_query_go_on_where_the_one_before_ended(store: SqlStore, query: str) -> None:
    deliver(store, *(delivery(mail("even" if number % 3 else "odd")) for number in range(12)))
    q = wanted(query)
    seen: list[int] = []
    before: int | None = None
    while True:
        page = store.messages(MessageQuery(q=q, before=before, limit=1 + len(seen) % 2))
        assert (page.total, page.total_exact) == (4, True)
        seen += ids(page)
        deliver(store, delivery(mail("even")))
        if page.next is None:
            break
        before = page.next
    assert seen == [10, 7, 4, 1]


def test_a_large_store_is_counted_in_pieces_and_only_for_so_long(
    store: SqlStore, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not isinstance(inside, SqliteInside):
        pytest.skip("PostgreSQL's index is asked for all of a query anyway")
    deliver(store, *(delivery(mail("many")) for _ in range(10)))
    monkeypatch.setattr(SqliteSearch, "piece", 3)
    monkeypatch.setattr(messages, "COUNTING", 60.0)
    page = store.messages(MessageQuery(q=wanted("many"), limit=2))
    assert (page.total, page.total_exact) == (10, True)
    monkeypatch.setattr(messages, "COUNTING", -1.0)
    page = store.messages(MessageQuery(q=wanted("many"), limit=2))
    assert (page.total, page.total_exact) == (6, False)
    page = store.messages(MessageQuery(q=wanted("many"), limit=2, before=5))
    assert (ids(page), page.total, page.total_exact) == ([4, 3], 6, False)
    page = store.messages(MessageQuery(q=wanted("many"), limit=5))
    assert (page.total, page.total_exact) == (6, False), "never less than the page itself shows there to be"
    page = store.messages(MessageQuery(q=wanted("many"), limit=10))
    assert (page.total, page.total_exact) == (10, True)


def test_a_total_counts_no_deleted_message(store: SqlStore) -> None:
    deliver(store, *(delivery(mail("many")) for _ in range(6)))
    store.delete(Selection(ids=(2, 5)))
    page = store.messages(MessageQuery(q=wanted("many"), limit=3))
    assert (ids(page), page.total, page.total_exact) == ([6, 4, 3], 4, True)
