"""What becomes of mail when the file or the disk of a SQLite store is not as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pillarbox.box import MessageQuery, Selection
from pillarbox.errors import StoreFull, StoreUnavailable
from pillarbox.storage.store import SqlStore
from tests.storage.mails import Talk, deliver, delivery, mail, settled, try_to_deliver

Open = Callable[[str], SqlStore]


def test_mail_leaves_room_to_delete_some(at: str, open_at: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_at(at)
    deliver(store, delivery(), delivery())
    with monkeypatch.context() as crowded:
        crowded.setattr("pillarbox.storage.sqlite.RESERVE", 1 << 60)
        crowded.setattr("pillarbox.storage.sqlite.SHARE", 1)
        talk = Talk()
        talk.open(store)
        answers = try_to_deliver(store, [talk.delivery(), delivery()])
        assert [type(answer) for answer in answers] == [StoreFull] * 2
        talk.close(store)
        assert store.delete(Selection(ids=(1,))).count == 1
        assert store.purge(datetime.now(UTC) + timedelta(minutes=1)) == 1
        assert store.session(talk.key.id or 0) is not None, "what a session says is kept"
        with pytest.raises(StoreUnavailable, match="The disk of the database is full"):
            store.ping()
    settled(store)
    store.ping()
    deliver(store, delivery())
    assert [one.id for one in store.messages(MessageQuery()).items] == [3, 2]


@pytest.mark.parametrize("instead", [None, b"something else"])
def test_a_file_that_is_moved_away_takes_no_mail_until_it_is_back(
    path: Path, at: str, open_at: Open, instead: bytes | None
) -> None:
    store = open_at(at)
    deliver(store, delivery(mail("before")))
    assert store.messages(MessageQuery()).total == 1
    path.rename(path.with_name("away"))
    if instead is not None:
        path.write_bytes(instead)
    gone = "The file of the database has been moved, removed or replaced."
    with pytest.raises(StoreUnavailable, match=gone):
        store.ping()
    assert [str(answer) for answer in try_to_deliver(store, [delivery(), delivery()])] == [gone] * 2
    with pytest.raises(StoreUnavailable, match=gone):
        store.delete(Selection(all=True))
    assert store.messages(MessageQuery()).total == 1, "what is open already can be read"
    assert path.exists() == (instead is not None), "no new file is made in its place"
    path.with_name("away").rename(path)
    deliver(store, delivery(mail("after")))
    store.ping()
    store.close()
    assert [one.subject for one in open_at(at).messages(MessageQuery()).items] == ["after", "before"]
