"""Addresses, tags and inboxes of the newest mail, on both databases."""

from __future__ import annotations

from pillarbox.box import Change, Selection
from pillarbox.mail.message import Addr
from pillarbox.storage.lately import RECIPIENTS
from pillarbox.storage.store import SqlStore
from tests.storage.mails import deliver, delivery, mail

COPIED = mail(headers="Cc: Carol <carol@example.net>\r\nReply-To: help@example.org\r\n")


def test_who_wrote_and_received_lately_is_known(store: SqlStore) -> None:
    everybody = ", ".join(f"m{number}@list.example" for number in range(400))
    many = [f"r{number}@list.example" for number in range(RECIPIENTS + 5)]
    deliver(
        store,
        delivery(mail(headers=f"Cc: {everybody}\r\n"), *many, inbox="news"),
        delivery(COPIED, "bob@example.com", "BOB@example.com", "secret@example.com"),
        delivery(b"From: zoe@example.org\r\n\r\n", "gone@example.com"),
    )
    store.delete(Selection(ids=(3,)))

    anna, help_ = Addr("Anna", "anna@example.org"), Addr("", "help@example.org")
    assert store.correspondents("from", None) == (anna, help_)
    assert store.correspondents("cc", None) == (Addr("Carol", "carol@example.net"),)
    assert [addr.address for addr in store.correspondents("to", "default")] == ["bob@example.com", "secret@example.com"]
    assert store.correspondents("bcc", "default") == (Addr("", "secret@example.com"),)
    assert [addr.address for addr in store.correspondents("to", "news")] == many[:RECIPIENTS]
    assert store.correspondents("from", "nowhere") == ()


def test_names_come_the_latest_first(store: SqlStore) -> None:
    deliver(store, delivery(inbox="checkout"), delivery(inbox="news"))
    store.change(Selection(ids=(1,)), Change(tags=("done",)))
    store.change(Selection(ids=(2,)), Change(tags=("to do", "done")))
    assert store.names("tag") == ("to do", "done")
    assert store.names("inbox") == ("news", "checkout", "default")
    store.remove_inbox("news")
    assert store.names("inbox") == ("checkout", "default")
